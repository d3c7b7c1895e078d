"""The board of a film: every shot as a picture with its verdict, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from tracker.domain.board import BoardRow, FilmRow, ProductionRow
from tracker.errors import RoundtableError
from tracker.store.requests import RequestKind
from tracker.ui import acts, data
from tracker.ui.components.board import METHOD_WORDS, board, tile
from tracker.ui.components.requests import newest, request_line, watch
from tracker.ui.components.sheets import STYLE, counts, demo_badge, note
from tracker.ui.lanes import (
    LANES,
    Filters,
    address_of,
    changed,
    lane_of,
    needing,
    not_judged,
    not_scored,
    outdated,
    reason_of,
    worst_first,
)

__all__ = ["draw"]

_TAKE_PAGE = str(Path(__file__).with_name("take.py"))
_BOARD = "board"
_LAST = "last_take"
_ALL_FILMS = "All films"


def draw() -> None:
    """Draw the page; what goes wrong is one sentence, never a traceback."""
    st.html(STYLE)
    try:
        _draw()
    except RoundtableError as error:
        st.html(note("The board cannot be read", str(error), command="roundtable doctor"))


def _draw() -> None:
    productions = data.productions()
    if not productions:
        st.html(
            note(
                "No production yet",
                "Nothing has been recorded in this workspace.",
                "Build the demo to look around, or begin your own with `roundtable init` and "
                "`roundtable productions add`.",
                command="roundtable demo build",
            )
        )
        return
    _follow_link(productions)
    top = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    production, scope = _choose(top, productions)
    st.query_params["film"] = scope
    rows = data.rows(scope)
    if not rows:
        st.html(
            note(
                "No shots yet",
                f"{scope} has no shots; import a shot list to see them here.",
                command=f"roundtable shots import shots.csv --production {production.code}",
            )
        )
        return
    filters = _filters(top, rows)
    _head(production, rows)
    _work(production, scope, rows)
    _tiles([r for r in rows if filters.keep(r)], names_film="/" not in scope)


def _follow_link(productions: Sequence[ProductionRow]) -> None:
    """Let `?film=ANTH01/F02` choose, once: afterwards the boxes do."""
    if "production" in st.session_state:
        return
    asked = st.query_params.get("film", "")
    code, _, film = asked.partition("/")
    if code in {p.code for p in productions}:
        st.session_state["production"] = code
        if film in {f.code for f in data.films(code)}:
            st.session_state["film"] = film


def _choose(
    where: st.delta_generator.DeltaGenerator, productions: Sequence[ProductionRow]
) -> tuple[ProductionRow, str]:
    by_code = {p.code: p for p in productions}
    code = where.selectbox(
        "Production",
        list(by_code),
        key="production",
        format_func=lambda c: _titled(c, by_code[c].title),
        persist_state="session",
        width=220,
    )
    production = by_code.get(code) or productions[0]
    films: dict[str, FilmRow] = {f.code: f for f in data.films(production.code)}
    film = where.selectbox(
        "Film",
        [_ALL_FILMS, *films],
        key="film",
        format_func=lambda c: _titled(c, films[c].title) if c in films else c,
        persist_state="session",
        width=220,
    )
    scope = f"{production.code}/{film}" if film in films else production.code
    return production, scope


def _filters(where: st.delta_generator.DeltaGenerator, rows: Sequence[BoardRow]) -> Filters:
    text = where.text_input(
        "Find", key="find", placeholder="shot, prompt, reason", persist_state="session", width=190
    )
    chosen: dict[str, tuple[str, ...]] = {}
    for name, options in (
        ("Method", sorted({r.method.value for r in rows})),
        ("Sequence", sorted({r.sequence for r in rows})),
        ("Generator", sorted({r.generator for r in rows if r.generator})),
    ):
        picked = where.multiselect(
            name,
            options,
            key=f"only_{name.lower()}",
            format_func=lambda o: METHOD_WORDS.get(o, o),
            placeholder="any",
            persist_state="session",
            width=160,
        )
        chosen[name] = tuple(picked)
    lane = where.segmented_control(
        "Verdict",
        [lane for lane in LANES if any(lane_of(r) == lane for r in rows)],
        key="lane",
        format_func=lambda key: LANES[key],
        persist_state="session",
    )
    return Filters(
        lane=lane,
        methods=chosen["Method"],
        sequences=chosen["Sequence"],
        generators=chosen["Generator"],
        text=text or "",
    )


def _head(production: ProductionRow, rows: Sequence[BoardRow]) -> None:
    numbers = Counter(lane_of(r) for r in rows)
    shown = {"shots": ("Shots", len(rows))}
    shown |= {n: (LANES[n], numbers[n]) for n in ("pass", "direct", "regenerate", "unscored")}
    shown |= {n: (LANES[n], numbers[n]) for n in ("blind", "approved", "error") if numbers[n]}
    wanting = needing(rows)
    left, said, act = st.columns([5, 4, 1.2], vertical_alignment="center", gap="small")
    left.html(counts(shown))
    said.html(_needs(production, rows, wanting))
    if wanting and act.button("Open the worst", key="open_worst", type="primary", width="stretch"):
        _open(address_of(wanting[0]))


def _needs(production: ProductionRow, rows: Sequence[BoardRow], wanting: Sequence[BoardRow]) -> str:
    badge = demo_badge(is_demo=production.is_demo)
    if wanting:
        worst = wanting[0]
        verb = "take needs" if len(wanting) == 1 else "takes need"
        return (
            f'<div class="rt-needs">{badge} <b>{len(wanting)} {verb} somebody.</b> '
            f"Worst: {escape(worst.shot)} {escape(worst.take or '')}<br>"
            f"<small>{escape(reason_of(worst))}</small></div>"
        )
    unscored = sum(lane_of(r) == "unscored" and r.take is not None for r in rows)
    title, why = "Nothing needs you.", "Every latest take has passed."
    if unscored:
        title, why = "Nothing needs you yet.", "A take gets its verdict from its scores."
    elif any(r.take is None for r in rows):
        why = "Shots without a take wait for one; see <code>roundtable takes import</code>."
    return f'<div class="rt-needs">{badge} <b>{title}</b><br><small>{why}</small></div>'


def _work(production: ProductionRow, scope: str, rows: Sequence[BoardRow]) -> None:
    """Say what nobody has measured or judged, let it be asked for, and say what came of that."""
    asked = data.requests_of(scope)
    lines = [
        request_line(newest(asked, k), scope=scope) for k in (RequestKind.RUN, RequestKind.JUDGE)
    ]
    coming = {r.kind for r in asked if r.is_open and f"{scope}/".startswith(f"{r.scope}/")}
    said, kind = _wanting(rows)
    shown = "".join([f'<p class="rt-small rt-asked">{escape(said)}</p>' if said else "", *lines])
    if not shown:
        return
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    if kind is not None and not coming & {RequestKind.RUN, kind}:
        word = "Ask for scores" if kind is RequestKind.RUN else "Judge again"
        if row.button(word, key="ask_for_work", type="secondary"):
            pack = "demo" if production.is_demo else "standard"
            acts.ask_for(kind, scope, **({"pack": pack} if kind is RequestKind.RUN else {}))
            st.rerun()
    row.html(f'<div class="rt-work">{shown}</div>', width="content")
    watch(lambda: data.requests_of(scope))


def _wanting(rows: Sequence[BoardRow]) -> tuple[str, RequestKind | None]:
    """Return what is missing in a sentence, with the request that brings it; the first thing first."""
    for found, one, many, kind in (
        (not_scored(rows), "1 take is not scored.", "{} takes are not scored.", RequestKind.RUN),
        (
            not_judged(rows),
            "1 take is scored and has no verdict.",
            "{} takes are scored and have no verdict.",
            RequestKind.JUDGE,
        ),
        (
            changed(rows),
            "1 take was judged before its shot or film changed.",
            "{} takes were judged before their shot or film changed.",
            RequestKind.RUN,
        ),
        (
            outdated(rows),
            "1 take lost its certificate and was not judged since.",
            "{} takes lost their certificate and were not judged since.",
            RequestKind.JUDGE,
        ),
    ):
        if found:
            return (one if len(found) == 1 else many.format(len(found))), kind
    return "", None


def _tiles(rows: Sequence[BoardRow], *, names_film: bool) -> None:
    if not rows:
        st.html(note("No shot is left", "The filters above leave nothing; clear one of them."))
        return
    opened = board(
        [tile(r, data.thumbnail_url(r.sha256), names_film=names_film) for r in worst_first(rows)],
        key=_BOARD,
        selected=st.session_state.get(_LAST),
    )
    if opened is not None:
        _open(opened)


def _open(address: str) -> None:
    """Go to a take's page, which also says what to do for a shot without one."""
    st.session_state[_LAST] = address
    st.switch_page(_TAKE_PAGE, query_params={"take": address})


def _titled(code: str, title: str) -> str:
    return f"{code}  {title}" if title else code


if __name__ == "__main__":
    draw()
