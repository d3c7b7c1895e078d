"""The body's joints at one moment, from pose and gait, as the lens sees them.

Body space is in metres: x to the figure's left hand (the picture's right when it faces the lens),
y down from the ground, z to its front.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evals.animatic.cast import Kind, Person
from evals.animatic.people.pose import Pose
from evals.animatic.people.shapes import Points
from evals.animatic.people.skull import head_height_m

__all__ = ["Limb", "Skeleton", "skeleton_for"]

Joint = tuple[float, float]


@dataclass(frozen=True)
class Limb:
    """Three joints in the picture, and how near the middle one is (positive: before the body)."""

    joints: tuple[Joint, Joint, Joint]
    near: float


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Joints in metres around the figure's own place on the ground."""

    tall: float
    yaw: float
    """Radians."""
    drop: float
    """How far the hip has sunk or bobbed."""
    bow: float
    """Radians."""
    phase: float
    stride: float
    head: Joint
    """The middle of the head."""
    neck: Joint
    legs: tuple[Limb, Limb]
    """The picture's left when it faces the lens, then the right."""
    arms: tuple[Limb, Limb]
    """The right hand's first."""
    hip_y: float

    @property
    def key(self) -> object:
        """Two skeletons with one key are drawn alike below the head."""
        return self.yaw, self.drop, self.bow, self.head, self.neck, self.legs, self.arms

    def warp(self, points: Points) -> Points:
        """Bend and sink points of the upright body, above the hip."""
        return _warp(points, hip=self.hip_y, drop=self.drop, bow=self.bow, yaw=self.yaw)


def _warp(points: Points, *, hip: float, drop: float, bow: float, yaw: float) -> Points:
    if not bow:
        return np.add(points, (0.0, drop))
    above = np.minimum(points[:, 1] - hip, 0.0)
    x = points[:, 0] - above * math.sin(bow) * math.sin(yaw)
    y = points[:, 1] + above * (math.cos(bow) - 1) + drop
    warped: Points = np.stack([x, y], 1)
    return warped


def _reach(
    root: tuple[float, float, float],
    end: tuple[float, float, float],
    *,
    lengths: tuple[float, float],
    pole: tuple[float, float, float],
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Return the middle joint, bent towards `pole`, and the end that can be reached."""
    a, b, p = np.asarray(root), np.asarray(end), np.asarray(pole)
    upper, lower = lengths
    span = b - a
    far = float(np.linalg.norm(span)) or 1e-6
    if far > (upper + lower) * 0.995:
        span = span * ((upper + lower) * 0.995 / far)
        far, b = (upper + lower) * 0.995, a + span
    along = (upper**2 - lower**2 + far**2) / (2 * far)
    bend = math.sqrt(max(0.0, upper**2 - along**2))
    unit = span / far
    side = p - unit * float(p @ unit)
    side = side / (float(np.linalg.norm(side)) or 1.0)
    middle = a + unit * along + side * bend
    return (float(middle[0]), float(middle[1]), float(middle[2])), (
        float(b[0]), float(b[1]), float(b[2]),
    )  # fmt: skip


def skeleton_for(
    person: Person, pose: Pose, *, phase: float, seat_y: float, seconds: float
) -> Skeleton:
    """Return the joints of a pose; `phase` is the gait's, in radians."""
    tall, yaw = person.height_m, math.radians(pose.yaw)
    child = person.kind is Kind.CHILD
    hip = -(0.475 if child else 0.515) * tall
    bob = pose.walk * (0.010 + 0.018 * pose.run) * tall * math.cos(2 * phase)
    breath = 0.0004 * round(5.5 * math.sin(2.1 * seconds))
    drop = pose.sit * (seat_y - 0.05 * tall - hip) + bob + breath * (1 - pose.walk)
    bow = pose.bow * math.radians(58) + math.radians(4 * pose.walk + 11 * pose.run * pose.walk)
    bow += math.radians(5 * pose.sit)
    cos, sin = math.cos(yaw), math.sin(yaw)

    def seen(point: tuple[float, float, float]) -> Joint:
        return point[0] * cos + point[2] * sin, point[1]

    def upper(point: tuple[float, float, float]) -> Joint:
        flat = np.asarray([seen(point)])
        x, y = _warp(flat, hip=hip, drop=drop, bow=bow, yaw=yaw)[0].tolist()
        return x, y

    legs = tuple(
        _leg(side, pose, tall=tall, hip=hip + drop, phase=phase, seen=seen) for side in (-1.0, 1.0)
    )
    arms = tuple(
        _arm(side, pose, person=person, phase=phase, seconds=seconds, upper=upper, turn=(cos, sin))
        for side in (-1.0, 1.0)
    )
    middle = -(tall - head_height_m(person) / 2)
    sway = 0.0004 * round(7 * math.sin(0.8 * seconds + person.seed % 7))
    return Skeleton(
        tall=tall, yaw=yaw, drop=drop, bow=bow, phase=phase, stride=pose.walk,
        head=upper((sway, middle, 0.012 * tall)), neck=upper((0.0, -0.835 * tall, 0.0)),
        legs=(legs[0], legs[1]), arms=(arms[0], arms[1]), hip_y=hip,
    )  # fmt: skip


def _leg(side: float, pose: Pose, *, tall: float, hip: float, phase: float, seen: object) -> Limb:
    root = (side * 0.046 * tall, hip, 0.0)
    step = phase + (0.0 if side < 0 else math.pi)
    reach = (0.155 + 0.07 * pose.run) * tall * pose.walk
    lift = max(0.0, math.cos(step)) * (0.05 + 0.17 * pose.run) * tall * pose.walk
    still = (1 - pose.walk) * (1 - pose.sit)
    forward = (
        math.sin(step) * reach + (pose.sit * 0.215 + still * (0.035 if side > 0 else -0.03)) * tall
    )
    stand = still * (0.016 if side > 0 else -0.002) * tall
    foot = (side * (0.050 + 0.016 * pose.sit) * tall + stand, -0.045 * tall - lift, forward)
    thigh = (0.2365 if tall > 1.45 else 0.2165) * tall
    knee, ankle = _reach(root, foot, lengths=(thigh, thigh * 0.98), pole=(side * 0.12, 0.0, 1.0))
    cos, sin = math.cos(math.radians(pose.yaw)), math.sin(math.radians(pose.yaw))
    near = knee[2] * cos - root[0] * sin
    return Limb((seen(root), seen(knee), seen(ankle)), near)  # type: ignore[operator]


def _arm(
    side: float,
    pose: Pose,
    *,
    person: Person,
    phase: float,
    seconds: float,
    upper: object,
    turn: tuple[float, float],
) -> Limb:
    tall = person.height_m
    wide = (0.100 if person.kind is Kind.MAN else 0.086) * (1 + 0.14 * person.build) * tall
    root = (side * wide, -0.772 * tall, -0.004 * tall)
    out, down, front = pose.right if side < 0 else pose.left
    swing = math.sin(phase + (math.pi if side < 0 else 0.0)) * pose.walk * pose.swing
    free = 1.0 if side > 0 or pose.swing == 1.0 else 0.25
    front += swing * (0.10 + 0.06 * pose.run) * free
    down -= pose.run * pose.walk * 0.12 * free
    if side > 0 and pose.wave:
        out += 0.07 * math.sin(7.5 * seconds) * pose.wave
    if pose.play and side < 0:
        down += 0.012 * math.sin(9 * seconds) * pose.play
    hand = (root[0] + side * out * tall, root[1] + down * tall, front * tall)
    elbow, wrist = _reach(
        root, hand, lengths=(0.165 * tall, 0.150 * tall), pole=(side * 0.30, 0.45, -0.85)
    )
    cos, sin = turn
    near = (elbow[2] * 0.4 + wrist[2] * 0.6) * cos - (elbow[0] * 0.4 + wrist[0] * 0.6) * sin
    return Limb((upper(root), upper(elbow), upper(wrist)), near)  # type: ignore[operator]
