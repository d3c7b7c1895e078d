"""The terms of an audit: whose verdict counts, and how many wrong takes are tolerated."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from evals.audits.freeze import DEFAULT_ALPHA
from evals.audits.overview import ALPHAS, FilmAudit
from evals.decisions.reviewers import Reviewers
from tracker.domain.lots import Purpose, VerdictOf
from tracker.errors import MisuseError
from tracker.ui.data import people

__all__ = ["terms_of_audit"]

_WHOSE = {
    VerdictOf.DIRECTOR: "the director of record's",
    VerdictOf.MAJORITY: "what most of a panel say",
    VerdictOf.MEMBER: "one of a panel, drawn by lot for each take",
}


def terms_of_audit(audit: FilmAudit, label: str) -> Mapping[str, object] | None:
    """Draw the form behind a button; return the parameters of a request once they are asked for.

    A panel that could decide nothing says why and cannot be asked for.
    """
    film = audit.film
    with st.popover(label, key=f"terms_{film}"):
        alpha = st.select_slider(
            "Wrong takes tolerated among those that nobody looks at",
            options=ALPHAS,
            value=DEFAULT_ALPHA[Purpose.PASS],
            format_func=lambda rate: f"{rate:.0%}",
            key=f"alpha_{film}",
        )
        whose = st.selectbox(
            "Whose verdict counts",
            [*_WHOSE],
            format_func=_WHOSE.__getitem__,
            key=f"whose_{film}",
        )
        panel: list[str] = []
        if whose is not VerdictOf.DIRECTOR:
            panel = st.multiselect(
                "The panel", [person.name for person in people()], key=f"panel_{film}"
            )
        why = _why_not(whose, panel, director=audit.director)
        if why:
            st.caption(why)
        if st.button("Freeze the cut and plan the audit", key=f"ask_{film}", disabled=bool(why)):
            return {"alpha": alpha, "verdict_of": whose.value, "panel": panel}
    return None


def _why_not(whose: VerdictOf, panel: list[str], *, director: str | None) -> str:
    if whose is VerdictOf.DIRECTOR:
        return "" if director else "The film has no director of record; name one, or a panel."
    try:
        Reviewers(whose, tuple(panel))
    except MisuseError:
        least = (
            "an odd number of people, three or more"
            if whose is VerdictOf.MAJORITY
            else "two people or more"
        )
        return f"Choose {least}."
    return ""
