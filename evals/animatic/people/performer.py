"""A figure of the brief, acting: where its head is, what it does, and its picture at any moment."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from evals.animatic.brief import Action, Figure, Garment, PropKind, Subject
from evals.animatic.canvas import Moment, Set, Stage, colour4f, ink, skia
from evals.animatic.cast import Person
from evals.animatic.palette import INKS
from evals.animatic.people.body import Body
from evals.animatic.people.glitches import Glitch
from evals.animatic.people.head import Worn, paint_head, paint_head_back
from evals.animatic.people.pose import Pose, Timeline
from evals.animatic.people.skeleton import Skeleton, skeleton_for
from evals.animatic.people.skull import HeadView, Skull, head_height_m, skull_of
from evals.animatic.people.tones import lighting_for, px_per_m
from tracker.domain.likeness import Exposure

__all__ = ["Performer", "Seen"]

Point = tuple[float, float]
_ASPECT = 16 / 9


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A face as it was drawn; metres in the layer of the figure."""

    state: Exposure
    box: tuple[float, float, float, float]
    """Left, top, width, height: hairline to chin, cheek to cheek."""
    points: tuple[Point, Point, Point, Point, Point]
    """Centres of the eyes (left in the picture first), tip of the nose, corners of the mouth."""
    yaw_deg: float
    """0 looks into the camera, positive to the picture's right."""


class Performer:
    """One figure of a shot; coordinates are metres in the layer it stands in."""

    def __init__(
        self,
        figure: Figure,
        stage: Stage,
        on: Set,
        *,
        person_at: Callable[[Moment], Person] | None = None,
        glitch: Glitch | None = None,
    ) -> None:
        """`person_at` lets another person take over during the shot, `glitch` breaks the body."""
        self._figure, self._stage, self._on = figure, stage, on
        self._person_at, self._glitch = person_at, glitch
        self._timeline = Timeline(figure)
        self._x = figure.x * stage.picture_height_m * _ASPECT / 2
        self._light = lighting_for(stage, on, self._x)
        self._rng_phase = float(stage.take_rng(7).uniform(0, 2 * math.pi))
        self._skulls: dict[Person, Skull] = {}
        self._heads: dict[object, skia.Picture] = {}

    def action(self, moment: Moment) -> Action:
        """Return the beat that is played."""
        return self._figure.beats[self._timeline.beat_at(moment.progress)[0]]

    def travelled(self, moment: Moment) -> Point:
        """Return how far the figure has moved since the first frame."""
        return self._timeline.walked_m(moment)[0], 0.0

    def head_at(self, moment: Moment) -> Point:
        """Return the middle of the head."""
        person = self._person(moment)
        _, bones = self._posed(moment, person)
        return bones.head[0] + self._feet_x(moment), bones.head[1]

    def paint(self, canvas: skia.Canvas, moment: Moment) -> Seen | None:
        """Draw the figure; return its face, None where no face can be seen."""
        canvas.save()
        canvas.translate(self._feet_x(moment), 0.0)
        seen = self._paint_person(canvas, moment)
        canvas.restore()
        if seen is None:
            return None
        x = self._feet_x(moment)
        left, top, wide, tall = seen.box
        a, b, c, d, e = ((px + x, py) for px, py in seen.points)
        return replace(seen, box=(left + x, top, wide, tall), points=(a, b, c, d, e))

    def _feet_x(self, moment: Moment) -> float:
        return self._x + self._timeline.walked_m(moment)[0]

    def _person(self, moment: Moment) -> Person:
        person = self._person_at(moment) if self._person_at else self._figure.person
        assert person is not None  # noqa: S101  (the brief's own check)
        return person

    def _posed(self, moment: Moment, person: Person) -> tuple[Pose, Skeleton]:
        pose = self._timeline.pose(moment)
        whole = self._timeline.walked_m(moment)[1]
        step_m = (0.62 + 0.42 * pose.run) * person.height_m
        phase = self._rng_phase + 2 * math.pi * whole / (step_m * 1.02)
        bones = skeleton_for(
            person, pose, phase=phase, seat_y=self._on.seat_y, seconds=moment.seconds
        )
        return pose, bones

    def _paint_person(self, canvas: skia.Canvas, moment: Moment) -> Seen | None:
        person = self._person(moment)
        pose, bones = self._posed(moment, person)
        body = Body(person, self._figure.wardrobe, bones, self._light, pose.sit)
        skull = self._skulls.setdefault(person, skull_of(person))
        view = self._view(pose, moment, person)
        worn = self._worn(pose)
        unit = head_height_m(person) / 2
        px = px_per_m(canvas)
        self._shadow(canvas, bones)
        if pose.sit > 0.02:
            self._stool(canvas, bones)
        order = sorted((0, 1), key=lambda which: bones.arms[which].near)
        behind = [which for which in order if bones.arms[which].near < -0.02 * bones.tall]
        for which in behind:
            self._arm(canvas, body, which, moment=moment)
        is_away = math.cos(view.yaw) < -0.25
        if not is_away:
            self._head_picture(canvas, skull, view, worn=worn, bones=bones, unit=unit, is_back=True)
        body.paint_below(canvas)
        body.paint_neck(canvas)
        body.paint_trunk(canvas, px)
        body.paint_scarf(canvas, moment.seconds)
        self._head_picture(canvas, skull, view, worn=worn, bones=bones, unit=unit, is_back=False, px=px)
        for which in order:
            if which not in behind:
                self._arm(canvas, body, which, moment=moment)
        return self._seen(skull, view, bones=bones, unit=unit, pose=pose)

    def _view(self, pose: Pose, moment: Moment, person: Person) -> HeadView:
        seconds, seed = moment.seconds, person.seed % 97
        blink = max(0.0, 1 - abs(((seconds + 0.37 * seed) % 3.1) - 0.12) / 0.12)
        drift = math.radians(2.2 * math.sin(0.9 * seconds + seed))
        yaw = math.radians(pose.yaw * (0.92 if abs(pose.yaw) < 100 else 1.0) + pose.head_yaw)
        pitch = math.radians(pose.pitch + 1.2 * math.sin(0.7 * seconds + 2 * seed))
        pitch -= 0.35 * pose.bow
        return HeadView(
            yaw=round((yaw + drift) / 0.02) * 0.02,
            pitch=round(pitch / 0.02) * 0.02,
            blink=round(blink * 4) / 4,
            gaze=round(0.5 * math.sin(0.55 * seconds + seed) * 4) / 4,
            smile=round((pose.smile + 0.15 * person.lips) * 5) / 5,
        )

    def _worn(self, pose: Pose) -> Worn:
        wardrobe = self._figure.wardrobe
        return Worn(
            hat=wardrobe.hat,
            hat_colour=INKS[wardrobe.hat_colour],
            hood=INKS[wardrobe.colour] if wardrobe.garment is Garment.HOODIE else None,
            mask=self._figure.mask if pose.mask >= 0.98 else None,
        )

    def _head_picture(
        self,
        canvas: skia.Canvas,
        skull: Skull,
        view: HeadView,
        *,
        worn: Worn,
        bones: Skeleton,
        unit: float,
        is_back: bool,
        px: float = 0.0,
    ) -> None:
        detail = round(math.log2(max(1.0, px * unit)) * 2)
        key = (skull.person, view, worn, is_back, detail)
        if key not in self._heads:
            if len(self._heads) > 64:
                self._heads.clear()
            recorder = skia.PictureRecorder()
            sheet = recorder.beginRecording(skia.Rect.MakeLTRB(-4, -4, 4, 4))
            if is_back:
                paint_head_back(sheet, skull, view, worn=worn, light=self._light)
            else:
                paint_head(sheet, skull, view, worn=worn, light=self._light, px=px * unit)
            self._heads[key] = recorder.finishRecordingAsPicture()
        canvas.save()
        canvas.translate(*bones.head)
        canvas.scale(unit, unit)
        canvas.drawPicture(self._heads[key])
        canvas.restore()

    def _arm(self, canvas: skia.Canvas, body: Body, which: int, *, moment: Moment) -> None:
        body.paint_arm(canvas, which)

    def _seen(
        self, skull: Skull, view: HeadView, *, bones: Skeleton, unit: float, pose: Pose
    ) -> Seen | None:
        if abs(math.degrees(view.yaw)) > 85 or math.degrees(view.pitch) < -50:
            return None
        y = np.linspace(skull.hairline_y, 1.0, 16)
        left, right = skull.solid.edge(
            view.yaw, pitch=view.pitch, span=(skull.hairline_y, 1.0)
        )
        (ex, ey), mouth = skull.eye, skull.mouth_half
        x = np.asarray([-ex, ex, 0.0, -mouth, mouth])
        rows = np.asarray([ey, ey, skull.nose_y, skull.mouth_y, skull.mouth_y])
        out = np.asarray([0, 0, skull.nose_out, 0, 0])
        points = skull.on_face(view, x, rows, out) * unit + bones.head
        low, high = np.vstack([left, right]).min(0), np.vstack([left, right]).max(0)
        corner, size = low * unit + bones.head, (high - low) * unit
        a, b, c, d, e = ((float(p[0]), float(p[1])) for p in points)
        is_masked = self._figure.mask is not None and pose.mask > 0.6
        return Seen(
            state=Exposure.MASKED if is_masked else Exposure.REVEALED,
            box=(float(corner[0]), float(corner[1]), float(size[0]), float(size[1])),
            points=(a, b, c, d, e),
            yaw_deg=round(math.degrees(view.yaw), 3),
        )

    def _shadow(self, canvas: skia.Canvas, bones: Skeleton) -> None:
        """Anchor the figure to the ground."""
        wide = 0.27 * bones.tall
        shader = skia.GradientShader.MakeRadial(
            center=(0, 0), radius=1.0,
            colors=[colour4f(self._stage.palette.ink, a).toColor() for a in (0.55, 0.35, 0.0)],
            positions=[0.0, 0.45, 1.0],
        )  # fmt: skip
        canvas.save()
        canvas.translate(-self._light.key_side * 0.10 * wide, 0.012)
        canvas.scale(wide, 0.030 * bones.tall)
        canvas.drawCircle(0, 0, 1.0, skia.Paint(Shader=shader, AntiAlias=True))
        canvas.restore()

    def _stool(self, canvas: skia.Canvas, bones: Skeleton) -> None:
        tones = self._light.tones("#5a3d28")
        top, wide = self._on.seat_y, 0.115 * bones.tall
        for x in (-0.8, 0.8):
            leg = skia.Rect.MakeLTRB(x * wide - 0.018, top, x * wide + 0.018, 0.0)
            canvas.drawRect(leg, ink(tones.shade))
        seat = skia.Rect.MakeLTRB(-wide * 1.15, top - 0.02, wide * 1.15, top + 0.035)
        canvas.drawRoundRect(seat, 0.015, 0.015, ink(tones.lit))
