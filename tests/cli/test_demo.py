"""`roundtable demo …`, as `make demo` calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ENTRY = "from tracker.cli.main import main; main()"


def roundtable(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ENTRY, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"ROUNDTABLE_HOME": str(home), "ROUNDTABLE_PACKS": ""},
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("workspace") / "home"


@pytest.fixture(scope="module")
def built(home) -> subprocess.CompletedProcess[str]:
    return roundtable(home, "demo", "build", "--small")


def test_a_build_succeeds_and_says_what_came_out(built):
    assert built.returncode == 0, built.stderr
    assert "4 takes" in built.stdout
    assert "planted: flicker 1001-1036" in built.stdout
    assert "cut off on purpose" in built.stdout
    assert built.stdout.rstrip().endswith("roundtable board --production DEMO01")
    assert "Traceback" not in built.stderr


def test_a_second_build_finds_everything_and_is_quick(home, built):
    started = time.monotonic()
    again = roundtable(home, "demo", "build", "--small")
    assert again.returncode == 0, again.stderr
    assert "0 rendered, 0 decoded, 4 reused" in again.stdout
    assert time.monotonic() - started < 30


def test_the_board_says_that_it_is_a_demo(home, built):
    shown = json.loads(roundtable(home, "board", "--production", "DEMO01", "--json").stdout)
    assert len(shown) == 3
    assert all(row["is_demo"] for row in shown)
    by_shot = {row["shot"]: row for row in shown}
    assert by_shot["SQ010_SH0020"]["axis"] == "error"
    assert by_shot["SQ020_SH0010"]["take"] is None


def test_a_contact_sheet_shows_the_takes(home, built, tmp_path):
    target = tmp_path / "sheet.png"
    done = roundtable(home, "demo", "sheet", str(target))
    assert (done.returncode, done.stdout.strip()) == (0, str(target))
    with Image.open(target) as sheet:
        assert sheet.width > 1900
        pixels = np.asarray(sheet.convert("RGB"))
    assert pixels[20:180, 20:960].std() > 20  # the first take's three frames
    assert pixels[200:232, 20:400].max() > 200  # its caption


def test_a_sheet_needs_takes(tmp_path):
    assert roundtable(tmp_path, "init").returncode == 0
    done = roundtable(tmp_path, "demo", "sheet", str(tmp_path / "sheet.png"))
    assert done.returncode == 2
    assert "roundtable demo build" in done.stderr


def test_only_the_demo_can_mark_a_production_as_invented(tmp_path):
    done = roundtable(tmp_path, "productions", "add", "X01", "--kind", "campaign", "--is-demo")
    assert done.returncode == 2
