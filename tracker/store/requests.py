"""Work that needs models or takes long: pages insert a request, the worker serves it and writes rows.

A request in work is known to be alive by a lock on a file of its own, which the kernel lets go when its
worker dies, however it dies: so a request is taken again when nobody holds its lock, and never twice at once.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from tracker.domain.addresses import Address
from tracker.errors import MisuseError, StoreError
from tracker.store.connection import Tx
from tracker.store.lookup import film_id, production_id

__all__ = [
    "RequestKind",
    "RequestState",
    "WorkRequest",
    "claim_request",
    "claimable",
    "end_request",
    "insert_request",
    "recent_requests",
    "request_lock",
    "return_request",
]


class RequestKind(StrEnum):
    """What a page may ask for."""

    RUN = "run"
    """Score what is missing, and judge."""
    JUDGE = "judge"
    """Give every scored take its verdict again."""
    FREEZE_LOT = "freeze_lot"
    """Freeze a film's cut and plan its audit."""


class RequestState(StrEnum):
    """How far a request is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class WorkRequest:
    """One request."""

    request_id: int
    uid: str
    kind: RequestKind
    scope: str
    """Address of a production or film."""
    parameters: Mapping[str, Any]
    asked_by: str
    state: RequestState
    note: str
    """What came of it, in one sentence; empty while it waits."""
    asked_ts: datetime
    started_ts: datetime | None
    ended_ts: datetime | None

    @property
    def is_open(self) -> bool:
        """Say whether it waits or is in work."""
        return self.state in {RequestState.WAITING, RequestState.WORKING}


_COLUMNS = ", ".join(WorkRequest.__dataclass_fields__)


def insert_request(
    tx: Tx,
    kind: RequestKind,
    scope: Address,
    *,
    asked_by: str,
    parameters: Mapping[str, object] | None = None,
) -> WorkRequest:
    """Ask for work; the same request that waits already, or is in work, is returned instead."""
    if scope.shot is not None or (kind is RequestKind.FREEZE_LOT and scope.film is None):
        raise MisuseError(f"'{scope}' is no film; a request names one, like ANTH01/F02.")
    production_id(tx, scope.production)
    if scope.film is not None:
        film_id(tx, scope.production, scope.film)
    asked = json.dumps(dict(parameters or {}), sort_keys=True)
    found = tx.records(
        f"SELECT {_COLUMNS} FROM work_requests WHERE kind = ? AND scope = ? "  # noqa: S608 # a constant
        "AND parameters::TEXT = ? AND state IN ('waiting', 'working')",
        [kind, str(scope), asked],
    )
    if not found:
        found = tx.records(
            "INSERT INTO work_requests (kind, scope, parameters, asked_by, state) "  # noqa: S608 # a constant
            f"VALUES (?, ?, ?, ?, 'waiting') RETURNING {_COLUMNS}",
            [kind, str(scope), asked, asked_by],
        )
        tx.event("work.asked", str(scope), {"kind": kind, "parameters": dict(parameters or {})})
    return _request(found[0])


def claimable(tx: Tx, *, stale_minutes: float) -> list[WorkRequest]:
    """List what waits, and what has been in work for longer than so many minutes; the oldest first."""
    rows = tx.records(
        f"SELECT {_COLUMNS} FROM work_requests WHERE state = 'waiting' OR (state = 'working' "  # noqa: S608 # a constant
        "AND started_ts <= now() - to_seconds(?)) ORDER BY request_id",
        [60 * stale_minutes],
    )
    return [_request(row) for row in rows]


def claim_request(tx: Tx, request: WorkRequest) -> bool:
    """Take a request into work; False where another worker was faster. Hold its lock before and after."""
    return bool(
        tx.rows(
            "UPDATE work_requests SET state = 'working', started_ts = now(), note = '' "
            "WHERE request_id = ? AND state = ? AND started_ts IS NOT DISTINCT FROM ? RETURNING 1",
            [request.request_id, request.state, request.started_ts],
        )
    )


def end_request(tx: Tx, request: WorkRequest, state: RequestState, note: str) -> None:
    """Write what came of a request."""
    tx.run(
        "UPDATE work_requests SET state = ?, note = ?, ended_ts = now() WHERE request_id = ?",
        [state, note, request.request_id],
    )
    tx.event(f"work.{state}", request.scope, {"kind": request.kind, "note": note})


def return_request(tx: Tx, request: WorkRequest) -> None:
    """Put a request back that was interrupted."""
    tx.run(
        "UPDATE work_requests SET state = 'waiting', started_ts = NULL WHERE request_id = ?",
        [request.request_id],
    )


def recent_requests(tx: Tx, scope: Address | None = None, *, limit: int = 50) -> list[WorkRequest]:
    """List requests, the newest first: of everything, or what concerns an address.

    That is what was asked for there, under it, and for the production that holds it.
    """
    rows = tx.records(
        f"SELECT {_COLUMNS} FROM work_requests WHERE ? IS NULL OR scope = ? "  # noqa: S608 # a constant
        "OR starts_with(scope, ? || '/') OR starts_with(?, scope || '/') "
        "ORDER BY request_id DESC LIMIT ?",
        [None if scope is None else str(scope)] * 4 + [limit],
    )
    return [_request(row) for row in rows]


@contextmanager
def request_lock(folder: Path, request: WorkRequest) -> Iterator[bool]:
    """Hold a request's lock while it is served; False where a living worker holds it."""
    path = folder / f"{request.uid}.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(f"The workspace folder {folder} cannot be used: {error}.") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
        path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _request(row: Mapping[str, Any]) -> WorkRequest:
    return WorkRequest(
        **{
            **row,
            "uid": str(row["uid"]),
            "kind": RequestKind(row["kind"]),
            "state": RequestState(row["state"]),
            "parameters": json.loads(row["parameters"]),
        }
    )
