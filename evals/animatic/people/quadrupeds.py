"""Dog, fox and horse in profile: trunk, legs, tail, neck, head, and what they wear."""

from __future__ import annotations

import math

import numpy as np

from evals.animatic.brief import Subject
from evals.animatic.canvas import ink, skia, stroke
from evals.animatic.people.animal_pose import AnimalPose, Point
from evals.animatic.people.quadruped_builds import BUILDS, Build
from evals.animatic.people.shapes import limb, smooth, thread
from evals.animatic.people.tones import Lighting, Tones, shape

__all__ = ["head_of", "paint_quadruped", "spine"]


def spine(build: Build, pose: AnimalPose) -> tuple[Point, Point]:
    """Return hip and shoulder."""
    h = build.shoulder_m
    bob = 0.018 * h * math.cos(2 * pose.phase) * pose.stride * (1 + 2 * pose.run)
    bow = max(0.0, -pose.up)
    hip_y = -h * (0.98 - 0.56 * pose.sit) + bob
    long = build.long * h * (1 - 0.42 * pose.sit)
    return (-long / 2, hip_y), (long / 2, -h * (0.98 - 0.24 * bow * (1 - pose.sit)) - bob)


def head_of(build: Build, pose: AnimalPose, shoulder: Point) -> Point:
    """Return the middle of the head."""
    h = build.shoulder_m
    nod = 0.03 * math.sin(2 * pose.phase) * pose.stride + 0.008 * math.sin(1.6 * pose.seconds)
    up = pose.up if pose.up > 0 else 1.6 * pose.up
    neck_x = build.neck[0] - 0.06 * up - 0.08 * pose.sit + 0.08 * pose.run
    neck_y = build.neck[1] - 0.10 * up + nod - 0.04 * pose.sit + 0.12 * pose.run
    return shoulder[0] + neck_x * h, shoulder[1] + neck_y * h


def paint_quadruped(
    canvas: skia.Canvas, subject: Subject, pose: AnimalPose, *, cloth: Tones, light: Lighting
) -> None:
    """Draw a quadruped that looks to the right, its cloth in the tones of `cloth`."""
    build = BUILDS[subject]
    fur = light.tones(build.fur)
    hip, shoulder = spine(build, pose)
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
    head = head_of(build, pose, shoulder)
    _blanket(canvas, subject, build, hip=hip, shoulder=shoulder, cloth=cloth, light=light)
    _neck(canvas, subject, build, shoulder=shoulder, head=head, light=light)
    if subject is not Subject.HORSE:
        _collar(canvas, build, pose, shoulder=shoulder, head=head, cloth=cloth, light=light)
    _face(canvas, subject, build, pose=pose, head=head, light=light, cloth=cloth)


def _trunk(
    canvas: skia.Canvas, build: Build, *, hip: Point, shoulder: Point, fur: Tones, light: Lighting
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
    build: Build,
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
    build: Build,
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
    build: Build,
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
    canvas: skia.Canvas, build: Build, pose: AnimalPose, *, hip: Point, light: Lighting
) -> None:
    h = build.shoulder_m
    is_dog = build is BUILDS[Subject.DOG]
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
    colour = build.socks if build is BUILDS[Subject.HORSE] else build.fur
    path = limb(joints, [w * h for w in build.tail_widths])
    shape(canvas, path, tones=light.tones(colour), light=light, turn=0.05 * h, rim=0.016 * h)
    if build is BUILDS[Subject.FOX]:
        (ax, ay), (bx, by) = joints[-2:]
        tip = limb([(ax * 0.35 + bx * 0.65, ay * 0.35 + by * 0.65), (bx, by)], [0.19 * h, 0.06 * h])
        shape(canvas, tip, tones=light.tones(build.light_fur), light=light, turn=0.04 * h)


def _neck(
    canvas: skia.Canvas,
    subject: Subject,
    build: Build,
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
    build: Build,
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
    end = [
        (x - 0.10 * h, y - 0.10 * h), (x - 0.34 * h, y + (-0.04 + wave - 0.06 * pose.run) * h),
        (x - 0.52 * h, y + (0.10 - wave - 0.16 * pose.run) * h),
        (x - 0.46 * h, y + (0.20 - wave) * h), (x - 0.26 * h, y + 0.08 * h),
    ]  # fmt: skip
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
    build: Build,
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
    mx, my = (hx + sx) / 2, (hy + sy) / 2
    points = [
        (hx + 0.10 * h, hy - 0.035 * h), (mx, my - 0.005 * h), (sx - 0.16 * h, sy - 0.04 * h),
        (sx - 0.13 * h, sy + 0.30 * h), (mx, my + 0.34 * h), (hx + 0.06 * h, hy + 0.29 * h),
    ]  # fmt: skip
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
    build: Build,
    *,
    pose: AnimalPose,
    head: Point,
    light: Lighting,
    cloth: Tones,
) -> None:
    h, fur = build.shoulder_m, light.tones(build.fur)
    tilt = -26 * pose.up if pose.up > 0 else -18 * pose.up
    canvas.save()
    canvas.translate(*head)
    canvas.rotate(tilt)
    canvas.scale(h, h)
    ears = np.asarray(build.ears)
    canvas.drawPath(smooth(np.add(ears, (0.045, -0.01)), tension=0.4), ink(fur.deep))
    path = smooth(build.head)
    shape(canvas, path, tones=fur, light=light, turn=0.05, rim=0.016, drop=1.2)
    canvas.save()
    canvas.clipPath(path, doAntiAlias=True)
    _markings(canvas, subject, pale=light.tones(build.light_fur), light=light)
    canvas.restore()
    shape(
        canvas,
        smooth(ears, tension=0.4),
        tones=light.tones(build.socks if subject is Subject.DOG else build.fur),
        light=light,
        turn=0.03,
        rim=0.014,
    )
    _eye_and_nose(canvas, subject, build, dark=light.tones("#1d1718").deep)
    if subject is Subject.HORSE:
        for a, b in _BRIDLE:
            canvas.drawLine(*a, *b, stroke(cloth.lit, 0.022))
    canvas.restore()


_BRIDLE = (
    ((0.22, 0.02), (0.11, 0.20)),
    ((0.0, -0.13), (-0.02, 0.10)),
    ((0.16, 0.11), (-0.02, 0.10)),
)


def _markings(canvas: skia.Canvas, subject: Subject, *, pale: Tones, light: Lighting) -> None:
    """Draw pale cheeks, a muzzle or a blaze."""
    if subject is Subject.FOX:
        cheek = [(0.5, 0.10), (0.24, 0.03), (0.02, 0.05), (-0.16, 0.14), (-0.05, 0.3), (0.3, 0.25)]
        shape(canvas, smooth(cheek), tones=pale, light=light, turn=0.03)
    elif subject is Subject.DOG:
        muzzle = [(0.5, -0.1), (0.24, -0.03), (0.16, 0.06), (0.2, 0.2), (0.5, 0.2)]
        shape(canvas, smooth(muzzle), tones=pale, light=light, turn=0.03)
    else:
        blaze = [(0.03, -0.16), (0.14, -0.10), (0.40, 0.24), (0.36, 0.30), (0.20, 0.04)]
        canvas.drawPath(smooth(blaze), ink(pale.lit))


def _eye_and_nose(canvas: skia.Canvas, subject: Subject, build: Build, *, dark: str) -> None:
    size, nose = (0.022, 0.026) if subject is Subject.HORSE else (0.030, 0.045)
    (ex, ey), (nx, ny) = build.eye, build.nose
    canvas.drawCircle(ex, ey, size, ink(dark))
    canvas.drawCircle(ex + size * 0.3, ey - size * 0.35, size * 0.32, ink("#fff8ea"))
    canvas.drawOval(skia.Rect.MakeXYWH(nx - nose, ny - nose * 0.8, 2 * nose, 1.7 * nose), ink(dark))
