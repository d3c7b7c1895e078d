"""Audits: what passes with nobody looking, on whose word, and how many verdicts are still needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from evals.audits.overview import FilmAudit
from evals.audits.standing import Standing
from evals.ui import data
from evals.ui.acts import close_audit, draw_audit
from evals.ui.cards import film_card, needed_table
from evals.ui.planning import terms_of_audit
from evals.ui.risk import risk_chart
from tracker.domain.board import ProductionRow
from tracker.errors import RoundtableError
from tracker.store.requests import RequestKind
from tracker.ui import acts
from tracker.ui.components.requests import newest, request_line, watch
from tracker.ui.components.sheets import STYLE, counts, demo_badge, note, with_commands
from tracker.ui.data import productions, requests_of

__all__ = ["draw"]

# The order of a producer's worries.
_PLACE = {
    standing: place
    for place, standing in enumerate(
        (
            Standing.ENDED,
            Standing.READY,
            Standing.WAITING,
            Standing.PLANNED,
            Standing.POSSIBLE,
            Standing.REFUSED,
            Standing.CERTIFIED,
            Standing.LOOK,
        )
    )
}
_OPEN = {Standing.WAITING, Standing.READY, Standing.PLANNED, Standing.POSSIBLE}
_TERMS = {Standing.POSSIBLE: "Other terms", Standing.ENDED: "Audit anew"}
# Here the card itself tells what came of a request for an audit.
_UNDER_WAY = {Standing.WAITING, Standing.READY, Standing.PLANNED, Standing.CERTIFIED}


def draw() -> None:
    """Draw the page; what goes wrong is one sentence, never a traceback."""
    st.html(STYLE)
    try:
        _draw()
    except RoundtableError as error:
        st.html(note("The audits cannot be read", str(error), command="roundtable doctor"))


def _draw() -> None:
    known = productions()
    if not known:
        st.html(
            note(
                "No production yet",
                "An audit lets takes of a film pass with nobody looking, once its director has judged "
                "a random few of them.",
                command="roundtable demo build",
            )
        )
        return
    top, head = st.columns([1, 4], vertical_alignment="bottom", gap="small")
    production = _choose(top, known)
    audits = sorted(data.film_audits(production.code), key=lambda a: (_PLACE[a.standing], a.film))
    if not audits:
        st.html(
            note(
                "No film yet",
                f"{production.code} has no film to audit.",
                command=f"roundtable films import films.csv --production {production.code}",
            )
        )
        return
    head.html(_head(production, audits))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        for audit in audits:
            _card(audit)
    with right:
        _picture(audits)
    watch(lambda: requests_of(production.code))


def _choose(
    where: st.delta_generator.DeltaGenerator, known: Sequence[ProductionRow]
) -> ProductionRow:
    by_code = {p.code: p for p in known}
    code = where.selectbox(
        "Production",
        list(by_code),
        key="production",
        format_func=lambda c: f"{c}  {by_code[c].title}",
        persist_state="session",
    )
    return by_code.get(code) or known[0]


def _head(production: ProductionRow, audits: Sequence[FilmAudit]) -> str:
    numbers = Counter(audit.standing for audit in audits)
    unseen = sum(audit.unseen for audit in audits)
    shown = {
        "shots": ("Films", len(audits)),
        "pass": ("Pass unseen", unseen),
        "direct": ("Audits open", sum(numbers[s] for s in _OPEN)),
        "error": ("Refused, ended", numbers[Standing.REFUSED] + numbers[Standing.ENDED]),
    }
    badge = demo_badge(is_demo=production.is_demo)
    return (
        f'<div class="rt-audit-head">{counts(shown)}<p>{badge} An audit asks the director, or a panel, about '
        "a random few takes. If they hold, the rest of the film's takes pass with nobody looking, and a "
        "certificate says how many of those may be wrong.</p></div>"
    )


def _card(audit: FilmAudit) -> None:
    with st.container(border=True, gap="small"):
        st.html(film_card(audit))
        asked = newest(requests_of(audit.film), RequestKind.FREEZE_LOT)
        waits = asked is not None and asked.is_open
        if audit.command:
            st.code(audit.command, language=None)
        if audit.standing not in _UNDER_WAY and (line := request_line(asked)):
            st.html(line)
        if not waits:
            _offer(audit)


def _offer(audit: FilmAudit) -> None:
    """Offer what comes next in the life of an audit."""
    if audit.is_planned:
        _do("Draw the audit by lot", f"draw_{audit.film}", act=draw_audit, film=audit.film)
    elif audit.standing is Standing.READY:
        _do("Count the verdicts", f"close_{audit.film}", act=close_audit, film=audit.film)
    elif audit.can_be_audited:
        row = st.container(horizontal=True, gap="small")
        is_usual = audit.standing is Standing.POSSIBLE and row.button(
            "Freeze the cut and plan the audit", key=f"freeze_{audit.film}", type="primary"
        )
        with row:
            terms = terms_of_audit(audit, _TERMS.get(audit.standing, "Audit on other terms"))
        if is_usual or terms is not None:
            acts.ask_for(RequestKind.FREEZE_LOT, audit.film, **(terms or {}))
            st.rerun()


def _do(label: str, key: str, *, act: Callable[[str], None], film: str) -> None:
    """Offer a step of an audit; where it is refused the card says why, and nothing has changed."""
    if not st.button(label, key=key, type="primary"):
        return
    try:
        act(film)
    except RoundtableError as error:
        st.html(f'<p class="rt-small">{with_commands(str(error))}</p>')
        return
    st.rerun()


def _picture(audits: Sequence[FilmAudit]) -> None:
    by_film = {audit.film: audit for audit in audits}
    chosen = st.selectbox(
        "Film",
        list(by_film),
        key="audit_film",
        format_func=lambda f: f"{f}  {by_film[f].title}",
    )
    audit = by_film.get(chosen) or audits[0]
    st.html(
        "<h4>How much could pass, and how much of that would be rejected</h4>"
        f'<p class="rt-small">{escape(_caption(audit))}</p>'
    )
    if audit.labels and audit.curve:
        st.altair_chart(risk_chart(audit.curve, audit.alpha), width="stretch")
    else:
        st.html(
            note(
                "No decisions yet",
                "The picture is drawn from what people decided; decide a few takes first.",
                command=f"roundtable queue {audit.film}",
            )
        )
    size = f"{audit.needed_of} takes"
    of = (
        f"the {size} that a certificate may cover"
        if audit.needed_of == audit.certifiable
        else f"all {size} of the cut, if a certificate might cover them all"
    )
    st.html(
        "<h4>How many verdicts are needed</h4>"
        f'<p class="rt-small">To certify {of}, nine times in ten rightly. "All" saves no look.</p>'
        f"{needed_table(audit.needed)}"
    )


def _caption(audit: FilmAudit) -> str:
    return (
        f"From {audit.labels} decisions of the production, strict on the left, loose on the right. A "
        f"threshold passes where the bound is under the red line, {audit.alpha:.0%} wrong. For planning "
        "only: the certificate comes from the audit."
    )


if __name__ == "__main__":
    draw()
