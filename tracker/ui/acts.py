"""What pages do to the record: one transaction each, with nothing of Streamlit inside."""

from __future__ import annotations

from tracker.actions import decide as _decide
from tracker.domain.addresses import Address
from tracker.domain.reviews import DecisionOutcome
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.requests import RequestKind, WorkRequest, insert_request

__all__ = ["ask_for", "decide", "take_back"]


def decide(
    take: str,
    outcome: str,
    *,
    by: str,
    note: str = "",
    kind: str = "",
    shown_frames: tuple[int, int] | None = None,
    minutes: float | None = None,
    seen: str,
    request_id: str,
) -> _decide.Decided:
    """Record a decision; see `tracker.actions.decide.decide`."""
    return _decide.decide(
        Store.open(Settings.from_env()),
        Address.parse(take),
        DecisionOutcome(outcome),
        by=by,
        note=note,
        kind=kind,
        shown_frames=shown_frames,
        minutes=minutes,
        seen=seen,
        request_id=request_id,
    )


def take_back(take: str, *, by: str) -> None:
    """Take back a person's newest decision on a take."""
    _decide.undo(Store.open(Settings.from_env()), Address.parse(take), by=by)


def ask_for(kind: RequestKind, scope: str, **parameters: object) -> WorkRequest:
    """Ask the worker for something; what is asked for already is not asked for twice."""
    where = Settings.from_env()
    with Store.open(where).write() as tx:
        return insert_request(
            tx, kind, Address.parse(scope), asked_by=where.actor, parameters=parameters
        )
