"""The page as one self-contained HTML file: stills, style and typeface inside, no script, no request.

A still is kept once and drawn wherever a strip needs it, as a `use` of one `image`. The page forbids
itself every connection in its own content policy.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from functools import cache, partial
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from evals.decisions.sentences import number
from evals.reports.page import Curve, Measure, ShownRange, TakePage, frames_shown
from evals.reports.stills import Still, Stills
from tracker.domain.units import show_fps

__all__ = ["as_html"]

_FONT_WEIGHTS = (400, 600)


def as_html(page: TakePage, stills: Stills) -> str:
    """Return the page as HTML; every word of data is escaped."""
    template = _environment().get_template("take.html")
    return template.render(
        page=page,
        stills=stills.by_index,
        data={index: _data_uri(still) for index, still in stills.by_index.items()},
        remark=stills.remark,
        style=Markup(_style()),  # noqa: S704 # our own file, no data in it
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("evals.reports", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "brief_scale": partial(_scale, is_brief=True),
        "commands": _with_commands,
        "fps": show_fps,
        "frame_word": _frame_word,
        "frames": frames_shown,
        "number": number,
        "points": _points,
        "scale": _scale,
    }
    return environment


@cache
def _style() -> str:
    """Return the style sheet with the typeface inside."""
    assets = files("tracker.ui").joinpath("assets")
    faces = ""
    for weight in _FONT_WEIGHTS:
        font = assets.joinpath(f"inter-latin-{weight}-normal.woff2").read_bytes()
        faces += (
            f'@font-face{{font-family:"Inter";font-weight:{weight};'
            f'src:url(data:font/woff2;base64,{base64.b64encode(font).decode()}) format("woff2")}}\n'
        )
    return faces + files("evals.reports").joinpath("assets", "take.css").read_text(encoding="utf-8")


def _data_uri(still: Still) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(still.path.read_bytes()).decode()}"


def _with_commands(sentence: str) -> Markup:
    """Escape a sentence and set what stands between backticks as a command."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(sentence))))  # noqa: S704 # escaped


def _frame_word(ranges: Sequence[ShownRange]) -> str:
    is_single = len(ranges) == 1 and ranges[0].first == ranges[0].last
    return "Frame" if is_single else "Frames"


def _points(curve: Curve) -> str:
    """Write a curve for SVG, in frames and per cent from the top."""
    return " ".join(f"{x:.6g},{100 - 100 * y:.4g}" for x, y in curve.points)


def _scale(measure: Measure, *, is_brief: bool = False) -> str:
    """Say how sure a value is, where its limit lies, and which way is better."""
    facts, score = measure.facts, measure.score
    said = []
    if score.low is not None and score.high is not None:
        dash = " to " if score.low < 0 else "\u2013"  # else "-1\u2013-1"
        interval = f"{number(score.low)}{dash}{number(score.high)}"
        said.append(interval if is_brief else f"90 % interval {interval}")
    if facts.fails_at is not None:
        said.append(f"limit {number(facts.fails_at)}")
    if facts.decides and not is_brief:
        said.append(f"{facts.direction.value} is better")
    return " \u00b7 ".join(said)
