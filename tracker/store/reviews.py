"""Human decisions as an append-only table, with undo by a row that names what it undoes."""

from __future__ import annotations

from tracker.domain.addresses import Address
from tracker.domain.production import Role
from tracker.domain.reviews import Decision, DecisionOutcome
from tracker.domain.units import FrameRange
from tracker.errors import NotFoundError
from tracker.store.connection import Tx
from tracker.store.lookup import person_id, take_id

__all__ = ["decisions", "record_decision", "undo_decision"]


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


def decisions(tx: Tx, take: Address) -> list[tuple[str, Decision]]:
    """List (public id, decision) of a take, oldest first, without those undone."""
    rows = tx.records(
        "SELECT d.*, p.name FROM decisions d JOIN people p USING (person_id) WHERE d.take_id = ? "
        "AND d.outcome <> 'undo' AND d.uid NOT IN "
        "(SELECT undoes FROM decisions WHERE undoes IS NOT NULL) ORDER BY d.decision_id",
        [take_id(tx, take)],
    )
    return [
        (
            str(row["uid"]),
            Decision(
                take=str(take),
                outcome=DecisionOutcome(row["outcome"]),
                by=row["name"],
                role=Role(row["role"]),
                note=row["note"],
                kind=row["kind"],
                frames=None
                if row["start_index"] is None
                else FrameRange(row["start_index"], row["end_index"]),
                minutes=row["minutes"],
                seen=row["seen"],
                decided_ts=row["decided_ts"],
            ),
        )
        for row in rows
    ]
