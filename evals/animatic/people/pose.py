"""Poses and their order in time: what a body does at a moment of a shot.

Each beat names a pose; from one to the next the body eases. Angles are degrees here; hands are
given from the shoulder, in shares of the height: outward, down, to the front.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

from evals.animatic.brief import Action, Facing, Figure, PropKind, Subject
from evals.animatic.canvas import Moment

__all__ = ["Pose", "Timeline", "ease"]

Hand = tuple[float, float, float]

_DOWN: Hand = (0.035, 0.29, 0.04)
_CARRY: Hand = (0.07, 0.285, 0.04)
_HOLDS: dict[PropKind, Hand] = {
    PropKind.BALLOON: (0.11, 0.10, 0.08),
    PropKind.BICYCLE: (0.16, 0.20, 0.12),
    PropKind.BIRDCAGE: (0.09, 0.23, 0.08),
    PropKind.BOOK: (0.02, 0.17, 0.14),
    PropKind.CUP: (0.00, 0.12, 0.18),
    PropKind.FLOWERS: (0.03, 0.19, 0.15),
    PropKind.GUITAR: (-0.02, 0.20, 0.14),
    PropKind.LANTERN: (0.10, 0.14, 0.15),
    PropKind.LETTER: (0.01, 0.13, 0.17),
    PropKind.UMBRELLA: (0.03, 0.11, 0.14),
}


_HANGING = {PropKind.BIRDCAGE, PropKind.LANTERN, PropKind.RADIO, PropKind.SUITCASE}


def ease(x: float) -> float:
    """Start and stop softly; from 0 to 1."""
    x = min(1.0, max(0.0, x))
    return x * x * (3 - 2 * x)


@dataclass(frozen=True, kw_only=True)
class Pose:
    """One attitude of a body."""

    yaw: float = 0.0
    pitch: float = 0.0
    bow: float = 0.0
    sit: float = 0.0
    walk: float = 0.0
    run: float = 0.0
    right: Hand = _DOWN
    """The hand that holds things."""
    left: Hand = _DOWN
    swing: float = 1.0
    """How much the arms follow the legs."""
    mask: float = 0.0
    """1 on the face, 0 in the hand below."""
    wave: float = 0.0
    play: float = 0.0
    smile: float = 0.0


def _blend(a: Pose, b: Pose, share: float) -> Pose:
    if share >= 1 or a == b:
        return b
    values: dict[str, object] = {}
    for each in fields(Pose):
        x, y = getattr(a, each.name), getattr(b, each.name)
        if isinstance(x, tuple):
            values[each.name] = tuple(p + (q - p) * share for p, q in zip(x, y, strict=True))
        else:
            values[each.name] = x + (y - x) * share
    return Pose(**values)  # type: ignore[arg-type]


_ALREADY = {Action.PLAY, Action.RUN, Action.SIT, Action.WALK}
"""What a shot opens on when it comes first; a gesture begins within the shot."""
_STANCE = 13.0
"""Nobody stands quite square to the lens; the head turns back to it."""
_WALKS = {Action.WALK: 1.25, Action.RUN: 2.9}
"""Metres per second."""
_IN_PROFILE = {Subject.DOG, Subject.FOX, Subject.HERON, Subject.HORSE}
_FACING = {Facing.CAMERA: 0.0, Facing.LEFT: -64.0, Facing.RIGHT: 64.0, Facing.AWAY: 172.0}


class Timeline:
    """The poses of one figure over a shot."""

    def __init__(self, figure: Figure) -> None:
        self._figure = figure
        self.inward = -1.0 if figure.x > 0 else 1.0
        masks = [b for b in figure.beats if b in (Action.MASK, Action.UNMASK)]
        starts_on = bool(figure.mask) and (not masks or masks[0] is Action.UNMASK)
        rest = Pose(
            yaw=self._first_yaw(figure),
            right=_HOLDS.get(figure.holds.kind, _CARRY) if figure.holds else _DOWN,
            mask=1.0 if starts_on else 0.0,
            swing=0.35 if figure.holds else 1.0,
        )
        self._starts, self._ends = [rest], []
        for beat in figure.beats:
            self._ends.append(self._target(beat, self._starts[-1], rest))
            self._starts.append(self._after(beat, self._ends[-1], rest))
        if figure.beats[0] in _ALREADY:
            self._starts[0] = self._ends[0]

    def _first_yaw(self, figure: Figure) -> float:
        if figure.subject not in _IN_PROFILE:
            return _FACING[figure.facing] or _STANCE * self.inward
        side = {Facing.LEFT: -1.0, Facing.RIGHT: 1.0, Facing.AWAY: -self.inward}
        return 90.0 * side.get(figure.facing, self.inward)

    def _target(self, beat: Action, before: Pose, rest: Pose) -> Pose:
        """Return the pose in which a beat is held."""
        kept = replace(rest, yaw=before.yaw, mask=before.mask, sit=before.sit)
        holds = self._figure.holds
        match beat:
            case Action.WALK | Action.RUN:
                moving = replace(kept, yaw=self._heading(before.yaw), sit=0.0)
                return replace(moving, walk=1.0, run=1.0 if beat is Action.RUN else 0.0)
            case Action.SIT:
                hand = rest.right if holds else (0.0, 0.25, 0.17)
                return replace(kept, sit=1.0, right=hand, left=(0.0, 0.25, 0.17))
            case Action.TURN_AWAY | Action.TURN_BACK:
                return replace(kept, yaw=self._turned(before.yaw, is_away=beat is Action.TURN_AWAY))
            case Action.LOOK_UP:
                return replace(kept, pitch=30.0)
            case Action.BOW:
                return replace(kept, bow=1.0, pitch=-18.0)
            case Action.WAVE:
                return replace(kept, left=(0.12, -0.14, 0.08), wave=1.0, smile=1.0)
            case Action.RAISE:
                hangs = holds is not None and holds.kind in _HANGING
                right = (0.17, -0.10, 0.10) if hangs else (0.06, -0.19, 0.12)
                return replace(kept, right=right, pitch=9.0)
            case Action.PLAY:
                return self._playing(kept)
            case Action.MASK | Action.UNMASK:
                return replace(
                    kept, left=(-0.075, -0.055, 0.17), mask=1.0 if beat is Action.MASK else 0.0
                )
            case _:
                return kept

    def _turned(self, yaw: float, *, is_away: bool) -> float:
        if self._figure.subject in _IN_PROFILE:
            return -yaw if is_away else 90.0 * self.inward
        if is_away:
            return 172.0 if yaw >= 0 else -172.0
        return _STANCE * self.inward

    def _playing(self, kept: Pose) -> Pose:
        kind = self._figure.holds.kind if self._figure.holds else None
        match kind:
            case PropKind.GUITAR:
                return replace(kept, left=(0.11, 0.10, 0.15), play=1.0, pitch=-8.0, smile=0.5)
            case PropKind.BOOK | PropKind.LETTER:
                both = (-0.015, 0.15, 0.20)
                return replace(kept, right=both, left=both, play=1.0, pitch=-16.0)
            case PropKind.BALLOON | PropKind.BICYCLE | PropKind.UMBRELLA:
                return replace(kept, play=1.0, pitch=8.0, smile=1.0)
            case PropKind.CUP:
                return replace(kept, right=(-0.075, 0.012, 0.18), play=1.0, pitch=7.0)
            case PropKind.FLOWERS:
                return replace(kept, right=(-0.06, 0.10, 0.17), play=1.0, pitch=-12.0)
            case _:
                return replace(kept, right=(-0.02, 0.08, 0.18), play=1.0, pitch=-8.0)

    @staticmethod
    def _after(beat: Action, held: Pose, rest: Pose) -> Pose:
        """Return where a beat leaves the body."""
        if beat in (Action.BOW, Action.MASK, Action.UNMASK):
            return replace(held, bow=0.0, pitch=0.0, left=rest.left)
        return held

    def _heading(self, yaw: float) -> float:
        """Return the direction of a walk: never quite towards the lens, nor quite away."""
        if abs(yaw) < 20:
            return 38.0 * self.inward
        if abs(yaw) > 150:
            return 142.0 * self.inward
        return yaw

    def beat_at(self, progress: float) -> tuple[int, float]:
        """Return the number of the beat and how much of it has passed, 0-1."""
        count = len(self._ends)
        place = min(max(progress, 0.0), 0.999999) * count
        return int(place), place - int(place)

    def pose(self, moment: Moment) -> Pose:
        """Return the body's attitude at a moment."""
        i, passed = self.beat_at(moment.progress)
        beat, start, end = self._figure.beats[i], self._starts[i], self._ends[i]
        if i == 0 and beat in _WALKS:
            return end  # already on its way when the shot begins
        if beat is Action.BOW:
            return _blend(start, end, ease(min(passed / 0.4, (1 - passed) / 0.4)))
        if beat in (Action.MASK, Action.UNMASK):
            hand = ease(min(passed / 0.3, (1 - passed) / 0.3))
            mask = ease((passed - 0.3) / 0.4)
            pose = replace(start, left=_blend(start, end, hand).left)
            return replace(pose, mask=start.mask + (end.mask - start.mask) * mask)
        span = 0.85 if beat in (Action.TURN_AWAY, Action.TURN_BACK) else 0.45
        return _blend(start, end, ease(passed / span))

    def walked_m(self, moment: Moment) -> tuple[float, float]:
        """Return the way along the picture, and the whole way in metres, since the first frame."""
        if moment.progress <= 0 or moment.seconds <= 0:
            return 0.0, 0.0
        each = moment.seconds / moment.progress / len(self._ends)
        last, passed = self.beat_at(moment.progress)
        across = whole = 0.0
        for i in range(last + 1):
            speed = _WALKS.get(self._figure.beats[i], 0.0)
            if speed:
                lasted = each * (passed if i == last else 1.0)
                ramp = 0.0 if i == 0 else min(0.45 * each, lasted)
                way = speed * (lasted - 0.5 * ramp)
                across += way * _sine(self._ends[i].yaw)
                whole += way
        return across, whole


def _sine(degrees: float) -> float:
    return math.sin(math.radians(degrees))
