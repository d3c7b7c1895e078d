"""Trains the face embedder on aligned crops: whose face, what it is like, and whether it is masked.

Three losses, summed: additive angular margins between persons (ArcFace, Deng et al. 2019); the traits of
the person, read off the vector by linear heads that are dropped afterwards; and the state. Persons and
traits are learnt from revealed faces only, the state from all. Crops are shifted, turned, blurred, shrunk,
compressed and lit anew, for a person must be told from others at any hour and by any camera; they are never
mirrored.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.animatic.cast import draw_person
from evals.packs import _face_nets as nets
from evals.packs.backend import torch
from evals.training.descent import Descent, kernels
from evals.training.faces import LOOSE_PX, FilmedFaces, KnownFace
from evals.training.scale import Scale
from evals.training.traits import KINDS, LENGTHS, traits_of
from tracker.actions.report import Progress
from tracker.domain.likeness import Exposure

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["is_learnable", "train_embedder"]

_BATCH = 128
_PEAK_RATE, _DECAY = 1e-3, 2e-2
_SHARPNESS, _MARGIN = 20.0, 0.3
_PERSON_WEIGHT, _TRAIT_WEIGHT, _STATE_WEIGHT = 0.3, 2.0, 1.0
_SMALLEST_PX, _WIDEST_YAW_DEG = 17.0, 65.0


def is_learnable(face: KnownFace) -> bool:
    """Say whether a face is revealed, large and frontal enough to show whose it is."""
    truth = face.truth
    return (
        face.crop >= 0
        and truth.state is Exposure.REVEALED
        and truth.box[3] >= _SMALLEST_PX
        and abs(truth.yaw_deg) <= _WIDEST_YAW_DEG
        and truth.visible_share > 0.8
    )


def train_embedder(
    filmed: FilmedFaces, *, scale: Scale, seed: int, progress: Progress
) -> nets.EmbedderNet:
    """Train on the faces of filmed shots."""
    faces = [face for face in filmed.faces if face.crop >= 0]
    known = _Known(faces)
    crops = np.stack([filmed.crops[face.crop] for face in faces])
    torch.manual_seed(seed + 2)
    net = nets.EmbedderNet().to(memory_format=torch.channels_last)
    lessons = _Lessons(known.persons)
    batch = min(_BATCH, len(faces))
    steps = scale.embedder_epochs * (len(faces) // batch)
    descent = Descent(
        [*net.parameters(), *lessons.parameters()],
        steps=steps,
        peak_rate=_PEAK_RATE,
        decay=_DECAY,
        clip=5.0,
        turned=kernels(net),
    )
    progress.start("Training embedder", steps)
    net.train()
    step = 0
    for epoch in range(scale.embedder_epochs):
        rng = np.random.default_rng((seed, 62, epoch))
        order = rng.permutation(len(faces))
        for start in range(0, len(order) - batch + 1, batch):
            picked = order[start : start + batch]
            pixels = np.stack([varied_crop(crops[i], rng) for i in picked])
            inputs = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1
            with torch.autocast("cpu", dtype=torch.bfloat16):
                answers = net(inputs.contiguous(memory_format=torch.channels_last)).float()
            margin = _MARGIN * min(1.0, 3 * step / max(1, steps))
            loss = descent.step(lessons.loss(answers, known.of(picked), margin=margin))
            step += 1
            progress.advance(1, f"loss {loss:.3f}")
    return net.eval()


class _Known:
    """What is known of every crop, as arrays."""

    def __init__(self, faces: list[KnownFace]) -> None:
        persons = sorted({face.truth.person for face in faces})
        places = {person: i for i, person in enumerate(persons)}
        traits = [traits_of(draw_person(person)) for person in persons]
        self.persons = len(persons)
        self._owners = np.array([places[face.truth.person] for face in faces])
        self._lengths = np.stack([lengths for lengths, _ in traits])
        self._kinds = np.stack([kinds for _, kinds in traits])
        self._is_learnable = np.array([is_learnable(face) for face in faces])
        self._is_revealed = np.array(
            [face.truth.state is Exposure.REVEALED for face in faces], np.float32
        )

    def of(self, picked: NDArray[np.int64]) -> dict[str, Tensor]:
        """Return the answers wanted for some crops."""
        owners = self._owners[picked]
        return {
            "owners": torch.from_numpy(owners),
            "lengths": torch.from_numpy(self._lengths[owners]),
            "kinds": torch.from_numpy(self._kinds[owners]),
            "is_learnable": torch.from_numpy(self._is_learnable[picked]),
            "is_revealed": torch.from_numpy(self._is_revealed[picked]),
        }


class _Lessons(torch.nn.Module):
    """What is only there to learn by: persons' middles, and heads that read traits off a vector."""

    def __init__(self, persons: int) -> None:
        super().__init__()
        self.centres = torch.nn.Parameter(torch.randn(persons, nets.VECTOR_SIZE) * 0.05)
        self.lengths = torch.nn.Linear(nets.VECTOR_SIZE, len(LENGTHS))
        self.kinds = torch.nn.ModuleList(
            torch.nn.Linear(nets.VECTOR_SIZE, len(options)) for options in KINDS.values()
        )

    def loss(self, answers: Tensor, wanted: dict[str, Any], *, margin: float) -> Tensor:
        """Return what is to be made smaller, for one batch."""
        losses = torch.nn.functional
        told = answers[:, nets.VECTOR_SIZE]
        loss: Tensor = _STATE_WEIGHT * losses.binary_cross_entropy_with_logits(
            told, wanted["is_revealed"]
        )
        is_shown = wanted["is_learnable"]
        if not is_shown.any():
            return loss
        vectors = answers[is_shown, : nets.VECTOR_SIZE]
        owners = wanted["owners"][is_shown]
        loss = loss + _PERSON_WEIGHT * _arc_loss(vectors, self.centres, owners, margin=margin)
        traits = losses.mse_loss(self.lengths(vectors), wanted["lengths"][is_shown])
        kinds = wanted["kinds"][is_shown]
        for i, head in enumerate(self.kinds):
            traits = traits + losses.cross_entropy(head(vectors), kinds[:, i]) / len(self.kinds)
        return loss + _TRAIT_WEIGHT * traits


def _arc_loss(vectors: Tensor, centres: Tensor, labels: Tensor, *, margin: float) -> Tensor:
    """Cross entropy over cosines; the own person's angle is widened by the margin."""
    normalise = torch.nn.functional.normalize
    cosines = normalise(vectors, dim=1) @ normalise(centres, dim=1).T
    own = cosines.gather(1, labels[:, None]).clamp(-0.999, 0.999)
    angles = (torch.acos(own) + margin).clamp(max=math.pi)
    logits = cosines.scatter(1, labels[:, None], torch.cos(angles)) * _SHARPNESS
    return torch.nn.functional.cross_entropy(logits, labels)


def varied_crop(loose: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Cut a 64-pixel crop out of a loose one, as another finder, hour, lens and codec would."""
    side, margin = nets.CROP_PX, (LOOSE_PX - nets.CROP_PX) / 2
    turn, zoom = rng.normal(0, 4), float(np.exp(rng.normal(0, 0.07)))
    x, y = rng.normal(0, 1.2, 2)
    middle = LOOSE_PX / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), float(turn), zoom)
    matrix[:, 2] += (x - margin, y - margin)
    crop = cv2.warpAffine(loose, matrix, (side, side), flags=cv2.INTER_LINEAR)
    if rng.random() < 0.35:
        small = int(rng.integers(18, 56))
        crop = cv2.resize(crop, (small, small), interpolation=cv2.INTER_AREA)
        crop = cv2.resize(crop, (side, side), interpolation=cv2.INTER_LINEAR)
    levels = crop.astype(np.float32)
    levels = levels * np.exp(rng.normal(0, 0.18)) * np.exp(rng.normal(0, 0.07, 3))
    levels = (levels - 128) * np.exp(rng.normal(0, 0.12)) + 128 + rng.normal(0, 8)
    if rng.random() < 0.3:  # a lamp from one side
        ramp = np.linspace(-1, 1, side, dtype=np.float32) * rng.normal(0, 0.25)
        levels *= 1 + (ramp[None, :, None] if rng.random() < 0.7 else ramp[:, None, None])
    if rng.random() < 0.3:
        levels += rng.normal(0, rng.uniform(1, 8), levels.shape)
    crop = np.clip(levels, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        quality = int(rng.integers(25, 80))
        packed = cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return np.asarray(crop, np.uint8)
