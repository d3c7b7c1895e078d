"""Trains the face embedder: additive angular margins between persons (ArcFace, Deng et al. 2019).

Only revealed faces are learnt. Crops are shifted, turned, blurred, shrunk, compressed and lit anew, for a
person must be told from others at any hour and by any camera; they are never mirrored.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.packs import _face_nets as nets
from evals.packs.backend import torch
from evals.training.descent import Descent
from evals.training.faces import LOOSE_PX, FilmedFaces, KnownFace
from evals.training.scale import Scale
from tracker.actions.report import Progress
from tracker.domain.likeness import Exposure

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["is_learnable", "train_embedder"]

_BATCH = 128
_PEAK_RATE, _DECAY = 2.5e-3, 2e-2
_SHARPNESS, _MARGIN = 20.0, 0.3
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
    """Train on the revealed faces of filmed shots."""
    faces = [face for face in filmed.faces if is_learnable(face)] or list(filmed.faces)
    persons = {person: i for i, person in enumerate(sorted({f.truth.person for f in faces}))}
    labels = np.array([persons[face.truth.person] for face in faces])
    crops = np.stack([filmed.crops[max(0, face.crop)] for face in faces])
    torch.manual_seed(seed + 2)
    net = nets.EmbedderNet().to(memory_format=torch.channels_last)
    centres = torch.nn.Parameter(torch.randn(len(persons), nets.VECTOR_SIZE) * 0.05)
    batch = min(_BATCH, len(faces))
    steps = scale.embedder_epochs * (len(faces) // batch)
    descent = Descent(
        [*net.parameters(), centres], steps=steps, peak_rate=_PEAK_RATE, decay=_DECAY, clip=5.0
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
                vectors = net(inputs.contiguous(memory_format=torch.channels_last)).float()
            margin = _MARGIN * min(1.0, 3 * step / max(1, steps))
            owners = torch.from_numpy(labels[picked])
            loss = descent.step(_arc_loss(vectors, centres, owners, margin=margin))
            step += 1
            progress.advance(1, f"loss {loss:.3f}")
    return net.eval()


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
