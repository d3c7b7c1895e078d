"""What a shot means to show is no fault: embraced kinds of trace and declared effects, excused by name.

| the shot ...                                  | of the score counts                              |
|-----------------------------------------------|--------------------------------------------------|
| embraces the kind                             | nothing                                          |
| declares an effect that excuses the kind      | nothing                                          |
| declares it for some frames                   | the evidence outside them, two frames forgiven   |
| neither                                       | all of it                                        |

What is left of a score has the value of its worst remaining evidence, and none where nothing remains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.domain.effects import ShotEffect, excusing, outside
from tracker.domain.scores import Direction, Evidence, MetricFacts, Score
from tracker.domain.units import FIRST_FRAME, FrameRange

__all__ = ["Judged", "judged", "kinds_of"]


@dataclass(frozen=True)
class Judged:
    """What counts of a score."""

    score: Score | None
    """None: nothing of it counts."""
    excuse: str = ""
    """What does not count and why, in a sentence; empty where all counts."""


def kinds_of(facts: MetricFacts, score: Score) -> frozenset[str]:
    """Return the names under which a score may be excused: its metric's, and what it calls its evidence."""
    return frozenset({facts.name, *(e.kind for e in score.evidence if e.kind)})


def judged(
    facts: MetricFacts,
    score: Score,
    *,
    embraced: frozenset[str] = frozenset(),
    effects: Sequence[ShotEffect] = (),
    first_frame: int = FIRST_FRAME,
) -> Judged:
    """Return what counts of a score on a shot that embraces kinds and declares effects."""
    if score.value is None:
        return Judged(score)
    if kinds_of(facts, score) & embraced:
        return Judged(None, f"{facts.title} is embraced by the story.")
    fitting = excusing(effects, {facts.name})
    if not fitting or facts.direction is Direction.HIGHER_IS_BETTER:
        return Judged(score)
    whole = next((e for e in fitting if e.frames is None), None)
    if whole is not None:
        where = _in_words([e.frames for e in score.evidence], first_frame)
        return Judged(None, f"{facts.title}{where} is the declared {whole.kind.words}.")
    return _within(facts, score, fitting, first_frame=first_frame)


def _within(
    facts: MetricFacts, score: Score, effects: Sequence[ShotEffect], *, first_frame: int
) -> Judged:
    """Keep the evidence outside the declared frames."""
    left, met = [], []
    for one in score.evidence:
        parts = outside(one.frames, effects)
        left += [replace(one, frames=part) for part in parts]
        if sum(p.duration_frames for p in parts) < one.frames.duration_frames:
            met += [e for e in effects if not _covers(outside(one.frames, [e]), one.frames)]
    if not met:
        return Judged(score)
    frames = [e.frames for e in dict.fromkeys(met) if e.frames is not None]
    words = " and ".join(dict.fromkeys(e.kind.words for e in met))
    excuse = f"{facts.title}{_in_words(frames, first_frame)} is the declared {words}."
    if not left:
        return Judged(None, excuse)
    return Judged(
        replace(score, value=_value(facts, left, score), evidence=tuple(left), series=()), excuse
    )


def _covers(parts: Sequence[FrameRange], frames: FrameRange) -> bool:
    return sum(p.duration_frames for p in parts) == frames.duration_frames


def _value(facts: MetricFacts, left: Sequence[Evidence], score: Score) -> float:
    """Return the value of what is left: counted again where frames are counted, else its worst."""
    if facts.unit == "frames":
        return float(sum(e.frames.duration_frames for e in left))
    return min(max(e.severity for e in left), score.value or 0.0)


def _in_words(frames: Sequence[FrameRange], first_frame: int) -> str:
    words = [r.words(first_frame) for r in sorted(set(frames))[:3]]
    return f" at {' and '.join(words)}" if words else ""
