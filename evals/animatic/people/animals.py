"""Dog, fox, horse and heron in profile: silhouettes that walk, sit, bow and look up."""

from __future__ import annotations

from evals.animatic.brief import Subject
from evals.animatic.canvas import skia
from evals.animatic.people.animal_pose import AnimalPose, Point
from evals.animatic.people.heron import heron_joints, paint_heron
from evals.animatic.people.quadruped_builds import BUILDS
from evals.animatic.people.quadrupeds import head_of, paint_quadruped, spine
from evals.animatic.people.tones import Lighting

__all__ = ["AnimalPose", "animal_head", "animal_height_m", "paint_animal"]


def animal_height_m(subject: Subject) -> float:
    """Return roughly how tall it stands."""
    return 1.25 if subject is Subject.HERON else 1.35 * BUILDS[subject].shoulder_m


def animal_head(subject: Subject, pose: AnimalPose) -> Point:
    """Return the middle of the head in metres, before mirroring."""
    if subject is Subject.HERON:
        return heron_joints(pose)[-1]
    build = BUILDS[subject]
    _, shoulder = spine(build, pose)
    return head_of(build, pose, shoulder)


def paint_animal(
    canvas: skia.Canvas, subject: Subject, pose: AnimalPose, *, colour: str, light: Lighting
) -> None:
    """Draw an animal that looks to the right; `colour` is its scarf's or blanket's."""
    if subject is Subject.HERON:
        paint_heron(canvas, pose, cloth=light.tones(colour), light=light)
    else:
        paint_quadruped(canvas, subject, pose, cloth=light.tones(colour), light=light)
