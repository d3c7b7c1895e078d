"""How good are these scores: the published figures of the validation, with what was missed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from evals.validation import figures, text
from evals.validation.figures import Figure, Outcome, Report, Table
from tracker.errors import RoundtableError
from tracker.ui.components.sheets import STYLE, counts, demo_badge, note

__all__ = ["draw"]

_ALL, _MISSED = "All", "Missed goals only"
# Classes that the dashboard's style gives a colour. A docstring here would be printed by Streamlit.
_TONES = {Outcome.MISS: "fails", Outcome.MISSING: "not_assessable"}
_SHORT = frozenset({Outcome.MISS, Outcome.MISSING})
_COLUMNS = ("What", "Measure", "Ours", "95 % interval", "n", "Goal", "Reached", "VBench", "Note")
_REACHED = _COLUMNS.index("Reached")


def draw() -> None:
    """Draw the page; what goes wrong is one sentence, never a traceback."""
    st.html(STYLE)
    try:
        report = figures.read_report()
    except RoundtableError as error:
        st.html(note("The figures cannot be read", str(error), command="roundtable evals validate"))
        return
    if report is None:
        st.html(
            note(
                "No figures yet",
                "Nobody has measured on this machine how good the scores are.",
                "It takes up to an hour on two cores, and can be stopped and goes on.",
                command="roundtable evals validate",
            )
        )
        return
    _head(report)
    chosen = st.segmented_control("Show", [_ALL, _MISSED], default=_ALL, key="shown")
    for table in report.tables:
        _table(table, only_missed=chosen == _MISSED)


def _head(report: Report) -> None:
    st.html(f"<h2>How good are these scores {demo_badge(is_demo=report.is_demo)}</h2>")
    if report.is_quick:
        st.warning(text.quick_note(report))
    shown = {
        tone: (word, sum(table.counted(outcome) for table in report.tables))
        for tone, outcome, word in (
            ("pass", Outcome.HIT, "Goals reached"),
            ("error", Outcome.MISS, "Goals missed"),
            ("direct", Outcome.MISSING, "Without a number"),
        )
    }
    st.html(counts(shown))
    st.html(
        f"<p>{escape(text.summary(report))} Flaws are planted on purpose, so that the truth is known; clips "
        "and seeds are the validation's own. The numbers speak of this pack and of material like this, not "
        "of your films: your own decisions do, once there are enough of them.</p>"
    )


def _table(table: Table, *, only_missed: bool) -> None:
    rows = [f for f in table.figures if not only_missed or _is_short(f)]
    if only_missed and not rows and not table.error:
        return
    st.html(f"<h3>{escape(table.title)}</h3><p>{escape(table.says)}</p>")
    if table.error:
        st.html(note("Not measured", table.error))
        return
    st.html(_html(rows))


def _is_short(figure: Figure) -> bool:
    return figure.goal is not None and figure.outcome in _SHORT


def _html(figures_shown: Sequence[Figure]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in _COLUMNS)
    body = "".join(_row(figure) for figure in figures_shown)
    return f'<table class="rt-table rt-scores"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _row(figure: Figure) -> str:
    # The style colours what is bold.
    cells = "".join(f"<td><b>{escape(cell)}</b></td>" if i == _REACHED else f"<td>{escape(cell)}</td>"
                    for i, cell in enumerate(text.cells(figure)))  # fmt: skip
    return f'<tr class="{_TONES.get(figure.outcome, "")}">{cells}</tr>'


if __name__ == "__main__":
    draw()
