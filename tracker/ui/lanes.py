"""The lanes of a board: what needs somebody, in which order, and what a filter leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.domain.board import KEPT_BACK, BoardRow
from tracker.domain.stages import State
from tracker.domain.verdicts import Outcome

__all__ = [
    "LANES",
    "Filters",
    "address_of",
    "changed",
    "lane_of",
    "needing",
    "not_judged",
    "not_scored",
    "outdated",
    "reason_of",
    "worst_first",
]

LANES = {
    "error": "Unreadable",
    "direct": "Direct",
    "regenerate": "Regenerate",
    "blind": "Blind look",
    "unscored": "Unscored",
    "pass": "Pass",
    "approved": "Approved",
}
"""Lane -> word; the lanes of a board in the order of a release's worries."""

_PLACE = {
    "error": 0,
    "direct": 1,
    "regenerate": 1,
    "blind": 2,
    "unscored": 3,
    "pass": 4,
    "approved": 5,
}
"""Direction and regeneration share a place: severity alone says which comes first. What is to be judged
without hints has no severity that anybody may see."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a board leaves out; an empty field leaves nothing out."""

    lane: str | None = None
    methods: tuple[str, ...] = ()
    sequences: tuple[str, ...] = ()
    generators: tuple[str, ...] = ()
    text: str = ""
    """Words that must all occur in the code, prompt, reason or generator, in any case."""

    def keep(self, row: BoardRow) -> bool:
        """Say whether a row stays on the board."""
        hay = f"{address_of(row)} {row.prompt} {reason_of(row)} {row.generator}".casefold()
        return (
            (self.lane is None or lane_of(row) == self.lane)
            and (not self.methods or row.method.value in self.methods)
            and (not self.sequences or row.sequence in self.sequences)
            and (not self.generators or row.generator in self.generators)
            and all(word in hay for word in self.text.casefold().split())
        )


def lane_of(row: BoardRow) -> str:
    """Return a row's lane, a key of LANES; a file that cannot be read is an error whatever else.

    Once a person has approved a shot, what the harness thinks of it no longer moves it.
    """
    if row.probe_error or (row.verdict is not None and row.verdict.axis == "error"):
        return "error"
    if row.is_withheld:
        return "blind"
    if row.status.state is State.DONE:
        return "approved"
    return "unscored" if row.verdict is None else row.verdict.outcome.value


def reason_of(row: BoardRow) -> str:
    """Return the one sentence that a tile says about its take."""
    if row.take is None:
        return "No take yet."
    if row.verdict is not None and row.verdict.reason:
        return row.verdict.reason
    if row.probe_error:
        return row.probe_error
    if row.is_withheld:
        return KEPT_BACK
    if row.verdict is not None:
        return "Nothing to add." if row.verdict.outcome is Outcome.PASS else row.verdict.axis
    return "Scored, no verdict yet." if row.scored_metrics else "Not scored yet."


def address_of(row: BoardRow) -> str:
    """Return the address of a row's latest take, or of its shot while there is none."""
    shot = f"{row.production}/{row.film}/{row.shot}"
    return shot if row.take is None else f"{shot}/{row.take}"


def worst_first(rows: Iterable[BoardRow]) -> list[BoardRow]:
    """Order rows: unreadable files, then by severity, then what nobody scored, then what passed."""
    return sorted(rows, key=_badness)


def needing(rows: Iterable[BoardRow]) -> list[BoardRow]:
    """Return the rows with a take that a person must look at or agree to make again, worst first.

    Not those of shots on hold or omitted, nor what a certificate has made again unattended.
    """
    return [
        r
        for r in worst_first(rows)
        if lane_of(r) in _NEEDS_SOMEBODY
        and r.status.state is not State.BLOCKED
        and not _is_unattended(r)
    ]


_NEEDS_SOMEBODY = frozenset({"error", "direct", "regenerate", "blind"})


def not_scored(rows: Iterable[BoardRow]) -> list[BoardRow]:
    """Return the rows whose latest take was never measured."""
    return [r for r in rows if r.take is not None and not r.expected_metrics]


def not_judged(rows: Iterable[BoardRow]) -> list[BoardRow]:
    """Return the rows whose latest take was measured and has no verdict."""
    return [
        r
        for r in rows
        if r.take is not None and r.expected_metrics and r.verdict is None and not r.is_withheld
    ]


def outdated(rows: Iterable[BoardRow]) -> list[BoardRow]:
    """Return the rows that only say that their certificate has ended: nothing has judged them since."""
    return [
        r
        for r in rows
        if r.verdict is not None and r.verdict.axis == "certificate" and not r.is_outdated
    ]


def changed(rows: Iterable[BoardRow]) -> list[BoardRow]:
    """Return the rows whose shot or film has changed since they were judged, and that nobody approved."""
    return [r for r in rows if r.is_outdated and lane_of(r) != "approved"]


def _is_unattended(row: BoardRow) -> bool:
    verdict = row.verdict
    return (
        verdict is not None
        and verdict.outcome is Outcome.REGENERATE
        and verdict.certificate is not None
    )


def _badness(row: BoardRow) -> tuple[int, bool, float, str]:
    severity = 0.0 if row.verdict is None else row.verdict.severity
    return _PLACE[lane_of(row)], row.take is None, -severity, address_of(row)
