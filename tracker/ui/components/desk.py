"""The desk: the keys that decide, and what is printed around the picture.

Where hints are withheld, whoever calls hands over a sheet without scores and verdict
(`tracker.ui.data.desk_sheet`), so that nothing of them can reach the browser from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from tracker.domain.addresses import Address
from tracker.domain.board import TakeSheet
from tracker.domain.production import BRIEF_FIELDS, Brief
from tracker.domain.queue import EarlierTake, QueueItem
from tracker.domain.reviews import Decision
from tracker.domain.units import FrameRange
from tracker.ui.components._assets import asset
from tracker.ui.components.sheets import demo_badge, frames_shown

__all__ = ["NO_HINT", "brief", "desk_keys", "earlier", "head", "hint", "said_of", "take_words"]

NO_HINT = "No hint: judge it as it is."
"""Said of every take whose verdict is withheld, audit or not."""

_component = st.components.v2.component(
    "roundtable_desk", html=asset("desk.html"), css=asset("desk.css"), js=asset("desk.js")
)


def desk_keys(
    item: QueueItem | None,
    *,
    request: str,
    kinds: Sequence[str] = (),
    kind: str = "",
    last: QueueItem | None = None,
    key: str,
) -> None:
    """Draw the keys; what was pressed is found in `st.session_state[key]["did"]`, before the next run.

    `kinds` are the traces that may be embraced, `kind` the one to begin with; `last` was decided last.
    """
    data: dict[str, Any] = {
        "take": "" if item is None else item.take,
        "request": request,
        "kinds": list(kinds),
        "kind": kind if kind in kinds else "",
        "undo": "" if last is None else take_words(last.take),
    }
    _component(key=key, data=data, on_did_change=_nothing)


def _nothing() -> None:
    """Stand in for a callback: a trigger without one never reaches Python."""


def take_words(take: str) -> str:
    """Return a take's name without its film, as people say it.

    >>> take_words("ANTH01/F02/SQ010_SH0010/v001")
    'SQ010_SH0010 v001'
    """
    where = Address.parse(take)
    return f"{where.shot} {where.take}"


def head(item: QueueItem, *, waiting: int) -> str:
    """Return the line over the picture: which take, and how many wait."""
    where = Address.parse(item.take)
    # Of hero shots only a blind repeat asks: the mark would tell that it is one.
    hero = '<span class="rt-lane">Hero</span>' if item.is_hero and not item.is_withheld else ""
    directs = f"directed by {item.director}" if item.director else "no director of record"
    due = f"release {item.release_on}" if item.release_on else ""
    small = " \u00b7 ".join(s for s in (item.film_title, directs, due) if s)
    return (
        f'<div class="rt-take rt-desk"><h2><i>{escape(f"{where.production} {where.film}")}</i> '
        f"{escape(where.shot or '')} <span>{escape(where.take or '')}</span></h2>"
        f"{hero}{demo_badge(is_demo=item.is_demo)}"
        f'<span class="rt-small">{escape(small)}</span>'
        f'<span class="rt-waits"><b>{waiting}</b> {"waits" if waiting == 1 else "wait"}</span></div>'
    )


def hint(sheet: TakeSheet, *, is_withheld: bool) -> str:
    """Return what the harness says of the take, or the one line that says nothing of it."""
    if is_withheld:
        return f'<div class="rt-hint"><p class="rt-small">{NO_HINT}</p></div>'
    verdict = sheet.verdict
    if verdict is None:
        said = "Scored, no verdict yet." if sheet.scores else "Not scored yet."
        return f'<div class="rt-hint"><p class="rt-small">{said}</p></div>'
    word = f"{verdict.outcome.value.capitalize()}{', proposed' if verdict.is_proposed else ''}"
    count = 0 if sheet.take.probe is None else sheet.take.probe.frame_count
    where = _within(verdict.frames, sheet.first_frame, count)
    small = " \u00b7 ".join(s for s in (f"frames {where}" if where else "", verdict.axis) if s)
    return (
        f'<div class="rt-hint"><span class="rt-lane {verdict.outcome.value}">{word}</span>'
        f'<p>{escape(verdict.reason)}</p><p class="rt-small">{escape(small)}</p></div>'
    )


def brief(what: Brief) -> str:
    """Return the brief: the prompt as text, then its fields."""
    lines = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>"
        for name in BRIEF_FIELDS
        if (value := getattr(what, name))
    )
    table = f'<table class="rt-table">{lines}</table>' if lines else ""
    prompt = escape(what.prompt) or "No prompt is recorded."
    return f'<div class="rt-block"><h4>Brief</h4><p class="rt-prompt">{prompt}</p>{table}</div>'


def earlier(takes: Sequence[EarlierTake], thumbnails: Mapping[str, str | None]) -> str:
    """Return the last notes, and the earlier takes as pictures; `thumbnails` by the file's digest."""
    if not takes:
        return (
            '<div class="rt-block"><h4>Last notes</h4>'
            '<p class="rt-small">The first take of its shot.</p></div>'
        )
    notes = "".join(_note(take, d) for take in takes for d in reversed(take.decisions))
    notes = notes or '<p class="rt-small">Nobody has said anything about the earlier takes.</p>'
    tiles = "".join(_tile(take, thumbnails.get(take.sha256)) for take in takes)
    return (
        f'<div class="rt-block"><h4>Last notes</h4>{notes}</div>'
        f'<div class="rt-block"><h4>Earlier takes</h4><div class="rt-takes">{tiles}</div></div>'
    )


def said_of(decision: Decision) -> str:
    """Return a decision in a word or two.

    >>> from tracker.domain.production import Role
    >>> from tracker.domain.reviews import DecisionOutcome
    >>> said_of(Decision(take="A/F/S/v001", outcome=DecisionOutcome("embrace"), by="Ada Quill",
    ...                  role=Role.DIRECTOR, kind="texture_boil"))
    'embrace texture boil'
    """
    return f"{decision.outcome.value} {decision.kind.replace('_', ' ')}".strip()


def _note(take: EarlierTake, decision: Decision) -> str:
    frames = () if decision.frames is None else (decision.frames,)
    where = _within(frames, take.first_frame, take.frame_count)
    when = "" if decision.decided_ts is None else f"{decision.decided_ts:%Y-%m-%d}"
    small = " \u00b7 ".join(
        s for s in (f"{decision.by}, {decision.role.value.replace('_', ' ')}", when) if s
    )
    at = f" <i>{where}</i>" if where else ""
    text = f"<p>{escape(decision.note)}</p>" if decision.note else ""
    return (
        f'<div class="rt-said-of"><b>{escape(take.code)}</b> {escape(said_of(decision))}{at}'
        f'{text}<p class="rt-small">{escape(small)}</p></div>'
    )


def _within(frames: Sequence[FrameRange], first_frame: int, frame_count: int) -> str:
    """Return ranges as people read them; one that is the whole take points nowhere."""
    inside = [r for r in frames if r.start > 0 or r.end < frame_count]
    return frames_shown(inside, first_frame)


def _tile(take: EarlierTake, url: str | None) -> str:
    picture = f'<img src="{escape(url)}" alt="">' if url else "<span>no picture yet</span>"
    said = said_of(take.decisions[-1]) if take.decisions else "no decision"
    return f"<figure>{picture}<figcaption><b>{escape(take.code)}</b> {escape(said)}</figcaption></figure>"
