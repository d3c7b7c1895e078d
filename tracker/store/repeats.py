"""Blind repeats: takes that a person decided and is asked about again, and what they said then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.domain.addresses import Address
from tracker.domain.reviews import DecisionOutcome
from tracker.store.connection import Tx
from tracker.store.reviews import ONLY_REPEATS

__all__ = ["Opinion", "Repeat", "opinions", "repeatable", "repeats"]


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What a person says of a take: their newest decision that stands, mere blind repeats left out."""

    take_id: int
    take: str
    """Address."""
    person: str
    outcome: DecisionOutcome
    decided_ts: datetime


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """A take that a person was asked about again."""

    take_id: int
    person: str
    before: DecisionOutcome | None
    """What they had said; None where they have taken it back since."""
    again: DecisionOutcome | None
    """What they said the second time; None while it waits."""


_PLACE = (
    "JOIN takes t ON t.take_id = d.take_id JOIN shots s USING (shot_id) "
    "JOIN films f USING (film_id) JOIN productions r USING (production_id) "
)
_UNDER = "r.code = ? AND (? IS NULL OR f.code = ?) "
_OPINIONS = (
    "SELECT d.take_id, p.name AS person, d.person_id, d.outcome, d.decided_ts, "  # noqa: S608 # constants
    "r.code || '/' || f.code || '/' || s.code || '/v' || lpad(t.number::TEXT, 3, '0') AS take, "
    "s.status NOT IN ('hld', 'omt') AND t.status <> 'na' AS is_live "
    "FROM decisions d JOIN people p USING (person_id) " + _PLACE + "WHERE " + _UNDER + "AND "  # noqa: S608 # constants
    "d.outcome <> 'undo' AND d.uid NOT IN (SELECT undoes FROM decisions WHERE undoes IS NOT NULL) "
    f"AND d.decision_id NOT IN ({ONLY_REPEATS}) QUALIFY row_number() OVER "
    "(PARTITION BY d.take_id, d.person_id ORDER BY d.decision_id DESC) = 1 "
)


def opinions(tx: Tx, scope: Address) -> list[Opinion]:
    """List everybody's opinion of every take under a production or a film."""
    return [
        _opinion(row) for row in tx.records(f"{_OPINIONS} ORDER BY take, person", _bound(scope))
    ]


def repeatable(tx: Tx, scope: Address) -> list[Opinion]:
    """List the opinions that may be asked for again, each once in its life.

    Left out are takes that the person is being asked about, was asked about again before, and those
    whose answer would count for a certificate: kept audits, and audits whose lot is not closed.
    """
    rows = tx.records(
        f"SELECT * FROM ({_OPINIONS}) o WHERE is_live AND NOT EXISTS ("  # noqa: S608 # a constant
        "SELECT 1 FROM asks a LEFT JOIN lots l USING (lot_id) WHERE a.take_id = o.take_id "
        "AND a.person_id = o.person_id AND (a.closed_ts IS NULL OR a.kind IN ('repeat', 'kept_audit') "
        "OR l.state = 'drawn')) ORDER BY take, person",
        _bound(scope),
    )
    return [_opinion(row) for row in rows]


def repeats(tx: Tx, scope: Address) -> list[Repeat]:
    """List the blind repeats under a production or a film, the oldest first."""
    rows = tx.records(
        "SELECT d.take_id, p.name AS person, n.outcome AS again, ("  # noqa: S608 # constants
        "SELECT b.outcome FROM decisions b WHERE b.take_id = d.take_id "
        "AND b.person_id = d.person_id AND b.decided_ts < d.asked_ts AND b.outcome <> 'undo' "
        "AND b.uid NOT IN (SELECT undoes FROM decisions WHERE undoes IS NOT NULL) "
        "ORDER BY b.decision_id DESC LIMIT 1) AS before "
        "FROM asks d JOIN people p USING (person_id) LEFT JOIN answers n USING (ask_id) "
        + _PLACE
        + "WHERE d.kind = 'repeat' AND "
        + _UNDER
        + "ORDER BY d.ask_id",
        _bound(scope),
    )
    return [
        Repeat(
            take_id=row["take_id"],
            person=row["person"],
            before=_outcome(row["before"]),
            again=_outcome(row["again"]),
        )
        for row in rows
    ]


def _bound(scope: Address) -> list[str | None]:
    return [scope.production, scope.film, scope.film]


def _outcome(word: str | None) -> DecisionOutcome | None:
    return None if word is None else DecisionOutcome(word)


def _opinion(row: dict[str, Any]) -> Opinion:
    return Opinion(
        take_id=row["take_id"],
        take=row["take"],
        person=row["person"],
        outcome=DecisionOutcome(row["outcome"]),
        decided_ts=row["decided_ts"],
    )
