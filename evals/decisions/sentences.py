"""What a verdict says to a director: one thing, where it is, and what to decide."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.scores import Axis, Direction, Evidence, MetricFacts, Score

__all__ = [
    "AXES",
    "NEAR_LIMIT",
    "can_name_fault",
    "failure",
    "fault_named",
    "frames_in_words",
    "is_missing",
    "lost",
    "made_again",
    "names_fault",
    "number",
    "passes",
    "protected",
    "retakes_failed",
    "uncertified",
    "weakest_measure",
]

NEAR_LIMIT = 0.5
"""Share of a limit from which a measure is worth a person's eye."""

_LIKELIER_NOT = 0.5
"""Below this probability a thing is taken to be missing."""

_SOME_TIME = 1 / 7
"""Share of a take in which a missing phrase is worth saying."""

_KIND_SPEAKS = frozenset({"identity_same"})
"""Metrics whose evidence says whom or what it is about."""

AXES = {
    Axis.PROMPT: "prompt fidelity",
    Axis.IDENTITY: "identity",
    Axis.ARTIFACTS: "artifacts",
}
"""Axis -> what people call it, in the order in which they are told."""


def frames_in_words(score: Score, first_frame: int, limit: int = 2) -> str:
    """Write the worst frame ranges, inclusive, e.g. ` at 1021-1034 and 1040`; empty without any."""
    worst = sorted(score.evidence, key=lambda e: -e.severity)[:limit]
    words = [e.frames.words(first_frame) for e in sorted(worst, key=lambda e: e.frames)]
    return f" at {' and '.join(words)}" if words else ""


def names_fault(facts: MetricFacts, score: Score, frame_count: int) -> bool:
    """Say whether a score names what is wrong in words: a missing phrase, a camera that moves otherwise.

    A phrase that is there on the whole and missing in a seventh of the take is missing all the same.
    """
    if facts.name not in _NAMED or score.value is None:
        return False
    missing = [e for e in score.evidence if is_missing(e)]
    frames = sum(e.frames.duration_frames for e in missing)
    return score.value < _LIKELIER_NOT or frames > _SOME_TIME * frame_count > 0


def is_missing(evidence: Evidence) -> bool:
    """Say whether what a phrase asks for is rather not there than there, in a range of frames."""
    return evidence.severity > 1 - _LIKELIER_NOT


def can_name_fault(facts: MetricFacts) -> bool:
    """Say whether a metric tells in words what is wrong, so that its silence means something."""
    return facts.name in _NAMED


def fault_named(facts: MetricFacts, score: Score, *, first_frame: int, frame_count: int) -> str:
    """Say what is wrong in the words of a metric for which `names_fault` holds."""
    return _NAMED[facts.name](score, first_frame, frame_count)


def number(value: float | None) -> str:
    """Write a number with three figures, or `none`; nobody needs a power of ten.

    >>> number(0.04567), number(1586.4), number(2.9e-6), number(0.0)
    ('0.0457', '1586', 'about 0', '0')
    """
    if value is None:
        return "none"
    if 0 < abs(value) < 0.0005:
        return "about 0"
    return f"{value:.0f}" if abs(value) >= 999.5 else f"{value:.3g}"


def failure(facts: MetricFacts, score: Score, *, first_frame: int) -> str:
    """Say what failed and where, with the measure and its limit."""
    where = frames_in_words(score, first_frame)
    measure, limit = number(score.value), number(facts.fails_at)
    what = facts.title
    if facts.name in _KIND_SPEAKS and score.evidence:
        kind = max(score.evidence, key=lambda e: e.severity).kind
        what = kind[:1].upper() + kind[1:]
    return f"{what}{where}: {measure} {facts.unit}, the limit is {limit}."


def protected(why: str, director: str | None) -> str:
    """Say why a human always looks."""
    who = director or "a director"
    if why:
        return f"{who[:1].upper()}{who[1:]} must look: {why}."
    return f"{who[:1].upper()}{who[1:]} must look: this is a hero shot."


def passes(claim: str, certificate: str) -> str:
    """Say that nobody needs to look, and by which certificate."""
    return f"Nobody needs to look, by certificate {certificate[:8]}: {_lower(claim)}"


def made_again(claim: str, certificate: str) -> str:
    """Say that a take is made again without a look, and by which certificate."""
    return f"Made again without a look, by certificate {certificate[:8]}: {_lower(claim)}"


def lost(certificate: str, state: str, why: str) -> str:
    """Say that the certificate by which a take passed holds no more, and why."""
    return f"Certificate {certificate[:8]}, by which nobody had to look, is {state}: {_lower(why)}"


def contradicted(certificate: str) -> str:
    """Say that a kept audit of this very take spoke against its certificate."""
    return f"A kept audit spoke against certificate {certificate[:8]} here."


def retakes_failed(number: int) -> str:
    """Say that a shot is at its retake cap, the best sign that it needs direction.

    >>> retakes_failed(3)
    'three regenerations failed: it needs direction'
    """
    count = "three" if number == 3 else f"{number}"  # the cap, in the usual case
    return f"{count} regenerations failed: it needs direction"


def _lower(claim: str) -> str:
    return claim[:1].lower() + claim[1:]


def uncertified(
    weakest: tuple[MetricFacts, Score] | None,
    *,
    director: str | None,
    first_frame: int,
    frame_count: int,
    unmeasured: Sequence[Axis],
) -> str:
    """Say what is weakest in a take that nothing has certified; `frame_count` is 0 where it is unknown."""
    who = director or "a person"
    if weakest is None:
        text = f"Nothing could be measured, so {who} must look."
    else:
        what = weakest_measure(*weakest, first_frame=first_frame, frame_count=frame_count)
        text = f"{what} Not certified, so {who} must look."
    if unmeasured:
        text += f" Not measured: {', '.join(AXES[axis] for axis in unmeasured)}."
    return text


def _missing_phrase(score: Score, first_frame: int, frame_count: int) -> str:
    """Say which words of the brief are missing and where."""
    phrase = f'"{score.evidence[0].kind}"' if score.evidence else "A phrase of the brief"
    ranges = [e.frames for e in score.evidence]
    if len(ranges) == 1 and ranges[0].end == frame_count:
        first = ranges[0].shown(first_frame)[0]
        where = f" from {first} on" if ranges[0].start else " throughout"
    else:
        where = frames_in_words(score, first_frame)
    return f"{phrase} is missing{where}."


def _other_camera(score: Score, _first_frame: int, _frame_count: int) -> str:
    return f"The camera does not move as asked. {score.reason}".rstrip()


_NAMED = {"prompt_phrase": _missing_phrase, "camera_move": _other_camera}
"""Metrics that say what is wrong themselves, by name, and how."""


def weakest_measure(facts: MetricFacts, score: Score, *, first_frame: int, frame_count: int) -> str:
    """Say what the measure closest to a fault found, where nothing failed."""
    if names_fault(facts, score, frame_count):
        return fault_named(facts, score, first_frame=first_frame, frame_count=frame_count)
    where = frames_in_words(score, first_frame)
    if facts.fails_at is None or score.value is None or facts.fails_at <= 0:
        what = facts.title.lower()
        if facts.name in _NAMED and score.evidence:
            what += f' "{score.evidence[0].kind}"'
        return f"Weakest: {what}{where}, {number(score.value)} {facts.unit}."
    share = facts.limit_used(score.value)
    against = f"{100 * share:.0f} % of its limit"
    if facts.direction is Direction.HIGHER_IS_BETTER:
        against = f"{number(score.value)} {facts.unit}, its limit is {number(facts.fails_at)}"
    if facts.is_failure(score.value):
        told = f"{number(score.value)} {facts.unit}, past its limit of {number(facts.fails_at)}"
        return f"Perhaps a fault: {facts.title.lower()}{where}, {told}, but not surely."
    if share < NEAR_LIMIT:
        return f"No fault measured, nearest is {facts.title.lower()} at {against}."
    return f"Near a fault: {facts.title.lower()}{where}, {against}."
