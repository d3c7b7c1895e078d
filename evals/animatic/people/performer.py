"""A figure of the brief, acting: where its head is, what it does, and its picture at any moment."""

from __future__ import annotations

from collections.abc import Callable

from evals.animatic.brief import Action, Figure, Subject
from evals.animatic.canvas import Moment, Set, Stage, skia
from evals.animatic.cast import Person
from evals.animatic.people.creature_acts import AnimalAct, RobotAct
from evals.animatic.people.glitches import Glitch
from evals.animatic.people.person_act import PersonAct
from evals.animatic.people.pose import Timeline
from evals.animatic.people.seen import Point, Seen
from evals.animatic.people.tones import lighting_for

__all__ = ["Performer", "Seen"]


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
        """`person_at` lets another person take over during the shot, `glitch` breaks the body.

        Both are for subjects with a face; animals and robots ignore them.
        """
        self._figure = figure
        self._timeline = Timeline(figure)
        self._x = figure.x * stage.picture_height_m * stage.aspect / 2
        light = lighting_for(stage, on, self._x)
        self._act: PersonAct | RobotAct | AnimalAct
        person = figure.person
        if person is not None:
            self._act = PersonAct(
                figure, stage, on, light=light, timeline=self._timeline,
                person_at=person_at or (lambda _: person), glitch=glitch,
            )  # fmt: skip
        elif figure.subject is Subject.ROBOT:
            self._act = RobotAct(figure, stage, on, light=light, timeline=self._timeline)
        else:
            self._act = AnimalAct(figure, stage, on, light=light, timeline=self._timeline)

    def action(self, moment: Moment) -> Action:
        """Return the beat that is played."""
        return self._figure.beats[self._timeline.beat_at(moment.progress)[0]]

    def travelled(self, moment: Moment) -> Point:
        """Return how far the figure has moved since the first frame."""
        return self._timeline.walked_m(moment)[0], 0.0

    def head_at(self, moment: Moment) -> Point:
        """Return the middle of the head."""
        x, y = self._act.head_at(moment)
        return x + self._x + self.travelled(moment)[0], y

    def paint(self, canvas: skia.Canvas, moment: Moment) -> Seen | None:
        """Draw the figure; return its face, None where no face can be seen."""
        x = self._x + self.travelled(moment)[0]
        canvas.save()
        canvas.translate(x, 0.0)
        seen = self._act.paint(canvas, moment)
        canvas.restore()
        return seen.moved(x) if seen is not None else None
