"""From rows to the page that explains one take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evals.decisions.excuses import Judged, judged, kinds_of
from evals.decisions.measured import is_near, measured
from evals.decisions.sentences import AXES, can_name_fault, weakest_measure
from evals.reports.drawing import curve_of, gauge_of, pictures_of, ranges_of
from evals.reports.page import (
    AxisPart,
    Measure,
    Missing,
    Picture,
    ShownRange,
    Standing,
    TakePage,
    VerdictPart,
)
from evals.reports.rows import TakeRows
from tracker.domain.addresses import take_code
from tracker.domain.board import ScoredMetric, TakeSheet
from tracker.domain.production import ArtifactPolicy, Method
from tracker.domain.scores import Axis, Direction, Evidence, MetricFacts, Score, ScoreState

__all__ = ["build_page"]

_VOID = "Taken by a DEMO pack, which decides nothing here."
_UNREADABLE = "Not measured: the take cannot be read."
_TECHNICAL_ONLY = "A live-action take is judged for technical faults only."

_RANK = {
    Standing.FAILS: 0,
    Standing.NEAR: 1,
    Standing.FINE: 2,
    Standing.RANKED: 2,
    Standing.SHOWN: 3,
}


def build_page(rows: TakeRows, *, registered: Sequence[MetricFacts]) -> TakePage:
    """Make the page of a take; `registered` are the metrics that it should have been scored with."""
    sheet, take = rows.sheet, rows.sheet.take
    code = take_code(take.number)
    packs = {(s.pack, s.is_demo_pack) for s in sheet.scores if s.pack}
    made = take.provenance
    return TakePage(
        address=f"{take.production}/{take.film}/{take.shot}/{code}",
        production=take.production,
        production_title=rows.production.title,
        film=take.film,
        film_title=rows.film.title,
        shot=take.shot,
        take=code,
        takes=sheet.siblings,
        director=rows.film.director,
        method=sheet.method.value.replace("_", " "),
        generator=f"{made.generator} {made.generator_version}".strip(),
        prompt=sheet.brief.text,
        is_demo=sheet.is_demo,
        packs=tuple(sorted(packs)),
        first_frame=sheet.first_frame,
        frame_count=_frame_count(sheet),
        fps=sheet.fps,
        error=take.probe_error or _error(sheet.scores),
        verdict=_verdict(sheet),
        axes=tuple(_axis(rows, axis, registered=registered) for axis in AXES),
    )


def _frame_count(sheet: TakeSheet) -> int:
    return 0 if sheet.take.probe is None else sheet.take.probe.frame_count


def _error(scores: Iterable[ScoredMetric]) -> str:
    return next((s.score.reason for s in scores if s.score.state is ScoreState.ERROR), "")


def _verdict(sheet: TakeSheet) -> VerdictPart | None:
    verdict = sheet.verdict
    if verdict is None:
        return None
    spoke = [s for s in sheet.scores if s.facts.name == verdict.metric]
    known = {e.frames: e for s in spoke for e in s.score.evidence}
    evidence = [known.get(frames, Evidence(frames=frames)) for frames in verdict.frames]
    facts = spoke[0].facts if spoke else None
    ranges = ranges_of(facts, evidence, sheet.first_frame)
    return VerdictPart(
        verdict=verdict,
        is_error=_error(sheet.scores) != "" or verdict.axis == "error",
        ranges=ranges,
        pictures=_pictures(sheet, ranges),
    )


def _pictures(sheet: TakeSheet, ranges: Sequence[ShownRange]) -> tuple[Picture, ...]:
    return pictures_of(ranges, first_frame=sheet.first_frame, frame_count=_frame_count(sheet))


def _axis(rows: TakeRows, axis: Axis, *, registered: Sequence[MetricFacts]) -> AxisPart:
    known = [s for s in rows.sheet.scores if s.facts.axis is axis]
    taken = sorted(
        (s for s in known if s.score.value is not None), key=lambda s: _worst_first(rows, s)
    )
    names = {s.facts.name for s in known}
    address = f"{rows.sheet.take.production}/{rows.sheet.take.film}"
    untaken = [(s.facts, s.score) for s in known if s.score.value is None]
    untaken += [
        (f, Score.missing(f.name, f"Not scored yet; run `roundtable evals run {address}`."))
        for f in registered
        if f.axis is axis and f.name not in names
    ]
    measures = tuple(_measure(rows, s, is_first=i == 0) for i, s in enumerate(taken))
    missing = _missing(untaken)
    standing, sentence = _standing_of_axis(rows, axis, measures=measures, missing=missing)
    return AxisPart(
        axis=axis,
        title=AXES[axis],
        standing=standing,
        sentence=sentence,
        measures=measures,
        missing=missing,
    )


def _worst_first(rows: TakeRows, scored: ScoredMetric) -> tuple[int, bool, bool, bool, float, str]:
    """Order: what fails, what is near a fault, what the verdict speaks of, the share of limit or range.

    Shares of limits are compared with each other, and so are shares and probabilities; what is counted
    otherwise, such as standard deviations, comes after them.
    """
    facts, verdict = scored.facts, rows.sheet.verdict
    has_spoken = verdict is not None and verdict.metric == facts.name
    return (
        _RANK[_standing(rows, scored)],
        not has_spoken,
        facts.fails_at is None,
        facts.fails_at is None and facts.range != (0.0, 1.0),
        -_badness(facts, scored.score.value or 0.0),
        facts.title,
    )


def _badness(facts: MetricFacts, value: float) -> float:
    """Return the share of its limit that a value uses; without one, how far from its best end it lies."""
    if facts.fails_at is not None or facts.high is None:
        return facts.limit_used(value)
    share = (value - facts.low) / (facts.high - facts.low)
    return 1 - share if facts.direction is Direction.HIGHER_IS_BETTER else share


def _standing(rows: TakeRows, scored: ScoredMetric) -> Standing:
    facts, score = scored.facts, scored.score
    if not facts.decides or _does_not_count(rows, scored):
        return Standing.SHOWN
    score = _judged(rows, scored).score or score
    if facts.fails(score):
        return Standing.FAILS
    if is_near(facts, score, frame_count=_frame_count(rows.sheet)):
        return Standing.NEAR
    has_a_say = facts.fails_at is not None or can_name_fault(facts)
    return Standing.FINE if has_a_say else Standing.RANKED


def _judged(rows: TakeRows, scored: ScoredMetric) -> Judged:
    """Return what of a score counts on a shot that declares effects."""
    return judged(
        scored.facts,
        scored.score,
        effects=rows.shot.effects,
        first_frame=rows.sheet.first_frame,
    )


def _does_not_count(rows: TakeRows, scored: ScoredMetric) -> bool:
    return bool(_void(rows, scored)) or _judged(rows, scored).score is None


def _note(rows: TakeRows, scored: ScoredMetric) -> str:
    """Say why a measure, or some frames of it, do not count for this take; empty where all counts."""
    return _void(rows, scored) or _judged(rows, scored).excuse


def _void(rows: TakeRows, scored: ScoredMetric) -> str:
    """Say why a measure does not count at all, whatever the shot declares."""
    if scored.is_demo_pack and not rows.sheet.is_demo:
        return _VOID
    if scored.facts.axis is Axis.PROMPT and rows.sheet.method is Method.LIVE_ACTION:
        return _TECHNICAL_ONLY
    if rows.shot.artifact_policy is not ArtifactPolicy.EMBRACE:
        return ""
    kinds = kinds_of(scored.facts, scored.score)
    taken_in = next((e for e in rows.shot.embraced if e.kind in kinds), None)
    if taken_in is None:
        return ""
    why = f": {taken_in.reason}" if taken_in.reason else "."
    return f"The story takes this trace in, decided by {taken_in.by}{why}"


def _measure(rows: TakeRows, scored: ScoredMetric, *, is_first: bool) -> Measure:
    sheet, facts, score = rows.sheet, scored.facts, scored.score
    frame_count = _frame_count(sheet)
    standing = _standing(rows, scored)
    is_full = standing in {Standing.FAILS, Standing.NEAR} or (
        is_first and standing is not Standing.SHOWN
    )
    counted = _judged(rows, scored).score or score
    ranges = ranges_of(facts, counted.evidence, sheet.first_frame)
    said = measured(facts, counted, first_frame=sheet.first_frame, frame_count=frame_count)
    return Measure(
        facts=facts,
        score=score,
        pack=scored.pack,
        is_demo_pack=scored.is_demo_pack,
        standing=standing,
        sentence=said,
        remark="" if score.reason in said else score.reason,
        note=_note(rows, scored),
        is_full=is_full,
        ranges=ranges,
        pictures=_pictures(sheet, ranges) if is_full else (),
        gauge=gauge_of(facts, score),
        curve=curve_of(scored, frame_count),
    )


def _missing(untaken: Iterable[tuple[MetricFacts, Score]]) -> tuple[Missing, ...]:
    """Gather measures that could not be taken by their reason, errors first."""
    by_reason: dict[tuple[bool, str], list[MetricFacts]] = {}
    for facts, score in untaken:
        is_error = score.state is ScoreState.ERROR
        by_reason.setdefault((not is_error, score.reason), []).append(facts)
    return tuple(
        Missing(
            facts=tuple(sorted(group, key=lambda f: f.title)),
            reason=reason,
            standing=Standing.MISSING if is_no_error else Standing.ERROR,
        )
        for (is_no_error, reason), group in sorted(by_reason.items(), key=lambda kv: kv[0])
    )


def _standing_of_axis(
    rows: TakeRows, axis: Axis, *, measures: Sequence[Measure], missing: Sequence[Missing]
) -> tuple[Standing, str]:
    if axis is Axis.PROMPT and rows.sheet.method is Method.LIVE_ACTION:
        return Standing.SHOWN, _TECHNICAL_ONLY
    counted = [m for m in measures if m.standing is not Standing.SHOWN]
    if not counted:
        if missing and missing[0].standing is Standing.ERROR:
            return Standing.ERROR, _UNREADABLE
        return Standing.MISSING, _why_unmeasured(measures, missing)
    worst = counted[0]
    if worst.standing is not Standing.FINE or worst.facts.fails_at is None:
        return worst.standing, worst.sentence
    said = weakest_measure(
        worst.facts,
        worst.score,
        first_frame=rows.sheet.first_frame,
        frame_count=_frame_count(rows.sheet),
    )
    return worst.standing, said


def _why_unmeasured(measures: Sequence[Measure], missing: Sequence[Missing]) -> str:
    """Say why nothing on an axis counts."""
    if any(m.note == _VOID for m in measures):
        return (
            "Only a DEMO pack measured this, which decides nothing here; run `roundtable evals run "
            "--pack standard`."
        )
    if measures and not missing:
        return measures[0].note or "Only what is shown and never decided on was measured."
    if not missing:
        return "Nothing measures this axis."
    most = max(missing, key=lambda m: len(m.facts))
    return f"Not measured: {most.reason}"
