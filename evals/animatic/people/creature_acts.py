"""Animals and the robot, acting."""

from __future__ import annotations

import math

from evals.animatic.brief import Figure
from evals.animatic.canvas import Moment, Set, Stage, skia
from evals.animatic.cast import Kind, Person, draw_person
from evals.animatic.palette import INKS
from evals.animatic.people.animals import AnimalPose, animal_head, animal_height_m, paint_animal
from evals.animatic.people.body import Body
from evals.animatic.people.ground import paint_contact, paint_stool
from evals.animatic.people.held import held_at, is_behind, paint_held
from evals.animatic.people.person_act import head_view, posed
from evals.animatic.people.pose import Timeline
from evals.animatic.people.robot import paint_robot, paint_robot_arm
from evals.animatic.people.seen import Point
from evals.animatic.people.tones import Lighting

__all__ = ["AnimalAct", "RobotAct"]

_FRAME: Person = draw_person(1, kind=Kind.MAN)
"""Whose height and shoulders robots have; nothing else of him is drawn."""


class RobotAct:
    """Draws a robot; coordinates are metres around the feet."""

    def __init__(
        self, figure: Figure, stage: Stage, on: Set, *, light: Lighting, timeline: Timeline
    ) -> None:
        self._figure, self._stage, self._on = figure, stage, on
        self._light, self._timeline = light, timeline
        self._phase = float(stage.take_rng(7).uniform(0, 2 * math.pi))

    def head_at(self, moment: Moment) -> Point:
        """Return the middle of the head."""
        return posed(self._timeline, moment, _FRAME, on=self._on, phase=self._phase)[1].head

    def paint(self, canvas: skia.Canvas, moment: Moment) -> None:
        """Draw the robot."""
        pose, bones = posed(self._timeline, moment, _FRAME, on=self._on, phase=self._phase)
        colour, light = INKS[self._figure.wardrobe.colour], self._light
        body = Body(_FRAME, self._figure.wardrobe, bones, light, pose.sit)
        view, holds = head_view(pose, moment, _FRAME), self._figure.holds
        paint_contact(canvas, self._stage, light, tall=bones.tall)
        if pose.sit > 0.02:
            paint_stool(canvas, light, tall=bones.tall, seat_y=self._on.seat_y)
        order = sorted((0, 1), key=lambda which: bones.arms[which].near)
        for before_body in (True, False):
            if holds is not None and is_behind(holds, bones) is before_body:
                paint_held(
                    canvas, holds, self._stage,
                    at=held_at(holds, pose, (body.hand_at(0), body.hand_at(1))),
                    bones=bones, pose=pose, seconds=moment.seconds,
                )  # fmt: skip
            for which in order:
                if (bones.arms[which].near < -0.02 * bones.tall) is before_body:
                    paint_robot_arm(canvas, bones, which, colour=colour, light=light)
            if before_body:
                paint_robot(canvas, bones, view, colour=colour, light=light)


class AnimalAct:
    """Draws an animal in profile; coordinates are metres around its middle."""

    def __init__(
        self, figure: Figure, stage: Stage, on: Set, *, light: Lighting, timeline: Timeline
    ) -> None:
        self._figure, self._stage, self._on = figure, stage, on
        self._light, self._timeline = light, timeline
        self._phase = float(stage.take_rng(7).uniform(0, 2 * math.pi))

    def _posed(self, moment: Moment) -> tuple[AnimalPose, float]:
        pose = self._timeline.pose(moment)
        tall = animal_height_m(self._figure.subject)
        gait = 2 * math.pi * self._timeline.walked_m(moment)[1] / ((0.75 + 0.6 * pose.run) * tall)
        turned = math.sin(math.radians(pose.yaw))
        animal = AnimalPose(
            phase=self._phase + gait, stride=pose.walk, run=pose.run, sit=pose.sit,
            up=pose.pitch / 30 if pose.pitch > 0 else -pose.bow, seconds=moment.seconds,
        )  # fmt: skip
        return animal, math.copysign(max(0.22, abs(turned)), turned)

    def head_at(self, moment: Moment) -> Point:
        """Return the middle of the head."""
        pose, mirror = self._posed(moment)
        x, y = animal_head(self._figure.subject, pose)
        return x * mirror, y

    def paint(self, canvas: skia.Canvas, moment: Moment) -> None:
        """Draw the animal."""
        pose, mirror = self._posed(moment)
        subject, light = self._figure.subject, self._light
        tall = animal_height_m(subject)
        paint_contact(canvas, self._stage, light, tall=tall, wide=0.46)
        canvas.save()
        canvas.scale(mirror, 1.0)
        side = 1.0 if mirror > 0 else -1.0
        lit = Lighting(
            light.palette, light.key_side * side, light.key, light.key_strength,
            light.rim_side * side, light.rim_strength,
        )  # fmt: skip
        paint_animal(canvas, subject, pose, colour=INKS[self._figure.wardrobe.colour], light=lit)
        canvas.restore()
