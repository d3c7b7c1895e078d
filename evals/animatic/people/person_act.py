"""A person acting: body, head, mask and what the hand holds, in the order in which they overlap."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from evals.animatic.brief import Figure, Garment
from evals.animatic.canvas import Moment, Set, Stage, skia
from evals.animatic.cast import Person
from evals.animatic.palette import INKS
from evals.animatic.people.body import Body
from evals.animatic.people.glitches import Glitch, GlitchKind
from evals.animatic.people.ground import paint_contact, paint_stool
from evals.animatic.people.head import Worn, paint_head, paint_head_back
from evals.animatic.people.held import held_at, is_behind, is_over_hand, paint_held
from evals.animatic.people.masks import paint_mask
from evals.animatic.people.pose import Pose, Timeline
from evals.animatic.people.seen import Point, Seen
from evals.animatic.people.skeleton import Skeleton, skeleton_for
from evals.animatic.people.skull import HeadView, Skull, head_height_m, skull_of
from evals.animatic.people.tones import Lighting, px_per_m
from evals.animatic.people.warping import extra_arm, melt, morphed
from tracker.domain.likeness import Exposure

__all__ = ["PersonAct", "head_view", "posed"]

_KEPT = 160
"""Drawn parts that are kept for replay; one standing figure needs some forty."""
_SMALL = 90
"""Pixels of height below which clothes have no details."""
_ANGLE = 0.02
"""Heads turn in steps of this (radians), so that drawn ones can be replayed."""


def posed(
    timeline: Timeline, moment: Moment, person: Person, *, on: Set, phase: float
) -> tuple[Pose, Skeleton]:
    """Return the pose of a moment and the joints in it."""
    pose = timeline.pose(moment)
    step_m = (0.62 + 0.42 * pose.run) * person.height_m
    gait = phase + 2 * math.pi * timeline.walked_m(moment)[1] / step_m
    return pose, skeleton_for(person, pose, phase=gait, seat_y=on.seat_y, seconds=moment.seconds)


def head_view(pose: Pose, moment: Moment, person: Person) -> HeadView:
    """Return how the head is seen: pose, breath, blinks and a wandering gaze."""
    seconds, seed = moment.seconds, person.seed % 97
    blink = max(0.0, 1 - abs(((seconds + 0.37 * seed) % 3.1) - 0.12) / 0.12)
    towards = max(0.0, min(1.0, abs(pose.yaw) / 40 - 0.3))  # near the lens the head turns to it
    yaw = math.radians(pose.yaw * (0.15 + 0.80 * towards))
    pitch = math.radians(pose.pitch) - 0.35 * pose.bow
    return HeadView(
        yaw=round(yaw / _ANGLE) * _ANGLE,
        pitch=round(pitch / _ANGLE) * _ANGLE,
        blink=round(blink * 4) / 4,
        gaze=round(1.6 * math.sin(0.9 * seconds + seed)) / 4,
        smile=round((pose.smile + 0.15 * person.lips) * 5) / 5,
    )


class PersonAct:
    """Draws one person; coordinates are metres around the feet."""

    def __init__(
        self,
        figure: Figure,
        stage: Stage,
        on: Set,
        *,
        light: Lighting,
        timeline: Timeline,
        person_at: Callable[[Moment], Person],
        glitch: Glitch | None,
    ) -> None:
        self._figure, self._stage, self._on = figure, stage, on
        self._light, self._timeline = light, timeline
        self._person_at, self._glitch = person_at, glitch
        self._phase = float(stage.take_rng(7).uniform(0, 2 * math.pi))
        self._skulls: dict[Person, Skull] = {}
        self._pictures: dict[object, skia.Picture] = {}

    def head_at(self, moment: Moment) -> Point:
        """Return the middle of the head."""
        person = self._person_at(moment)
        _, bones = posed(self._timeline, moment, person, on=self._on, phase=self._phase)
        return bones.head

    def paint(self, canvas: skia.Canvas, moment: Moment) -> Seen | None:
        """Draw the person."""
        person = self._person_at(moment)
        pose, bones = posed(self._timeline, moment, person, on=self._on, phase=self._phase)
        if self._strength(GlitchKind.MORPHING_LIMB, moment):
            share = self._strength(GlitchKind.MORPHING_LIMB, moment)
            bones = morphed(bones, share, moment.seconds)
        if person not in self._skulls:
            self._skulls[person] = skull_of(person)
        skull = self._skulls[person]
        view = head_view(pose, moment, person)
        body = Body(person, self._figure.wardrobe, bones, self._light, pose.sit)
        paint_contact(canvas, self._stage, self._light, tall=bones.tall)
        if pose.sit > 0.02:
            paint_stool(canvas, self._light, tall=bones.tall, seat_y=self._on.seat_y)
        self._layers(canvas, body, pose, skull=skull, view=view, moment=moment)
        return self._seen(skull, view, bones=bones, pose=pose)

    def _layers(
        self,
        canvas: skia.Canvas,
        body: Body,
        pose: Pose,
        *,
        skull: Skull,
        view: HeadView,
        moment: Moment,
    ) -> None:
        bones = body.bones
        order = sorted((0, 1), key=lambda which: bones.arms[which].near)
        behind = [which for which in order if bones.arms[which].near < -0.02 * bones.tall]
        holds = self._figure.holds
        hides = holds is not None and is_behind(holds, bones)
        if hides:
            self._held(canvas, body, pose, moment=moment)
        for which in behind:
            self._part(canvas, body, which)
        if math.cos(view.yaw) > -0.25:
            self._head(canvas, skull, view, body=body, pose=pose, moment=moment, is_back=True)
        self._part(canvas, body, None)
        body.paint_scarf(canvas, moment.seconds)
        self._head(canvas, skull, view, body=body, pose=pose, moment=moment, is_back=False)
        self._loose_mask(canvas, skull, view, body=body, pose=pose)
        is_last = holds is not None and is_over_hand(holds, pose)
        if holds is not None and not hides and not is_last:
            self._held(canvas, body, pose, moment=moment)
        extra = self._strength(GlitchKind.EXTRA_LIMB, moment)
        if extra:
            Body(
                body.person, body.wardrobe, extra_arm(bones, extra, moment.seconds), body.light,
                body.sit,
            ).paint_arm(canvas, 0)  # fmt: skip
        for which in order:
            if which not in behind:
                self._part(canvas, body, which)
        if is_last and not hides:
            self._held(canvas, body, pose, moment=moment)

    def _strength(self, kind: GlitchKind, moment: Moment) -> float:
        if self._glitch is None or self._glitch.kind is not kind:
            return 0.0
        return self._glitch.strength(moment.progress)

    def _held(self, canvas: skia.Canvas, body: Body, pose: Pose, *, moment: Moment) -> None:
        assert self._figure.holds is not None  # noqa: S101  (its callers ask before)
        at = held_at(self._figure.holds, pose, (body.hand_at(0), body.hand_at(1)))
        paint_held(
            canvas, self._figure.holds, self._stage, at=at, bones=body.bones, pose=pose,
            seconds=moment.seconds,
        )  # fmt: skip

    def _worn(self, pose: Pose) -> Worn:
        wardrobe = self._figure.wardrobe
        is_hooded = wardrobe.garment is Garment.HOODIE
        return Worn(
            hat=None if is_hooded else wardrobe.hat,
            hat_colour=INKS[wardrobe.hat_colour],
            hood=INKS[wardrobe.colour] if is_hooded else None,
            mask=self._figure.mask if pose.mask >= 0.98 else None,
        )

    def _head(
        self,
        canvas: skia.Canvas,
        skull: Skull,
        view: HeadView,
        *,
        body: Body,
        pose: Pose,
        moment: Moment,
        is_back: bool,
    ) -> None:
        unit = head_height_m(skull.person) / 2
        picture = self._drawn(
            skull, view, worn=self._worn(pose), px=px_per_m(canvas) * unit, is_back=is_back
        )
        canvas.save()
        canvas.translate(*body.bones.head)
        canvas.scale(unit, unit)
        share = 0.0 if is_back else self._strength(GlitchKind.MELTING_FACE, moment)
        if share:
            melt(canvas, lambda: canvas.drawPicture(picture), share, seconds=moment.seconds)
        else:
            canvas.drawPicture(picture)
        canvas.restore()

    def _drawn(
        self, skull: Skull, view: HeadView, *, worn: Worn, px: float, is_back: bool
    ) -> skia.Picture:
        """Return the head as a picture that can be replayed, drawn at most once per view."""

        detail = round(2 * math.log2(max(1.0, px)))
        px = 2.0 ** (detail / 2)  # what is drawn must not depend on which frame came first

        def draw(sheet: skia.Canvas) -> None:
            if is_back:
                paint_head_back(sheet, skull, view, worn=worn, light=self._light)
            else:
                paint_head(sheet, skull, view, worn=worn, light=self._light, px=px)

        return self._kept((skull.person, view, worn, detail, is_back), draw)

    def _part(self, canvas: skia.Canvas, body: Body, arm: int | None) -> None:
        """Draw an arm, or all that lies under head and arms; bodies at rest are replayed."""
        is_small = px_per_m(canvas) * body.bones.tall < _SMALL

        def draw(sheet: skia.Canvas) -> None:
            if arm is None:
                body.paint_below(sheet)
                body.paint_neck(sheet)
                body.paint_trunk(sheet, is_small=is_small)
            else:
                body.paint_arm(sheet, arm)

        if body.bones.stride:
            draw(canvas)
        else:
            key = (arm, body.person, body.bones.key, body.sit, is_small)
            canvas.drawPicture(self._kept(key, draw))

    def _kept(self, key: object, draw: Callable[[skia.Canvas], None]) -> skia.Picture:
        """Return a picture that was drawn before, or draw it."""
        if key not in self._pictures:
            if len(self._pictures) > _KEPT:
                self._pictures.clear()
            recorder = skia.PictureRecorder()
            draw(recorder.beginRecording(skia.Rect.MakeLTRB(-4, -4, 4, 4)))
            self._pictures[key] = recorder.finishRecordingAsPicture()
        return self._pictures[key]

    def _loose_mask(
        self, canvas: skia.Canvas, skull: Skull, view: HeadView, *, body: Body, pose: Pose
    ) -> None:
        """Draw the mask on its way between hand and face."""
        mask = self._figure.mask
        if mask is None or pose.mask >= 0.98:
            return
        share, (hx, hy), (x, y) = pose.mask, body.hand_at(1), body.bones.head
        unit = head_height_m(skull.person) / 2
        canvas.save()
        canvas.translate(hx + (x - hx) * share, hy + (y - hy) * share)
        canvas.rotate(24 * (1 - share))
        canvas.scale(unit, unit)
        held = HeadView(yaw=view.yaw * share) if math.cos(view.yaw) > 0 else HeadView()
        paint_mask(canvas, skull, held, mask=mask, light=self._light)
        canvas.restore()

    def _seen(self, skull: Skull, view: HeadView, *, bones: Skeleton, pose: Pose) -> Seen | None:
        if abs(math.degrees(view.yaw)) > 85 or math.degrees(view.pitch) < -50:
            return None
        unit = head_height_m(skull.person) / 2
        span = (skull.hairline_y, 1.0)
        outline = np.vstack(skull.solid.edge(view.yaw, pitch=view.pitch, span=span))
        (ex, ey), mouth = skull.eye, skull.mouth_half
        x = np.asarray([-ex, ex, 0.0, -mouth, mouth])
        rows = np.asarray([ey, ey, skull.nose_y, skull.mouth_y, skull.mouth_y])
        out = np.asarray([0, 0, skull.nose_out, 0, 0])
        points = skull.on_face(view, x, rows, out=out) * unit + bones.head
        low, size = outline.min(0) * unit + bones.head, np.ptp(outline, 0) * unit
        a, b, c, d, e = ((float(p[0]), float(p[1])) for p in points)
        is_masked = self._figure.mask is not None and pose.mask > 0.6
        return Seen(
            state=Exposure.MASKED if is_masked else Exposure.REVEALED,
            box=(float(low[0]), float(low[1]), float(size[0]), float(size[1])),
            points=(a, b, c, d, e),
            yaw_deg=round(math.degrees(view.yaw), 3),
        )
