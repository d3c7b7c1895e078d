"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FULL", "QUICK", "Scale"]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Sizes of all tables."""

    name: str
    photographs: int
    """Photographs under every camera."""
    drawn: int
    """Clips of the drawn world, under cameras of their own."""
    frames: int
    size: tuple[int, int]
    """Width and height of clips, in pixels."""
    is_every_step: bool
    """All published severities; else mild and visible alone."""
    morphing: int
    """Shots of the drawn world for each kind that melts, morphs, grows or crawls."""
    repeats: int
    """Takes of every photograph for each hard negative."""
    remade: int
    """Clips that each of ffmpeg's flaws is made in."""
    steady: int
    """Clips whose scores must not move under harmless changes."""
    scenes: int
    """Scenes that are asked for their phrases."""
    persons: int
    """Persons in the identity table, each with one take of every kind."""
    simulated: int
    """Simulated takes for every number of references."""
    portraits: int
    """Pictures of every person of the drawn world from which references are taken."""
    seed: int = 20260


FULL = Scale(
    name="full",
    photographs=5,
    drawn=6,
    frames=36,
    size=(384, 216),
    is_every_step=True,
    morphing=30,
    repeats=6,
    remade=30,
    steady=10,
    scenes=240,
    persons=48,
    simulated=2000,
    portraits=40,
)
QUICK = Scale(
    name="quick",
    photographs=1,
    drawn=1,
    frames=20,
    size=(256, 144),
    is_every_step=False,
    morphing=2,
    repeats=1,
    remade=3,
    steady=2,
    scenes=16,
    persons=4,
    simulated=200,
    portraits=24,
)
