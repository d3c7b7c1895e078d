"""Measurements side by side, as ratios: `python -m evals.validation.bench`, or `make bench`.

Clips are made on the spot. What is ours stands beside the plain way of doing the same work on the
same machine, since a ratio travels better than a time. Nothing is asserted: machines differ.

| rows | ours | other |
|---|---|---|
| decodes per take | decodes of one take for all metrics | one decode for each metric |
| artifact metrics | frames per second of the one pass | each metric with its own decode and motion |
| decode and pictures | frames per second of our decode | PyAV that decodes and does nothing |
| drawing the demo | frames per second of processor time | 24, real time |
| a model on a device | frames per second, batched | the plain way; where that is CUDA, the CPU |
| share of the pass on a device | milliseconds per frame of a stage | of the whole pass |
| within the pass on a device | milliseconds per frame of a stage | of that stage alone |
| peak memory | of a pass over a long clip | over a clip with a tenth of its frames |
| database | median of one transaction | its 99th percentile |
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from evals.packs.devices import present_devices
from evals.validation import _passes
from evals.validation._clips import write_clip
from evals.validation._drawing import drawn_frames_per_second
from evals.validation._rows import Row, make_row, table
from evals.validation._speeds import device_rows
from tracker.domain.production import Person, Role
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.productions import add_person, people

__all__ = ["FULL", "QUICK", "Row", "Sizes", "main", "measure"]


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much is measured."""

    size: tuple[int, int]
    """Width and height of the clips whose speed is measured, in pixels."""
    frames: int
    clips: int
    long_size: tuple[int, int]
    long_frames: int
    """Frames of the long clip; the short one has a tenth."""
    transactions: int
    drawn_size: tuple[int, int]
    drawn_briefs: int
    """Random briefs of the drawn world; two seconds of each."""
    rounds: int
    """Every time is the best of so many."""


FULL = Sizes(
    size=(1280, 720),
    frames=72,
    clips=2,
    long_size=(320, 180),
    long_frames=4000,
    transactions=60,
    drawn_size=(640, 360),
    drawn_briefs=24,
    rounds=2,
)
QUICK = Sizes(
    size=(160, 90),
    frames=24,
    clips=1,
    long_size=(96, 64),
    long_frames=240,
    transactions=5,
    drawn_size=(64, 36),
    drawn_briefs=1,
    rounds=1,
)
"""Enough to see that every measurement works; its figures mean nothing."""


_DRAWN_FRAMES = 48


def measure(sizes: Sizes, folder: Path, say: Callable[[str], None]) -> Iterator[Row]:
    """Make the clips in a folder and yield one row per measurement; `say` hears of every step."""
    say("making clips")
    clips = [
        write_clip(folder / f"clip{i}.mp4", size=sizes.size, frames=sizes.frames, seed=i)
        for i in range(sizes.clips)
    ]
    say("reading takes")
    yield from _takes(clips, sizes)
    for device in present_devices():
        say(f"running models on {device}")
        yield from device_rows(clips, device, frames=sizes.frames, rounds=sizes.rounds)
    say("reading a long take")
    yield _memory(folder, sizes)
    say("drawing")
    yield make_row(
        "drawing the demo",
        "frames/s",
        ours=drawn_frames_per_second(
            sizes.drawn_briefs, frames=_DRAWN_FRAMES, size=sizes.drawn_size
        ),
        other=24.0,
        other_is="real time",
    )
    say("using the database")
    yield from _database(folder / "workspace", sizes.transactions)


def _takes(clips: Sequence[Path], sizes: Sizes) -> Iterator[Row]:
    frames = sizes.frames * len(clips)
    whole = [_passes.one_pass(clip, frames=sizes.frames) for clip in clips]
    singly = [_passes.alone(clip) for clip in clips]
    once_s = _best(clips, sizes.rounds, lambda clip: _passes.artifacts_pass(clip).seconds)
    singly_s = _best(clips, sizes.rounds, lambda clip: _passes.alone(clip).seconds)
    yield make_row(
        "decodes per take",
        "decodes",
        ours=sum(s.decodes for s in whole) / len(clips),
        other=sum(s.decodes for s in singly) / len(clips),
        other_is="each artifact metric decodes",
    )
    yield make_row(
        "artifact metrics, one process",
        "frames/s",
        ours=frames / once_s,
        other=frames / singly_s,
        other_is="one by one, own decode and motion",
    )
    yield make_row(
        "decode and pictures for all metrics",
        "frames/s",
        ours=frames / _best(clips, sizes.rounds, _passes.pictures_only),
        other=frames / _best(clips, sizes.rounds, _passes.pyav_only),
        other_is="PyAV decode alone, pixels unused",
    )


def _best(clips: Sequence[Path], rounds: int, seconds_of: Callable[[Path], float]) -> float:
    """Sum over the clips of the shortest time of several."""
    return sum(min(seconds_of(clip) for _ in range(rounds)) for clip in clips)


def _memory(folder: Path, sizes: Sizes) -> Row:
    counts = (sizes.long_frames, sizes.long_frames // 10)
    peaks = []
    for frames in counts:
        clip = write_clip(folder / "long.mp4", size=sizes.long_size, frames=frames, seed=9)
        peaks.append(_passes.peak_memory_mib(clip, frames=frames))
        clip.unlink()
    return make_row(
        f"peak memory, {counts[0]} frames",
        "MiB",
        ours=peaks[0],
        other=peaks[1],
        other_is=f"{counts[1]} frames of the same size",
    )


def _database(home: Path, transactions: int) -> Iterator[Row]:
    store = Store.create(Settings(home=home))

    def commit(index: int) -> None:
        with store.write() as tx:
            add_person(tx, Person(name=f"Vendor {index}", roles=(Role.VENDOR,)))

    def read(_index: int) -> None:
        with store.read() as tx:
            people(tx)

    for name, work in (("commit", commit), ("read", read)):
        times_ms = [1000 * _timed(work, index) for index in range(transactions)]
        yield make_row(
            f"database: one {name}, median",
            "ms",
            ours=float(np.median(times_ms)),
            other=float(np.quantile(times_ms, 0.99)),
            other_is="its 99th percentile",
        )


def _timed(work: Callable[[int], None], index: int) -> float:
    begun = time.perf_counter()
    work(index)
    return time.perf_counter() - begun


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the table; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.validation.bench", description="Measurements as ratios."
    )
    parser.add_argument("--quick", action="store_true", help="tiny sizes: a check, not a figure")
    parser.add_argument("--json", action="store_true", help="write JSON instead of a table")
    chosen = parser.parse_args(arguments)

    def say(step: str) -> None:
        sys.stderr.write(f"{step} ...\n")

    with tempfile.TemporaryDirectory(prefix="roundtable-bench-") as folder:
        rows = list(measure(QUICK if chosen.quick else FULL, Path(folder), say))
    if chosen.json:
        sys.stdout.write(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    else:
        sys.stdout.write(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
