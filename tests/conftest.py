"""How property tests run: the same examples everywhere, and never against the clock.

`HYPOTHESIS_PROFILE=explore make test` looks for new counterexamples instead; `make proof` does, too.
"""

import os

from hypothesis import HealthCheck, settings

_CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", derandomize=True, **_CALM)
settings.register_profile("explore", **_CALM)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
