"""One pass over a take, its decode alone, and the same metrics one by one."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import av

from evals.media.frames import decodes_performed, open_frames
from evals.media.motion import MotionTracker
from evals.metrics.artifacts import ArtifactMeter
from evals.runs.job import Finished, Job
from evals.runs.reader import read_take
from evals.validation._alone import ALONE
from evals.validation._clips import FPS
from tracker.domain.scores import Score
from tracker.errors import MediaError

__all__ = [
    "Spent",
    "alone",
    "artifacts_pass",
    "one_pass",
    "peak_memory_mib",
    "pictures_only",
    "pyav_only",
]

_MIB = 1024 * 1024


@dataclass(frozen=True)
class Spent:
    """What some work over a take took, and what it found."""

    seconds: float
    decodes: int
    scores: dict[str, float]
    """Metric name -> value."""


def one_pass(path: Path, *, frames: int) -> Spent:
    """Read a take as a run does: every artifact metric, samples and chunks, from one decode."""
    before, begun = decodes_performed(), time.perf_counter()
    (last,) = [answer for answer in read_take(_job(path, frames)) if isinstance(answer, Finished)]
    seconds = time.perf_counter() - begun
    return Spent(seconds, decodes_performed() - before, _values(last.scores))


def artifacts_pass(path: Path) -> Spent:
    """Score every artifact metric from one decode, and do nothing else."""
    before, begun = decodes_performed(), time.perf_counter()
    tracker, meter = MotionTracker(), ArtifactMeter()
    with open_frames(path, thread_count=1) as stream:
        for frame in stream:
            meter.feed(frame, tracker.update(frame.rgb))
        scores = meter.finish(stream.facts)
    return Spent(time.perf_counter() - begun, decodes_performed() - before, _values(scores))


def alone(path: Path) -> Spent:
    """Score the same artifact metrics one by one, each with its own decode and its own motion."""
    before, begun = decodes_performed(), time.perf_counter()
    scores = {name: course(path, float(FPS)).value for name, course in ALONE.items()}
    return Spent(time.perf_counter() - begun, decodes_performed() - before, scores)


def _values(scores: Iterable[Score]) -> dict[str, float]:
    return {score.metric: score.value for score in scores if score.value is not None}


def pyav_only(path: Path) -> float:
    """Seconds that PyAV takes to decode a take with one thread and to do nothing with it."""
    begun = time.perf_counter()
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type, stream.thread_count = "NONE", 1
        for _ in container.decode(stream):
            pass
    return time.perf_counter() - begun


def pictures_only(path: Path) -> float:
    """Seconds that our decode takes: luma at full size and a picture at analysis size of every frame."""
    begun = time.perf_counter()
    with open_frames(path, thread_count=1) as stream:
        for _ in stream:
            pass
    return time.perf_counter() - begun


def peak_memory_mib(path: Path, *, frames: int) -> float:
    """Peak resident memory of a process that reads a take in one pass, in MiB."""
    done = subprocess.run(
        [sys.executable, "-m", "evals.validation._passes", str(path), str(frames)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MediaError(f"The pass over '{path.name}' failed: {done.stderr.strip()[-300:]}")
    return float(done.stdout)


def _job(path: Path, frames: int) -> Job:
    return Job(
        take_id=1,
        path=str(path),
        frame_count=frames,
        is_still=False,
        sequence_fps=FPS,
        wants_artifacts=True,
        wants_samples=True,
        wants_chunks=True,
    )


def _peak_mib() -> float:
    """Peak resident memory of this process since it started its program.

    Linux also counts towards `ru_maxrss` what the parent held when it started this process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (_MIB if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    one_pass(Path(sys.argv[1]), frames=int(sys.argv[2]))
    sys.stdout.write(f"{_peak_mib()}\n")
