"""Verdicts as an append-only table; the newest row of a take is its verdict."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tracker.domain.units import FrameRange
from tracker.domain.verdicts import Outcome, Verdict
from tracker.store.connection import Tx

__all__ = [
    "CURRENT_VERDICTS",
    "citing",
    "current_verdicts",
    "give_verdicts",
    "read_verdict",
    "withdraw_certified",
]

CURRENT_VERDICTS = (
    "SELECT * FROM verdicts QUALIFY row_number() OVER "
    "(PARTITION BY take_id ORDER BY verdict_id DESC) = 1"
)
"""Query of each take's newest verdict."""


def give_verdicts(tx: Tx, verdicts: Mapping[int, Verdict], *, run_id: int) -> int:
    """Append the verdicts that differ from the present ones; return how many did."""
    present = current_verdicts(tx, verdicts)
    changed = {take: v for take, v in verdicts.items() if present.get(take) != v}
    for take, verdict in changed.items():
        tx.run(
            "INSERT INTO verdicts (take_id, run_id, outcome, is_proposed, axis, metric, reason, "
            "frames, certificate, severity) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                take, run_id, verdict.outcome, verdict.is_proposed, verdict.axis, verdict.metric,
                verdict.reason, json.dumps([[r.start, r.end] for r in verdict.frames]),
                verdict.certificate, verdict.severity,
            ],
        )  # fmt: skip
    return len(changed)


def current_verdicts(tx: Tx, take_ids: Iterable[int]) -> dict[int, Verdict]:
    """Return take key -> its verdict, for those that have one."""
    rows = tx.records(
        f"SELECT * FROM ({CURRENT_VERDICTS}) WHERE list_contains(?, take_id)",  # noqa: S608 # a constant
        [list(take_ids)],
    )
    return {row["take_id"]: read_verdict(row) for row in rows}


def citing(tx: Tx, certificate: str) -> int:
    """Count the takes whose verdict cites a certificate today."""
    sql = f"SELECT count(*) FROM ({CURRENT_VERDICTS}) WHERE certificate = ?"  # noqa: S608 # a constant
    return int(tx.rows(sql, [certificate])[0][0])


def read_verdict(row: Mapping[str, Any]) -> Verdict:
    """Make a verdict of a row of the table `verdicts`."""
    return Verdict(
        outcome=Outcome(row["outcome"]),
        reason=row["reason"],
        axis=row["axis"],
        metric=row["metric"],
        frames=tuple(FrameRange(*pair) for pair in json.loads(row["frames"])),
        certificate=row["certificate"],
        is_proposed=row["is_proposed"],
        severity=row["severity"],
    )


def withdraw_certified(
    tx: Tx,
    certificate: str,
    reason: str,
    *,
    only: Collection[int] | None = None,
    axis: str = "certificate",
) -> int:
    """Send every take, or some, back to direction whose verdict cites a certificate; count them."""
    rows = tx.rows(
        "INSERT INTO verdicts (take_id, run_id, outcome, is_proposed, axis, metric, reason, frames, "  # noqa: S608 # a constant
        "certificate, severity) SELECT take_id, run_id, 'direct', false, ?, '', ?, "
        f"frames, NULL, greatest(severity, 0.5) FROM ({CURRENT_VERDICTS}) WHERE certificate = ? "
        "AND (? OR list_contains(?::INTEGER[], take_id)) RETURNING take_id",
        [axis, reason, certificate, only is None, list(only or ())],
    )
    return len(rows)
