"""Dog, fox, horse and heron in profile: silhouettes that walk, sit, bow and look up."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evals.animatic.brief import Subject
from evals.animatic.canvas import ink, skia, stroke
from evals.animatic.people.shapes import limb, smooth, thread
from evals.animatic.people.tones import Lighting, Tones, shape

__all__ = ["AnimalPose", "animal_head", "animal_height_m", "paint_animal"]

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class AnimalPose:
    """What an animal does; it looks to the right and is mirrored by its caller."""

    phase: float = 0.0
    stride: float = 0.0
    run: float = 0.0
    sit: float = 0.0
    up: float = 0.0
    """The head: 1 looks up, -1 bows."""
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class _Build:
    """Proportions of a quadruped in shares of its shoulder's height."""

    shoulder_m: float
    long: float
    deep: float
    waist: float
    legs: tuple[float, float, float]
    neck: Point
    neck_widths: tuple[float, float]
    head: tuple[Point, ...]
    ears: tuple[Point, ...]
    eye: Point
    nose: Point
    tail: tuple[Point, ...]
    tail_widths: tuple[float, ...]
    fur: str
    light_fur: str
    socks: str


_DOG = _Build(
    shoulder_m=0.60, long=1.02, deep=0.36, waist=0.24, legs=(0.15, 0.085, 0.07),
    neck=(0.30, -0.36), neck_widths=(0.28, 0.20),
    head=((-0.16, -0.02), (-0.08, -0.19), (0.08, -0.20), (0.17, -0.08), (0.38, -0.03), (0.42, 0.05),
          (0.36, 0.11), (0.12, 0.15), (-0.08, 0.15)),
    ears=((-0.10, -0.16), (0.02, -0.19), (0.03, -0.02), (-0.05, 0.15), (-0.16, 0.10)),
    eye=(0.10, -0.06), nose=(0.40, 0.0),
    tail=((0.0, 0.0), (-0.22, -0.10), (-0.36, -0.30), (-0.34, -0.48)), tail_widths=(0.12, 0.10, 0.07, 0.03),
    fur="#a9713f", light_fur="#ecd9b4", socks="#8a5a31",
)  # fmt: skip
_FOX = _Build(
    shoulder_m=0.46, long=1.10, deep=0.33, waist=0.23, legs=(0.13, 0.075, 0.055),
    neck=(0.30, -0.28), neck_widths=(0.30, 0.22),
    head=((-0.20, 0.02), (-0.14, -0.18), (0.06, -0.21), (0.20, -0.07), (0.47, 0.07), (0.44, 0.12),
          (0.16, 0.16), (-0.04, 0.24), (-0.18, 0.17)),
    ears=((-0.19, -0.10), (-0.19, -0.26), (-0.13, -0.43), (-0.02, -0.30), (0.05, -0.18)),
    eye=(0.11, -0.06), nose=(0.46, 0.08),
    tail=((0.0, 0.0), (-0.28, 0.16), (-0.68, 0.26), (-1.02, 0.10)), tail_widths=(0.14, 0.30, 0.34, 0.07),
    fur="#d4622a", light_fur="#f4e6cc", socks="#2b1f20",
)  # fmt: skip
_HORSE = _Build(
    shoulder_m=1.48, long=0.98, deep=0.37, waist=0.30, legs=(0.15, 0.075, 0.055),
    neck=(0.36, -0.46), neck_widths=(0.34, 0.17),
    head=((-0.12, -0.06), (-0.02, -0.15), (0.10, -0.12), (0.34, 0.20), (0.37, 0.30), (0.29, 0.36),
          (0.20, 0.33), (0.02, 0.12), (-0.10, 0.08)),
    ears=((-0.05, -0.13), (-0.02, -0.29), (0.05, -0.13)),
    eye=(0.075, -0.015), nose=(0.33, 0.29),
    tail=((0.0, 0.0), (-0.16, 0.10), (-0.20, 0.42), (-0.16, 0.66)), tail_widths=(0.06, 0.14, 0.15, 0.04),
    fur="#7a4428", light_fur="#e8d5b8", socks="#2a1c1c",
)  # fmt: skip
_BUILDS = {Subject.DOG: _DOG, Subject.FOX: _FOX, Subject.HORSE: _HORSE}


def animal_height_m(subject: Subject) -> float:
    """Return roughly how tall it stands."""
    return 1.25 if subject is Subject.HERON else 1.35 * _BUILDS[subject].shoulder_m


def animal_head(subject: Subject, pose: AnimalPose) -> Point:
    """Return the middle of the head in metres, before mirroring."""
    if subject is Subject.HERON:
        return _heron_joints(pose)[-1]
    build = _BUILDS[subject]
    _, shoulder = _spine(build, pose)
    return _head(build, pose, shoulder)


def paint_animal(
    canvas: skia.Canvas, subject: Subject, pose: AnimalPose, *, colour: str, light: Lighting
) -> None:
    """Draw an animal that looks to the right; `colour` is its scarf's or blanket's."""
    if subject is Subject.HERON:
        _heron(canvas, pose, cloth=light.tones(colour), light=light)
    else:
        _quadruped(canvas, subject, pose, cloth=light.tones(colour), light=light)


def _spine(build: _Build, pose: AnimalPose) -> tuple[Point, Point]:
    """Return hip and shoulder."""
    h = build.shoulder_m
    bob = 0.018 * h * math.cos(2 * pose.phase) * pose.stride * (1 + 2 * pose.run)
    bow = max(0.0, -pose.up)
    hip_y = -h * (0.98 - 0.56 * pose.sit) + bob
    long = build.long * h * (1 - 0.42 * pose.sit)
    return (-long / 2, hip_y), (long / 2, -h * (0.98 - 0.24 * bow * (1 - pose.sit)) - bob)


def _head(build: _Build, pose: AnimalPose, shoulder: Point) -> Point:
    h = build.shoulder_m
    nod = 0.03 * math.sin(2 * pose.phase) * pose.stride + 0.008 * math.sin(1.6 * pose.seconds)
    up = pose.up if pose.up > 0 else 1.6 * pose.up
    neck_x = build.neck[0] - 0.06 * up - 0.08 * pose.sit + 0.08 * pose.run
    neck_y = build.neck[1] - 0.10 * up + nod - 0.04 * pose.sit + 0.12 * pose.run
    return shoulder[0] + neck_x * h, shoulder[1] + neck_y * h


def _quadruped(
    canvas: skia.Canvas, subject: Subject, pose: AnimalPose, *, cloth: Tones, light: Lighting
) -> None:
    build = _BUILDS[subject]
    h = build.shoulder_m
    fur = light.tones(build.fur)
    hip, shoulder = _spine(build, pose)
    far = Tones(lit=fur.shade, shade=fur.deep, deep=fur.deep, rim=fur.shade)
    for is_near in (False, True):
        tone = fur if is_near else far
        if is_near:
            _tail(canvas, build, pose, hip=hip, light=light)
        side = 0.0 if is_near else math.pi
        _hind(canvas, build, pose, hip=hip, step=pose.phase + side, tones=tone, light=light)
        _fore(
            canvas, build, pose, at=shoulder, step=pose.phase + side + 2.4, tones=tone, light=light
        )
        if not is_near:
            _trunk(canvas, build, hip=hip, shoulder=shoulder, fur=fur, light=light)
    head = _head(build, pose, shoulder)
    _blanket(canvas, subject, build, hip=hip, shoulder=shoulder, cloth=cloth, light=light)
    _neck(canvas, subject, build, shoulder=shoulder, head=head, light=light)
    if subject is not Subject.HORSE:
        _collar(canvas, build, pose, shoulder=shoulder, head=head, cloth=cloth, light=light)
    _face(canvas, subject, build, pose, head=head, light=light, cloth=cloth)
    del h


def _trunk(
    canvas: skia.Canvas, build: _Build, *, hip: Point, shoulder: Point, fur: Tones, light: Lighting
) -> None:
    h = build.shoulder_m
    (hx, hy), (sx, sy) = hip, shoulder
    slope = (sy - hy) / (sx - hx)
    points = [
        (sx + 0.13 * h, sy + 0.12 * h), (sx + 0.03 * h, sy - 0.04 * h),
        (sx - 0.22 * h, sy - 0.02 * h - slope * 0.22 * h), ((hx + sx) / 2, (hy + sy) / 2 + 0.015 * h),
        (hx + 0.06 * h, hy - 0.025 * h), (hx - 0.12 * h, hy + 0.05 * h), (hx - 0.15 * h, hy + 0.22 * h),
        (hx + 0.10 * h, hy + 0.30 * h), ((hx + sx) / 2 - 0.05 * h, (hy + sy) / 2 + (build.waist + 0.06) * h),
        (sx - 0.16 * h, sy + (build.deep + 0.06) * h), (sx + 0.08 * h, sy + (build.deep - 0.02) * h),
    ]  # fmt: skip
    path = smooth(points)
    shape(canvas, path, tones=fur, light=light, turn=0.05 * h, rim=0.018 * h, drop=2.4)


def _fore(
    canvas: skia.Canvas,
    build: _Build,
    pose: AnimalPose,
    *,
    at: Point,
    step: float,
    tones: Tones,
    light: Lighting,
) -> None:
    h = build.shoulder_m
    root = (at[0] - 0.02 * h, at[1] + 0.20 * h)
    swing = math.sin(step) * (0.26 + 0.22 * pose.run) * pose.stride
    lift = max(0.0, math.cos(step)) * (0.10 + 0.14 * pose.run) * pose.stride
    bow = max(0.0, -pose.up) * (1 - pose.sit)
    foot = (
        root[0] + (swing + 0.16 * bow + 0.03 * math.cos(step) * (1 - pose.stride)) * h,
        -(0.035 + lift) * h,
    )
    knee = (
        root[0] * 0.45 + foot[0] * 0.55 + (0.035 + 0.5 * lift) * h,
        root[1] * 0.45 + foot[1] * 0.55 - 0.3 * lift * h,
    )
    _paw(canvas, build, (root, knee, foot), tones=tones, light=light)


def _hind(
    canvas: skia.Canvas,
    build: _Build,
    pose: AnimalPose,
    *,
    hip: Point,
    step: float,
    tones: Tones,
    light: Lighting,
) -> None:
    h, sit = build.shoulder_m, pose.sit
    root = (hip[0] + 0.04 * h, hip[1] + 0.16 * h)
    swing = math.sin(step) * (0.28 + 0.24 * pose.run) * pose.stride
    lift = max(0.0, math.cos(step)) * (0.09 + 0.14 * pose.run) * pose.stride
    foot = (root[0] + (swing - 0.04 * (1 - sit) + 0.27 * sit) * h, -(0.035 + lift) * h)
    knee = (root[0] * 0.6 + foot[0] * 0.4 + 0.09 * (1 - sit) * h, root[1] * 0.62 + foot[1] * 0.38)
    hock = (
        foot[0] - (0.10 * (1 - sit) + 0.22 * sit + 0.4 * lift) * h,
        root[1] * 0.26 + foot[1] * 0.74 + 0.05 * sit * h,
    )
    if sit > 0.5:
        _paw(canvas, build, ((hock[0] - 0.04 * h, -0.10 * h), hock, foot), tones=tones, light=light)
    girth = 0.30 * h * (0.8 + build.deep * 0.5) * (1 + 0.55 * sit)
    thigh = limb([root, knee], [girth, (build.legs[0] * 1.05 + 0.22 * sit) * h])
    shape(canvas, thigh, tones=tones, light=light, turn=0.03 * h, rim=0.010 * h)
    if sit <= 0.5:
        _paw(canvas, build, (knee, hock, foot), tones=tones, light=light)


def _paw(
    canvas: skia.Canvas,
    build: _Build,
    joints: tuple[Point, Point, Point],
    *,
    tones: Tones,
    light: Lighting,
) -> None:
    h = build.shoulder_m
    path = limb(joints, [w * h for w in build.legs])
    shape(canvas, path, tones=tones, light=light, turn=0.022 * h, rim=0.010 * h)
    (kx, ky), (fx, fy) = joints[1], joints[2]
    sock = limb(
        [(kx * 0.35 + fx * 0.65, ky * 0.35 + fy * 0.65), (fx, fy)],
        [build.legs[1] * h, build.legs[2] * 1.08 * h],
    )
    dark = light.tones(build.socks)
    is_far = tones.lit != light.tones(build.fur).lit
    canvas.drawPath(sock, ink(dark.deep if is_far else dark.shade))
    toe = np.asarray(
        [(-0.05, -0.03), (0.05, -0.035), (0.115, 0.012), (0.11, 0.035), (-0.05, 0.035)]
    )
    canvas.drawPath(
        smooth(toe * h * (build.legs[2] / 0.07) + (fx, min(fy, -0.035 * h))),
        ink(dark.deep if is_far else dark.shade),
    )


def _tail(
    canvas: skia.Canvas, build: _Build, pose: AnimalPose, *, hip: Point, light: Lighting
) -> None:
    h = build.shoulder_m
    is_dog = build is _DOG
    wag = (0.10 if is_dog else 0.035) * math.sin((9.0 if is_dog else 2.0) * pose.seconds)
    root = (hip[0] - 0.12 * h, hip[1] + 0.06 * h)
    joints = []
    for i, (x, y) in enumerate(build.tail):
        share = i / (len(build.tail) - 1)
        joints.append(
            (
                root[0] + (x + wag * share) * h,
                root[1] + (y - 0.25 * pose.stride * share * (not is_dog)) * h,
            )
        )
    joints = [(x, min(y, -0.05 * h)) for x, y in joints]
    colour = build.socks if build is _HORSE else build.fur
    path = limb(joints, [w * h for w in build.tail_widths])
    shape(canvas, path, tones=light.tones(colour), light=light, turn=0.05 * h, rim=0.016 * h)
    if build is _FOX:
        (ax, ay), (bx, by) = joints[-2:]
        tip = limb([(ax * 0.35 + bx * 0.65, ay * 0.35 + by * 0.65), (bx, by)], [0.19 * h, 0.06 * h])
        shape(canvas, tip, tones=light.tones(build.light_fur), light=light, turn=0.04 * h)


def _neck(
    canvas: skia.Canvas,
    subject: Subject,
    build: _Build,
    *,
    shoulder: Point,
    head: Point,
    light: Lighting,
) -> None:
    h, fur = build.shoulder_m, light.tones(build.fur)
    base = (shoulder[0] - 0.04 * h, shoulder[1] + 0.13 * h)
    widths = [
        w * h
        for w in (build.neck_widths[0] * 1.1, sum(build.neck_widths) / 2, build.neck_widths[1])
    ]
    middle = (base[0] * 0.5 + head[0] * 0.5 + 0.01 * h, base[1] * 0.52 + head[1] * 0.48)
    path = limb([base, middle, head], widths)
    shape(canvas, path, tones=fur, light=light, turn=0.05 * h, rim=0.014 * h, drop=0.8)
    if subject is Subject.HORSE:
        mane = [
            (head[0] - 0.02 * h, head[1] - 0.17 * h), (middle[0] - 0.12 * h, middle[1] - 0.12 * h),
            (base[0] - 0.17 * h, base[1] - 0.14 * h), (base[0] - 0.10 * h, base[1] + 0.06 * h),
            (middle[0] - 0.03 * h, middle[1] + 0.02 * h), (head[0] + 0.0 * h, head[1] - 0.04 * h),
        ]  # fmt: skip
        shape(
            canvas,
            smooth(mane),
            tones=light.tones(build.socks),
            light=light,
            turn=0.03 * h,
            rim=0.014 * h,
        )
    elif subject is Subject.FOX:
        bib = [(head[0] + 0.02 * h, head[1] + 0.16 * h), (base[0] + 0.17 * h, base[1] - 0.02 * h),
               (base[0] + 0.12 * h, base[1] + 0.20 * h), (base[0] + 0.0 * h, base[1] + 0.05 * h)]  # fmt: skip
        shape(canvas, smooth(bib), tones=light.tones(build.light_fur), light=light, turn=0.05 * h)


def _collar(
    canvas: skia.Canvas,
    build: _Build,
    pose: AnimalPose,
    *,
    shoulder: Point,
    head: Point,
    cloth: Tones,
    light: Lighting,
) -> None:
    """Tie a scarf around the neck, its ends behind."""
    h = build.shoulder_m
    x, y = (
        shoulder[0] * 0.52 + head[0] * 0.48 - 0.02 * h,
        shoulder[1] * 0.5 + head[1] * 0.5 + 0.07 * h,
    )
    wave = 0.05 * math.sin(3.3 * pose.seconds) * (1 + pose.stride)
    end = [(x - 0.10 * h, y - 0.10 * h), (x - 0.34 * h, y + (-0.04 + wave - 0.06 * pose.run) * h),
           (x - 0.52 * h, y + (0.10 - wave - 0.16 * pose.run) * h), (x - 0.46 * h, y + (0.20 - wave) * h), (x - 0.26 * h, y + 0.08 * h)]  # fmt: skip
    shape(canvas, smooth(end), tones=cloth, light=light, turn=0.03 * h, rim=0.014 * h)
    roll = limb([(x - 0.16 * h, y - 0.10 * h), (x + 0.01 * h, y + 0.05 * h), (x + 0.17 * h, y + 0.10 * h)],
                [0.15 * h, 0.17 * h, 0.14 * h])  # fmt: skip
    shape(canvas, roll, tones=cloth, light=light, turn=0.05 * h, rim=0.014 * h)
    drop = [
        (x + 0.04 * h, y + 0.08 * h),
        (x + 0.15 * h, y + 0.13 * h),
        (x + 0.12 * h, y + 0.36 * h),
        (x - 0.01 * h, y + 0.34 * h),
    ]
    shape(canvas, smooth(drop, tension=0.5), tones=cloth, light=light, turn=0.04 * h, rim=0.014 * h)


def _blanket(
    canvas: skia.Canvas,
    subject: Subject,
    build: _Build,
    *,
    hip: Point,
    shoulder: Point,
    cloth: Tones,
    light: Lighting,
) -> None:
    if subject is not Subject.HORSE:
        return
    h = build.shoulder_m
    (hx, hy), (sx, sy) = hip, shoulder
    points = [(hx + 0.10 * h, hy - 0.035 * h), ((hx + sx) / 2, (hy + sy) / 2 - 0.005 * h), (sx - 0.16 * h, sy - 0.04 * h),
              (sx - 0.13 * h, sy + 0.30 * h), ((hx + sx) / 2, (hy + sy) / 2 + 0.34 * h), (hx + 0.06 * h, hy + 0.29 * h)]  # fmt: skip
    path = smooth(points, tension=0.45)
    shape(canvas, path, tones=cloth, light=light, turn=0.06 * h, rim=0.012 * h, drop=1.4)
    hem = [
        (hx + 0.075 * h, hy + 0.25 * h),
        ((hx + sx) / 2, (hy + sy) / 2 + 0.30 * h),
        (sx - 0.14 * h, sy + 0.26 * h),
    ]
    canvas.drawPath(thread(hem), stroke(cloth.rim, 0.014 * h, 0.9))


def _face(
    canvas: skia.Canvas,
    subject: Subject,
    build: _Build,
    pose: AnimalPose,
    *,
    head: Point,
    light: Lighting,
    cloth: Tones,
) -> None:
    h, fur = build.shoulder_m, light.tones(build.fur)
    dark = light.tones("#1d1718")
    tilt = -26 * pose.up if pose.up > 0 else -18 * pose.up
    canvas.save()
    canvas.translate(*head)
    canvas.rotate(tilt)
    canvas.scale(h, h)
    ears = np.asarray(build.ears)
    canvas.drawPath(smooth(ears + (0.045, -0.01), tension=0.4), ink(fur.deep))
    path = smooth(build.head)
    shape(canvas, path, tones=fur, light=light, turn=0.05, rim=0.016, drop=1.2)
    canvas.save()
    canvas.clipPath(path, doAntiAlias=True)
    pale = light.tones(build.light_fur)
    if subject is Subject.FOX:
        cheek = [(0.5, 0.10), (0.24, 0.03), (0.02, 0.05), (-0.16, 0.14), (-0.05, 0.3), (0.3, 0.25)]
        shape(canvas, smooth(cheek), tones=pale, light=light, turn=0.03)
    elif subject is Subject.DOG:
        muzzle = [(0.5, -0.1), (0.24, -0.03), (0.16, 0.06), (0.2, 0.2), (0.5, 0.2)]
        shape(canvas, smooth(muzzle), tones=pale, light=light, turn=0.03)
    else:
        blaze = [(0.03, -0.16), (0.14, -0.10), (0.40, 0.24), (0.36, 0.30), (0.20, 0.04)]
        canvas.drawPath(smooth(blaze), ink(pale.lit))
    canvas.restore()
    shape(
        canvas,
        smooth(ears, tension=0.4),
        tones=light.tones(build.socks if subject is Subject.DOG else build.fur),
        light=light,
        turn=0.03,
        rim=0.014,
    )
    size = 0.022 if subject is Subject.HORSE else 0.030
    canvas.drawOval(
        skia.Rect.MakeXYWH(build.eye[0] - size, build.eye[1] - size, 2 * size, 2 * size),
        ink(dark.deep),
    )
    canvas.drawCircle(
        build.eye[0] + size * 0.3, build.eye[1] - size * 0.35, size * 0.32, ink("#fff8ea")
    )
    nose = 0.026 if subject is Subject.HORSE else 0.045
    canvas.drawOval(
        skia.Rect.MakeXYWH(build.nose[0] - nose, build.nose[1] - nose * 0.8, 2 * nose, 1.7 * nose),
        ink(dark.deep),
    )
    if subject is Subject.HORSE:
        for strap in (
            ((0.22, 0.02), (0.11, 0.20)),
            ((0.0, -0.13), (-0.02, 0.10)),
            ((0.16, 0.11), (-0.02, 0.10)),
        ):
            canvas.drawLine(*strap[0], *strap[1], stroke(cloth.lit, 0.022))
    canvas.restore()


def _heron_joints(pose: AnimalPose) -> list[Point]:
    """Return the neck's joints from breast to head."""
    low = 0.30 * pose.sit + 0.05 * max(0.0, -pose.up)
    nod = 0.035 * math.sin(2 * pose.phase) * pose.stride
    up, bow = max(0.0, pose.up), max(0.0, -pose.up)
    y = -0.68 + low
    return [
        (0.17, y), (0.27, y - 0.12), (0.19, y - 0.30 + 0.12 * bow),
        (0.22 + 0.10 * bow, y - 0.46 - 0.03 * up + 0.30 * bow), (0.29 + nod + 0.10 * bow, y - 0.54 - 0.05 * up + 0.42 * bow),
    ]  # fmt: skip


def _heron(canvas: skia.Canvas, pose: AnimalPose, *, cloth: Tones, light: Lighting) -> None:
    grey, slate, pale = light.tones("#8fa3b4"), light.tones("#33415a"), light.tones("#eef0ea")
    neck = _heron_joints(pose)
    low = neck[0][1] + 0.68
    leg_tones = light.tones("#6f6a4a")
    for is_near in (False, True):
        step = pose.phase + (0.0 if is_near else math.pi)
        swing = 0.20 * math.sin(step) * pose.stride
        lift = max(0.0, math.cos(step)) * 0.14 * pose.stride + (
            0.16 if not is_near and not pose.stride and not pose.sit else 0.0
        )
        hip, foot = (0.0 + 0.03 * is_near, -0.52 + low), (0.02 + swing, -0.01 - lift)
        knee = ((hip[0] + foot[0]) / 2 - 0.06 - 0.2 * pose.sit, (hip[1] + foot[1]) / 2 - 0.1 * lift)
        tone = leg_tones.lit if is_near else leg_tones.deep
        canvas.drawPath(limb([hip, knee, foot], [0.045, 0.026, 0.022]), ink(tone))
        for toe in (0.10, 0.05, -0.05):
            canvas.drawLine(*foot, foot[0] + toe, foot[1] + 0.012 + lift * 0.5, stroke(tone, 0.014))
    body = [
        (0.24, -0.74 + low),
        (0.12, -0.80 + low),
        (-0.14, -0.70 + low),
        (-0.42, -0.52 + low),
        (-0.30, -0.50 + low),
        (-0.08, -0.50 + low),
        (0.14, -0.54 + low),
        (0.25, -0.64 + low),
    ]
    shape(canvas, smooth(body), tones=grey, light=light, turn=0.05, rim=0.014, drop=1.6)
    flap = 0.22 * pose.run * pose.stride * math.sin(pose.phase)
    wing = [
        (0.12, -0.74 + low),
        (-0.10, -0.70 + low - flap),
        (-0.46, -0.50 + low - 2 * flap),
        (-0.20, -0.54 + low - flap),
        (0.06, -0.60 + low),
    ]
    shape(canvas, smooth(wing), tones=slate, light=light, turn=0.03, rim=0.012, drop=1.2)
    shape(
        canvas,
        limb(neck, [0.17, 0.105, 0.068, 0.058, 0.06]),
        tones=pale,
        light=light,
        turn=0.022,
        rim=0.012,
    )
    x, y = neck[-1]
    tilt = -24 * max(0.0, pose.up) + 34 * max(0.0, -pose.up)
    canvas.save()
    canvas.translate(x, y)
    canvas.rotate(tilt)
    bill = [(0.03, -0.035), (0.34, 0.02), (0.34, 0.03), (0.03, 0.03)]
    shape(
        canvas,
        smooth(bill, tension=0.2),
        tones=light.tones("#e2a332"),
        light=light,
        turn=0.012,
        rim=0.008,
    )
    shape(
        canvas,
        smooth([(-0.08, 0.0), (-0.03, -0.055), (0.06, -0.04), (0.08, 0.01), (0.0, 0.045)]),
        tones=pale,
        light=light,
        turn=0.02,
        rim=0.01,
    )
    crest = [(0.04, -0.045), (-0.06, -0.055), (-0.26, 0.04), (-0.08, -0.015)]
    canvas.drawPath(smooth(crest), ink(slate.deep))
    canvas.drawCircle(0.035, -0.012, 0.014, ink("#f3d24a"))
    canvas.drawCircle(0.037, -0.012, 0.008, ink(slate.deep))
    canvas.restore()
    scarf = limb(
        [
            (neck[1][0] - 0.075, neck[1][1] - 0.03),
            (neck[1][0], neck[1][1] + 0.01),
            (neck[1][0] + 0.07, neck[1][1] + 0.0),
        ],
        [0.07, 0.085, 0.07],
    )
    wave = 0.02 * math.sin(3.0 * pose.seconds)
    tail = [
        (neck[1][0] - 0.05, neck[1][1]),
        (neck[1][0] - 0.20, neck[1][1] + 0.03 + wave),
        (neck[1][0] - 0.30, neck[1][1] + 0.13 - wave),
        (neck[1][0] - 0.22, neck[1][1] + 0.15),
        (neck[1][0] - 0.06, neck[1][1] + 0.05),
    ]
    shape(canvas, smooth(tail), tones=cloth, light=light, turn=0.02, rim=0.009)
    shape(canvas, scarf, tones=cloth, light=light, turn=0.025, rim=0.009)
