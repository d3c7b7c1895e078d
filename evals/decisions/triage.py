"""Pass, direct or regenerate: hard rules first, then the worst axis, never the mean.

Nothing passes but by a certificate. In an uncertified scope a take is `direct`, or proposed `regenerate`
when an AI or hybrid take has a measured technical failure and nothing protects it.

| what is known of the take                           | verdict                        |
|-----------------------------------------------------|--------------------------------|
| it cannot be read                                   | direct                         |
| a real likeness, a minor, a reveal, a hero shot     | direct                         |
| measured failure, live action                       | direct: pickup or reshoot?     |
| measured failure, the shot tolerates traces         | direct                         |
| measured failure, and three earlier takes failed too, |                               |
| as measured or in the eyes of a person              | direct: regenerations failed   |
| a regenerate certificate covers it                  | regenerate, unattended         |
| the same, but the shot is at its retake cap         | direct: regenerations failed   |
| measured failure, AI or hybrid                      | regenerate, proposed           |
| a pass certificate covers it                        | pass, with the certificate     |
| anything else                                       | direct, with the weakest axis  |

Embraced kinds and declared effects are taken out of the scores first (`evals.decisions.excuses`).
A score that is missing never lets a take pass, and does not hide a failure that was measured.
Before there is any history, an axis is mapped to its rank within the lot; the lot is the film. Measures
with a limit share a scale, their share of it; the others of an axis are compared by their ranks, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from evals.decisions import sentences
from evals.decisions.case import TakeCase
from evals.decisions.eligibility import Failure, failures, why_not
from evals.decisions.goodness import ONLY_SOMETIMES, axis_goodness, metric_goodness
from tracker.domain.lots import Purpose
from tracker.domain.production import ArtifactPolicy, Method
from tracker.domain.scores import Axis, Evidence, MetricFacts, Score, ScoreState
from tracker.domain.units import FrameRange
from tracker.domain.verdicts import RETAKE_CAP, Outcome, Verdict

__all__ = ["Cover", "TakeCase", "triage"]

_SHOWN_RANGES = 4


@dataclass(frozen=True)
class Cover:
    """A valid certificate that covers a take."""

    purpose: Purpose
    certificate: str
    """Public id."""
    claim: str
    """What it says, in a sentence."""


def triage(
    lot: Sequence[TakeCase],
    covered: Mapping[int, Cover] | None = None,
    *,
    uncovered: Mapping[int, str] | None = None,
) -> dict[int, Verdict]:
    """Return take id -> verdict for all takes of a film.

    `covered` says which have a certificate; `uncovered` which had one, with a sentence of why it ended:
    their verdict begins with it.
    """
    failed = {case.take_id: failures(case) for case in lot}
    metrics = metric_goodness(lot)
    goodness = axis_goodness(lot, metrics)
    verdicts = {}
    for case in lot:
        earlier = sum(
            1
            for other in lot
            if other.shot == case.shot
            and other.number < case.number
            and (failed[other.take_id] or other.is_sent_back)
        )
        ranks = goodness[case.take_id]
        weakest = _weakest(case, ranks, metrics[case.take_id])
        verdict = _verdict(case, failed[case.take_id], earlier, ranks=ranks, weakest=weakest)
        cover = (covered or {}).get(case.take_id)
        if cover is not None:
            has_failed = bool(failed[case.take_id])
            verdict = _certified(verdict, case, cover, has_failed=has_failed)
        elif uncovered and case.take_id in uncovered:
            verdict = replace(verdict, reason=f"{uncovered[case.take_id]} {verdict.reason}")
        verdicts[case.take_id] = verdict
    return verdicts


def _certified(verdict: Verdict, case: TakeCase, cover: Cover, *, has_failed: bool) -> Verdict:
    """Let a certificate speak where no hard rule does, see `why_not`.

    A failure that needs direction is not made again, and at the retake cap a take that would be made again
    needs direction.
    """
    why = why_not(case, cover.purpose)
    if cover.purpose is Purpose.PASS:
        if why:
            return verdict
        outcome, reason = Outcome.PASS, sentences.passes(cover.claim, cover.certificate)
    else:
        if has_failed and verdict.outcome is Outcome.DIRECT:
            return verdict
        if why == sentences.retakes_failed(case.takes_of_shot - 1):
            return _at_cap(verdict, case.takes_of_shot - 1)
        if why:
            return verdict
        outcome = Outcome.REGENERATE
        reason = sentences.made_again(cover.claim, cover.certificate)
    return replace(
        verdict,
        outcome=outcome,
        is_proposed=False,
        reason=reason,
        certificate=cover.certificate,
    )


def _at_cap(verdict: Verdict, regenerations: int) -> Verdict:
    return replace(
        verdict,
        outcome=Outcome.DIRECT,
        is_proposed=False,
        reason=f"{sentences.retakes_failed(regenerations).capitalize()}.",
    )


def _verdict(
    case: TakeCase,
    failed: Sequence[Failure],
    earlier_failures: int,
    *,
    ranks: Mapping[Axis, float],
    weakest: tuple[MetricFacts, Score] | None,
) -> Verdict:
    error = next((s for _, s in case.scores if s.state is ScoreState.ERROR), None)
    if error is not None:
        return Verdict(outcome=Outcome.DIRECT, reason=error.reason, axis="error", severity=1.0)
    if failed:
        return _of_failure(case, failed[0], earlier_failures)
    excused = "".join(f" {sentence}" for sentence in case.excuses)
    severity = round(0.7 * (1 - min(ranks.values(), default=0.5)), 3)
    axis = "" if weakest is None else weakest[0].axis.value
    if case.protected or case.is_hero:
        return Verdict(
            outcome=Outcome.DIRECT,
            reason=sentences.protected(case.protected, case.director) + excused,
            axis="likeness" if case.protected else "hero",
            metric="" if weakest is None else weakest[0].name,
            frames=_frames(case, () if weakest is None else weakest[1].evidence),
            severity=severity,
        )
    return Verdict(
        outcome=Outcome.DIRECT,
        reason=sentences.uncertified(
            weakest,
            director=case.director,
            first_frame=case.first_frame,
            frame_count=case.frame_count,
            unmeasured=_unmeasured(case),
        )
        + excused,
        axis=axis,
        metric="" if weakest is None else weakest[0].name,
        frames=_frames(case, () if weakest is None else weakest[1].evidence),
        severity=severity,
    )


def _of_failure(case: TakeCase, failure: Failure, earlier_failures: int) -> Verdict:
    why_direct = ""
    if case.protected or case.is_hero:
        why_direct = sentences.protected(case.protected, case.director)
    elif case.method is Method.LIVE_ACTION:
        why_direct = "Pickup or reshoot?"
    elif case.policy is ArtifactPolicy.TOLERATE:
        why_direct = "This shot tolerates traces: is this one too much?"
    elif earlier_failures >= RETAKE_CAP:
        why_direct = f"{sentences.retakes_failed(earlier_failures).capitalize()}."
    what = sentences.failure(failure.facts, failure.score, first_frame=case.first_frame)
    what = " ".join([what, *case.excuses])
    is_protected = case.protected or case.is_hero
    return Verdict(
        outcome=Outcome.DIRECT if why_direct else Outcome.REGENERATE,
        reason=f"{what} {why_direct or 'Make another take?'}",
        axis=("likeness" if case.protected else "hero")
        if is_protected
        else failure.facts.axis.value,
        metric=failure.facts.name,
        frames=_frames(case, failure.score.evidence),
        is_proposed=not why_direct,
        severity=round(0.75 + 0.24 * (1 - 1 / failure.ratio), 3),
    )


def _weakest(
    case: TakeCase, ranks: Mapping[Axis, float], metrics: Mapping[str, float]
) -> tuple[MetricFacts, Score] | None:
    """Return a measure that names what is wrong, the worst of them; else the one behind the worst axis."""
    if not ranks:
        return None
    counted = [
        (facts, score)
        for facts, score in case.counted
        if facts.axis in ranks
        and score.value is not None
        and facts.decides
        and (facts.fails_at is not None or facts.name in metrics)
    ]
    worst = min(ranks, key=lambda a: (ranks[a], a.value))
    of_axis = [pair for pair in counted if pair[0].axis is worst]
    limited = [pair for pair in of_axis if pair[0].fails_at is not None]
    named = [pair for pair in counted if sentences.names_fault(*pair, case.frame_count)]

    def badness(pair: tuple[MetricFacts, Score]) -> float:
        facts, score = pair
        value = score.value or 0.0
        return facts.limit_used(value) if facts.fails_at is not None else -metrics[facts.name]

    return max(named or limited or of_axis, key=badness, default=None)


def _unmeasured(case: TakeCase) -> list[Axis]:
    """Return the axes that should have been measured and were not."""
    seen = {
        facts.axis
        for facts, score in case.scores
        if score.value is not None and facts.name not in ONLY_SOMETIMES
    }
    wanted = {facts.axis for facts, _ in case.scores if facts.decides}
    if case.method is Method.LIVE_ACTION:
        wanted -= {Axis.PROMPT}
    return sorted(wanted - seen)


def _frames(case: TakeCase, evidence: Sequence[Evidence]) -> tuple[FrameRange, ...]:
    """Return the worst ranges in order; without any, the whole take is what must be looked at."""
    if not evidence:
        return (FrameRange(0, case.frame_count),) if case.frame_count else ()
    worst = sorted(evidence, key=lambda e: -e.severity)[:_SHOWN_RANGES]
    return tuple(sorted(e.frames for e in worst))
