"""Is it the right person, all through the shot, and shown only where they may be?

Every person of the validation's own cast plays one clean take, one in which their face is somebody else's
from the middle on, one in which it drifts into somebody else's, one with another performer, one with a mask
or its taking off, and two behind a mask, themselves and somebody else. Each is judged by four references.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.animatic.brief import Action, Brief, Colour, Mask, MaskKind, ShotSize
from evals.animatic.cast import Person
from evals.animatic.shoot import Casting
from evals.animatic.world_flaws import Staging, WorldFlawKind, other_person, spoil
from evals.metrics.identity import CastInShot, KnownSet, Yardstick, score_identity
from evals.packs.manifest import read_pack
from evals.training.likeness import WatchedFrame, states
from evals.validation._compare import area_of
from evals.validation._faces import TAKE_FRAMES, Watched, brief_of, person, portraits, watch
from evals.validation._pool import Bench
from evals.validation.figures import Figure
from evals.validation.rates import share_interval
from evals.validation.scale import Scale
from tracker.domain.likeness import Exposure
from tracker.domain.scores import Score
from tracker.domain.units import FrameRange

__all__ = ["TITLE", "measure", "says"]

TITLE = "Identity"
REFERENCES = 4
_SPARE = 3
"""Portraits taken beyond the references wanted, since not every one shows a good face."""
_GOALS = {
    WorldFlawKind.IDENTITY_SWAP: ("identity_swap", "face changes in the middle of the shot", 0.98),
    WorldFlawKind.IDENTITY_DRIFT: ("identity_drift", "face drifts into another", 0.90),
    WorldFlawKind.WRONG_PERFORMER: ("identity_same", "another performer", 0.97),
}
"""Flaw -> the measure that should see it, its name, its goal."""
_CLEAN, _MASKED, _OTHER_MASKED = "clean", "masked", "another masked"
_STATE_GOAL = 0.95

Values = Mapping[str, float | None]


def says(scale: Scale) -> str:
    """Say how it was measured."""
    return (
        f"{scale.persons} persons whom no training saw, {TAKE_FRAMES / 24:g} s for each kind of take, "
        f"{REFERENCES} references of each from other places; spoilt takes against the clean ones."
    )


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What one person's takes gave."""

    values: Mapping[str, Values]
    """Kind of take -> metric -> value."""
    frames: tuple[WatchedFrame, ...]
    """Of the clean and of the masked take."""


def measure(scale: Scale, bench: Bench) -> tuple[Figure, ...]:
    """Return areas under the curve of the three flaws, and how well exposure is told."""
    look = partial(_watch, pack=bench.pack.folder, seed=scale.seed)
    told = bench.spread(look, range(scale.persons), TITLE)
    rows = [_parted(kind, told) for kind in _GOALS]
    rows.append(_behind_masks(told))
    return (*rows, *_exposure([frame for one in told for frame in one.frames]))


def _parted(kind: WorldFlawKind, told: Sequence[_Told]) -> Figure:
    metric, row, goal = _GOALS[kind]
    sign = -1 if metric == "identity_same" else 1
    clean = [one.values[_CLEAN][metric] for one in told]
    spoilt = [one.values[kind][metric] for one in told]
    known = [sign * v for v in clean if v is not None], [sign * v for v in spoilt if v is not None]
    silent = len(clean) + len(spoilt) - len(known[0]) - len(known[1])
    note = f"by {metric}" + (f"; {silent} takes not assessable" if silent else "")
    return area_of(row, known[1], known[0], goal=goal, note=note)


def _behind_masks(told: Sequence[_Told]) -> Figure:
    """Return how well a masked performer is told from another one; it decides nothing, so it has no goal."""
    own, other = (
        [value for one in told if (value := one.values[kind]["identity_masked"]) is not None]
        for kind in (_MASKED, _OTHER_MASKED)
    )
    silent = 2 * len(told) - len(own) - len(other)
    note = "by identity_masked" + (f"; {silent} takes not assessable" if silent else "")
    return area_of(
        "another performer behind a mask",
        [-v for v in other],
        [-v for v in own],
        goal=None,
        note=note,
    )


def _exposure(frames: Sequence[WatchedFrame]) -> list[Figure]:
    """Return how often the state of a frame is right where the pack is sure, and how often it is not."""
    found = states(frames)
    right, unsure = found["state_right_when_sure"], found["state_unsure"]
    sure = round(len(frames) * (1 - (unsure or 0)))
    low, high = share_interval(round((right or 0) * sure), sure)
    return [
        Figure(
            row="state of a frame: none, masked or revealed",
            measure="right when sure",
            value=right,
            low=round(low, 4),
            high=round(high, 4),
            count=sure,
            goal=_STATE_GOAL,
        ),
        Figure(
            row="state of a frame is unsure",
            measure="share of frames",
            value=unsure,
            count=len(frames),
        ),
    ]


def _watch(number: int, *, pack: Path, seed: int) -> _Told:
    """Film all takes of one person and score them."""
    who = person(number)
    rng = np.random.default_rng((seed, 76, number))
    size = ShotSize.CLOSE if number % 2 else ShotSize.MEDIUM
    brief = brief_of(who, rng, size=size)
    take = int(rng.integers(2**31))
    vectors, weights = portraits(who, REFERENCES + _SPARE, seed=seed, pack=pack)
    known = KnownSet(name="own", vectors=vectors[:REFERENCES], weights=weights[:REFERENCES])
    judge = partial(_scored, known=known, pack=pack)
    clean = watch(brief, seed=take, pack=pack)
    values: dict[str, Values] = {_CLEAN: judge(clean)}
    for kind in _GOALS:
        casting = _spoilt(kind, brief, seed=number)
        values[kind] = judge(watch(brief, seed=take, pack=pack, casting=casting))
    for name, wearer in ((_MASKED, who), (_OTHER_MASKED, other_person(who, seed=number))):
        worn = _behind(brief, wearer, number)
        values[name] = judge(watch(worn, seed=take, pack=pack))
    masked = watch(_masked(brief, number, rng), seed=take, pack=pack)
    return _Told(
        values=values, frames=(*_frames(clean, 2 * number), *_frames(masked, 2 * number + 1))
    )


def _spoilt(kind: WorldFlawKind, brief: Brief, *, seed: int) -> Casting:
    start = TAKE_FRAMES // 2 if kind is WorldFlawKind.IDENTITY_SWAP else 0
    owner = brief.figures[0].person
    assert owner is not None  # noqa: S101 - `brief_of` gave one
    performer: Person = other_person(owner, seed=seed)
    staging = spoil(
        Staging(brief=brief),
        kind,
        severity=1.0,
        frames=FrameRange(start, TAKE_FRAMES),
        frame_count=TAKE_FRAMES,
        seed=seed,
        performer=performer,
    )
    return staging.casting


def _behind(brief: Brief, who: Person, number: int) -> Brief:
    """Put a mask on somebody's face for the whole take; masks go round."""
    masks, colours = list(MaskKind), list(Colour)
    mask = Mask(kind=masks[number % len(masks)], colour=colours[number % len(colours)])
    figure = replace(brief.figures[0], person=who, mask=mask, beats=(Action.STAND,))
    return replace(brief, figures=(figure,))


def _masked(brief: Brief, number: int, rng: np.random.Generator) -> Brief:
    """Put a mask on the figure: for the whole take, or until it is taken off, or from when it is put on."""
    masks, colours = list(MaskKind), list(Colour)
    mask = Mask(kind=masks[number % len(masks)], colour=colours[int(rng.integers(len(colours)))])
    beats = ((Action.STAND,), (Action.UNMASK,), (Action.MASK,))[number % 3]
    figure = brief.figures[0]
    return Brief(
        **{
            **vars(brief),
            "figures": (type(figure)(**{**vars(figure), "mask": mask, "beats": beats}),),
        }
    )


def _scored(watched: Watched, *, known: KnownSet, pack: Path) -> dict[str, float | None]:
    cast = CastInShot(
        code="A", name="A", allowed=Exposure.REVEALED, declared=Exposure.REVEALED, sets=(known,)
    )
    identity = read_pack(pack).identity
    scores: list[Score] = score_identity(
        watched.seen,
        [cast],
        others={},
        yardstick=Yardstick(
            statistics=None if identity is None else identity.statistics,
            masked=None if identity is None else identity.masked_statistics,
        ),
    )
    return {one.metric: one.value for one in scores}


def _frames(watched: Watched, shot: int) -> list[WatchedFrame]:
    nothing: NDArray[np.float32] = np.zeros((0, 1), np.float32)
    return [
        WatchedFrame(shot=shot, truths=truth.faces, found=faces, vectors=nothing)
        for truth, faces in zip(watched.truths, watched.found, strict=True)
    ]
