"""Agreement: do people stand by their verdicts, and what does it mean for audits?"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from evals.audits.agreement import Reviewing
from evals.decisions.agreement import REPEATS
from evals.ui import data
from evals.ui.cards import people_table, unreachable_list
from tracker.domain.board import ProductionRow
from tracker.errors import RoundtableError
from tracker.ui.components.sheets import STYLE, counts, demo_badge, note
from tracker.ui.data import films, productions

__all__ = ["draw"]

_ALL_FILMS = "All films"


def draw() -> None:
    """Draw the page; what goes wrong is one sentence, never a traceback."""
    st.html(STYLE)
    try:
        _draw()
    except RoundtableError as error:
        st.html(note("The agreement cannot be read", str(error), command="roundtable doctor"))


def _draw() -> None:
    known = productions()
    if not known:
        st.html(
            note(
                "No production yet",
                "Nobody has decided anything, so nobody can be asked again.",
                command="roundtable demo build",
            )
        )
        return
    top, head = st.columns([2, 4], vertical_alignment="bottom", gap="small")
    production, scope = _choose(top.container(horizontal=True, gap="small"), known)
    found = data.reviewing(scope)
    if not found.people:
        st.html(
            note(
                "No decision yet",
                f"Nobody has decided anything in {scope}; blind repeats come after decisions.",
                command=f"roundtable queue {scope}",
            )
        )
        return
    head.html(_head(production, found))
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(border=True, gap="small"):
        st.html(f'<div class="rt-audit"><h3>Each person</h3>{people_table(found)}</div>')
    with right, st.container(border=True, gap="small"):
        _todo(found)


def _choose(
    where: st.delta_generator.DeltaGenerator, known: Sequence[ProductionRow]
) -> tuple[ProductionRow, str]:
    by_code = {p.code: p for p in known}
    code = where.selectbox(
        "Production",
        list(by_code),
        key="production",
        format_func=lambda c: f"{c}  {by_code[c].title}",
        persist_state="session",
        width=220,
    )
    production = by_code.get(code) or known[0]
    titles = {f.code: f.title for f in films(production.code)}
    film = where.selectbox(
        "Film",
        [_ALL_FILMS, *titles],
        key="agreement_film",
        format_func=lambda c: f"{c}  {titles[c]}" if c in titles else c,
        width=220,
    )
    scope = f"{production.code}/{film}" if film in titles else production.code
    return production, scope


def _head(production: ProductionRow, found: Reviewing) -> str:
    rate = found.overall
    shown = {
        "shots": ("Blind repeats", rate.repeats),
        "direct": ("Turned round", rate.flips),
        "unscored": ("Wait in queues", sum(found.waiting.values())),
        "error": ("Unreachable", len({u.film for u in found.unreachable})),
    }
    badge = demo_badge(is_demo=production.is_demo)
    return (
        f'<div class="rt-audit-head">{counts(shown)}<p>{badge} <b>{escape(rate.sentence())}</b> '
        f"{escape(_between(found))}</p></div>"
    )


def _between(found: Reviewing) -> str:
    between = found.between
    if not between.takes:
        return "No two people have judged the same take."
    if between.alpha is None:
        return f"Two or more people judged {between.takes} takes and always said the same."
    return (
        f"Different people agree with a Krippendorff's alpha of {between.alpha:.2f} on "
        f"{between.takes} takes (1 is perfect, 0 is chance)."
    )


def _todo(found: Reviewing) -> None:
    why = (
        "A certificate cannot be better than its reviewer. People who turn round in a share of cases "
        "when they see the same take again can bear a certificate only at twice that share or more."
    )
    text, command = _advice(found)
    st.html(
        f'<div class="rt-audit"><h3>What it means</h3>{unreachable_list(found)}<p>{escape(why)}</p>'
        f'<h3>What to do</h3><p class="rt-said">{escape(text)}</p></div>'
    )
    st.code(command, language=None)


def _advice(found: Reviewing) -> tuple[str, str]:
    """Return the one thing to do, what is urgent first, and the command for it."""
    blocked = next((u for u in found.unreachable if u.is_open), None)
    waiting = {name: n for name, n in found.waiting.items() if n}
    if blocked is None and waiting:
        name, number = max(waiting.items(), key=lambda pair: pair[1])
        return (
            f"{number} repeats wait in {name}'s queue, among everything else and without a mark.",
            f'roundtable queue --for "{name}"',
        )
    if found.unreachable:
        entry = blocked or found.unreachable[0]
        return (
            (
                f"Talk with {entry.person} about what makes a take wrong; until that is settled, direct "
                f"all takes of {entry.film}."
            ),
            f'roundtable queue {entry.film} --for "{entry.person}"',
        )
    lacking = {
        name: REPEATS - rate.repeats
        for name, rate in found.people.items()
        if rate.repeats < REPEATS and found.repeatable[name]
    }
    if lacking:
        name = max(lacking, key=lambda n: found.repeatable[n])
        number = min(lacking[name], found.repeatable[name])
        return (
            f"Ask {name} about {number} decided takes again, blind.",
            f'roundtable evals agreement ask {found.scope} --count {number} --for "{name}"',
        )
    return (
        "Nothing now: the flip rates are known well enough.",
        f"roundtable evals agreement show {found.scope}",
    )


if __name__ == "__main__":
    draw()
