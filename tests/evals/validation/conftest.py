"""A validation small enough for a test, and a bench that works in this process."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evals.packs.manifest import find_pack
from evals.validation._pool import Bench
from evals.validation.scale import QUICK
from tracker.actions.report import SilentProgress
from tracker.settings import SHARE_ROOT


@pytest.fixture(scope="session")
def tiny():
    return replace(
        QUICK,
        name="tiny",
        photographs=1,
        drawn=0,
        frames=18,
        size=(160, 90),
        morphing=1,
        remade=2,
        steady=1,
        scenes=4,
        persons=2,
        simulated=60,
        portraits=7,
    )


@pytest.fixture
def bench(tmp_path):
    pack = find_pack("demo", [SHARE_ROOT / "data" / "packs"])
    return Bench(pack=pack, workers=1, scratch=tmp_path / "kept", progress=SilentProgress())
