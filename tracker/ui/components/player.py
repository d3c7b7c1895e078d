"""The player: picture and score chart in one element, exact to the frame in both directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from typing import Any

import streamlit as st

from tracker.domain.board import TakeSheet
from tracker.domain.effects import excusing, outside
from tracker.domain.scores import Region
from tracker.domain.units import FrameRange, show_fps
from tracker.ui.components._assets import asset
from tracker.ui.components.courses import course
from tracker.ui.components.legend import Key, is_whole_take, keys_of
from tracker.ui.components.sheets import AXIS_WORDS

__all__ = ["Flag", "TakeMedia", "flags_of", "player", "player_data"]

_COLOURS = (
    "#e8a33d",
    "#5b9dd9",
    "#3fae86",
    "#a58bd6",
    "#d98a9b",
    "#4fb7c4",
    "#c9b07a",
    "#9aa0a8",
)
_SHOWN_AT_FIRST = 3
_HINTS_AT_MOST = 12
_DESK_HINTS_AT_MOST = 4
_QUIET_HEIGHT = 0.8
"""A curve that stays above it has used no quarter of its limit: at the desk it says nothing."""

_component = st.components.v2.component(
    "roundtable_player", html=asset("player.html"), css=asset("player.css"), js=asset("player.js")
)


@dataclass(frozen=True, kw_only=True)
class TakeMedia:
    """Signed addresses of what was derived from a take."""

    proxy_url: str | None = None
    poster_url: str | None = None
    stills: Mapping[int, str] = field(default_factory=dict)
    """Address of a still by its frame, counted from 0."""


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A range of frames that somebody should see."""

    frames: FrameRange
    words: str
    is_hint: bool
    """True: where a measure was at its worst, without failing, or as a declared effect means it to be."""
    region: Region | None = None
    """Where in the picture; None where that is not known, or everywhere."""


def flags_of(sheet: TakeSheet) -> tuple[Flag, ...]:
    """Return the ranges of a take: the verdict's and every failing score's, then milder evidence."""
    titles = {s.facts.name: s.facts.title for s in sheet.scores}
    found: dict[tuple[FrameRange, str], Flag] = {}

    regions = {(e.frames, s.facts.title): e.region for s in sheet.scores for e in s.score.evidence}

    def add(frames: FrameRange, words: str, *, is_hint: bool) -> None:
        region = regions.get((frames, words))
        flag = Flag(frames=frames, words=words, is_hint=is_hint, region=region)
        found.setdefault((frames, words), flag)

    if sheet.verdict is not None:
        named = titles.get(sheet.verdict.metric) or sheet.verdict.axis
        for frames in sheet.verdict.frames:
            if not is_whole_take(sheet, frames):  # a range that is everywhere flags nothing
                add(frames, named, is_hint=False)
    for scored in sorted(sheet.scores, key=lambda s: not sheet.fails(s)):
        effects = excusing(sheet.effects, {scored.facts.name})
        for evidence in scored.score.evidence:
            is_meant = bool(effects) and not outside(evidence.frames, effects)
            is_hint = is_meant or not sheet.fails(scored)
            if not is_hint or not is_whole_take(sheet, evidence.frames):
                add(evidence.frames, scored.facts.title, is_hint=is_hint)
    strong = [f for f in found.values() if not f.is_hint]
    hints = [f for f in found.values() if f.is_hint][:_HINTS_AT_MOST]
    return tuple(sorted((*strong, *hints), key=lambda f: (f.frames, f.is_hint)))


def player_data(sheet: TakeSheet, media: TakeMedia) -> dict[str, Any]:
    """Return what the browser needs to draw the player of a take."""
    probe = sheet.take.probe
    frame_count = max(1, probe.frame_count if probe else 1)
    fps = probe.fps if probe else sheet.fps
    flags = [f for f in flags_of(sheet) if f.frames.start < frame_count]
    courses = [c for s in sheet.scores if (c := course(s, frame_count)) is not None]
    strong = [f.frames.start for f in flags if not f.is_hint]
    return {
        "take": f"{sheet.take.shot}/{sheet.take.number}/{sheet.take.sha256}",
        "src": media.proxy_url or "",
        "poster": media.poster_url or "",
        "picture": "" if media.proxy_url else media.stills.get(0, ""),
        "blank": "" if media.proxy_url else _no_picture(sheet),
        "demo": sheet.is_demo,
        "fps": [fps.numerator, fps.denominator],
        "rate": show_fps(fps),
        "frames": frame_count,
        "first": sheet.first_frame,
        "start": min(strong, default=0),
        "series": [
            _drawn(key, _COLOURS[i % len(_COLOURS)], is_on=i < _SHOWN_AT_FIRST)
            for i, key in enumerate(keys_of(sheet, courses))
        ],
        "chart_blank": "" if courses else _no_chart(sheet),
        "flags": [_range(f, sheet.first_frame, frame_count) for f in flags],
        "stills": [
            {
                "src": url,
                "frame": frame,
                "shown": str(sheet.first_frame + frame),
                "words": _words_at(flags, frame),
            }
            for frame, url in sorted(media.stills.items())
            # Stills are taken where something was measured: where they lie is a hint.
            if not sheet.is_withheld and (not flags or _words_at(flags, frame))
        ],
    }


def player(sheet: TakeSheet, media: TakeMedia, *, key: str, is_desk: bool = False) -> None:
    """Draw the player of a take; at the desk the picture is large, over a strip of the few first curves."""
    data = player_data(sheet, media)
    _component(key=key, data=_for_desk(data) if is_desk else data)


def _for_desk(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave what a director needs: the gravest curve, others that leave the top, the flags that count."""
    on = [s for s in data["series"] if s["on"]]
    series = [s for i, s in enumerate(on) if i == 0 or min(s["heights"]) < _QUIET_HEIGHT]
    strong = [f for f in data["flags"] if not f["hint"]]
    flags = strong or data["flags"][:_DESK_HINTS_AT_MOST]
    less = {"series": series, "flags": flags, "stills": [], "chart_blank": ""}
    return {**data, **less, "desk": True}


def _drawn(key: Key, colour: str, *, is_on: bool) -> dict[str, object]:
    line = key.course
    return {
        "name": line.name,
        "title": line.title,
        "note": line.unit,
        "axis": AXIS_WORDS[key.axis],
        "color": colour,
        "first": key.is_first,
        "on": is_on,
        "own": line.is_own_scale,
        "offset": line.offset,
        "step": line.step,
        "heights": [round(h, 4) for h in line.heights],
        "values": [f"{v:.3g}" for v in line.values],
    }


def _range(flag: Flag, first_frame: int, frame_count: int) -> dict[str, object]:
    end = min(flag.frames.end, frame_count)
    first, last = FrameRange(flag.frames.start, end).shown(first_frame)
    return {
        "start": flag.frames.start,
        "end": end,
        "shown": str(first) if first == last else f"{first}\u2013{last}",
        "words": flag.words,
        "hint": flag.is_hint,
        "region": None if flag.region is None else list(astuple(flag.region)),
    }


def _words_at(flags: Sequence[Flag], frame: int) -> str:
    inside = [f for f in flags if f.frames.start <= frame < f.frames.end]
    words = dict.fromkeys(f.words for f in sorted(inside, key=lambda f: f.is_hint))
    return ", ".join(list(words)[:2])


def _no_picture(sheet: TakeSheet) -> str:
    if sheet.take.probe_error:
        return f"This take cannot be read. {sheet.take.probe_error}"
    return "No proxy has been made for this take yet."


def _no_chart(sheet: TakeSheet) -> str:
    if sheet.is_withheld:
        return "Shown once it is decided."
    if not sheet.scores:
        return "Not scored yet."
    if sheet.take.probe is not None and sheet.take.probe.is_still:
        return "A still has no course over time."
    return "No measure of this take has a course over time."
