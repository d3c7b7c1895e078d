"""A take: its verdict, its picture beside its scores, and everything on record about it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from tracker.domain.addresses import Address, take_code
from tracker.domain.board import TakeSheet
from tracker.errors import NotFoundError, RoundtableError
from tracker.ui import data
from tracker.ui.components import sheets
from tracker.ui.components.player import player
from tracker.ui.lanes import address_of, needing

__all__ = ["draw"]

_BOARD_PAGE = str(Path(__file__).with_name("board.py"))
_DESK_PAGE = str(Path(__file__).with_name("desk.py"))
_LAST = "last_take"


def draw() -> None:
    """Draw the page of the take that `?take=` names; what goes wrong is one sentence."""
    st.html(sheets.STYLE)
    asked = st.query_params.get("take") or st.session_state.get(_LAST, "")
    if not asked:
        st.html(
            sheets.note(
                "No take chosen",
                "Choose one on the board, or name one in the address: "
                "?take=ANTH01/F02/SQ010_SH0010/v001",
            )
        )
        st.page_link(_BOARD_PAGE, label="To the board")
        return
    try:
        _draw(asked)
    except RoundtableError as error:
        title = "No such take" if isinstance(error, NotFoundError) else "This take cannot be shown"
        st.html(sheets.note(title, str(error)))
        st.page_link(_BOARD_PAGE, label="To the board")


def _draw(asked: str) -> None:
    address = Address.parse(asked)
    if address.level == "shot":
        st.html(
            sheets.note(
                "No take yet",
                f"{address} waits for its first take.",
                command=f"roundtable takes import takes.csv --production {address.production}",
            )
        )
        st.page_link(_BOARD_PAGE, label="To the board")
        return
    sheet = data.take_sheet(asked)
    st.query_params["take"] = str(address)
    st.session_state[_LAST] = str(address)
    _head(address, sheet)
    player(sheet, data.take_media(sheet.take.sha256), key="player")
    _record(sheet)


def _head(address: Address, sheet: TakeSheet) -> None:
    said, others, act = st.columns([7.4, 1, 1.3], vertical_alignment="center", gap="small")
    said.html(sheets.verdict_line(sheet))
    if len(sheet.siblings) > 1:
        chosen = others.selectbox(
            "Takes of this shot",
            list(reversed(sheet.siblings)),
            index=list(reversed(sheet.siblings)).index(take_code(sheet.take.number)),
            key=f"takes_of_{address}",
            format_func=lambda code: f"{code} of {len(sheet.siblings)}",
            label_visibility="collapsed",
        )
        if chosen is not None and chosen != address.take:
            _go(Address(address.production, address.film, address.shot, chosen))
    following = _next(address)
    if following is None:
        act.page_link(_BOARD_PAGE, label="To the board")
    elif act.button("Next that needs you", key="next_worst", type="primary", width="stretch"):
        _go(following)


def _next(address: Address) -> Address | None:
    """Return the next take of the film that needs somebody, in the board's order."""
    rows = needing(data.rows(f"{address.production}/{address.film}"))
    places = [address_of(r) for r in rows]
    here = str(address)
    if here in places:
        places = places[places.index(here) + 1 :] + places[: places.index(here)]
    return Address.parse(places[0]) if places else None


def _go(address: Address) -> None:
    st.switch_page(__file__, query_params={"take": str(address)})


def _record(sheet: TakeSheet) -> None:
    left, right = st.columns([1.42, 1], gap="medium")
    with left:
        if sheet.is_withheld:
            st.html(
                sheets.facts_table("Scores", [("not yet", "shown once it is decided, at the desk")])
            )
            st.page_link(_DESK_PAGE, label="To the desk")
        elif sheet.scores:
            st.html(sheets.scores_table(sheet))
        else:
            scope = f"{sheet.take.production}/{sheet.take.film}"
            st.html(
                sheets.facts_table(
                    "Scores",
                    [("none yet", f"run `roundtable evals run {scope}` to score this film")],
                )
            )
    right.html(
        sheets.brief_table(sheet.brief, sheet.effects, first_frame=sheet.first_frame)
        + sheets.provenance_table(sheet.take)
        + sheets.probe_table(sheet.take)
        + sheets.history_table(sheet.history)
    )


if __name__ == "__main__":
    draw()
