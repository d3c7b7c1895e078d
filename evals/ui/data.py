"""What the harness's pages ask for: cached reads."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from evals.audits.agreement import Reviewing
from evals.audits.agreement import reviewing as _reviewing
from evals.audits.overview import FilmAudit
from evals.audits.overview import film_audits as _film_audits
from tracker.domain.addresses import Address
from tracker.errors import NotFoundError
from tracker.settings import Settings
from tracker.store import Store
from tracker.ui.data import BY_HOME, TTL_S, Stamp, stamp

__all__ = ["film_audits", "reviewing"]


def film_audits(production: str) -> Sequence[FilmAudit]:
    """Read where the audits of a production's films stand."""
    return _audits(*stamp(), production)


def reviewing(scope: str) -> Reviewing:
    """Read how often people agree with themselves and each other."""
    return _agreed(*stamp(), scope)


# In each of these the stamp is a part of the key, so that a changed file is read again.


@st.cache_data(
    ttl=40 * TTL_S, max_entries=32, show_spinner="Reading the audits", hash_funcs=BY_HOME
)
def _audits(where: Settings, stamp: Stamp, production: str) -> list[FilmAudit]:
    _require(where, stamp)
    # One transaction, though nobody else gets at the database meanwhile: film by film each would read the
    # decisions of all films again.
    with Store.open(where).read() as tx:
        return _film_audits(tx, Address(production))


@st.cache_data(ttl=TTL_S, max_entries=32, show_spinner=False, hash_funcs=BY_HOME)
def _agreed(where: Settings, stamp: Stamp, scope: str) -> Reviewing:
    _require(where, stamp)
    with Store.open(where).read() as tx:
        return _reviewing(tx, Address.parse(scope))


def _require(where: Settings, stamp: Stamp) -> None:
    if not stamp:
        raise NotFoundError(f"There is no workspace at {where.home}; run `roundtable init`.")
