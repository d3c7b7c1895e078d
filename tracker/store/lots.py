"""Lots, their takes, and certificates as rows; statistics are the caller's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.domain.addresses import Address
from tracker.domain.lots import (
    Certificate,
    CertificateState,
    Lot,
    LotState,
    LotTake,
    Purpose,
    VerdictOf,
)
from tracker.errors import ConflictError, NotFoundError
from tracker.store.connection import Tx
from tracker.store.lookup import film_id
from tracker.store.verdicts import withdraw_certified

__all__ = [
    "Covering",
    "certificate_of",
    "certificates",
    "close_lot",
    "covering",
    "draw_lot",
    "drop_lot",
    "end_certificate",
    "freeze_lot",
    "get_certificate",
    "get_lot",
    "issue_certificate",
    "lot_takes",
    "lots",
    "once_in_zone",
    "plan_lot",
    "zone_takes",
]

_LOT = (
    "SELECT l.*, p.code || '/' || f.code AS film FROM lots l JOIN films f USING (film_id) "
    "JOIN productions p USING (production_id) "
)
_CERTIFICATE = (
    "SELECT c.*, p.code || '/' || f.code AS film, coalesce(a.audited, 0) AS audited, "
    "coalesce(a.wrong, 0) AS wrong FROM certificates c JOIN films f USING (film_id) "
    "JOIN productions p USING (production_id) LEFT JOIN ("
    # A kept take counts once everybody who was asked about it has answered: where people agree a majority
    # is known earlier, and such takes are no random sample of all.
    "SELECT certificate_id, count(*) FILTER (answered = asked) AS audited, "
    "count(*) FILTER (answered = asked AND 2 * against > asked) AS wrong FROM ("
    "SELECT certificate_id, take_id, count(*) AS asked, count(is_wrong) AS answered, "
    "count(*) FILTER (is_wrong) AS against FROM ("
    # One verdict per person: the one that speaks most against the certificate; NULL without any. What
    # speaks for it counts while it stands, what speaks against it also when it was taken back.
    "SELECT k.certificate_id, k.take_id, k.ask_id, bool_or(CASE "
    "WHEN n.outcome IS NULL THEN NULL "
    "WHEN (n.outcome IN ('direct', 'regenerate')) = (c2.purpose = 'pass') THEN true "
    "WHEN d.uid IN (SELECT undoes FROM decisions WHERE undoes IS NOT NULL) THEN NULL ELSE false END) "
    "AS is_wrong FROM asks k JOIN certificates c2 ON c2.certificate_id = k.certificate_id "
    "LEFT JOIN answers n ON n.ask_id = k.ask_id LEFT JOIN decisions d USING (decision_id) "
    "WHERE k.kind = 'kept_audit' GROUP BY k.certificate_id, k.take_id, k.ask_id) "
    "GROUP BY ALL) GROUP BY certificate_id) a "
    "ON a.certificate_id = c.certificate_id "
)
_SHORTEST_ID = 4
_OPEN = (LotState.FROZEN, LotState.PLANNED, LotState.DRAWN)


def freeze_lot(
    tx: Tx,
    film: Address,
    takes: Sequence[LotTake],
    *,
    purpose: Purpose,
    alpha: float,
    delta: float,
    scope: Mapping[str, Any],
    scope_sha256: str,
    manifest_sha256: str,
    verdict_of: VerdictOf = VerdictOf.DIRECTOR,
    panel: Sequence[str] = (),
) -> Lot:
    """Insert a lot with its takes; ConflictError while another of the film is open."""
    key = film_id(tx, film.production, film.film or "")
    for other in lots(tx, film):
        if other.state in _OPEN and other.purpose is purpose:
            raise ConflictError(
                f"{film} has an open lot since {other.frozen_ts:%Y-%m-%d} ({other.state}); close it "
                f"with `roundtable evals lots close {film}{purpose.option}`, or drop it before the draw."
            )
    lot_id, uid = tx.rows(
        "INSERT INTO lots (film_id, purpose, alpha, delta, scope, scope_sha256, manifest_sha256, "
        "verdict_of, panel, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'frozen') "
        "RETURNING lot_id, uid",
        [key, purpose, alpha, delta, json.dumps(scope), scope_sha256, manifest_sha256, verdict_of,
         json.dumps(list(panel))],
    )[0]  # fmt: skip
    for take in takes:
        tx.run(
            "INSERT INTO lot_takes (lot_id, take_id, address, sha256, score, scores_sha256, "
            "expected_rejection, meant) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [lot_id, take.take_id, take.address, take.sha256, take.score, take.scores_sha256,
             take.expected_rejection, json.dumps(take.meant)],
        )  # fmt: skip
    detail = {"uid": str(uid), "takes": len(takes), "manifest_sha256": manifest_sha256}
    tx.event("lot.frozen", str(film), detail)
    return get_lot(tx, lot_id)


def plan_lot(tx: Tx, lot: Lot, *, threshold: float, takes: int, labels: int, tolerated: int) -> Lot:
    """Fix the zone and the plan; may be repeated until the draw."""
    _require(lot, LotState.FROZEN, LotState.PLANNED)
    tx.run(
        "UPDATE lots SET state = 'planned', threshold = ?, zone_takes = ?, labels = ?, "
        "tolerated = ?, planned_ts = now() WHERE lot_id = ?",
        [threshold, takes, labels, tolerated, lot.lot_id],
    )
    detail = {"threshold": threshold, "takes": takes, "labels": labels, "tolerated": tolerated}
    tx.event("lot.planned", lot.film, {"uid": lot.uid, **detail})
    return get_lot(tx, lot.lot_id)


def draw_lot(tx: Tx, lot: Lot, *, seed: str, order: Sequence[int]) -> Lot:
    """Store the seed and the zone's takes in ticket order."""
    _require(lot, LotState.PLANNED)
    tx.run(
        "UPDATE lots SET state = 'drawn', seed = ?, drawn_ts = now() WHERE lot_id = ?",
        [seed, lot.lot_id],
    )
    for position, take_id in enumerate(order):
        tx.run(
            "UPDATE lot_takes SET position = ? WHERE lot_id = ? AND take_id = ?",
            [position, lot.lot_id, take_id],
        )
    tx.event("lot.drawn", lot.film, {"uid": lot.uid, "seed": seed, "takes": len(order)})
    return get_lot(tx, lot.lot_id)


def drop_lot(tx: Tx, lot: Lot, reason: str) -> Lot:
    """Give a lot up before its draw."""
    _require(lot, LotState.FROZEN, LotState.PLANNED)
    tx.run(
        "UPDATE lots SET state = 'dropped', reason = ?, closed_ts = now() WHERE lot_id = ?",
        [reason, lot.lot_id],
    )
    tx.event("lot.dropped", lot.film, {"uid": lot.uid, "reason": reason})
    return get_lot(tx, lot.lot_id)


def close_lot(tx: Tx, lot: Lot, *, wrong: int, p_value: float, reason: str) -> Lot:
    """End an audit: certified without a reason, refused with one."""
    _require(lot, LotState.DRAWN)
    state = LotState.REFUSED if reason else LotState.CERTIFIED
    tx.run(
        "UPDATE lots SET state = ?, wrong = ?, p_value = ?, reason = ?, closed_ts = now() "
        "WHERE lot_id = ?",
        [state, wrong, p_value, reason, lot.lot_id],
    )
    detail = {"uid": lot.uid, "wrong": wrong, "p_value": p_value, "reason": reason}
    tx.event(f"lot.{state}", lot.film, detail)
    return get_lot(tx, lot.lot_id)


def get_lot(tx: Tx, lot_id: int) -> Lot:
    """Read a lot by its key."""
    return _lot(tx.records(f"{_LOT} WHERE l.lot_id = ?", [lot_id])[0])


def lots(tx: Tx, film: Address) -> list[Lot]:
    """List the lots of a film, or of a production's films, the newest first."""
    rows = tx.records(
        f"{_LOT} WHERE p.code = ? AND (? IS NULL OR f.code = ?) ORDER BY l.lot_id DESC",
        [film.production, film.film, film.film],
    )
    return [_lot(row) for row in rows]


def lot_takes(tx: Tx, lot_id: int) -> list[LotTake]:
    """List a lot's takes by address."""
    rows = tx.records(
        "SELECT take_id, address, sha256, score, scores_sha256, expected_rejection, meant, position "
        "FROM lot_takes WHERE lot_id = ? ORDER BY address",
        [lot_id],
    )
    return [LotTake(**row | {"meant": json.loads(row["meant"])}) for row in rows]


def zone_takes(lot: Lot, takes: Iterable[LotTake]) -> list[LotTake]:
    """Return the takes of a planned lot that lie in its zone."""
    return [take for take in takes if lot.threshold is not None and take.score >= lot.threshold]


def once_in_zone(tx: Tx, film: Address, purpose: Purpose) -> set[str]:
    """Return the files, by SHA-256, that were in the zone of a drawn lot: none of them is drawn for again.

    But where its certificate became void: the scope changed and not the luck, so what nobody has judged for
    it may be audited anew.
    """
    rows = tx.rows(
        "SELECT DISTINCT t.sha256 FROM lot_takes t JOIN lots l USING (lot_id) "
        "LEFT JOIN certificates c USING (lot_id) WHERE l.film_id = ? AND l.purpose = ? "
        "AND t.position IS NOT NULL AND (coalesce(c.state, '') <> 'void' OR EXISTS ("
        "SELECT 1 FROM asks k JOIN answers n USING (ask_id) WHERE "
        "(k.take_id = t.take_id AND (k.lot_id = l.lot_id OR k.certificate_id = c.certificate_id)) "
        # A kept audit that spoke against it is not forgotten because the scope changed as well.
        "OR (k.certificate_id = c.certificate_id "
        "AND (n.outcome IN ('direct', 'regenerate')) = (c.purpose = 'pass'))))",
        [film_id(tx, film.production, film.film or ""), purpose],
    )
    return {row[0] for row in rows}


def issue_certificate(
    tx: Tx,
    lot: Lot,
    covered: Sequence[LotTake],
    *,
    boundary: Sequence[int],
    document: Mapping[str, Any],
) -> Certificate:
    """Insert the certificate of a lot with what it covers; its public id is the document's."""
    film = Address.parse(lot.film)
    key = tx.rows(
        "INSERT INTO certificates (uid, lot_id, film_id, purpose, alpha, delta, scope, "
        "scope_sha256, takes, boundary, document, state) "
        "VALUES (?::UUID, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'valid') RETURNING certificate_id",
        [
            document["certificate"], lot.lot_id, film_id(tx, film.production, film.film or ""),
            lot.purpose, lot.alpha, lot.delta, json.dumps(lot.scope), lot.scope_sha256,
            len(covered), json.dumps(list(boundary)), json.dumps(document),
        ],
    )[0][0]  # fmt: skip
    for take in covered:
        tx.run(
            "INSERT INTO certificate_takes (certificate_id, take_id, sha256, scores_sha256) "
            "VALUES (?, ?, ?, ?)",
            [key, take.take_id, take.sha256, take.scores_sha256],
        )
    tx.event(
        "certificate.issued", lot.film, {"uid": document["certificate"], "takes": len(covered)}
    )
    return get_certificate(tx, document["certificate"])


def end_certificate(tx: Tx, certificate: Certificate, state: CertificateState, why: str) -> None:
    """Revoke a certificate or declare it void, and send its takes to direction.

    Nobody is asked blind for it any more. One that has ended stays as it ended.
    """
    if certificate.state is not CertificateState.VALID:
        return
    tx.run(
        "UPDATE certificates SET state = ?, ended_why = ?, ended_ts = now() "
        "WHERE certificate_id = ? AND state = 'valid'",
        [state, why, certificate.certificate_id],
    )
    tx.run(
        "UPDATE asks SET closed_ts = now() WHERE certificate_id = ? AND closed_ts IS NULL",
        [certificate.certificate_id],
    )
    reason = f"Its certificate {certificate.uid[:8]} has ended, so a person must look: {why}"
    takes = withdraw_certified(tx, certificate.uid, reason)
    detail = {"uid": certificate.uid, "why": why, "takes_to_direct": takes}
    tx.event(f"certificate.{state}", certificate.film, detail)


def certificates(tx: Tx, film: Address | None = None) -> list[Certificate]:
    """List certificates of a film, a production or everywhere, the newest first."""
    production = None if film is None else film.production
    code = None if film is None else film.film
    rows = tx.records(
        f"{_CERTIFICATE} WHERE (? IS NULL OR p.code = ?) AND (? IS NULL OR f.code = ?) "
        "ORDER BY c.certificate_id DESC",
        [production, production, code, code],
    )
    return [_certificate(row) for row in rows]


def get_certificate(tx: Tx, uid: str) -> Certificate:
    """Read a certificate by its public id, or by a beginning of it that no other has."""
    if len(uid) < _SHORTEST_ID:
        raise NotFoundError(
            f"'{uid}' is no id of a certificate; give {_SHORTEST_ID} characters or more, see "
            "`roundtable evals certificates list`."
        )
    rows = tx.records(f"{_CERTIFICATE} WHERE starts_with(c.uid::TEXT, ?)", [uid.lower()])
    if len(rows) != 1:
        what = "There is no certificate" if not rows else "Several certificates begin with"
        raise NotFoundError(f"{what} '{uid}'; see `roundtable evals certificates list`.")
    return _certificate(rows[0])


@dataclass(frozen=True)
class Covering:
    """A certificate that covers a take, and the take as it was frozen."""

    certificate: Certificate
    sha256: str
    scores_sha256: str
    meant: Mapping[str, Any]
    """How its shot was meant; empty where that was not written down yet."""


def certificate_of(tx: Tx, lot: Lot) -> Certificate | None:
    """Return the certificate that a lot was given, whatever became of it; None where it has none."""
    rows = tx.records(f"{_CERTIFICATE} WHERE c.lot_id = ?", [lot.lot_id])
    return _certificate(rows[0]) if rows else None


def covering(tx: Tx, film: Address, *, has_ended: bool = False) -> dict[int, list[Covering]]:
    """Return take id -> the valid certificates that cover it, the newest first; or those that have ended."""
    wanted = {
        c.certificate_id: c
        for c in certificates(tx, film)
        if (c.state is not CertificateState.VALID) == has_ended
    }
    found: dict[int, list[Covering]] = {}
    for key, take_id, sha256, scores, meant in tx.rows(
        "SELECT c.certificate_id, t.take_id, t.sha256, t.scores_sha256, l.meant "
        "FROM certificate_takes t JOIN certificates c USING (certificate_id) JOIN lot_takes l "
        "ON l.lot_id = c.lot_id AND l.take_id = t.take_id "
        "WHERE list_contains(?, c.certificate_id) ORDER BY c.certificate_id DESC",
        [list(wanted)],
    ):
        entry = Covering(wanted[key], sha256, scores, json.loads(meant))
        found.setdefault(take_id, []).append(entry)
    return found


def _require(lot: Lot, *states: LotState) -> None:
    if lot.state not in states:
        raise ConflictError(
            f"The lot of {lot.film} is {lot.state}; this can be done while it is "
            f"{' or '.join(states)}."
        )


def _lot(row: Mapping[str, Any]) -> Lot:
    fields = {name: row[name] for name in Lot.__dataclass_fields__}
    return Lot(
        **fields
        | {
            "uid": str(row["uid"]),
            "purpose": Purpose(row["purpose"]),
            "state": LotState(row["state"]),
            "scope": json.loads(row["scope"]),
            "verdict_of": VerdictOf(row["verdict_of"]),
            "panel": tuple(json.loads(row["panel"])),
        }
    )


def _certificate(row: Mapping[str, Any]) -> Certificate:
    fields = {name: row[name] for name in Certificate.__dataclass_fields__}
    return Certificate(
        **fields
        | {
            "uid": str(row["uid"]),
            "purpose": Purpose(row["purpose"]),
            "state": CertificateState(row["state"]),
            "scope": json.loads(row["scope"]),
            "boundary": tuple(json.loads(row["boundary"])),
            "document": json.loads(row["document"]),
        }
    )
