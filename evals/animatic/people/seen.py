"""What a drawing says about the face in it."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.likeness import Exposure

__all__ = ["Point", "Seen"]

Point = tuple[float, float]


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

    def moved(self, x: float) -> Seen:
        """Return the same face further to the right."""
        left, top, width, height = self.box
        a, b, c, d, e = ((px + x, py) for px, py in self.points)
        return Seen(
            state=self.state,
            box=(left + x, top, width, height),
            points=(a, b, c, d, e),
            yaw_deg=self.yaw_deg,
        )
