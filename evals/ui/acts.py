"""What the audit page does to the record: one short transaction each, with nothing of Streamlit inside."""

from __future__ import annotations

from evals.audits.close import close
from evals.audits.draw import draw
from evals.runs.verdicts import judge_within
from tracker.domain.addresses import Address
from tracker.settings import Settings
from tracker.store import Store

__all__ = ["close_audit", "draw_audit"]


def draw_audit(film: str) -> None:
    """Draw a film's planned audit by lot; see `evals.audits.draw.draw`."""
    with Store.open(Settings.from_env()).write() as tx:
        draw(tx, Address.parse(film))


def close_audit(film: str) -> None:
    """Count the verdicts of a film's audit and judge the film; see `evals.audits.close.close`."""
    address = Address.parse(film)
    with Store.open(Settings.from_env()).write() as tx:
        close(tx, address)
        judge_within(tx, address)
