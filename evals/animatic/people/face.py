"""Faces: skin in two tones, eyes, brows, nose, mouth, beard, glasses and what years leave behind."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.canvas import ink, skia, stroke
from evals.animatic.cast import Beard, Glasses, HairColour, Kind
from evals.animatic.palette import mix
from evals.animatic.people.hair import paint_hair_shadow
from evals.animatic.people.inks import HAIR_INKS, IRIS_INKS
from evals.animatic.people.shapes import Points, combined, polygon, smooth, thread
from evals.animatic.people.skull import HeadView, Skull, skin_colour
from evals.animatic.people.tones import Lighting, Tones

__all__ = ["paint_face", "profile"]

_TERMINATOR = (
    (-1.0, -36), (-0.6, -30), (-0.25, -13), (-0.02, -1), (0.12, -10), (0.28, -30),
    (0.5, -20), (0.66, -10), (0.78, -19), (0.95, -12), (1.0, -12),
)  # fmt: skip
"""Where on a face the shadow begins: height, and degrees from the lens on the dark side."""


def profile(skull: Skull, view: HeadView) -> skia.Path:
    """Return the outline of the bare head, nose included."""
    head = smooth(skull.solid.outline(view.yaw, pitch=view.pitch)[::2])
    if abs(math.sin(view.yaw)) > 0.3 and not view.is_away:
        for bump in (_nose_outline(skull, view), _lips_outline(skull, view)):
            head = combined(head, smooth(bump), skia.PathOp.kUnion_PathOp)
    return head


def paint_face(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, light: Lighting, px: float
) -> None:
    """Draw the bare head in head units; `px` is how many pixels one of them covers."""
    skin = light.tones(skin_colour(skull.person))
    outline = profile(skull, view)
    canvas.drawPath(outline, ink(skin.lit))
    canvas.save()
    canvas.clipPath(outline, doAntiAlias=True)
    _shadow(canvas, skull, view, skin=skin, light=light)
    paint_hair_shadow(canvas, skull, view, light=light, colour=skin.shade)
    if not view.is_away:
        _features(canvas, skull, view, skin=skin, light=light, px=px)
    _rim(canvas, outline, skin=skin, light=light)
    canvas.restore()
    if not view.is_away and skull.person.glasses is not Glasses.NONE and px > 9:
        _glasses(canvas, skull, view, light=light)


def _features(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, skin: Tones, light: Lighting, px: float
) -> None:
    hair = light.tones(HAIR_INKS[skull.person.hair_colour])
    if px > 26:
        _marks(canvas, skull, view, skin=skin)
    _cheeks(canvas, skull, view, skin=skin)
    _nose(canvas, skull, view, skin=skin, light=light)
    if skull.person.beard is not Beard.NONE:
        _beard(canvas, skull, view, hair=hair, skin=skin)
    _mouth(canvas, skull, view, skin=skin, px=px)
    for side in (-1.0, 1.0):
        if skull.turned(view, side * skull.eye[0] * 0.75, skull.eye[1]) < math.radians(86):
            _eye(canvas, skull, view, side=side, skin=skin, light=light)
        _brow(canvas, skull, view, side=side, hair=hair, skin=skin)
    if px > 26:
        _lines(canvas, skull, view, skin=skin)


def _shadow(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, skin: Tones, light: Lighting
) -> None:
    """Lay the large shadow over the side away from the key light."""
    y, degrees = np.asarray(_TERMINATOR).T
    turns = -light.key_side * np.radians(-degrees) - view.yaw
    inner = skull.solid.at(turns, y, yaw=view.yaw, pitch=view.pitch)
    far = -light.key_side * 2.2
    outer = np.asarray([(far, 1.4), (far, -1.4)])
    canvas.drawPath(smooth(np.vstack([inner, outer])), ink(skin.shade))


def _rim(canvas: skia.Canvas, outline: skia.Path, *, skin: Tones, light: Lighting) -> None:
    moved = skia.Path(outline)
    moved.offset(-light.rim_side * 0.05, 0.012)
    moved.setFillType(skia.PathFillType.kInverseWinding)
    canvas.drawPath(moved, ink(skin.rim))


def _nose_outline(skull: Skull, view: HeadView) -> Points:
    """Return bridge, tip, base and the root again, seen from the side."""
    hook = 0.055 * skull.person.nose_bridge
    top, tip = skull.eye[1] - 0.05, skull.nose_y
    y = (top - 0.10, top + 0.10, top + (tip - top) * 0.55, tip - 0.03, tip + 0.04, tip + 0.10,
         tip + 0.11, tip - 0.05)  # fmt: skip
    n = skull.nose_out
    out = (0, 0.30 * n, (0.62 + 2 * hook) * n, n, 0.96 * n, 0.45 * n, 0, -0.12)
    return skull.on_face(view, np.zeros(8), y, out=out)


def _lips_outline(skull: Skull, view: HeadView) -> Points:
    m, lip = skull.mouth_y, skull.lip
    y = (m - 2.2 * lip, m - 0.9 * lip, m - 0.1 * lip, m + 0.9 * lip, m + 2.0 * lip, m)
    return skull.on_face(view, np.zeros(6), y, out=(0, 0.8 * lip, 0.35 * lip, 0.75 * lip, 0, -0.1))


def _nose(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, skin: Tones, light: Lighting
) -> None:
    """Draw the side that turns from the light, and the underside."""
    top, tip, half, n = skull.eye[1] - 0.06, skull.nose_y, skull.nose_half, skull.nose_out
    dark = -light.key_side
    bridge = 0.32 + 0.1 * skull.person.nose_bridge
    x = np.asarray([0.55, 0.10, 0.12, 0.42, 1.0, 1.02, 0.62]) * half * dark
    y = np.asarray(
        [top - 0.06, top + 0.16, tip - 0.06, tip + 0.03, tip + 0.07, tip - 0.02, tip - 0.16]
    )
    out = np.asarray([0.0, bridge, 0.95, 0.95, 0.25, 0.12, 0.05]) * n
    plane = skull.on_face(view, x, y, out=out)
    canvas.drawPath(smooth(plane), ink(skin.shade))
    x = np.asarray([-1.0, -0.45, 0.0, 0.45, 1.0, 0.5, 0.0, -0.5]) * half
    y = np.asarray([0.05, 0.085, 0.10, 0.085, 0.05, 0.115, 0.15, 0.115]) + tip
    out = np.asarray([0.25, 0.6, 0.75, 0.6, 0.25, 0.35, 0.3, 0.35]) * n
    canvas.drawPath(smooth(skull.on_face(view, x, y, out=out)), ink(skin.deep, 0.85))
    if skull.person.nose_bridge < -0.2 or light.key_strength > 0.3:
        glint = skull.on_face(view, -dark * 0.15 * half, tip - 0.03, out=0.95 * n)
        canvas.drawCircle(*glint.tolist(), 0.035, ink(skin.rim, 0.55))


def _cheeks(canvas: skia.Canvas, skull: Skull, view: HeadView, *, skin: Tones) -> None:
    """Draw the hollow under high cheekbones, and a blush on the young."""
    p = skull.person
    if p.cheekbones > 0.1 and p.kind is not Kind.CHILD:
        for side in (-1.0, 1.0):
            x = np.asarray([0.97, 0.80, 0.50, 0.62, 0.86]) * side * 0.7
            hollow = skull.on_face(view, x, [0.16, 0.24, 0.46, 0.50, 0.44])
            canvas.drawPath(smooth(hollow), ink(skin.shade, 0.45 * p.cheekbones + 0.1))
    blush = {Kind.CHILD: 0.30, Kind.WOMAN: 0.17, Kind.MAN: 0.06}[p.kind]
    for side in (-1.0, 1.0):
        if skull.turned(view, side * 0.42, 0.3) < 1.2:
            spot = skull.on_face(view, side * 0.43, 0.30).tolist()
            canvas.drawCircle(*spot, 0.15, ink(mix(skin.lit, "#e0453a", 0.55), blush))


def _eye(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, side: float, skin: Tones, light: Lighting
) -> None:
    """Draw one eye: socket, white, iris, the heavy line of the upper lid."""
    (cx, cy), (long, tall) = skull.eye, skull.eye_half
    tall *= 1 - 0.92 * view.blink
    tilt = skull.eye_tilt
    along = np.asarray([-1.0, -0.55, 0.0, 0.55, 1.0, 0.5, 0.0, -0.5])
    rise = np.asarray([0.25, -0.75, -1.0, -0.8, -0.1, 0.62, 0.8, 0.62])
    x = side * (cx + along * long)
    y = cy + rise * tall - along * tilt
    almond = smooth(skull.on_face(view, x, y))
    socket_y = cy + rise * (tall + 0.05) - 0.02 - along * tilt
    socket = smooth(skull.on_face(view, side * (cx + along * long * 1.16), socket_y))
    canvas.drawPath(socket, ink(skin.shade, 0.55))
    is_dark = side == -light.key_side
    white = mix(
        skin.shade if is_dark else skin.lit, light.palette.lit("#f6f1e6"), 0.58 if is_dark else 0.74
    )
    if view.blink < 0.8:
        canvas.drawPath(almond, ink(white))
        canvas.save()
        canvas.clipPath(almond, doAntiAlias=True)
        _iris(canvas, skull, view, side=side, light=light)
        canvas.restore()
    lid = light.tones("#2a1b1a").deep
    upper = np.asarray([-1.02, -0.55, 0.0, 0.55, 1.16, 0.55, 0.0, -0.55])
    weight = 0.030 if skull.person.kind is Kind.MAN else 0.045
    lift = np.asarray([0.25, -0.75, -1.0, -0.8, -0.28, -0.8, -1.0, -0.75]) * tall
    lift -= np.asarray([0, 0.6, 1.0, 1.1, 0.5, -0.25, -0.25, -0.2]) * weight
    lash = skull.on_face(view, side * (cx + upper * long), cy + lift - upper * tilt)
    canvas.drawPath(smooth(lash), ink(lid))
    under = skull.on_face(view, x[[4, 5, 6, 7]], y[[4, 5, 6, 7]])
    canvas.drawPath(thread(under), stroke(lid, 0.016, 0.55))


def _iris(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, side: float, light: Lighting
) -> None:
    (cx, cy), (long, tall) = skull.eye, skull.eye_half
    colour = light.palette.lit(IRIS_INKS[skull.person.eye_colour])
    look = view.gaze * 0.35 * long
    at = skull.on_face(view, side * cx + look, cy - 0.10 * tall).tolist()
    narrow = max(0.35, math.cos(skull.turned(view, side * cx, cy)))
    radius = min(0.62 * long, 0.105 + 0.25 * tall)
    for share, tone in ((1.0, mix(colour, "#08070b", 0.55)), (0.80, colour), (0.45, "#0b090d")):
        half = radius * share
        oval = skia.Rect.MakeLTRB(
            at[0] - half * narrow, at[1] - half, at[0] + half * narrow, at[1] + half
        )
        canvas.drawOval(oval, ink(tone))
    shine = light.key_side * radius * 0.34
    canvas.drawCircle(at[0] + shine, at[1] - 0.36 * radius, 0.24 * radius, ink("#fffaf0", 0.95))


def _brow(
    canvas: skia.Canvas, skull: Skull, view: HeadView, *, side: float, hair: Tones, skin: Tones
) -> None:
    p, (cx, _), (long, _) = skull.person, skull.eye, skull.eye_half
    thick, y0, slant = skull.brow_thick, skull.brow_y, 0.062 * p.brow_slant - 0.018
    if p.kind is Kind.CHILD:
        slant = 0.35 * slant - 0.03
    along = np.asarray([-1.12, -0.5, 0.25, 0.85, 1.35, 0.8, 0.2, -0.5, -1.10])
    arch = np.asarray([0.03, -0.03, -0.075, -0.06, 0.03, -0.025, -0.035, 0.0, 0.03])
    weight = np.asarray([-0.7, -1.0, -0.9, -0.6, 0, 0.35, 0.8, 1.0, 0.8]) * thick
    y = y0 + arch * (0.8 if p.kind is Kind.MAN else 1.15) + weight + slant * -along
    colour = mix(hair.shade, "#141016", 0.30) if p.hair_colour is not HairColour.WHITE else hair.lit
    x = side * (cx * 1.02 + along * long)
    path = smooth(skull.on_face(view, x, y - 0.015 * view.smile))
    canvas.drawPath(path, ink(mix(colour, skin.shade, 0.12)))


def _mouth(canvas: skia.Canvas, skull: Skull, view: HeadView, *, skin: Tones, px: float) -> None:
    m, half, lip = skull.mouth_y, skull.mouth_half, skull.lip
    smile = 0.05 * view.smile
    red = mix(skin.lit, "#a02a33", 0.50 if skull.person.kind is Kind.WOMAN else 0.30)
    dusk = mix(skin.shade, "#6d1c28", 0.45 if skull.person.kind is Kind.WOMAN else 0.28)
    full = max(0.3, lip)
    x = np.asarray([-1.0, -0.45, -0.14, 0.0, 0.14, 0.45, 1.0, 0.4, 0.0, -0.4])
    up = np.asarray([0.0, -0.85, -1.15, -0.85, -1.15, -0.85, 0.0, 0.10, 0.18, 0.10])
    low = np.asarray([0.0, 0.0, 0.05, 0.1, 0.05, 0.0, 0.0, 1.15, 1.45, 1.15])
    curl = -smile * x * x + smile * 0.5
    out = 0.7 * lip * (1 - x * x)
    upper = skull.on_face(view, x * half, m + up * lip + curl, out=out)
    lower = skull.on_face(view, x * half, m + low * lip + curl + 0.13 * view.jaw, out=out)
    canvas.drawPath(smooth(lower), ink(red))
    canvas.drawPath(smooth(upper), ink(dusk))
    line = np.asarray([-1.08, -0.5, 0.0, 0.5, 1.08])
    seam = skull.on_face(
        view, line * half, m + np.asarray([0, 0.05, 0.14, 0.05, 0]) * full * 0.3
        - smile * line * line + smile * 0.5, out=0.7 * lip * np.maximum(0, 1 - line * line),
    )  # fmt: skip
    canvas.drawPath(thread(seam), stroke(mix(skin.deep, "#2a0d12", 0.5), max(0.022, 0.7 / px)))
    x = np.asarray([-0.42, 0.0, 0.42, 0.0])
    below = skull.on_face(
        view, x * half, m + np.asarray([1.9, 1.85, 1.9, 2.6]) * lip + 0.13 * view.jaw
    )
    canvas.drawPath(smooth(below), ink(skin.shade, 0.8))


def _beard(canvas: skia.Canvas, skull: Skull, view: HeadView, *, hair: Tones, skin: Tones) -> None:
    beard, m, half = skull.person.beard, skull.mouth_y, skull.mouth_half
    tone = ink(mix(hair.shade, hair.lit, 0.45))
    if beard is Beard.STUBBLE:
        tone = ink(mix(hair.shade, skin.shade, 0.45), 0.55)
    if beard in (Beard.FULL, Beard.STUBBLE):
        y = np.asarray([0.10, 0.34, m - 0.16, m - 0.17, m - 0.20, m - 0.17, m - 0.16, 0.34, 0.10])
        x = np.asarray([-0.70, -0.60, -0.36, -0.16, 0.0, 0.16, 0.36, 0.60, 0.70])
        top = skull.on_face(view, x, y)
        left, right = skull.solid.grown(0.05).edge(view.yaw, pitch=view.pitch, span=(0.12, 1.0))
        around = np.vstack(
            [top, np.add(right[::4], (0.06, 0.0)), np.add(left[::4], (-0.06, 0.0))[::-1]]
        )
        path = polygon(around)
        path.addPath(smooth(_around_mouth(skull, view)))
        path.setFillType(skia.PathFillType.kEvenOdd)
        canvas.drawPath(path, tone)
    if beard in (Beard.MOUSTACHE, Beard.GOATEE, Beard.FULL):
        x = np.asarray([-1.15, -0.5, 0.0, 0.5, 1.15, 0.5, 0.0, -0.5]) * half
        y = np.asarray([0.03, -0.115, -0.15, -0.115, 0.03, -0.02, -0.035, -0.02]) + m
        canvas.drawPath(smooth(skull.on_face(view, x, y, out=0.06)), tone)
    if beard is Beard.GOATEE:
        x = np.asarray([-0.6, 0.0, 0.6, 0.62, 0.35, 0.0, -0.35, -0.62]) * half
        y = np.asarray([2.1, 2.7, 2.1, 4.5, 6.2, 6.6, 6.2, 4.5]) * 0.056 + m
        canvas.drawPath(smooth(skull.on_face(view, x, y, out=0.03)), tone)


def _around_mouth(skull: Skull, view: HeadView) -> Points:
    m, half = skull.mouth_y, skull.mouth_half
    x = np.asarray([-0.98, 0.0, 0.98, 0.55, 0.0, -0.55]) * half
    y = m + np.asarray([0.0, -0.05, 0.0, 2.2, 2.6, 2.2]) * max(0.03, skull.lip)
    return skull.on_face(view, x, y)


def _marks(canvas: skia.Canvas, skull: Skull, view: HeadView, *, skin: Tones) -> None:
    p = skull.person
    if p.freckles:
        rng = np.random.default_rng((p.seed, 5))
        x, y = rng.uniform(-0.55, 0.55, 26), rng.uniform(0.14, 0.42, 26)
        spots = skull.on_face(view, x, y)
        for spot, size in zip(spots.tolist(), rng.uniform(0.016, 0.03, 26).tolist(), strict=True):
            canvas.drawCircle(*spot, size, ink(mix(skin.shade, "#7a3418", 0.5), 0.75))
    if p.mole and skull.turned(view, p.mole[0] * 0.66, p.mole[1]) < 1.4:
        spot = skull.on_face(view, p.mole[0] * 0.66, p.mole[1] * 0.9).tolist()
        canvas.drawCircle(*spot, 0.042, ink(skin.deep))
    if p.scar:
        side = 1.0 if p.seed % 2 else -1.0
        cut = skull.on_face(view, side * np.asarray([0.30, 0.40, 0.46]), [-0.34, 0.05, 0.34])
        canvas.drawPath(thread(cut), stroke(mix(skin.lit, "#ffd9cc", 0.5), 0.05))
        canvas.drawPath(thread(np.add(cut, (0.025, 0.0))), stroke(skin.deep, 0.015, 0.7))


def _lines(canvas: skia.Canvas, skull: Skull, view: HeadView, *, skin: Tones) -> None:
    """Draw what years leave: from the nose to the mouth, under the eyes, across the forehead."""
    age = skull.person.age_0_1
    if age < 0.3:
        return
    weight, alpha = 0.012 + 0.028 * age, min(1.0, 1.3 * age - 0.2)
    tone = mix(skin.shade, skin.deep, 0.35)
    for side in (-1.0, 1.0):
        fold = skull.on_face(
            view,
            side
            * np.asarray([skull.nose_half * 1.15, skull.mouth_half * 1.12, skull.mouth_half * 1.2]),
            [skull.nose_y + 0.02, skull.mouth_y - 0.13, skull.mouth_y + 0.06],
        )
        canvas.drawPath(thread(fold), stroke(tone, weight, alpha))
        if age > 0.42:
            bag = side * (skull.eye[0] + np.asarray([-0.7, 0.0, 0.7]) * skull.eye_half[0])
            y = skull.eye[1] + skull.eye_half[1] + np.asarray([0.05, 0.10, 0.04])
            canvas.drawPath(thread(skull.on_face(view, bag, y)), stroke(tone, weight, alpha * 0.8))
    if age > 0.55:
        for row in (-0.40, -0.50):
            x = np.asarray([-0.34, 0.0, 0.34])
            brow = skull.on_face(view, x, [row + 0.02, row, row + 0.02])
            canvas.drawPath(thread(brow), stroke(tone, weight, alpha * 0.7))


def _glasses(canvas: skia.Canvas, skull: Skull, view: HeadView, *, light: Lighting) -> None:
    (cx, cy), long = skull.eye, skull.eye_half[0]
    frame = stroke(light.tones("#1b1a20").shade, 0.048)
    half = max(long * 1.32, 0.225)
    around = np.linspace(0, 2 * math.pi, 16, endpoint=False) + math.pi / 4
    across, up = np.cos(around), np.sin(around)
    if skull.person.glasses is Glasses.SQUARE:
        across, up = np.clip(across * 1.5, -1.08, 1.08), np.clip(up * 1.3, -0.78, 0.78)
    for side in (-1.0, 1.0):
        if skull.turned(view, side * cx * 0.8, cy) > 1.5:
            continue
        rim = skull.on_face(view, side * cx + across * half, cy + 0.02 + up * half * 0.92, out=0.10)
        path = smooth(rim) if skull.person.glasses is Glasses.ROUND else smooth(rim, tension=0.2)
        canvas.drawPath(path, ink(light.palette.disc, 0.13))
        canvas.drawPath(path, frame)
        arm = skull.on_face(
            view, side * np.asarray([cx + half, 0.80]), [cy - 0.04, cy - 0.06], out=0.1
        )
        if math.cos(skull.turned(view, side * 0.6, cy)) > 0.15:
            canvas.drawPath(polygon(arm, is_closed=False), frame)
    bridge = skull.on_face(
        view, np.asarray([half - cx, 0.0, cx - half]), [cy, cy - 0.04, cy], out=0.12
    )
    canvas.drawPath(thread(bridge), frame)
