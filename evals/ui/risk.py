"""The picture of risk against coverage, in the dashboard's colours."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from evals.decisions.curves import CurvePoint

__all__ = ["risk_chart"]

_AMBER, _GREY, _RED = "#E8A33D", "#8B9099", "#E0524F"
_HEIGHT_PX = 290
_LINES = ("rejected", "at most, 90 % sure")


def risk_chart(curve: Sequence[CurvePoint], alpha: float) -> alt.LayerChart | alt.FacetChart:
    """Return the chart: x the share of takes that pass, y the share rejected, its bound, and alpha."""
    tolerated = f"tolerated, {alpha:.0%}"
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
        for what, value in zip(_LINES, (point.rate, point.upper), strict=True)
        if value is not None
    ]
    widest = max(point.coverage for point in curve)
    highest = min(1.0, 1.15 * max(alpha, *(point.upper for point in curve if point.labelled)))
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
        scale=alt.Scale(domain=[0, highest], clamp=True),
    )
    colour = alt.Color(
        "what:N",
        scale=alt.Scale(domain=[*_LINES, tolerated], range=[_AMBER, _GREY, _RED]),
        legend=alt.Legend(title=None, orient="top", symbolType="stroke", symbolStrokeWidth=3),
    )
    lines = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(point=alt.OverlayMarkDef(size=14), strokeWidth=2)
        .encode(
            x=x,
            y=y,
            color=colour,
            tooltip=[
                alt.Tooltip("passing:Q", title="takes that pass"),
                alt.Tooltip("decided:Q", title="decided takes"),
                alt.Tooltip("rejected:Q", title="of them rejected"),
                alt.Tooltip("share:Q", title="share", format=".0%"),
            ],
        )
    )
    ends = [{"coverage": at, "share": alpha, "what": tolerated} for at in (0.0, widest)]
    level = (
        alt.Chart(alt.InlineData(values=ends))
        .mark_line(strokeDash=[4, 3], strokeWidth=1.5)
        .encode(x=x, y=y, color=colour)
    )
    return alt.layer(level, lines).properties(height=_HEIGHT_PX)
