"""Effects that a shot means to have, and which kinds of trace each of them excuses.

What a measure takes for a fault may be what was asked for: a strobe flickers, a fade ends in black. A shot
declares such an effect by a word of this vocabulary, with frames where it does not last the whole shot:
`strobe@1010-1034; fade_out`. Within those frames the kinds named here are excused by name; other kinds and
other frames count as ever.

| effect | excuses |
|---|---|
| fade_in, fade_out, fade_to_black | exposure pumping, black frames |
| flash, lightning, flicker | flicker, exposure pumping |
| strobe | flicker, exposure pumping, black frames |
| time_lapse | flicker, exposure pumping, boil, dropped frames |
| grain | boil |
| freeze_frame, on_twos | freeze, dropped frames |
| stop_motion | freeze, dropped frames, flicker, boil |
| handheld | blur pulse, dropped frames |
| whip_pan | blur pulse, dropped frames, boil, cut |
| rack_focus | blur pulse |
| jump_cut | cut, dropped frames |
| transformation | morphing, pop |
| glitch | all of these but morphing, blocking and banding as well |
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.units import FIRST_FRAME, FrameRange
from tracker.errors import MisuseError

__all__ = [
    "EDGE_FRAMES", "EXCUSED_KINDS", "EffectKind", "ShotEffect", "distinct", "excusing", "outside",
    "parse_effect", "parse_effects", "show_effects",
]  # fmt: skip

EDGE_FRAMES = 2
"""So many frames beside a declared range still belong to it: people count by eye."""


class EffectKind(StrEnum):
    """What may be declared."""

    FADE_IN = "fade_in"
    FADE_OUT = "fade_out"
    FADE_TO_BLACK = "fade_to_black"
    FLASH = "flash"
    FLICKER = "flicker"
    FREEZE_FRAME = "freeze_frame"
    GLITCH = "glitch"
    GRAIN = "grain"
    HANDHELD = "handheld"
    JUMP_CUT = "jump_cut"
    LIGHTNING = "lightning"
    ON_TWOS = "on_twos"
    RACK_FOCUS = "rack_focus"
    STOP_MOTION = "stop_motion"
    STROBE = "strobe"
    TIME_LAPSE = "time_lapse"
    TRANSFORMATION = "transformation"
    WHIP_PAN = "whip_pan"

    @property
    def words(self) -> str:
        """What people say, e.g. `fade to black`."""
        return self.value.replace("_", " ")


_FADE = frozenset({"exposure_pump", "black_frames"})
_LIGHT = frozenset({"flicker", "exposure_pump"})
_BOIL = frozenset({"texture_boil"})
_STEPS = frozenset({"freeze", "dropped_frames"})
_SHAKE = frozenset({"blur_pulse", "dropped_frames"})
_CUT = frozenset({"hard_cut", "dropped_frames"})
_POP = frozenset({"popping_patch"})

K = EffectKind
EXCUSED_KINDS: dict[EffectKind, frozenset[str]] = {
    K.FADE_IN: _FADE,
    K.FADE_OUT: _FADE,
    K.FADE_TO_BLACK: _FADE,
    K.FLASH: _LIGHT,
    K.FLICKER: _LIGHT,
    K.FREEZE_FRAME: _STEPS,
    K.GLITCH: _FADE | _LIGHT | _BOIL | _STEPS | _SHAKE | _CUT | _POP | {"blocking", "banding"},
    K.GRAIN: _BOIL,
    K.HANDHELD: _SHAKE,
    K.JUMP_CUT: _CUT,
    K.LIGHTNING: _LIGHT,
    K.ON_TWOS: _STEPS,
    K.RACK_FOCUS: frozenset({"blur_pulse"}),
    K.STOP_MOTION: _STEPS | _BOIL | {"flicker"},
    K.STROBE: _LIGHT | {"black_frames"},
    K.TIME_LAPSE: _LIGHT | _BOIL | {"dropped_frames"},
    K.TRANSFORMATION: _POP | {"morph"},
    K.WHIP_PAN: _SHAKE | _BOIL | {"hard_cut"},
}
"""ShotEffect -> names of the metrics whose failures it excuses."""

_ALIASES = {
    "fade": K.FADE_TO_BLACK, "neon": K.FLICKER, "candle": K.FLICKER, "candlelight": K.FLICKER,
    "stroboscope": K.STROBE, "thunderstorm": K.LIGHTNING, "freeze": K.FREEZE_FRAME,
    "animated_on_twos": K.ON_TWOS, "film_grain": K.GRAIN, "hand_held": K.HANDHELD,
    "timelapse": K.TIME_LAPSE, "morph": K.TRANSFORMATION, "swish_pan": K.WHIP_PAN,
    "focus_pull": K.RACK_FOCUS,
}  # fmt: skip
_WRITTEN = re.compile(
    r"(?P<word>[^@]+?)\s*(?:@\s*(?P<first>\d+)\s*(?:[-\u2013]\s*(?P<last>\d+))?)?"
)


@dataclass(frozen=True, kw_only=True)
class ShotEffect:
    """An effect that a shot means to have."""

    kind: EffectKind
    frames: FrameRange | None = None
    """None: it may be anywhere in the shot."""

    def shown(self, first_frame: int = FIRST_FRAME) -> str:
        """Write it as people do, e.g. `strobe@1010-1034`."""
        if self.frames is None:
            return self.kind.value
        return f"{self.kind.value}@{self.frames.words(first_frame)}"


def parse_effect(
    text: str, *, first_frame: int = FIRST_FRAME, duration_frames: int | None = None
) -> ShotEffect:
    """Read `strobe`, `strobe@1010-1034` or `flash@1012`; raises MisuseError saying what is wrong.

    Numbers count as on the slate, `first_frame` being the shot's first, and the last one is included.
    """
    match = _WRITTEN.fullmatch(text.strip())
    word = re.sub(r"[\s-]+", "_", match["word"].strip().casefold()) if match else ""
    kind = _ALIASES.get(word) or next((k for k in EffectKind if k.value == word), None)
    if match is None or kind is None:
        known = ", ".join(EffectKind)
        raise MisuseError(
            f"'{text.strip()}' is no effect; write one of {known}, with frames as in strobe@1010-1034."
        )
    if match["first"] is None:
        return ShotEffect(kind=kind)
    first, last = int(match["first"]), int(match["last"] or match["first"])
    end = None if duration_frames is None else first_frame + duration_frames - 1
    if not first_frame <= first <= last or (end is not None and last > end):
        bounds = f"from {first_frame} on" if end is None else f"within {first_frame}-{end}"
        raise MisuseError(f"'{text.strip()}' lies outside the shot; give frames {bounds}.")
    return ShotEffect(kind=kind, frames=FrameRange.from_shown(first, last, first_frame))


def parse_effects(
    text: str, *, first_frame: int = FIRST_FRAME, duration_frames: int | None = None
) -> tuple[ShotEffect, ...]:
    """Read a list such as `strobe@1010-1034; fade_out`; `none` is the empty list."""
    words = [w for w in re.split(r"[;,|\n]", text) if w.strip()]
    if [w.strip().casefold() for w in words] == ["none"]:
        return ()
    return distinct(
        parse_effect(w, first_frame=first_frame, duration_frames=duration_frames) for w in words
    )


def distinct(effects: Iterable[ShotEffect]) -> tuple[ShotEffect, ...]:
    """Return effects in order; of one kind the longest that begins at a frame."""
    by_start = {_order(e)[:2]: e for e in sorted(effects, key=_order)}
    return tuple(by_start[key] for key in sorted(by_start))


def show_effects(effects: Iterable[ShotEffect], first_frame: int = FIRST_FRAME) -> str:
    """Write a list as `parse_effects` reads it; empty for none.

    >>> show_effects([ShotEffect(kind=EffectKind.STROBE, frames=FrameRange(9, 34))])
    'strobe@1010-1034'
    """
    return "; ".join(e.shown(first_frame) for e in sorted(effects, key=_order))


def excusing(effects: Iterable[ShotEffect], kinds: Collection[str]) -> tuple[ShotEffect, ...]:
    """Return the effects that excuse any of these kinds of trace."""
    return tuple(e for e in effects if EXCUSED_KINDS[e.kind] & set(kinds))


def outside(frames: FrameRange, effects: Sequence[ShotEffect]) -> tuple[FrameRange, ...]:
    """Return the parts of a range that lie in none of the effects, two frames beside them forgiven."""
    left = [frames]
    for effect in effects:
        if effect.frames is None:
            return ()
        start, end = effect.frames.start - EDGE_FRAMES, effect.frames.end + EDGE_FRAMES
        pairs = [
            pair
            for r in left
            for pair in ((r.start, min(r.end, start)), (max(r.start, end), r.end))
        ]
        left = [FrameRange(a, b) for a, b in pairs if a < b]
    return tuple(left)


def _order(effect: ShotEffect) -> tuple[str, int, int]:
    frames = effect.frames
    return effect.kind.value, *((-1, -1) if frames is None else (frames.start, frames.end))
