"""Printed parts of the audit pages, as HTML with every word of data escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from evals.audits.agreement import Reviewing
from evals.audits.overview import CertificateLine, FilmAudit, Needed
from evals.audits.standing import Standing
from evals.decisions.agreement import REPEATS, FlipRate
from tracker.domain.lots import CertificateState, Purpose
from tracker.ui.components.sheets import with_commands

__all__ = [
    "STANDING_WORDS",
    "film_card",
    "needed_table",
    "people_table",
    "unreachable_list",
]

STANDING_WORDS = {
    Standing.CERTIFIED: ("Certified", "pass"),
    Standing.WAITING: ("Verdicts needed", "direct"),
    Standing.READY: ("Ready to close", "direct"),
    Standing.PLANNED: ("Planned", "direct"),
    Standing.POSSIBLE: ("Audit possible", "direct"),
    Standing.ENDED: ("Ended", "error"),
    Standing.REFUSED: ("Refused", "error"),
    Standing.LOOK: ("All looked at", ""),
}
"""Standing -> (word, class of its colour)."""


def film_card(audit: FilmAudit) -> str:
    """Return a film's card: where its audit stands, why, and what was certified before."""
    word, tone = STANDING_WORDS[audit.standing]
    director = f"directed by {audit.director}" if audit.director else "no director of record"
    details = "".join(f"<p>{escape(text)}</p>" for text in audit.details if text)
    lines = "".join(
        _certificate(line, is_told=any(line.ended_why in text for text in audit.details))
        for line in audit.certificates
    )
    lines = f'<ul class="rt-lines">{lines}</ul>' if lines else ""
    again = "".join(f'<p class="rt-small">{with_commands(text)}</p>' for text in audit.again)
    return (
        f'<div class="rt-audit {tone}"><h3><span class="rt-lane {tone}">{word}</span> '
        f"{escape(audit.film)} <i>{escape(audit.title)}, {escape(director)}</i></h3>"
        f'<p class="rt-said">{escape(audit.headline)}</p>{details}'
        f'<p class="rt-small">{escape(_counted(audit))}</p>{again}{lines}{_planning(audit)}</div>'
    )


def _counted(audit: FilmAudit) -> str:
    anyway = ", ".join(f"{why} ({number})" for why, number in list(audit.looked_at.items())[:5])
    told = f"{audit.takes} takes in the cut, {audit.unseen} pass unseen"
    return f"{told}. Looked at whatever the score says: {anyway}." if anyway else f"{told}."


def _planning(audit: FilmAudit) -> str:
    """Tell the claim of future takes last, on a line that looks like nothing that lets a take pass."""
    if not audit.planning:
        return ""
    return f'<p class="rt-small rt-planning"><b>For planning:</b> {escape(audit.planning)}</p>'


def _certificate(line: CertificateLine, *, is_told: bool) -> str:
    """Return a certificate's line; `is_told`: why it ended stands above already."""
    valid = line.state is CertificateState.VALID
    tone = "pass" if valid else "error"
    what = f"issued {line.issued}" if valid or is_told else line.ended_why
    if line.purpose is Purpose.REGENERATE:
        what = f"for takes made again unattended: {line.says if valid else what}"
    return (
        f'<li><span class="rt-lane {tone}">{line.state.value}</span> '
        f"<code>{escape(line.uid[:8])}</code> {escape(what)}</li>"
    )


def needed_table(needed: Sequence[Needed]) -> str:
    """Return the table of how many verdicts are needed, by alpha and rejections."""
    head = "".join(
        f"<th>{word}</th>"
        for word in ("Wrong takes tolerated", "None rejected", "1 rejected", "2 rejected")
    )
    body = "".join(
        f"<tr><td>{row.alpha:.0%}</td>"
        + "".join(f"<td><b>{'all' if n is None else n}</b></td>" for n in row.verdicts)
        + "</tr>"
        for row in needed
    )
    return f'<table class="rt-table rt-scores"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def people_table(found: Reviewing) -> str:
    """Return the people with their flip rates."""
    words = ("Person", "Decided", "Repeats", "Turned round", "Rate", "90 % interval", "Waiting", "")
    head = "".join(f"<th>{word}</th>" for word in words)
    body = "".join(_person(found, name) for name in found.people)
    return (
        f'<table class="rt-table rt-scores rt-people"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _person(found: Reviewing, name: str) -> str:
    rate = found.people[name]
    known = rate.repeats > 0
    more = REPEATS - rate.repeats
    advice = f"{more} more repeats make it worth relying on" if more > 0 else "enough repeats"
    cells = (
        escape(name),
        f"{found.decided[name]}",
        f"{rate.repeats}",
        f"{rate.flips}" if known else "",
        f"<b>{rate.rate:.0%}</b>" if known else "not known",
        f"{_span(rate)}{rate.low:.0%} \u2013 {rate.high:.0%}" if known else "",
        f"{found.waiting[name]}" if found.waiting[name] else "",
        f"<i>{advice}</i>",
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _span(rate: FlipRate) -> str:
    """Draw an interval on a track from 0 to 100 %."""
    low, high, at = 100 * rate.low, 100 * rate.high, 100 * rate.rate
    return (
        f'<span class="rt-span"><i style="left:{low:.0f}%;width:{high - low:.0f}%"></i>'
        f'<b style="left:{at:.0f}%"></b></span>'
    )


def unreachable_list(found: Reviewing) -> str:
    """Return the films whose alpha cannot be reached, by who judges; nothing where all can."""
    films: dict[str, list[str]] = {}
    for entry in found.unreachable:
        sentence = entry.sentence.rsplit("alpha unreachable. ", maxsplit=1)[-1]
        film = f"{entry.film} (audit open)" if entry.is_open else entry.film
        films.setdefault(f"{entry.whose}. {sentence}", []).append(film)
    lines = "".join(
        f'<li><span class="rt-lane error">alpha unreachable</span> {escape(", ".join(names))}, '
        f"{escape(said)}</li>"
        for said, names in films.items()
    )
    return f'<ul class="rt-lines">{lines}</ul>' if lines else ""
