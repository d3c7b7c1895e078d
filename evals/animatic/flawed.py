"""Shoots a brief with flaws and hands back the film with the truth about every frame and flaw.

The clean twin of a flawed film is the same brief with the same seed and length and no flaw. How far
a flaw is from it is stated as SSIM (`evals.animatic.ssim`), averaged over up to three frames of the
flaw's range: over the whole picture, and inside the box that the flaw touches in a frame.

| kind | mild | visible | strong | measured in |
|---|---|---|---|---|
| frame flaws | the last three of `STEPS[kind]` | | | each kind's own unit |
| extra_limb | .88 | .80 | .72 | SSIM inside the box that severity 1 touches |
| garbled_sign | .85 | .70 | .55 | " |
| identity_drift | .90 | .82 | .72 | " |
| melting_face | .80 | .65 | .50 | " |
| morphing_limb | .92 | .84 | .76 | " |
| the other world flaws | | | there | 1: they are there or not |

A step that is out of a kind's reach in a brief is planted as near as it gets; `FlawTruth` says what it
reached. Where severity 1 is not even mild, `plan_flaw` refuses. SSIM is of luma: it says little about
a wrong colour, which is why kinds that are there or not have no steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zlib import crc32

import numpy as np

from evals.animatic._flaw import (
    SSIM_STEPS,
    SSIM_TOLERANCE,
    AnyKind,
    Flaw,
    Flawed,
    FlawTruth,
    step_severity,
)
from evals.animatic._twins import (
    Job,
    frames_of,
    measured,
    sampled,
    severity_for,
    world_truth,
)
from evals.animatic.brief import Brief, ShotSize
from evals.animatic.cast import Person
from evals.animatic.flaws import FlawKind, Step, place, plant, source_frames
from evals.animatic.truth import FrameTruth
from evals.animatic.world_flaws import Staging, WorldFlawKind, objection, usual_frames
from evals.media.types import Picture
from tracker.domain.units import FrameRange
from tracker.errors import MisuseError

__all__ = [
    "SSIM_STEPS",
    "SSIM_TOLERANCE",
    "AnyKind",
    "Flaw",
    "FlawTruth",
    "Flawed",
    "applicable",
    "plan_flaw",
    "shoot_with",
    "together",
]

_SIZE = (640, 360)
_ORDER = {size: i for i, size in enumerate(ShotSize)}
_ATTEMPTS = 4
"""A flaw that is out of sight is chosen anew so often before the brief is given up."""
_TURN: dict[AnyKind, int] = {FlawKind.HARD_CUT: 0, FlawKind.DROPPED_FRAMES: 2}
"""When a frame flaw is planted: what follows a cut gets the other flaws too."""
_EVERYWHERE = frozenset(FlawKind) - {FlawKind.POPPING_PATCH, FlawKind.TEXTURE_BOIL}
"""Flaws of whole frames, even if only part of the picture shows them."""


def shoot_with(
    brief: Brief,
    flaws: Sequence[Flaw],
    *,
    frame_count: int,
    size: tuple[int, int] = _SIZE,
    fps: float = 24.0,
    seed: int = 0,
) -> Flawed:
    """Shoot a brief with flaws planted, world flaws before frame flaws.

    `size` is (width, height) in pixels. Frames outside the flaws' ranges have the bits of the clean
    twin. What comes after a hard cut has none of the world flaws. Raises MisuseError for a flaw
    that does not apply to the brief or does not fit into the shot.
    """
    job = Job(brief, frame_count, size, seed, fps)
    placed = [_placed(flaw, job) for flaw in flaws]
    ranges = _ranges(placed, frame_count)
    world = [flaw for flaw in placed if isinstance(flaw.kind, WorldFlawKind)]
    film, frames = _shoot_world(job, _stagings(job, world))
    alone = film if len(world) == 1 else None
    truths = {i: world_truth(job, flaw, alone) for i, flaw in enumerate(placed) if flaw in world}
    for i in _in_turn(placed):
        film, frames, truths[i] = _plant(job, placed[i], film, frames=frames)
    told = (replace(truths[i], frames=where) for i, where in enumerate(ranges))
    return Flawed(film, tuple(frames), tuple(told))


def together(flaws: Sequence[Flaw], *, brief: Brief, frame_count: int) -> tuple[Flaw, ...]:
    """Return the flaws that one shot can have, without those that an earlier one rules out.

    Nothing is drawn. A figure has one glitch at a time, what a cut or dropped frames swallow is
    lost, and a face needs a figure that still has one.
    """
    job = Job(brief, frame_count, _SIZE, 0)
    kept: list[Flaw] = []
    for flaw in flaws:
        try:
            placed = [_placed(each, job) for each in (*kept, flaw)]
            _ranges(placed, frame_count)
            _stagings(job, [each for each in placed if isinstance(each.kind, WorldFlawKind)])
        except MisuseError:
            continue
        kept.append(flaw)
    return tuple(kept)


def applicable(brief: Brief) -> tuple[AnyKind, ...]:
    """Return the kinds that a brief has room for: world flaws first, each group by name."""
    world = [kind for kind in WorldFlawKind if objection(kind, brief) is None]
    return (*world, *FlawKind)


def plan_flaw(
    kind: AnyKind,
    step: Step,
    *,
    brief: Brief,
    frame_count: int,
    seed: int,
    size: tuple[int, int] = _SIZE,
    performer: Person | None = None,
) -> Flaw:
    """Order a flaw of a published step: choose its frames and find its severity.

    `seed` is the shot's; the flaw's own comes from it and the kind. Graded world flaws are drawn a
    few times to find the severity with the step's SSIM. Raises MisuseError where the kind does not
    apply to the brief, can hardly be seen in it, or needs more frames.
    """
    job = Job(brief, frame_count, size, seed)
    own_seed = int(np.random.default_rng((seed, 43, crc32(kind.encode()))).integers(2**31))
    flaw = Flaw(kind=kind, seed=own_seed, step=step, performer=performer)
    if isinstance(kind, FlawKind):
        return _placed(replace(flaw, severity=step_severity(kind, step)), job)
    for attempt in range(_ATTEMPTS):
        tried = _placed(replace(flaw, seed=own_seed + attempt), job)
        severity = severity_for(job, tried, step)
        if severity is not None:
            return replace(tried, severity=severity)
    raise MisuseError(
        f"A flaw {kind} can hardly be seen in this brief; choose another kind or a nearer view."
    )


def _placed(flaw: Flaw, job: Job) -> Flaw:
    """Give a flaw its frames; refuse it where the brief or the shot has no room for it."""
    count = job.frame_count
    if isinstance(flaw.kind, FlawKind):
        where = place(
            flaw.kind,
            frame_count=count,
            severity=flaw.severity,
            seed=flaw.seed,
            at=flaw.frames,
        )
        return replace(flaw, frames=where)
    lacking = objection(flaw.kind, job.brief)
    if lacking is not None:
        raise MisuseError(
            f"A flaw {flaw.kind} cannot be planted into this brief, since {lacking}; "
            "take one of `applicable(brief)`."
        )
    if flaw.frames is not None and flaw.frames.end > count:
        raise MisuseError(
            f"Frames {flaw.frames.start} to {flaw.frames.end - 1} of {flaw.kind} are not all among "
            f"{count} frames; end the range earlier."
        )
    rng = np.random.default_rng((flaw.seed, 45))
    usual = usual_frames(flaw.kind, job.brief, frame_count=count, rng=rng)
    return replace(flaw, frames=flaw.frames or usual)


def _in_turn(placed: Sequence[Flaw]) -> list[int]:
    """Return the places of the frame flaws in the order in which they are planted."""
    frame_flaws = [i for i, flaw in enumerate(placed) if isinstance(flaw.kind, FlawKind)]
    return sorted(frame_flaws, key=lambda i: _TURN.get(placed[i].kind, 1))


def _ranges(placed: Sequence[Flaw], frame_count: int) -> list[FrameRange]:
    """Return where each flaw ends up once cuts and dropped frames have done their work."""
    ranges = {
        i: frames_of(flaw) for i, flaw in enumerate(placed) if isinstance(flaw.kind, WorldFlawKind)
    }
    for i in _in_turn(placed):
        kind, where = FlawKind(placed[i].kind), frames_of(placed[i])
        order = source_frames(kind, where, frame_count=frame_count, severity=placed[i].severity)
        kept = {
            FlawKind.HARD_CUT: order[: where.start],
            FlawKind.DROPPED_FRAMES: order,
        }.get(kind, range(frame_count))
        for earlier, frames in ranges.items():
            ranges[earlier] = _moved(placed[earlier], frames, kept)
        is_drop = kind is FlawKind.DROPPED_FRAMES
        ranges[i] = FrameRange(where.start, where.start + 1) if is_drop else where
    return [ranges[i] for i in range(len(placed))]


def _moved(flaw: Flaw, frames: FrameRange, kept: Sequence[int]) -> FrameRange:
    """Return where a flaw's frames lie when only some frames are kept."""
    inside = [i for i, source in enumerate(kept) if frames.start <= source < frames.end]
    if not inside or flaw.kind is FlawKind.DROPPED_FRAMES:
        raise MisuseError(
            f"The {flaw.kind} at frames {frames.start} to {frames.end - 1} is lost to a later flaw; "
            "place the two apart, or leave one out."
        )
    return FrameRange(inside[0], inside[-1] + 1)


def _stagings(job: Job, flaws: Sequence[Flaw]) -> list[tuple[Staging, list[int]]]:
    """Return what is shot in which frames."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for number in range(job.frame_count):
        active = tuple(
            i for i, f in enumerate(flaws) if frames_of(f).start <= number < frames_of(f).end
        )
        groups.setdefault(active, []).append(number)
    stagings = []
    for active, numbers in groups.items():
        staging = Staging(brief=job.brief)
        for i in active:
            staging = job.spoilt(flaws[i], staging)
        stagings.append((staging, numbers))
    return stagings


def _shoot_world(
    job: Job, stagings: Sequence[tuple[Staging, list[int]]]
) -> tuple[Picture, list[FrameTruth]]:
    film = np.empty((job.frame_count, job.size[1], job.size[0], 3), np.uint8)
    truths: dict[int, FrameTruth] = {}
    for staging, numbers in stagings:
        pictures, told = job.frames(staging, numbers)
        film[numbers] = pictures
        truths |= zip(numbers, told, strict=True)
    return film, [truths[number] for number in range(job.frame_count)]


def _plant(
    job: Job, flaw: Flaw, film: Picture, *, frames: Sequence[FrameTruth]
) -> tuple[Picture, list[FrameTruth], FlawTruth]:
    """Plant a frame flaw into a film and bring the truth about its frames up to date."""
    kind = FlawKind(flaw.kind)
    cut = _cut_to(job, flaw, film) if kind is FlawKind.HARD_CUT else None
    planted, where = plant(
        film,
        kind,
        severity=flaw.severity,
        seed=flaw.seed,
        at=flaw.frames,
        elsewhere=cut[0] if cut else None,
    )
    order = source_frames(kind, where, frame_count=len(film), severity=flaw.severity)
    numbers = sampled(where)
    truth = measured(flaw, where, list(film[numbers]), pictures=list(planted[numbers]))
    if kind in _EVERYWHERE:
        truth = replace(truth, box=None, ssim_in_box=truth.ssim)
    told = [*frames[: where.start], *cut[1]] if cut else frames
    if kind is FlawKind.BLACK_FRAMES:
        told = [replace(t, faces=()) if where.start <= t.frame < where.end else t for t in told]
    return planted, [replace(told[source], frame=i) for i, source in enumerate(order)], truth


def _cut_to(job: Job, flaw: Flaw, film: Picture) -> tuple[Picture, list[FrameTruth]]:
    """Shoot what a hard cut cuts to: another size, from another side or of another corner."""
    rng = np.random.default_rng((flaw.seed, 46))
    sizes = [size for size in ShotSize if abs(_ORDER[size] - _ORDER[job.brief.size]) > 1]
    other = replace(
        job.brief,
        size=sizes[int(rng.integers(len(sizes)))],
        layout=job.brief.layout ^ 1,  # stays within the layouts of its split
        figures=tuple(replace(figure, x=-figure.x) for figure in job.brief.figures),
    )
    start = frames_of(flaw).start
    pictures, told = job.frames(Staging(brief=other), range(start, job.frame_count))
    elsewhere = film.copy()
    elsewhere[start:] = pictures
    return elsewhere, told
