"""Every way out: one sentence on stderr, nothing on stdout, a code that scripts may rely on."""

from __future__ import annotations

import errno
import subprocess
import sys

import click
import pytest

from tracker.cli import main as cli_main
from tracker.errors import BlockedError, StoreBusyError, UndecidedError

READING = [
    ("shots", "list"),
    ("takes", "list"),
    ("board",),
    ("evals", "scores"),
    ("evals", "verdicts"),
    ("evals", "run"),
]


ENTRY = "from tracker.cli.main import main; main()"


def is_one_sentence(err: str) -> bool:
    return err.startswith("roundtable: ") and err.count("\n") == 1 and err[-2:] in {".\n", "?\n"}


@pytest.fixture
def fails_with(monkeypatch):
    """Make `roundtable board` end with an exception."""

    def plant(error: BaseException) -> None:
        @click.command("board")
        def board() -> None:
            raise error

        monkeypatch.setitem(cli_main.command_line().commands, "board", board)
        monkeypatch.setattr(cli_main, "command_line", lambda: cli_main.cli)

    return plant


@pytest.mark.parametrize("command", READING, ids=" ".join)
@pytest.mark.parametrize(
    ("address", "nearest"),
    [
        ("REEL02", "REEL01"),
        ("REEL01/F09", "F01"),
        ("REEL01/F01/SQ010_SH0011", "SQ010_SH0010"),
        ("REEL01/F01/SQ010_SH0010/v002", "v001"),
    ],
)
def test_an_unknown_address_is_misuse_and_names_the_nearest(
    roundtable, filled, command, address, nearest
):
    done = roundtable(*command, address)
    assert (done.code, done.out) == (2, "")
    assert is_one_sentence(done.err)
    assert address.rsplit("/", 1)[-1] in done.err
    assert nearest in done.err


@pytest.mark.parametrize(
    "command",
    [("films", "list"), ("cast", "list"), ("shots", "list"), ("board",), ("evals", "scores")],
    ids=" ".join,
)
def test_an_unknown_production_is_misuse(roundtable, filled, command):
    done = roundtable(*command, "--production", "REEL09")
    assert (done.code, done.out) == (2, "")
    assert is_one_sentence(done.err)


@pytest.mark.parametrize("address", ["REEL01/F01/SQ010_SH0010/7", "a//b", "A/B/C/v001/x", "é"])
def test_what_is_no_address_is_misuse(roundtable, filled, address):
    done = roundtable("board", address)
    assert (done.code, done.out) == (2, "")
    assert is_one_sentence(done.err)


@pytest.mark.parametrize("command", [("board",), ("evals", "run"), ("takes", "list")], ids=" ".join)
def test_without_a_workspace_the_remedy_is_named(roundtable, home, command):
    done = roundtable(*command)
    assert (done.code, done.out) == (2, "")
    assert "roundtable init" in done.err
    assert not home.exists()


def test_an_unknown_pack_is_refused_with_the_nearest_name(roundtable, filled):
    done = roundtable("evals", "run", "--pack", "standart")
    assert done.code == 2
    assert "'standard'" in done.err


def test_a_deadline_that_is_no_number_is_misuse(roundtable, home, monkeypatch):
    monkeypatch.setenv("ROUNDTABLE_BUSY_DEADLINE_S", "soon")
    done = roundtable("board")
    assert done.code == 2
    assert "ROUNDTABLE_BUSY_DEADLINE_S" in done.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BlockedError("Two shots show a face without consent; ask the producer."), 10),
        (UndecidedError("Nine decisions are too few for a limit; review eleven more takes."), 11),
        (StoreBusyError("Process 7 holds the record; wait for it."), 1),
        (OSError(errno.ENOSPC, "No space left on device", "/films"), 1),
    ],
)
def test_errors_that_are_raised_on_purpose_have_their_codes(roundtable, fails_with, error, code):
    fails_with(error)
    done = roundtable("board")
    assert (done.code, done.out) == (code, "")
    assert is_one_sentence(done.err)


def test_a_defect_is_one_sentence_that_says_how_to_see_more(roundtable, fails_with, monkeypatch):
    fails_with(KeyError("seven\nof nine"))
    done = roundtable("board")
    assert (done.code, done.out) == (1, "")
    assert is_one_sentence(done.err)
    assert "KeyError" in done.err
    assert "ROUNDTABLE_DEBUG=1" in done.err
    monkeypatch.setenv("ROUNDTABLE_DEBUG", "1")
    assert "Traceback (most recent call last)" in roundtable("board").err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()], ids=["ctrl-c", "abort"])
def test_an_interruption_is_130(roundtable, fails_with, error):
    fails_with(error)
    done = roundtable("board")
    assert done.code == 130
    assert done.err.splitlines()[-1] == "roundtable: Interrupted; what was finished is kept."


@pytest.mark.parametrize("options", [["--json"], []], ids=["json", "table"])
def test_a_reader_that_has_seen_enough_is_no_error(filled, options):
    running = subprocess.Popen(
        [sys.executable, "-c", ENTRY, "evals", "scores", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    running.stdout.close()
    _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, b"")


def test_listing_films_loads_no_decoder_and_no_model(filled):
    code = (
        "import sys\nfrom tracker.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'av', 'PIL', 'numpy', 'pyarrow', 'cv2', 'scipy', 'torch', 'streamlit'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "films", "list"], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"
    assert "REEL01/F01" in done.stdout
