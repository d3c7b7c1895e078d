"""What a decision changes besides itself, remembered so that taking it back restores it.

A status that was there already is remembered, too: the decision holds it, and goes on holding it when the one
that brought it about is taken back.
"""

from __future__ import annotations

from tracker.domain.addresses import Address
from tracker.domain.production import Embrace
from tracker.domain.stages import ShotStatus, TakeStatus
from tracker.store import shots
from tracker.store.connection import Tx
from tracker.store.lookup import shot_id, take_id
from tracker.store.reviews import ONLY_REPEATS

__all__ = ["embrace_trace", "restore", "set_shot_status", "set_take_status"]


def set_take_status(tx: Tx, take: Address, status: TakeStatus, *, decision: str) -> None:
    """Give a take another status because of a decision."""
    key = take_id(tx, take)
    before = tx.rows("SELECT status FROM takes WHERE take_id = ?", [key])[0][0]
    if before != status:
        tx.run("UPDATE takes SET status = ? WHERE take_id = ?", [status, key])
        tx.event("take.status", str(take), {"from": before, "to": status})
    _remember(tx, decision, "take_status", before=before, after=status)


def set_shot_status(tx: Tx, shot: Address, status: ShotStatus, *, decision: str) -> None:
    """Give a shot another status because of a decision."""
    key = shot_id(tx, shot)
    before = tx.rows("SELECT status FROM shots WHERE shot_id = ?", [key])[0][0]
    if before != status:
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
    """Put back what a decision changed, where nothing else has changed it since and no other holds it."""
    shot = Address(take.production, take.film, take.shot)
    for what, before, after in tx.rows(
        "SELECT what, before, after FROM decision_effects JOIN decisions USING (decision_id) "
        "WHERE uid = ?::UUID",
        [decision],
    ):
        if what == "embrace":
            if not _embraced_still(tx, take, decision, after):
                shots.unembrace(tx, shot, after)
        elif _held_since(tx, decision, what, before=before, after=after):
            continue
        elif what == "take_status":
            put_back = tx.rows(
                "UPDATE takes SET status = ? WHERE take_id = ? AND status = ? AND status <> ? "
                "RETURNING 1",
                [before, take_id(tx, take), after, before],
            )
            if put_back:
                tx.event("take.status", str(take), {"from": after, "to": before})
        else:
            column = "status" if what == "shot_status" else "artifact_policy"
            present = tx.rows(
                f"SELECT {column} FROM shots WHERE shot_id = ?",  # noqa: S608 # one of two constants
                [shot_id(tx, shot)],
            )[0][0]
            if present == after != before:
                shots.update_shot(tx, shot, {column: before})


def _held_since(tx: Tx, decision: str, what: str, *, before: str, after: str) -> bool:
    """Say whether a later decision that stands has set the same thing; it restores what this one would."""
    later = tx.rows(
        "SELECT e.decision_id, e.before FROM decisions this JOIN takes own USING (take_id) "
        "JOIN takes t ON t.shot_id = own.shot_id JOIN decisions d ON d.take_id = t.take_id "
        "JOIN decision_effects e ON e.decision_id = d.decision_id WHERE this.uid = ?::UUID "
        "AND d.decision_id > this.decision_id AND e.what = ? "
        "AND (e.what <> 'take_status' OR d.take_id = this.take_id) "
        "AND d.uid NOT IN (SELECT undoes FROM decisions WHERE undoes IS NOT NULL) "
        "ORDER BY d.decision_id LIMIT 1",
        [decision, what],
    )
    if later and later[0][1] == after:
        tx.run(
            "UPDATE decision_effects SET before = ? WHERE decision_id = ? AND what = ?",
            [before, later[0][0], what],
        )
    return bool(later)


def _embraced_still(tx: Tx, take: Address, decision: str, kind: str) -> bool:
    """Say whether another decision that stands embraces the trace; then it is embraced in that name."""
    shot = Address(take.production, take.film, take.shot)
    key = shot_id(tx, shot)
    others = tx.rows(
        "SELECT d.uid::TEXT, p.name, d.note FROM decisions d JOIN people p USING (person_id) "  # noqa: S608 # a constant
        "JOIN takes t USING (take_id) WHERE t.shot_id = ? AND d.outcome = 'embrace' AND d.kind = ? "
        "AND d.uid <> ?::UUID AND d.uid NOT IN (SELECT undoes FROM decisions WHERE undoes IS NOT NULL) "
        f"AND d.decision_id NOT IN ({ONLY_REPEATS}) ORDER BY d.decision_id DESC LIMIT 1",
        [key, kind, decision],
    )
    for uid, name, note in others:
        tx.run(
            "UPDATE shot_embraces SET by_name = ?, reason = ? WHERE shot_id = ? AND kind = ?",
            [name, note, key, kind],
        )
        tx.event("shot.embraced", str(shot), {"kind": kind, "by": name, "reason": note})
        _remember(tx, uid, "embrace", before="", after=kind)
    return bool(others)


def _remember(tx: Tx, decision: str, what: str, *, before: str, after: str) -> None:
    tx.run(
        "INSERT INTO decision_effects (decision_id, what, before, after) "
        "SELECT decision_id, ?, ?, ? FROM decisions WHERE uid = ?::UUID",
        [what, before, after, decision],
    )
