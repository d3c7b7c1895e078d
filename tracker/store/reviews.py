"""Human decisions as an append-only table, with undo by a row that names what it undoes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker.domain.addresses import Address
from tracker.domain.production import Role
from tracker.domain.reviews import Decision, DecisionOutcome
from tracker.domain.units import FrameRange
from tracker.errors import NotFoundError
from tracker.store.connection import Tx
from tracker.store.lookup import person_id, take_id

__all__ = [
    "ONLY_REPEATS",
    "decisions",
    "decisions_under",
    "record_decision",
    "standing_decisions",
    "undo_decision",
]


def record_decision(tx: Tx, decision: Decision) -> str:
    """Append a decision and return its public id; the person must be known."""
    frames = decision.frames
    uid = tx.rows(
        "INSERT INTO decisions (take_id, person_id, role, outcome, kind, note, start_index, "
        "end_index, minutes, seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING uid",
        [
            take_id(tx, Address.parse(decision.take)), person_id(tx, decision.by), decision.role,
            decision.outcome, decision.kind, decision.note,
            None if frames is None else frames.start, None if frames is None else frames.end,
            decision.minutes, decision.seen,
        ],
    )[0][0]  # fmt: skip
    detail = {"outcome": decision.outcome, "by": decision.by, "note": decision.note}
    tx.event("take.decided", decision.take, detail)
    return str(uid)


def undo_decision(tx: Tx, uid: str, *, by: str, role: Role) -> None:
    """Append a row that takes a decision back; raises NotFoundError for an unknown id."""
    row = tx.one(
        "SELECT take_id FROM decisions WHERE uid = ?::UUID AND outcome <> 'undo' "
        "AND uid NOT IN (SELECT undoes FROM decisions WHERE undoes IS NOT NULL)",
        [uid],
    )
    if row is None:
        raise NotFoundError(f"There is no decision '{uid}' to undo; it may be undone already.")
    tx.run(
        "INSERT INTO decisions (take_id, person_id, role, outcome, undoes, kind, note, seen) "
        "VALUES (?, ?, ?, 'undo', ?::UUID, '', '', '')",
        [row[0], person_id(tx, by), role, uid],
    )
    tx.event("decision.undone", uid, {"by": by})


_STANDING = (
    "SELECT d.*, p.name FROM decisions d JOIN people p USING (person_id) "
    "WHERE d.outcome <> 'undo' AND d.uid NOT IN "
    "(SELECT undoes FROM decisions WHERE undoes IS NOT NULL) "
)
"""Start of queries for decisions that were not taken back."""

ONLY_REPEATS = (
    "SELECT decision_id FROM answers JOIN asks USING (ask_id) GROUP BY decision_id "
    "HAVING bool_and(kind = 'repeat')"
)
"""Query of the decisions that answered blind repeats and nothing else."""


def decisions(tx: Tx, take: Address) -> list[tuple[str, Decision]]:
    """List (public id, decision) of a take, oldest first, without those undone."""
    rows = tx.records(_STANDING + "AND d.take_id = ? ORDER BY d.decision_id", [take_id(tx, take)])
    return [(str(row["uid"]), _decision(row, str(take))) for row in rows]


def standing_decisions(tx: Tx, scope: Address) -> dict[int, Decision]:
    """Return take key -> its newest decision that stands, for everything under an address.

    An answer to a blind repeat is not one, unless it answered an audit, too: it measures the person, not
    the take.
    """
    return dict(decisions_under(tx, scope))


def decisions_under(tx: Tx, scope: Address) -> list[tuple[int, Decision]]:
    """List (take key, decision) of all that stand under an address, oldest first, without repeats."""
    rows = tx.records(
        f"WITH d AS ({_STANDING}) SELECT d.*, "  # noqa: S608 # a constant
        "pr.code || '/' || f.code || '/' || s.code || '/v' || "
        "lpad(t.number::TEXT, 3, '0') AS take FROM d "
        "JOIN takes t USING (take_id) JOIN shots s USING (shot_id) JOIN films f USING (film_id) "
        "JOIN productions pr USING (production_id) "
        "WHERE pr.code = ? AND (? IS NULL OR f.code = ?) AND (? IS NULL OR s.code = ?) "
        f"AND d.decision_id NOT IN ({ONLY_REPEATS}) ORDER BY d.decision_id",
        [scope.production, scope.film, scope.film, scope.shot, scope.shot],
    )
    return [(row["take_id"], _decision(row, row["take"])) for row in rows]


def _decision(row: Mapping[str, Any], take: str) -> Decision:
    at = row["start_index"]
    return Decision(
        take=take,
        outcome=DecisionOutcome(row["outcome"]),
        by=row["name"],
        role=Role(row["role"]),
        note=row["note"],
        kind=row["kind"],
        frames=None if at is None else FrameRange(at, row["end_index"]),
        minutes=row["minutes"],
        seen=row["seen"],
        decided_ts=row["decided_ts"],
    )
