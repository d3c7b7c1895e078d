"""The board of tiles: one per shot, its latest take's picture, verdict line and reason.

Components v2 draw 500 tiles in under two seconds; a native grid of 200 took seven.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from tracker.domain.board import BoardRow
from tracker.domain.production import Method
from tracker.ui.components._assets import asset
from tracker.ui.lanes import address_of, lane_of, reason_of

__all__ = ["METHOD_WORDS", "board", "tile"]

METHOD_WORDS = {Method.LIVE_ACTION: "live", Method.AI: "ai", Method.HYBRID: "hybrid"}
"""The badge on a picture."""

_component = st.components.v2.component(
    "roundtable_board", html=asset("board.html"), css=asset("board.css"), js=asset("board.js")
)


def tile(
    row: BoardRow, thumbnail_url: str | None, *, names_film: bool = False
) -> dict[str, object]:
    """Return what the browser draws for one shot; `names_film` where films are mixed."""
    lane = lane_of(row)
    blank = "no take yet" if row.take is None else "no picture yet"
    return {
        "address": address_of(row),
        "code": f"{row.film} {row.shot}" if names_film else row.shot,
        "take": row.take or "",
        "method": METHOD_WORDS[row.method],
        "hero": row.is_hero,
        "thumb": thumbnail_url or "",
        "blank": "cannot be read" if lane == "error" else blank,
        "outcome": lane,
        "by": row.generator or ("" if row.take is None else "generator not recorded"),
        "reason": reason_of(row),
    }


def board(
    tiles: Sequence[Mapping[str, object]],
    *,
    key: str,
    selected: str | None = None,
    on_open: Callable[[], None] | None = None,
) -> str | None:
    """Draw tiles and return the address that was just opened, if one was.

    `selected` is outlined in amber. `on_open` runs before the page does; it finds the address in
    `st.session_state[key]["open"]`.
    """
    data: dict[str, Any] = {"tiles": [dict(t) for t in tiles], "selected": selected}
    result = _component(key=key, data=data, on_open_change=on_open or _nothing)
    opened = result.get("open")
    return opened if isinstance(opened, str) else None


def _nothing() -> None:
    """Stand in for a callback: a trigger without one never reaches Python."""
