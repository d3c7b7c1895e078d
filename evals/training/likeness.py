"""What the proofs say of faces: found or missed, masked or revealed, whose. Arrays and records only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.animatic.truth import FaceTruth
from evals.packs.faces import Face, FaceState, most_exposing
from evals.training.proofs import auroc
from tracker.domain.likeness import Exposure

__all__ = ["WatchedFrame", "likeness", "matched", "states"]

REFERENCES = 4
_OVERLAP = 0.35
_FRONTAL_DEG = 45.0
_LEAST_PX = (20.0, 32.0, 64.0)


@dataclass(frozen=True, kw_only=True)
class WatchedFrame:
    """One frame, what is in it and what was found."""

    shot: int
    truths: tuple[FaceTruth, ...]
    found: tuple[Face, ...]
    vectors: NDArray[np.float32]
    """One per face found."""


def matched(frame: WatchedFrame) -> list[tuple[FaceTruth, int]]:
    """Return each true face with the place of the face found there; both are used once."""
    pairs, free = [], set(range(len(frame.found)))
    for truth in frame.truths:
        shares = {i: _shared(truth.box, frame.found[i].box) for i in free}
        best = max(shares, key=lambda i: shares[i], default=-1)
        if best >= 0 and shares[best] >= _OVERLAP:
            free.remove(best)
            pairs.append((truth, best))
    return pairs


def states(frames: Sequence[WatchedFrame]) -> dict[str, Any]:
    """Say how many faces are found, by height, and how well masked and revealed ones are told apart."""
    found: dict[float, list[bool]] = defaultdict(list)
    revealed: dict[Exposure, list[float]] = defaultdict(list)
    extra = 0
    right, unsure = [], []
    for frame in frames:
        pairs = matched(frame)
        hit = {id(truth) for truth, _ in pairs}
        extra += len(frame.found) - len(pairs)
        for truth in frame.truths:
            for least in _LEAST_PX:
                if truth.box[3] >= least:
                    found[least].append(id(truth) in hit)
        for truth, i in pairs:
            if truth.box[3] >= _LEAST_PX[0]:
                revealed[truth.state].append(frame.found[i].revealed_0_1)
        wanted, told = _true_state(frame), most_exposing(f.state for f in frame.found)
        if all(truth.box[3] >= _LEAST_PX[0] for truth in frame.truths):
            unsure.append(told is FaceState.UNSURE)
            if told is not FaceState.UNSURE:
                right.append(told is wanted)
    both = revealed[Exposure.REVEALED], revealed[Exposure.MASKED]
    return {
        "faces_found": {f"from {least:g} px": _share(found[least]) for least in _LEAST_PX},
        "false_faces_per_frame": round(extra / max(1, len(frames)), 4),
        "masked_or_revealed_auroc": _rounded(auroc(*both)),
        "masked_or_revealed_faces": [len(both[1]), len(both[0])],
        "state_right_when_sure": _share(right),
        "state_unsure": _share(unsure),
    }


def likeness(frames: Sequence[WatchedFrame]) -> dict[str, Any]:
    """Compare unseen persons with four references each; one reference per shot, other shots as queries.

    Only faces that the pack itself calls revealed count. A query is one frame, or the mean vector of a
    shot. The hardest pair is the one whose queries are told from one another worst. Shots in which the pack
    calls the face masked are compared with the same references for `masked_statistics`.
    """
    by_person = _by_person(frames, FaceState.REVEALED, Exposure.REVEALED)
    known = {p: shots for p, shots in by_person.items() if len(shots) > REFERENCES}
    persons = sorted(known)
    if len(persons) < 2:
        return {"persons": len(persons)}
    templates, queries = [], []
    for person in persons:
        vectors = [known[person][shot] for shot in sorted(known[person])]
        templates.append(_unit(np.stack([shot[0] for shot in vectors[:REFERENCES]]).mean(0)))
        queries.append(vectors[REFERENCES:])
    frames_of = [np.concatenate([np.stack(shot) for shot in own]) for own in queries]
    shots_of = [np.stack([_unit(np.stack(shot).mean(0)) for shot in own]) for own in queries]
    pair, area = _hardest(shots_of, np.stack(templates))
    references = [
        np.stack([known[p][s][0] for s in sorted(known[p])[:REFERENCES]]) for p in persons
    ]
    masked = _by_person(frames, FaceState.MASKED, Exposure.MASKED)
    behind = [[masked[p][s] for s in sorted(masked.get(p, {}))] for p in persons]
    return {
        "statistics": _statistics(references, queries),
        "masked_statistics": _statistics(references, behind) if any(behind) else None,
        "masked_shots": sum(len(own) for own in behind),
        "persons": len(persons),
        "same_person_auroc_per_frame": _rounded(_same_or_other(frames_of, np.stack(templates))),
        "same_person_auroc_per_shot": _rounded(_same_or_other(shots_of, np.stack(templates))),
        "hardest_pair": [persons[pair[0]], persons[pair[1]]],
        "hardest_pair_auroc": _rounded(area),
    }


def _by_person(
    frames: Sequence[WatchedFrame], found: FaceState, true: Exposure
) -> dict[int, dict[int, list[NDArray[np.float32]]]]:
    """Return person -> shot -> vectors of frontal faces that are, and are called, so."""
    by_person: dict[int, dict[int, list[NDArray[np.float32]]]] = defaultdict(dict)
    for frame in frames:
        for truth, i in matched(frame):
            is_so = frame.found[i].state is found and truth.state is true
            if is_so and abs(truth.yaw_deg) <= _FRONTAL_DEG:
                by_person[truth.person].setdefault(frame.shot, []).append(frame.vectors[i])
    return by_person


def _statistics(
    references: Sequence[NDArray[np.float32]], queries: Sequence[Sequence[Sequence[Any]]]
) -> dict[str, Any]:
    """Return what `[identity.statistics]` of a pack says, see `evals.packs.manifest.LikenessStatistics`.

    `references` are (n, d) per person; `queries` are shots per person, a shot's frames a block each.
    """
    same, other, among, blocks = [], [], [], []
    for i, own in enumerate(queries):
        for shot in own:
            frames = np.stack(shot)
            take = frames.mean(0)
            likeness = [float((theirs @ take).mean()) for theirs in references]
            same.append(likeness.pop(i))
            other += likeness
            among.append(float((references[i] @ take).var(ddof=1)))
            if len(frames) > 1:
                blocks.append(float((references[i] @ frames.T).mean(0).var(ddof=1)))
    return {
        "same": [round(float(np.mean(same)), 4), round(float(np.std(same)), 4)],
        # Strangers lie around 0, and a manifest takes shares.
        "other": [round(max(0.0, float(np.mean(other))), 4), round(float(np.std(other)), 4)],
        "reference_spread": round(float(np.sqrt(np.mean(among))), 4),
        "block_spread": round(float(np.sqrt(np.mean(blocks or [0.0]))), 4),
    }


def _same_or_other(queries: Sequence[NDArray[np.float32]], templates: NDArray[np.float32]) -> float:
    same, other = [], []
    for i, own in enumerate(queries):
        cosines = own @ templates.T
        same.append(cosines[:, i])
        other.append(np.delete(cosines, i, axis=1).ravel())
    return auroc(np.concatenate(same), np.concatenate(other))


def _hardest(
    queries: Sequence[NDArray[np.float32]], templates: NDArray[np.float32]
) -> tuple[tuple[int, int], float]:
    """Of all pairs the one whose own and crossed cosines lie nearest to one another."""
    worst, area = (0, 1), 2.0
    for i in range(len(queries)):
        for j in range(i + 1, len(queries)):
            mine, yours = queries[i] @ templates[[i, j]].T, queries[j] @ templates[[i, j]].T
            own = np.concatenate([mine[:, 0], yours[:, 1]])
            crossed = np.concatenate([mine[:, 1], yours[:, 0]])
            # Ties among whole areas of 1 are broken by how far apart the cosines are.
            found = auroc(own, crossed) + 1e-3 * float(own.mean() - crossed.mean())
            if found < area:
                worst, area = (i, j), found
    mine, yours = queries[worst[0]], queries[worst[1]]
    first, second = templates[worst[0]], templates[worst[1]]
    own, crossed = (
        np.concatenate([mine @ first, yours @ second]),
        np.concatenate([mine @ second, yours @ first]),
    )
    return worst, auroc(own, crossed)


def _true_state(frame: WatchedFrame) -> FaceState:
    shown = {truth.state for truth in frame.truths}
    if Exposure.REVEALED in shown:
        return FaceState.REVEALED
    return FaceState.MASKED if shown else FaceState.NONE


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vector / max(1e-9, float(np.linalg.norm(vector))), np.float32)


def _share(answers: Sequence[bool]) -> float | None:
    return round(float(np.mean(answers)), 4) if answers else None


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)


def _shared(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    common = max(0.0, wide) * max(0.0, high)
    return common / max(1e-9, a[2] * a[3] + b[2] * b[3] - common)
