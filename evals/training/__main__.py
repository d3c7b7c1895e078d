"""`python -m evals.training`: train the demo pack from a seed, and measure it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from evals.training.scale import SCALES
from evals.training.train import PARTS, TrainingRequest, run
from tracker.cli.output import TerminalProgress
from tracker.errors import RoundtableError
from tracker.settings import REPOSITORY_ROOT


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, run, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.training",
        description="Train the demo pack on the drawn world, from a seed, and measure it.",
    )
    default = REPOSITORY_ROOT / "data" / "packs" / "demo"
    parser.add_argument("--out", type=Path, default=default, help="the pack's folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", choices=sorted(SCALES), default="full")
    parser.add_argument("--only", choices=PARTS, action="append", help="train or measure one model")
    parser.add_argument(
        "--measure", action="store_true", help="measure what is there, train nothing"
    )
    parser.add_argument("--workers", type=int, default=min(16, os.cpu_count() or 1))
    parser.add_argument(
        "--scratch",
        type=Path,
        default=None,
        help="where pictures and half-trained models are kept, so that the same command goes on",
    )
    given = parser.parse_args(arguments)
    request = TrainingRequest(
        out=given.out.resolve(),
        seed=given.seed,
        scale=given.scale,
        only=tuple(given.only or PARTS),
        is_measured_only=given.measure,
        workers=given.workers,
        scratch=given.scratch,
    )
    progress = TerminalProgress()
    try:
        figures = run(request, progress)
    except RoundtableError as error:
        sys.stderr.write(f"{error}\n")
        return int(error.exit_code)
    finally:
        progress.stop()
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
