"""How glitches bend what is drawn: joints that wander, an arm too many, a face that runs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from evals.animatic.canvas import skia
from evals.animatic.people.skeleton import Limb, Skeleton

__all__ = ["extra_arm", "melt", "morphed"]

_STRIPS = 36


def morphed(bones: Skeleton, share: float, seconds: float) -> Skeleton:
    """Let a leg and an arm bend where there is no joint and flow into their neighbours."""
    far = share * bones.tall
    (hip, knee, ankle), other = bones.legs[1].joints, bones.legs[0].joints
    sway = math.sin(4.1 * seconds)
    leg = Limb(
        (
            hip,
            (knee[0] + far * (0.13 + 0.05 * sway), knee[1] - 0.04 * far),
            (
                ankle[0] + (other[2][0] - ankle[0]) * 0.95 * share - 0.05 * far * sway,
                ankle[1] - 0.10 * far,
            ),
        ),
        bones.legs[1].near,
    )
    shoulder, elbow, wrist = bones.arms[0].joints
    arm = Limb(
        (
            shoulder,
            (elbow[0] - far * 0.16, elbow[1] + 0.05 * far * sway),
            (wrist[0] + 0.14 * far, wrist[1] + 0.22 * far + 0.04 * far * sway),
        ),
        bones.arms[0].near,
    )
    return replace(bones, legs=(bones.legs[0], leg), arms=(arm, bones.arms[1]))


def extra_arm(bones: Skeleton, share: float, seconds: float) -> Skeleton:
    """Return a skeleton whose right arm is the one too many, as far as it has grown."""
    tall, side = bones.tall, -1.0 if math.cos(bones.yaw) >= 0 else 1.0
    root = bones.arms[0].joints[0]
    start = (root[0] * 0.8, root[1] + 0.06 * tall)
    grown = 0.25 + 0.75 * share
    wave = 0.03 * math.sin(3.3 * seconds)
    elbow = (start[0] + side * 0.15 * tall * grown, start[1] + (0.03 + wave) * tall * grown)
    wrist = (elbow[0] + side * 0.07 * tall * grown, elbow[1] - (0.14 + wave) * tall * grown)
    return replace(bones, arms=(Limb((start, elbow, wrist), 1.0), bones.arms[1]))


def melt(canvas: skia.Canvas, draw: Callable[[], None], share: float, *, seconds: float) -> None:
    """Draw a head (in head units) whose features slide down and whose outline runs."""
    top, low = -2.2, 2.4
    step = (low - top) / _STRIPS
    for i in range(_STRIPS):
        y = top + i * step
        soft = max(0.0, min(1.0, (y + 0.75) / 1.2))
        slide = share * soft * (0.55 + 0.24 * math.sin(2.3 * seconds + 2.2 * y))
        aside = share * soft * 0.30 * math.sin(3.4 * y + 2.0 * seconds)
        after = max(0.0, min(1.0, (y + step + 0.75) / 1.2))
        slide_after = share * after * (0.55 + 0.24 * math.sin(2.3 * seconds + 2.2 * (y + step)))
        tall = step + slide_after - slide
        if tall <= 0.01:
            continue
        canvas.save()
        canvas.translate(aside, y + slide)
        canvas.clipRect(skia.Rect.MakeLTRB(-4, -0.01, 4, tall + 0.01))
        canvas.scale(1 + 0.10 * share * soft, tall / step)
        canvas.translate(0.0, -y)
        draw()
        canvas.restore()
