"""`roundtable demo …`, as `make demo` calls it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ENTRY = "from tracker.cli.main import main; main()"


def environment(home: Path) -> dict[str, str]:
    return os.environ | {"ROUNDTABLE_HOME": str(home), "ROUNDTABLE_PACKS": ""}


def roundtable(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ENTRY, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment(home),
    )


def start(home: Path, *arguments: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", ENTRY, *arguments],
        env=environment(home),
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for(condition, *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("workspace") / "home"


@pytest.fixture(scope="module")
def built(home) -> subprocess.CompletedProcess[str]:
    """The small demo, built after a first try was killed while it rendered."""
    killed = start(home, "demo", "build", "--small")
    wait_for(lambda: list(home.glob("demo/ANTH01/F01/*.json")))
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert "stopped" in roundtable(home, "demo", "status").stdout
    return roundtable(home, "demo", "build", "--small")


def test_a_build_that_was_killed_is_finished_by_the_next(built):
    assert built.returncode == 0, built.stderr
    assert "DEMO ANTH01/F01 'The Tide Clerk': 3 shots, 4 takes" in built.stdout
    assert "cut off on purpose" in built.stdout
    assert built.stdout.rstrip().endswith("roundtable board ANTH01/F01")
    assert "Traceback" not in built.stderr


def test_a_second_build_finds_everything_there(home, built):
    again = roundtable(home, "demo", "build", "--small")
    assert again.returncode == 0, again.stderr
    assert "(there already)" in again.stdout


@pytest.mark.parametrize(
    "command",
    [
        ("board",),
        ("films", "list"),
        ("shots", "list"),
        ("takes", "list"),
        ("cast", "list", "--production", "ANTH01"),
        ("evals", "scores"),
        ("evals", "verdicts"),
        ("demo", "status"),
    ],
    ids=" ".join,
)
def test_everything_that_is_read_of_it_says_demo(home, built, command):
    assert roundtable(home, *command).stdout.startswith("DEMO: ")
    shown = json.loads(roundtable(home, *command, "--json").stdout)
    assert shown
    assert all(row["is_demo"] for row in (shown if isinstance(shown, list) else [shown]))


def test_the_board_shows_an_unreadable_take_and_a_shot_without_one(home, built):
    shown = json.loads(roundtable(home, "board", "--json").stdout)
    by_shot = {row["shot"]: row for row in shown}
    assert len(by_shot) == 3
    assert by_shot["SQ010_SH0020"]["axis"] == "error"
    assert by_shot["SQ010_SH0030"]["take"] is None


def test_the_status_is_complete(home, built):
    status = json.loads(roundtable(home, "demo", "status", "--json").stdout)
    assert (status["state"], status["takes_done"], status["takes"]) == ("complete", 4, 4)


def test_a_contact_sheet_shows_the_takes(home, built, tmp_path):
    target = tmp_path / "sheet.png"
    done = roundtable(home, "demo", "sheet", str(target), "--only", "ANTH01/F01")
    assert (done.returncode, done.stdout.strip()) == (0, str(target))
    with Image.open(target) as sheet:
        assert sheet.width > 1900
        pixels = np.asarray(sheet.convert("RGB"))
    assert pixels[60:230, 20:960].std() > 10  # the first take's three frames


def test_a_build_in_the_background_ends_with_its_parent(tmp_path):
    home = tmp_path / "home"
    child = start(home, "demo", "build", "--small", "--with-parent", stdin=subprocess.PIPE)
    wait_for((home / "demo" / "status.json").exists)
    child.stdin.close()
    assert child.wait(30) == 130
    assert "stopped" in roundtable(home, "demo", "status").stdout


def test_a_scope_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    done = roundtable(tmp_path / "home", "demo", "build", "--only", "ANTH01/F09")
    assert done.returncode == 2
    assert "ANTH01/F02" in done.stderr


def test_a_sheet_needs_takes(tmp_path):
    assert roundtable(tmp_path, "init").returncode == 0
    done = roundtable(tmp_path, "demo", "sheet", str(tmp_path / "sheet.png"))
    assert done.returncode == 2
    assert "roundtable demo build" in done.stderr


def test_only_the_demo_can_mark_a_production_as_invented(tmp_path):
    done = roundtable(tmp_path, "productions", "add", "X01", "--kind", "campaign", "--is-demo")
    assert done.returncode == 2
