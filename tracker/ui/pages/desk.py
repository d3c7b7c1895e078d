"""The desk: one take at a time, the worthiest look first, decided with one key."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from tracker.domain.board import TakeSheet
from tracker.domain.production import Person, Role
from tracker.domain.queue import QueueItem
from tracker.errors import RoundtableError
from tracker.ui import acts, data
from tracker.ui.components import desk, sheets
from tracker.ui.components.player import player
from tracker.ui.sitting import Sitting, seen

__all__ = ["draw"]

_BOARD_PAGE = str(Path(__file__).with_name("board.py"))
_WHO = "desk_for"
_KEYS = "desk"
_SITTING = "desk_sitting"
_REMARKS = "desk_remarks"
_DONE = {
    "approve": "approved",
    "direct": "sent to direction",
    "regenerate": "to be made again",
    "embrace": "embraced",
}


def draw() -> None:
    """Draw the page; what goes wrong is one sentence."""
    st.html(sheets.STYLE)
    try:
        _draw()
    except RoundtableError as error:
        st.html(sheets.note("The desk cannot be laid", str(error), command="roundtable doctor"))


def _draw() -> None:
    people = data.people()
    if not people:
        st.html(
            sheets.note(
                "Nobody sits at the table yet",
                "A decision is a named person's: import the people with their roles first.",
                command="roundtable people import people.csv",
            )
        )
        return
    top = st.container(horizontal=True, vertical_alignment="center", gap="small")
    person = _who(top, people)
    if person is None:
        st.html(
            sheets.note(
                "Who decides?",
                "Choose your name above. A director finds the takes of the films that they direct, "
                "everybody else those of all films.",
            )
        )
        _offer(people)
        return
    sitting = _obey(_sitting(person))
    items = data.queue(person)
    sitting = _keep(sitting.look(items, now_s=time.time(), request=uuid.uuid4().hex))
    if sitting.item is None:
        _nothing_waits(sitting)
    else:
        top.html(desk.head(sitting.item, waiting=max(1, len(items))))
        _lay(sitting, sitting.item)


def _who(where: st.delta_generator.DeltaGenerator, people: Sequence[Person]) -> str | None:
    roles = {p.name: ", ".join(r.value.replace("_", " ") for r in p.roles) for p in people}
    if _WHO not in st.session_state:
        asked = st.query_params.get("for") or data.settings().actor
        st.session_state[_WHO] = asked if asked in roles else None
    person = where.selectbox(
        "Who decides",
        list(roles),
        key=_WHO,
        format_func=lambda name: f"{name}, {roles[name]}",
        placeholder="Who decides?",
        label_visibility="collapsed",
        persist_state="session",
        width=250,
    )
    if person is not None:
        st.query_params["for"] = person
    return person


def _offer(people: Sequence[Person]) -> None:
    """Name the directors whom something waits for, each as a button."""
    directors = [p.name for p in people if Role.DIRECTOR in p.roles]
    waiting = {name: len(data.queue(name)) for name in directors}
    line = st.container(horizontal=True, horizontal_alignment="center", gap="small")
    for name, count in waiting.items():
        if count:
            words = f"{name}: {count} {'waits' if count == 1 else 'wait'}"
            line.button(words, key=f"sit_{name}", on_click=_sit, args=(name,))


def _sit(name: str) -> None:
    st.session_state[_WHO] = name


def _sitting(person: str) -> Sitting:
    found = st.session_state.get(_SITTING)
    return (
        found if isinstance(found, Sitting) and found.person == person else Sitting(person=person)
    )


def _keep(sitting: Sitting) -> Sitting:
    st.session_state[_SITTING] = sitting
    return sitting


def _obey(sitting: Sitting) -> Sitting:
    """Do what a key asked for, once: an answer to an earlier showing is none to this one."""
    pressed = st.session_state.get(_KEYS)
    said = pressed.get("did") if isinstance(pressed, Mapping) else None
    if not isinstance(said, Mapping) or said.get("request") != sitting.request:
        return sitting
    try:
        return _keep(_done(sitting, said))
    except RoundtableError as error:
        st.toast(str(error), duration="long")
        kept = sitting.forgotten() if said.get("what") == "undo" else sitting
        return _keep(kept.again(uuid.uuid4().hex))


def _done(sitting: Sitting, said: Mapping[str, Any]) -> Sitting:
    item, what, now_s = sitting.item, said.get("what"), time.time()
    if what == "undo" and sitting.done:
        last = sitting.done[-1]
        acts.take_back(last.take, by=sitting.person)
        st.session_state[_REMARKS] = ()
        st.toast(f"{desk.take_words(last.take)}: taken back.")
        return sitting.taken_back(now_s)
    if what == "skip" and item is not None:
        return sitting.put_off(now_s)
    if what not in _DONE or item is None:
        return sitting
    frames = said.get("frames")
    decided = acts.decide(
        item.take,
        what,
        by=sitting.person,
        note=str(said.get("note") or ""),
        kind=str(said.get("kind") or ""),
        shown_frames=(int(frames[0]), int(frames[1])) if frames else None,
        minutes=round(sitting.minutes(now_s), 2),
        seen=seen(data.desk_sheet(item)),
        request_id=sitting.request,
    )
    st.session_state[_REMARKS] = decided.remarks
    st.toast(f"{desk.take_words(item.take)}: {_DONE[what]}. U takes it back.", duration=8)
    return sitting.decided()


def _lay(sitting: Sitting, item: QueueItem) -> None:
    sheet = data.desk_sheet(item)
    for remark in st.session_state.get(_REMARKS, ()):
        st.html(sheets.remark(remark))
    left, right = st.columns([2.35, 1], gap="medium")
    with left:
        player(sheet, data.take_media(item.sha256), key="desk_player", is_desk=True)
        _draw_keys(sitting, item, sheet)
    takes = data.earlier_takes(item.take)
    right.html(
        desk.hint(sheet, is_withheld=item.is_withheld)
        + desk.brief(sheet.brief)
        + desk.earlier(takes, {t.sha256: data.thumbnail_url(t.sha256) for t in takes})
    )


def _draw_keys(sitting: Sitting, item: QueueItem | None, sheet: TakeSheet | None) -> None:
    verdict = None if sheet is None else sheet.verdict
    desk.desk_keys(
        item,
        request=sitting.request,
        kinds=data.trace_kinds(),
        kind="" if verdict is None else verdict.metric,
        last=sitting.done[-1] if sitting.done else None,
        key=_KEYS,
    )


def _nothing_waits(sitting: Sitting) -> None:
    for remark in st.session_state.get(_REMARKS, ()):
        st.html(sheets.remark(remark))
    done = len(sitting.done)
    count = (
        f"You decided {done} {'take' if done == 1 else 'takes'} in this sitting. " if done else ""
    )
    st.html(
        sheets.note(
            f"Nothing waits for {sitting.person}",
            f"{count}What was decided shows on the board.",
            "New takes come here once they are submitted with `roundtable takes import`, and scored "
            "with `roundtable evals run`.",
        )
    )
    if sitting.done:
        _draw_keys(sitting, None, None)
    with st.container(horizontal=True, horizontal_alignment="center"):
        st.page_link(_BOARD_PAGE, label="To the board")


if __name__ == "__main__":
    draw()
