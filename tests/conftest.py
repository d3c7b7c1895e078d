"""How property tests run: the same examples everywhere, and never against the clock.

`HYPOTHESIS_PROFILE=explore make test` looks for new counterexamples instead; `make proof` does, too.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

_CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", derandomize=True, **_CALM)
settings.register_profile("explore", **_CALM)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(autouse=True)
def _ordinary_priority() -> Iterator[None]:
    """Take back the real-time priority that SVT-AV1 gives a process of root's that encodes with it.

    Whatever a later test starts would inherit it, and two browsers that play a film would let nothing else
    run.
    """
    yield
    if hasattr(os, "sched_setscheduler") and os.sched_getscheduler(0) != os.SCHED_OTHER:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
