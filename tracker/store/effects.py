"""What a decision changes besides itself, remembered so that taking it back restores it."""

from __future__ import annotations

from tracker.domain.addresses import Address
from tracker.domain.production import Embrace
from tracker.domain.stages import ShotStatus, TakeStatus
from tracker.store import shots
from tracker.store.connection import Tx
from tracker.store.lookup import shot_id, take_id

__all__ = ["embrace_trace", "restore", "set_shot_status", "set_take_status"]


def set_take_status(tx: Tx, take: Address, status: TakeStatus, *, decision: str) -> None:
    """Give a take another status because of a decision."""
    key = take_id(tx, take)
    before = tx.rows("SELECT status FROM takes WHERE take_id = ?", [key])[0][0]
    if before == status:
        return
    tx.run("UPDATE takes SET status = ? WHERE take_id = ?", [status, key])
    tx.event("take.status", str(take), {"from": before, "to": status})
    _remember(tx, decision, "take_status", before=before, after=status)


def set_shot_status(tx: Tx, shot: Address, status: ShotStatus, *, decision: str) -> None:
    """Give a shot another status because of a decision."""
    key = shot_id(tx, shot)
    before = tx.rows("SELECT status FROM shots WHERE shot_id = ?", [key])[0][0]
    if before == status:
        return
    shots.update_shot(tx, shot, {"status": status.value})
    _remember(tx, decision, "shot_status", before=before, after=status)


def embrace_trace(tx: Tx, shot: Address, trace: Embrace, *, decision: str) -> None:
    """Let a shot embrace a kind of trace because of a decision; its policy becomes `embrace`."""
    key = shot_id(tx, shot)
    before = tx.rows("SELECT artifact_policy FROM shots WHERE shot_id = ?", [key])[0][0]
    if before != "embrace":
        shots.update_shot(tx, shot, {"artifact_policy": "embrace"})
        _remember(tx, decision, "artifact_policy", before=before, after="embrace")
    if shots.embrace(tx, shot, trace):
        _remember(tx, decision, "embrace", before="", after=trace.kind)


def restore(tx: Tx, take: Address, decision: str) -> None:
    """Put back what a decision changed, where nothing else has changed it since."""
    shot = Address(take.production, take.film, take.shot)
    for what, before, after in tx.rows(
        "SELECT what, before, after FROM decision_effects JOIN decisions USING (decision_id) "
        "WHERE uid = ?::UUID",
        [decision],
    ):
        if what == "take_status":
            key = take_id(tx, take)
            tx.run(
                "UPDATE takes SET status = ? WHERE take_id = ? AND status = ?", [before, key, after]
            )
            tx.event("take.status", str(take), {"from": after, "to": before})
        elif what == "embrace":
            shots.unembrace(tx, shot, after)
        else:
            column = "status" if what == "shot_status" else "artifact_policy"
            present = tx.rows(
                f"SELECT {column} FROM shots WHERE shot_id = ?",  # noqa: S608 # one of two constants
                [shot_id(tx, shot)],
            )[0][0]
            if present == after:
                shots.update_shot(tx, shot, {column: before})


def _remember(tx: Tx, decision: str, what: str, *, before: str, after: str) -> None:
    tx.run(
        "INSERT INTO decision_effects (decision_id, what, before, after) "
        "SELECT decision_id, ?, ?, ? FROM decisions WHERE uid = ?::UUID",
        [what, before, after, decision],
    )
