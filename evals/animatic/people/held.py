"""Things in a performer's hand: which way they hang, and whether they lie behind the body."""

from __future__ import annotations

import math

from evals.animatic.brief import Prop, PropKind
from evals.animatic.canvas import Stage, skia
from evals.animatic.people.pose import Pose
from evals.animatic.people.props import HEIGHTS_M, paint_prop
from evals.animatic.people.skeleton import Skeleton

__all__ = ["held_at", "is_behind", "is_over_hand", "paint_held"]

_HANGING = {PropKind.BIRDCAGE, PropKind.LANTERN, PropKind.RADIO, PropKind.SUITCASE}


def is_behind(prop: Prop, bones: Skeleton) -> bool:
    """Return whether it is drawn before the body is."""
    if prop.kind in (PropKind.BALLOON, PropKind.BICYCLE):
        return True
    if prop.kind is PropKind.UMBRELLA:
        return math.cos(bones.yaw) < 0
    return bones.arms[0].near < -0.02 * bones.tall


def is_over_hand(prop: Prop, pose: Pose) -> bool:
    """Return whether it hides the fingers instead of being hidden by them."""
    return prop.kind is PropKind.CUP or (prop.kind in _READ and pose.play > 0.3)


def held_at(
    prop: Prop, pose: Pose, hands: tuple[tuple[float, float], tuple[float, float]]
) -> tuple[float, float]:
    """Return where it is held: what is read lies between both hands."""
    (x, y), (u, v) = hands
    share = 0.5 * pose.play if prop.kind in _READ else 0.0
    return x + (u - x) * share, y + (v - y) * share


_READ = {PropKind.BOOK, PropKind.LETTER}


def paint_held(
    canvas: skia.Canvas,
    prop: Prop,
    stage: Stage,
    *,
    at: tuple[float, float],
    bones: Skeleton,
    pose: Pose,
    seconds: float,
) -> None:
    """Draw what the hand at `at` holds."""
    small = min(1.0, 0.45 + 0.55 * bones.tall / 1.7)
    tall = HEIGHTS_M[prop.kind] * small
    heading = 1.0 if math.sin(bones.yaw) >= -0.05 else -1.0
    canvas.save()
    if prop.kind is PropKind.BICYCLE:
        canvas.translate(at[0] - 0.30 * tall * heading, 0.0)
        canvas.scale(-heading, 1.0)
        paint_prop(canvas, prop, stage, (0.0, 0.0), height_m=tall, seconds=seconds)
        canvas.restore()
        return
    canvas.translate(*at)
    tilt = 0.0
    if prop.kind in _HANGING:
        tilt = 5.0 * math.sin(bones.phase) * bones.stride + 1.2 * math.sin(1.9 * seconds)
    elif prop.kind is PropKind.GUITAR:
        tilt = 58.0 if math.cos(bones.yaw) >= -0.1 else -58.0
    elif prop.kind is PropKind.UMBRELLA:
        tilt = 7.0 + 2.0 * math.sin(1.1 * seconds)
    elif prop.kind is PropKind.CUP:
        tilt = 24.0 * pose.play
        canvas.scale(-1.0 if math.cos(bones.yaw) > 0 else 1.0, 1.0)
    elif prop.kind is PropKind.BALLOON:
        tilt = -13.0 * math.copysign(1.0, math.cos(bones.yaw))
    elif prop.kind is PropKind.FLOWERS:
        tilt = 8.0
    paint_prop(
        canvas, prop, stage, (0.0, 0.0), height_m=tall, seconds=seconds, is_held=True, tilt_deg=tilt
    )
    canvas.restore()
