"""The picture of risk against coverage, in the dashboard's colours."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from evals.decisions.curves import CurvePoint

__all__ = ["risk_chart"]

_AMBER, _GREY, _RED = "#E8A33D", "#8B9099", "#E0524F"
_HEIGHT_PX = 250


def risk_chart(curve: Sequence[CurvePoint], alpha: float) -> alt.LayerChart:
    """Return the chart: x the share of takes that pass, y the share rejected, its bound, and alpha."""
    rows = [
        {
            "coverage": point.coverage,
            "share": value,
            "what": what,
            "passing": point.passing,
            "decided": point.labelled,
            "rejected": point.rejected,
        }
        for point in curve
        for what, value in (("rejected", point.rate), ("at most, 90 % sure", point.upper))
        if value is not None
    ]
    widest = max(point.coverage for point in curve)
    x = alt.X(
        "coverage:Q",
        title="share of the cut that would pass",
        axis=alt.Axis(format=".0%", grid=False, tickCount=5),
        scale=alt.Scale(domain=[0, widest], nice=False),
    )
    y = alt.Y(
        "share:Q",
        title="share of those rejected",
        axis=alt.Axis(format=".0%", tickCount=5),
        scale=alt.Scale(domain=[0, 1]),
    )
    names = ["rejected", "at most, 90 % sure"]
    lines = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(point=alt.OverlayMarkDef(size=14), strokeWidth=2)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "what:N",
                scale=alt.Scale(domain=names, range=[_AMBER, _GREY]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            tooltip=[
                alt.Tooltip("passing:Q", title="takes that pass"),
                alt.Tooltip("decided:Q", title="decided takes"),
                alt.Tooltip("rejected:Q", title="of them rejected"),
                alt.Tooltip("share:Q", title="share", format=".0%"),
            ],
        )
    )
    level = [{"share": alpha, "coverage": widest, "text": f"alpha {alpha:.0%}"}]
    base = alt.Chart(alt.Data(values=level))
    rule = base.mark_rule(color=_RED, strokeDash=[4, 3]).encode(y="share:Q")
    word = base.mark_text(color=_RED, align="right", dy=-7).encode(x=x, y="share:Q", text="text:N")
    return alt.layer(lines, rule, word).properties(height=_HEIGHT_PX)
