"""Whom a take is put before without being told why, and what they answered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from tracker.domain.addresses import Address
from tracker.domain.lots import AskKind
from tracker.domain.reviews import DecisionOutcome
from tracker.store.connection import Tx
from tracker.store.lookup import film_id, person_id

__all__ = [
    "Answer",
    "answer_asks",
    "answers_of_lot",
    "ask",
    "ask_again",
    "close_asks",
    "close_kept_audits",
    "contradicted",
    "open_asks",
]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One decision that answered an ask."""

    take_id: int
    outcome: DecisionOutcome
    by: str
    role: str
    decision: str
    """Public id of the decision."""
    answered_ts: datetime
    is_taken_back: bool = False


def ask(
    tx: Tx,
    kind: AskKind,
    take_id: int,
    *,
    person: str,
    place: float,
    lot_id: int | None = None,
    certificate_id: int | None = None,
) -> int:
    """Put a take before a person; `place`, 0-1, mixes it into the queue."""
    return int(
        tx.rows(
            "INSERT INTO asks (kind, lot_id, certificate_id, take_id, person_id, place) "
            "VALUES (?, ?, ?, ?, ?, ?) RETURNING ask_id",
            [kind, lot_id, certificate_id, take_id, person_id(tx, person), place],
        )[0][0]
    )


def open_asks(tx: Tx, person: str | None = None) -> dict[int, tuple[str, float]]:
    """Return take key -> (who is asked, place) of what waits for an answer, of one person or of all."""
    rows = tx.rows(
        "SELECT a.take_id, p.name, a.place FROM asks a JOIN people p USING (person_id) "
        "WHERE a.closed_ts IS NULL AND (? IS NULL OR p.name = ?) ORDER BY a.ask_id DESC",
        [person, person],
    )
    return {take: (name, place) for take, name, place in rows}


def answer_asks(
    tx: Tx, take_id: int, *, person: str, decision: str, outcome: DecisionOutcome
) -> list[tuple[AskKind, int | None]]:
    """Let a decision answer what its person was asked about the take; return (kind, certificate).

    An audit that was answered before gets the new answer, too, until its lot is closed: what counts is
    the verdict that speaks most against a pass, so that nobody can mend one by deciding again.
    """
    rows = tx.rows(
        "SELECT a.ask_id, a.kind, a.certificate_id FROM asks a JOIN people p USING (person_id) "
        "LEFT JOIN lots l USING (lot_id) WHERE a.take_id = ? AND p.name = ? "
        "AND (a.closed_ts IS NULL OR (a.kind = 'audit' AND l.state = 'drawn') "
        # One that was closed without an answer asks no more: its take is no longer what was certified.
        "OR (a.kind = 'kept_audit' AND EXISTS (SELECT 1 FROM answers n WHERE n.ask_id = a.ask_id)))",
        [take_id, person],
    )
    for ask_id, _, _ in rows:
        tx.run(
            "INSERT INTO answers (ask_id, decision_id, outcome) "
            "SELECT ?, decision_id, ? FROM decisions WHERE uid = ?::UUID",
            [ask_id, outcome, decision],
        )
        tx.run("UPDATE asks SET closed_ts = now() WHERE ask_id = ? AND closed_ts IS NULL", [ask_id])
    return [(AskKind(kind), certificate) for _, kind, certificate in rows]


def answers_of_lot(tx: Tx, lot_id: int) -> list[Answer]:
    """List every answer that a lot's audit got, oldest first, taken back or not."""
    rows = tx.records(
        "SELECT a.take_id, n.outcome, p.name AS by, d.role, d.uid::TEXT AS decision, "
        "n.answered_ts, d.uid IN (SELECT undoes FROM decisions WHERE undoes IS NOT NULL) "
        "AS is_taken_back FROM asks a JOIN answers n USING (ask_id) JOIN decisions d "
        "USING (decision_id) JOIN people p ON p.person_id = d.person_id "
        "WHERE a.lot_id = ? ORDER BY d.decision_id",
        [lot_id],
    )
    return [Answer(**{**row, "outcome": DecisionOutcome(row["outcome"])}) for row in rows]


def ask_again(tx: Tx, decision: str) -> None:
    """Ask again, blind, what a decision answered that was taken back, while its audit still asks."""
    tx.run(
        "UPDATE asks SET closed_ts = NULL WHERE ask_id IN (SELECT n.ask_id FROM answers n "
        "JOIN decisions d USING (decision_id) WHERE d.uid = ?::UUID) AND ("
        "lot_id IN (SELECT lot_id FROM lots WHERE state = 'drawn') OR certificate_id IN "
        "(SELECT certificate_id FROM certificates WHERE state = 'valid')) AND NOT EXISTS ("
        "SELECT 1 FROM answers n JOIN decisions d USING (decision_id) WHERE n.ask_id = asks.ask_id "
        "AND d.uid NOT IN (SELECT undoes FROM decisions WHERE undoes IS NOT NULL))",
        [decision],
    )


def contradicted(tx: Tx, film: Address) -> set[int]:
    """Return the takes of a film whose kept audit spoke against its certificate, taken back or not."""
    rows = tx.rows(
        "SELECT DISTINCT k.take_id FROM asks k JOIN answers n USING (ask_id) "
        "JOIN certificates c USING (certificate_id) WHERE c.film_id = ? AND c.state = 'valid' "
        "AND (n.outcome IN ('direct', 'regenerate')) = (c.purpose = 'pass')",
        [film_id(tx, film.production, film.film or "")],
    )
    return {row[0] for row in rows}


def close_kept_audits(tx: Tx, take_ids: Collection[int]) -> None:
    """Ask nobody any more about takes that a certificate no longer speaks for."""
    tx.run(
        "UPDATE asks SET closed_ts = now() WHERE kind = 'kept_audit' AND closed_ts IS NULL "
        "AND list_contains(?::INTEGER[], take_id)",
        [list(take_ids)],
    )


def close_asks(tx: Tx, lot_id: int) -> None:
    """Take the unanswered asks of a lot out of the queue."""
    tx.run("UPDATE asks SET closed_ts = now() WHERE lot_id = ? AND closed_ts IS NULL", [lot_id])
