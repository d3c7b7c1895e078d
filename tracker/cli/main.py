"""The root command: collects the nouns, turns every error into one sentence and its exit code."""

from __future__ import annotations

import os
import sys
import traceback
from importlib.metadata import entry_points, version

import click

from tracker.cli import (
    app,
    board,
    cast,
    decide,
    films,
    people,
    productions,
    queue,
    shots,
    takes,
    workspace,
)
from tracker.cli.output import complain
from tracker.errors import ExitCode, RoundtableError

__all__ = ["command_line", "main"]

_NOUNS = (
    app, board, cast, decide, films, people, productions, queue, shots, takes, workspace,
)  # fmt: skip

_EXIT_CODES = """\b
Exit codes:
  0    ok
  1    unexpected failure
  2    misuse: the command line, an address or a file cannot be understood
  3    partial: some takes or CSV rows failed, the rest was done and kept
  10   blocked by a gate, or a verification does not hold
  11   cannot decide: not enough evidence yet
  130  interrupted; what was finished is kept
"""


@click.group(epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("roundtable"), prog_name="roundtable")
def cli() -> None:
    """Track productions, score AI takes, and say which ones need a director.

    A first session:

    \b
      roundtable init
      roundtable productions add REEL01 --kind anthology
      roundtable shots import shots.csv --production REEL01
      roundtable takes import takes.csv --production REEL01
      roundtable evals run --production REEL01
      roundtable board --production REEL01
      roundtable app

    Things are addressed like ANTH01/F02/SQ010_SH0010/v001; any prefix names everything below it.
    The workspace is the folder in ROUNDTABLE_HOME (default: data/local).
    Every reading command takes --json.
    """


def command_line() -> click.Group:
    """Return the root command with every noun, those of other packages too."""
    for module in _NOUNS:
        module.register(cli)
    for entry in entry_points(group="roundtable.commands"):
        entry.load()(cli)
    return cli


def main() -> None:
    """Run the command line and exit with a documented code."""
    stdout = sys.stdout
    try:
        result = command_line().main(prog_name="roundtable", standalone_mode=False)
    except click.exceptions.Abort:
        complain("Interrupted; what was finished is kept.")
        sys.exit(ExitCode.INTERRUPTED)
    except KeyboardInterrupt:
        complain("Interrupted; what was finished is kept.")
        sys.exit(ExitCode.INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.MISUSE)
    except RoundtableError as error:
        complain(str(error))
        sys.exit(error.exit_code)
    except SystemExit as ended:
        # A reader such as `head` has seen enough: click muffles stdout and leaves, rich only leaves.
        is_broken_pipe = isinstance(ended.__context__, BrokenPipeError) or sys.stdout is not stdout
        sys.exit(ExitCode.OK if is_broken_pipe else ended.code)
    except OSError as error:
        complain(f"The system refused: {error}.")
        sys.exit(ExitCode.FAILURE)
    except Exception as error:  # noqa: BLE001  # whatever it is, a person reads one sentence
        sys.exit(_unexpected(error))
    sys.exit(result if isinstance(result, int) else ExitCode.OK)


def _unexpected(error: Exception) -> ExitCode:
    """Say that this is a defect, with the traceback only for those who ask for it."""
    if os.environ.get("ROUNDTABLE_DEBUG"):
        traceback.print_exception(error)
    text = " ".join(str(error).split())
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    complain(
        f"This is a defect of the program ({what}); please report it with what "
        "ROUNDTABLE_DEBUG=1 shows for the same command."
    )
    return ExitCode.FAILURE
