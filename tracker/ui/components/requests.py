"""What was asked of the worker, in words, and a page that draws itself again when something came of it.

Pages never do work that takes long: they insert a request, `roundtable worker` serves it and writes rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from html import escape

import streamlit as st

from tracker.store.requests import RequestKind, RequestState, WorkRequest
from tracker.ui.components.sheets import with_commands

__all__ = ["newest", "request_line", "watch"]

LOOK_EVERY_S = 4.0
"""How often an open page looks whether a request got further, in seconds."""

_REMEMBERED = timedelta(hours=12)
"""For how long a page says that a request was served; afterwards the record speaks for itself."""

_WORDS = {
    RequestKind.RUN: "Scores",
    RequestKind.JUDGE: "Verdicts",
    RequestKind.FREEZE_LOT: "Audit",
}
_TONES = {
    RequestState.WAITING: "",
    RequestState.WORKING: "direct",
    RequestState.DONE: "pass",
    RequestState.FAILED: "error",
}


def newest(requests: Sequence[WorkRequest], *kinds: RequestKind) -> WorkRequest | None:
    """Return the newest request of these kinds; `requests` come the newest first."""
    return next((request for request in requests if request.kind in kinds), None)


def request_line(
    request: WorkRequest | None, *, scope: str = "", now: datetime | None = None
) -> str:
    """Say how far a request is and what came of it; nothing where that is no news any more.

    `scope` is what the page is about: a request for something else names it.
    """
    if request is None:
        return ""
    today = now or datetime.now().astimezone()
    ended = request.ended_ts
    if request.state is RequestState.DONE and ended and today - ended > _REMEMBERED:
        return ""
    of = f" of {escape(request.scope)}" if scope and scope != request.scope else ""
    state, more = _said(request, today)
    return (
        f'<p class="rt-small rt-asked">{_WORDS[request.kind]}{of}: '
        f'<b class="{_TONES[request.state]}">{with_commands(state)}</b> {with_commands(more)}</p>'
    )


def watch(read: Callable[[], Sequence[WorkRequest]]) -> None:
    """Draw the page again as soon as a request that is open now has got further.

    `read` is called every few seconds while one is open, and never where none is.
    """
    before = {request.uid: request.state for request in read() if request.is_open}
    if not before:
        return

    @st.fragment(run_every=LOOK_EVERY_S)
    def look() -> None:
        now = {request.uid: request.state for request in read()}
        if any(now.get(uid) is not state for uid, state in before.items()):
            st.rerun()

    look()


def _said(request: WorkRequest, today: datetime) -> tuple[str, str]:
    """Return the state in words, and what else there is to say."""
    if request.state is RequestState.WAITING:
        when = _clock(request.asked_ts, today)
        return "waiting for `roundtable worker`,", f"asked for at {when} by {request.asked_by}."
    if request.state is RequestState.WORKING:
        return f"working since {_clock(request.started_ts or request.asked_ts, today)}.", ""
    when = _clock(request.ended_ts or request.asked_ts, today)
    word = "failed" if request.state is RequestState.FAILED else "done"
    return f"{word} at {when}.", request.note


def _clock(moment: datetime, today: datetime) -> str:
    """Write a moment as people at this machine read it: the time today, else the date too.

    >>> from datetime import UTC
    >>> today = datetime(2027, 3, 2, 18, tzinfo=UTC)
    >>> _clock(datetime(2027, 3, 2, 14, 2, tzinfo=UTC), today)
    '14:02'
    >>> _clock(datetime(2027, 3, 1, 14, 2, tzinfo=UTC), today)
    '14:02 on 1 March'
    """
    here = moment.astimezone(today.tzinfo)
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here:%H:%M} on {here.day} {here:%B}"
