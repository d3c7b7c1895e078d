"""Masks on the face: a cloth, a domino, half a moon, and the painted fox."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.brief import Mask, MaskKind
from evals.animatic.canvas import ink, skia, stroke
from evals.animatic.palette import INKS
from evals.animatic.people.shapes import Points, combined, polygon, smooth, thread
from evals.animatic.people.skull import HeadView, Skull, ellipse
from evals.animatic.people.tones import Lighting, Tones, shape

__all__ = ["paint_mask"]


def paint_mask(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, mask: Mask, light: Lighting
) -> None:
    """Draw a mask in head units where it sits on the face."""
    if math.cos(view.yaw) < -0.1:
        return
    colour = INKS[mask.colour]
    tones = light.tones(colour)
    match mask.kind:
        case MaskKind.LOWER:
            _lower(canvas, skull, view, tones=tones, light=light)
        case MaskKind.UPPER:
            _upper(canvas, skull, view, tones=tones, light=light)
        case MaskKind.SIDE:
            _side(canvas, skull, view, tones=tones, light=light)
        case MaskKind.FOX:
            _fox(canvas, view, tones=tones, light=light)


def _lower(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, tones: Tones, light: Lighting
) -> None:
    degrees = np.asarray([-78, -50, -22, 0, 22, 50, 78, 80, 60, 30, 0, -30, -60, -80])
    y = np.asarray(
        [0.16, 0.20, 0.12, 0.07, 0.12, 0.20, 0.16, 0.52, 0.88, 1.04, 1.07, 1.04, 0.88, 0.52]
    )
    out = np.asarray(
        [0.02, 0.04, 0.13, 0.21, 0.13, 0.04, 0.02, 0.02, 0.04, 0.06, 0.07, 0.06, 0.04, 0.02]
    )
    points = skull.solid.at(np.radians(degrees), y, yaw=view.yaw, pitch=view.pitch, out=out)
    shape(canvas, smooth(points), tones=tones, light=light, turn=0.34, rim=0.05, drop=0.1)
    for row in (0.38, 0.60, 0.80):
        fold = skull.solid.at(
            np.radians([-48, 0, 48]), [row - 0.04, row + 0.03, row - 0.04],
            yaw=view.yaw, pitch=view.pitch, out=0.08,
        )  # fmt: skip
        canvas.drawPath(thread(fold), stroke(tones.deep, 0.025, 0.6))


def _eye_holes(skull: Skull, view: HeadView) -> list[skia.Path]:
    (cx, cy), (long, tall) = skull.eye, skull.eye_half
    holes = []
    for side in (-1.0, 1.0):
        if skull.turned(view, side * cx * 0.8, cy) < math.radians(86):
            around = np.linspace(0, 2 * math.pi, 14, endpoint=False)
            x = side * cx + np.cos(around) * long * 1.22
            y = cy + np.sin(around) * (tall + 0.075) - side * np.cos(around) * 0.05
            holes.append(smooth(skull.on_face(view, x, y)))
    return holes


def _cut_out(path: skia.Path, holes: list[skia.Path]) -> skia.Path:
    for hole in holes:
        path = combined(path, hole, skia.PathOp.kDifference_PathOp)
    return path


def _upper(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, tones: Tones, light: Lighting
) -> None:
    y0 = skull.eye[1]
    degrees = np.asarray([-88, -62, -34, 0, 34, 62, 88, 66, 36, 14, 0, -14, -36, -66])
    y = y0 + np.asarray(
        [-0.36, -0.34, -0.33, -0.20, -0.33, -0.34, -0.36, 0.14, 0.27, 0.20, 0.10, 0.20, 0.27, 0.14]
    )
    points = skull.solid.at(np.radians(degrees), y, yaw=view.yaw, pitch=view.pitch, out=0.05)
    path = _cut_out(smooth(points), _eye_holes(skull, view))
    shape(canvas, path, tones=tones, light=light, turn=0.20, rim=0.05, drop=0.1)
    canvas.drawPath(path, stroke(tones.deep, 0.034))


def _side(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, tones: Tones, light: Lighting
) -> None:
    side = 1.0 if skull.person.seed % 2 else -1.0
    degrees = np.asarray([0, 30, 60, 84, 84, 60, 34, 4, 12, 6, 14, 4, 12, 2]) * side
    y = np.asarray(
        [-0.78, -0.76, -0.62, -0.3, 0.3, 0.62, 0.90, 1.0, 0.76, 0.62, 0.40, 0.20, -0.1, -0.4]
    )
    points = skull.solid.at(np.radians(degrees), y, yaw=view.yaw, pitch=view.pitch, out=0.06)
    path = _cut_out(smooth(points), _eye_holes(skull, view))
    shape(canvas, path, tones=tones, light=light, turn=0.20, rim=0.05, drop=0.1)
    canvas.drawPath(path, stroke(tones.deep, 0.034))
    tear = skull.solid.at(
        np.radians([30 * side, 34 * side, 30 * side, 26 * side]), [0.22, 0.42, 0.5, 0.42],
        yaw=view.yaw, pitch=view.pitch, out=0.06,
    )  # fmt: skip
    canvas.drawPath(smooth(tear), ink(tones.deep))


_FOX_FACE = (
    (0, -0.74),
    (0.42, -0.70),
    (0.80, -0.40),
    (0.86, 0.0),
    (0.56, 0.42),
    (0.26, 0.86),
    (0.0, 1.06),
)
_FOX_OUT = (0.10, 0.08, 0.04, 0.05, 0.20, 0.42, 0.52)
_FOX_CHEEK = (
    (0.12, 0.92),
    (0.16, 0.46),
    (0.40, 0.22),
    (0.84, 0.10),
    (0.78, 0.22),
    (0.46, 0.54),
    (0.22, 0.86),
)
_FOX_EYE = ((0.20, 0.12), (0.36, -0.12), (0.62, -0.18), (0.54, 0.0), (0.36, 0.10))
_FOX_EAR = ((0.36, -0.62), (0.50, -1.30), (0.86, -1.62), (0.98, -1.10), (0.84, -0.38))
_FOX_EAR_IN = ((0.52, -0.68), (0.62, -1.16), (0.82, -1.38), (0.86, -1.0), (0.76, -0.52))


def _fox(canvas: skia.Canvas, view: HeadView, *, tones: Tones, light: Lighting) -> None:
    cream = light.tones("#f4ead2")
    dark = light.tones("#241a1c")
    for side in (-1.0, 1.0):
        ear = _placed(view, _FOX_EAR, side=side, depth=0.30)
        shape(canvas, smooth(ear, tension=0.7), tones=tones, light=light, turn=0.14, rim=0.05)
        inner = _placed(view, _FOX_EAR_IN, side=side, depth=0.34)
        canvas.drawPath(smooth(inner, tension=0.7), ink(dark.shade))
    half = np.asarray(_FOX_FACE)
    both = np.vstack([half, half[1:-1][::-1] * (-1, 1)])
    out = np.asarray([*_FOX_OUT, *_FOX_OUT[1:-1][::-1]])
    face = smooth(_mounted(view, both, out))
    shape(canvas, face, tones=tones, light=light, turn=0.0, rim=0.06)
    canvas.save()
    canvas.clipPath(face, doAntiAlias=True)
    ridge = np.asarray([(0.0, -0.8), (0.03, -0.2), (0.05, 0.3), (0.0, 1.1)])
    middle = _mounted(view, ridge, np.asarray([0.1, 0.12, 0.34, 0.52]))
    far = -light.key_side * 2.0
    canvas.drawPath(polygon(np.vstack([middle, [(far, 1.3), (far, -1.2)]])), ink(tones.shade))
    canvas.restore()
    for side in (-1.0, 1.0):
        is_dark = side == -light.key_side
        if math.cos(view.yaw) * 0.8 < math.sin(view.yaw) * side * 0.45:
            continue  # that half is turned away
        cheek = _mounted(view, np.asarray(_FOX_CHEEK) * (side, 1), _CHEEK_OUT)
        canvas.drawPath(smooth(cheek), ink(cream.shade if is_dark else cream.lit))
        slit = _mounted(view, np.asarray(_FOX_EYE) * (side, 1), 0.08)
        canvas.drawPath(smooth(slit), ink(dark.deep))
        mark = np.asarray([(0.10, -0.62), (0.22, -0.58), (0.30, -0.30), (0.16, -0.36)]) * (side, 1)
        canvas.drawPath(
            smooth(_mounted(view, mark, 0.1)), ink(cream.shade if is_dark else cream.lit)
        )
        for i in range(3):
            dot = _mounted(view, np.asarray([(side * (0.24 + 0.07 * i), 0.66 - 0.07 * i)]), 0.3)[0]
            canvas.drawCircle(*dot.tolist(), 0.02, ink(dark.deep))
    nose = _mounted(view, np.asarray([(0.0, 0.98)]), 0.54)[0]
    canvas.drawPath(smooth(ellipse(nose.tolist(), 0.10)), ink(dark.deep))


_CHEEK_OUT = np.asarray([0.48, 0.34, 0.18, 0.05, 0.06, 0.22, 0.42])


def _placed(
    view: HeadView, points: tuple[tuple[float, float], ...], *, side: float, depth: float
) -> Points:
    flat = np.asarray(points) * (side, 1)
    x = flat[:, 0] * math.cos(view.yaw) + depth * math.sin(view.yaw)
    z = depth * math.cos(view.yaw) - flat[:, 0] * math.sin(view.yaw)
    return np.stack([x, flat[:, 1] * math.cos(view.pitch) - z * math.sin(view.pitch)], 1)


def _mounted(view: HeadView, points: Points, out: object) -> Points:
    """Place points of the papier-mache shell: flatter than a face, with a snout."""
    x = points[:, 0]
    z = 0.86 - 0.42 * (x / 0.86) ** 2 + np.asarray(out)
    across = x * math.cos(view.yaw) + z * math.sin(view.yaw)
    near = z * math.cos(view.yaw) - x * math.sin(view.yaw)
    y = points[:, 1] * math.cos(view.pitch) - near * math.sin(view.pitch) + 0.10 * near - 0.08
    mounted: Points = np.stack([across, y], 1)
    return mounted
