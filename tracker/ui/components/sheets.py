"""Printed parts of pages: small tables and headings as HTML, every word of data escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby

from tracker.domain.board import KEPT_BACK, HistoryRow, ScoredMetric, TakeSheet
from tracker.domain.effects import ShotEffect, show_effects
from tracker.domain.production import BRIEF_FIELDS, Brief
from tracker.domain.scores import Axis, Direction, MetricFacts, ScoreState
from tracker.domain.takes import Take
from tracker.domain.units import FIRST_FRAME, FrameRange, show_fps
from tracker.ui.components._assets import asset
from tracker.ui.lanes import LANES

__all__ = [
    "AXIS_WORDS",
    "STYLE",
    "brief_table",
    "counts",
    "demo_badge",
    "facts_table",
    "frames_shown",
    "history_table",
    "note",
    "probe_table",
    "provenance_table",
    "remark",
    "scores_table",
    "verdict_line",
    "with_commands",
]

STYLE = f"<style>{asset('chrome.css')}</style>"
"""What Streamlit's theme cannot say: side padding, gaps, tables."""

_AXIS_ORDER = {Axis.PROMPT: 0, Axis.IDENTITY: 1, Axis.ARTIFACTS: 2}
AXIS_WORDS = {Axis.PROMPT: "Prompt", Axis.IDENTITY: "Identity", Axis.ARTIFACTS: "Artifacts"}
_STATE_WORDS = {
    ScoreState.OK: "measured",
    ScoreState.NOT_ASSESSABLE: "not assessable",
    ScoreState.ERROR: "error",
}
_MEGABYTE = 1_000_000


def demo_badge(*, is_demo: bool) -> str:
    """Return the mark of invented material, or nothing."""
    return '<span class="rt-demo">Demo</span>' if is_demo else ""


def note(title: str, *sentences: str, command: str = "") -> str:
    """Return an empty state: what is missing, why, and the command that brings it."""
    said = "".join(f"<p>{with_commands(s)}</p>" for s in sentences)
    typed = f"<code>{escape(command)}</code>" if command else ""
    return f'<div class="rt-note"><h3>{escape(title)}</h3>{said}{typed}</div>'


def remark(sentence: str) -> str:
    """Return one sentence that must not be overlooked, as a line of its own."""
    return f'<p class="rt-remark">{with_commands(sentence)}</p>'


def with_commands(sentence: str) -> str:
    """Escape a sentence and set what stands between backticks as a command."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(sentence))


def counts(numbers: Mapping[str, tuple[str, int]]) -> str:
    """Return the head counts of a board: class name -> (word, number)."""
    cells = "".join(
        f'<div class="{escape(name)}"><span>{escape(word)}</span><b>{number}</b></div>'
        for name, (word, number) in numbers.items()
    )
    return f'<div class="rt-counts">{cells}</div>'


def frames_shown(frames: Iterable[FrameRange], first_frame: int) -> str:
    """Write ranges as people read them.

    >>> frames_shown([FrameRange(20, 34)], 1001)
    '1021\u20131034'
    """
    return ", ".join(r.words(first_frame).replace("-", "\u2013") for r in frames)


def verdict_line(sheet: TakeSheet) -> str:
    """Return a take's heading: code, outcome, the sentence, and what decided."""
    take = sheet.take
    lane, word, said, small = _verdict_words(sheet)
    marks = [f'<span class="rt-lane {lane}">{word}</span>', demo_badge(is_demo=sheet.is_demo)]
    where = escape(f"{take.production} {take.film}")
    tail = " \u00b7 ".join(s for s in small if s)
    return (
        f'<div class="rt-take"><h2><i>{where}</i> {escape(take.shot)} <span>v{take.number:03d}</span></h2>'
        f'{"".join(marks)}<p class="rt-said">{escape(said)}</p>'
        f'<p class="rt-small">{escape(tail)}</p></div>'
    )


def _verdict_words(sheet: TakeSheet) -> tuple[str, str, str, list[str]]:
    take, verdict = sheet.take, sheet.verdict
    packs = ", ".join(sorted({_pack(s) for s in sheet.scores if s.pack}))
    tail = [
        f"scored by pack {packs}" if packs else "",
        f"{take.provenance.generator} {take.provenance.generator_version}".strip(),
        sheet.method.value.replace("_", " "),
    ]
    if take.probe_error:
        said = verdict.reason if verdict else "This take cannot be read."
        return "error", "Unreadable", said, [take.probe_error, *tail]
    if sheet.is_withheld:
        return "blind", LANES["blind"], KEPT_BACK, tail
    if verdict is None:
        said = "Scored, no verdict yet." if sheet.scores else "Not scored yet."
        return "unscored", "Unscored", said, tail
    word = verdict.outcome.value.capitalize()
    where = frames_shown(verdict.frames, sheet.first_frame)
    small = [
        f"frames {where}" if where else "",
        f"decided by {verdict.axis}",
        f"certificate {verdict.certificate}" if verdict.certificate else "",
        *tail,
    ]
    shown = f"{word}, proposed" if verdict.is_proposed else word
    return verdict.outcome.value, shown, verdict.reason or "No reason was given.", small


def scores_table(sheet: TakeSheet) -> str:
    """Return a take's scores by axis: value, interval, state, reason, range, direction, version, pack."""
    ordered = sorted(
        sheet.scores, key=lambda s: (_AXIS_ORDER[s.facts.axis], not s.facts.decides, s.facts.title)
    )
    body = ""
    said = ""
    for axis, group in groupby(ordered, key=lambda s: s.facts.axis):
        body += f'<tr class="rt-axis"><th colspan="6">{AXIS_WORDS[axis]}</th></tr>'
        for scored in group:
            is_said = scored.score.reason == said
            body += _score_row(scored, fails=sheet.fails(scored), is_said=is_said)
            said = scored.score.reason or said
    head = "".join(
        f"<th>{word}</th>"
        for word in ("Measure", "Value", "90 % interval", "Fails at", "Range", "Version, pack")
    )
    return f'<table class="rt-table rt-scores"><thead><tr>{head}</tr></thead>{body}</table>'


def _score_row(scored: ScoredMetric, *, fails: bool, is_said: bool) -> str:
    """Return a row, and its reason unless the row above just said the same."""
    facts, score = scored.facts, scored.score
    name = "fails" if fails else score.state.value
    value = _STATE_WORDS[score.state] if score.value is None else _number(score.value)
    interval = (
        ""
        if score.low is None or score.high is None
        else f"{_number(score.low)} \u2013 {_number(score.high)}"
    )
    reason = (
        f'<tr class="rt-why"><td colspan="6">{escape(score.reason)}</td></tr>'
        if score.reason and not is_said
        else ""
    )
    shown = "" if facts.decides else " <i>shown only</i>"
    cells = (
        f"{escape(facts.title)}{shown}",
        f"<b>{value}</b>",
        interval,
        "" if facts.fails_at is None else _number(facts.fails_at),
        _range(facts),
        f"{escape(facts.version)}, {escape(_pack(scored)) or 'no pack'}",
    )
    return f'<tr class="{name}">{"".join(f"<td>{c}</td>" for c in cells)}</tr>{reason}'


def _pack(scored: ScoredMetric) -> str:
    return f"{scored.pack} (DEMO)" if scored.is_demo_pack else scored.pack


def _range(facts: MetricFacts) -> str:
    top = "\u221e" if facts.high is None else _number(facts.high)
    way = "\u2191" if facts.direction is Direction.HIGHER_IS_BETTER else "\u2193"
    word = "higher is better" if way == "\u2191" else "lower is better"
    return f'<span title="{word}">{way} {_number(facts.low)} \u2026 {top}</span> <i>{escape(facts.unit)}</i>'


def _number(value: float) -> str:
    return f"{value:.4g}"


def facts_table(title: str, facts: Iterable[tuple[str, str]]) -> str:
    """Return a titled list of facts; those without a value are left out."""
    lines = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in facts
        if value
    )
    body = (
        f'<table class="rt-table">{lines}</table>'
        if lines
        else '<p class="rt-small">Nothing recorded.</p>'
    )
    return f'<div class="rt-block"><h4>{escape(title)}</h4>{body}</div>'


def brief_table(
    brief: Brief, effects: Sequence[ShotEffect] = (), *, first_frame: int = FIRST_FRAME
) -> str:
    """Return what the shot should be, and the effects that it means to have."""
    fields = [(name, str(getattr(brief, name))) for name in BRIEF_FIELDS]
    declared = ("declared effects", show_effects(effects, first_frame))
    return facts_table("Brief", [("prompt", brief.prompt), *fields, declared])


def provenance_table(take: Take) -> str:
    """Return how a take was made."""
    made = take.provenance
    parameters = ", ".join(f"{k} {v}" for k, v in sorted(made.parameters.items()))
    return facts_table(
        "Provenance",
        [
            ("generator", f"{made.generator} {made.generator_version}".strip()),
            ("weights", made.weights_sha256[:12]),
            ("seed", "" if made.seed is None else str(made.seed)),
            ("prompt", made.prompt),
            ("parameters", parameters),
            ("references", ", ".join(made.references)),
            ("cost", "" if made.cost_eur is None else f"\u20ac {made.cost_eur}"),
        ],
    )


def probe_table(take: Take) -> str:
    """Return what the file is."""
    probe = take.probe
    file = [
        ("file", take.path),
        ("size", f"{take.size_bytes / _MEGABYTE:.1f} MB"),
        ("sha256", take.sha256[:16]),
        ("stage", take.stage.value),
        ("status", take.status.value),
    ]
    if probe is None:
        return facts_table("File", [("error", take.probe_error), *file])
    picture = [
        ("picture", f"{probe.width} \u00d7 {probe.height}, {probe.codec}, {probe.pixel_format}"),
        (
            "time",
            f"{probe.frame_count} frames at {show_fps(probe.fps)} fps, {probe.duration_s:.2f} s",
        ),
        ("rate", "variable" if probe.is_variable_rate else ""),
        ("colour", probe.color),
        ("sound", "yes" if probe.has_audio else "none"),
        ("remarks", ", ".join(probe.remarks)),
    ]
    return facts_table("File", [*picture, *file])


def history_table(history: Iterable[HistoryRow]) -> str:
    """Return who did what, newest first."""
    return facts_table(
        "History",
        [
            (f"{row.when:%Y-%m-%d %H:%M}", f"{row.what.replace('.', ' ')} by {row.who}")
            for row in history
        ],
    )
