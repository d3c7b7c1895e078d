"""Trains the face finder: focal loss on face centres, and at each centre size and points.

Centres as in CenterNet (Zhou et al. 2019): a soft disc around each centre is punished less.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.packs import _face_nets as nets
from evals.packs.backend import torch
from evals.training.descent import Descent, kernels
from evals.training.faces import FILMED_PX, FRAME_PX, FilmedFaces, KnownFace
from evals.training.scale import Scale
from tracker.actions.report import Progress

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["train_finder"]

_BATCH = 16
_PEAK_RATE, _DECAY = 1e-3, 1e-2
_SMALLEST_PX = 7.0
"""Faces lower than this in the finder's frame are neither wanted nor punished."""
_FRAME_SCALE = FRAME_PX[0] / FILMED_PX[0]
_MIRRORED = (1, 0, 2, 4, 3)

Floats = NDArray[np.float32]


def train_finder(
    filmed: FilmedFaces, *, scale: Scale, seed: int, progress: Progress
) -> nets.FinderNet:
    """Train on filmed faces."""
    torch.manual_seed(seed + 1)
    net = nets.FinderNet().to(memory_format=torch.channels_last)
    by_frame: dict[int, list[KnownFace]] = defaultdict(list)
    for face in filmed.faces:
        by_frame[face.frame].append(face)
    batch = min(_BATCH, len(filmed.frames))
    steps = scale.finder_epochs * (len(filmed.frames) // batch)
    descent = Descent(
        list(net.parameters()),
        steps=steps,
        peak_rate=_PEAK_RATE,
        decay=_DECAY,
        clip=5.0,
        turned=kernels(net),
    )
    progress.start("Training finder", steps)
    net.train()
    for epoch in range(scale.finder_epochs):
        rng = np.random.default_rng((seed, 61, epoch))
        order = rng.permutation(len(filmed.frames))
        for start in range(0, len(order) - batch + 1, batch):
            picked = np.sort(order[start : start + batch])
            seen = [_seen(filmed.frames[i], by_frame[int(i)], rng) for i in picked]
            pixels = torch.from_numpy(np.stack([picture for picture, _ in seen]))
            pixels = pixels.permute(0, 3, 1, 2).float() / 127.5 - 1
            with torch.autocast("cpu", dtype=torch.bfloat16):
                maps = net(pixels.contiguous(memory_format=torch.channels_last))
            loss = descent.step(_loss(maps.float(), [faces for _, faces in seen]))
            progress.advance(1, f"loss {loss:.3f}")
    return net.eval()


class _Aim:
    """One face in the finder's frame: middle, size and points in pixels."""

    def __init__(self, known: KnownFace, *, move: Floats, is_mirrored: bool) -> None:
        left, top, width, height = known.truth.box
        corners = np.array([[left + width / 2, top + height / 2], *known.truth.points], np.float32)
        corners = np.asarray(_FRAME_SCALE * corners @ move[:, :2].T + move[:, 2], np.float32)
        if is_mirrored:
            corners = corners[[0, *(i + 1 for i in _MIRRORED)]]
        self.middle, self.points = corners[0], corners[1:]
        grown = float(np.sqrt(abs(np.linalg.det(move[:, :2])))) * _FRAME_SCALE
        self.size = np.array([width, height], np.float32) * grown


def _seen(
    frame: NDArray[np.uint8], faces: list[KnownFace], rng: np.random.Generator
) -> tuple[NDArray[np.uint8], list[_Aim]]:
    """Shift, enlarge, mirror and re-expose a frame together with what is known of it."""
    width, height = FRAME_PX
    zoom = float(np.exp(rng.uniform(-0.35, 0.45)))
    is_mirrored = bool(rng.random() < 0.5)
    x, y = rng.uniform(-0.08, 0.08, 2) * (width, height)
    side = -zoom if is_mirrored else zoom
    move = np.array(
        [
            [side, 0, width / 2 - side * width / 2 + x],
            [0, zoom, height / 2 - zoom * height / 2 + y],
        ],
        np.float32,
    )
    border = tuple(int(v) for v in rng.integers(0, 80, 3))
    mode = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
    picture = cv2.warpAffine(frame, move, FRAME_PX, flags=mode, borderValue=border)
    levels = np.asarray(picture, np.float64) * rng.normal(1, 0.1) + rng.normal(0, 6, 3)
    if rng.random() < 0.3:
        levels = np.asarray(
            cv2.GaussianBlur(levels, (0, 0), float(rng.uniform(0.4, 1.0))), np.float64
        )
    if rng.random() < 0.3:
        levels = levels + rng.normal(0, rng.uniform(1, 7), levels.shape)
    seen = np.clip(levels, 0, 255).astype(np.uint8)
    return seen, [_Aim(face, move=move, is_mirrored=is_mirrored) for face in faces]


def _loss(maps: Tensor, aims: list[list[_Aim]]) -> Tensor:
    heat, weight, cells = _wanted(aims, maps.shape[2:])
    wanted, counted = torch.from_numpy(heat), torch.from_numpy(weight)
    log_p = torch.nn.functional.logsigmoid(maps[:, 0])
    log_q = torch.nn.functional.logsigmoid(-maps[:, 0])
    p = maps[:, 0].sigmoid()
    is_centre = (wanted == 1).float()
    focal = is_centre * (1 - p) ** 2 * log_p + (1 - is_centre) * (1 - wanted) ** 4 * p**2 * log_q
    faces = max(1, len(cells))
    loss = -(focal * counted).sum() / faces
    if not cells:
        return loss
    at = torch.tensor([place for place, _ in cells])
    answers = maps[at[:, 0], :, at[:, 1], at[:, 2]]
    told = torch.tensor(np.stack([values for _, values in cells]))
    distance = torch.nn.functional.smooth_l1_loss
    loss = loss + distance(answers[:, 1:3], told[:, :2], beta=0.2)
    loss = loss + 2.0 * distance(answers[:, 3:5], told[:, 2:4], beta=0.1)
    return loss + 6.0 * distance(answers[:, 5:15], told[:, 4:14], beta=0.05)


def _wanted(
    aims: list[list[_Aim]], shape: Any
) -> tuple[Floats, Floats, list[tuple[tuple[int, int, int], Floats]]]:
    """Return the heat of centres, where it counts, and the answers wanted at each centre."""
    rows, columns = int(shape[0]), int(shape[1])
    heat = np.zeros((len(aims), rows, columns), np.float32)
    weight = np.ones_like(heat)
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    cells = []
    for n, faces in enumerate(aims):
        for aim in faces:
            middle = aim.middle / nets.CELL_PX - 0.5
            column, row = (round(float(v)) for v in middle)
            size = aim.size / nets.CELL_PX
            spread = max(0.7, float(size.min()) / 7)
            disc = np.exp(-((x - column) ** 2 + (y - row) ** 2) / (2 * spread**2))
            if not (0 <= row < rows and 0 <= column < columns) or aim.size[1] < _SMALLEST_PX:
                weight[n][disc > 0.05] = 0
                continue
            heat[n] = np.maximum(heat[n], disc)
            heat[n, row, column] = 1
            points = ((aim.points - aim.middle) / aim.size).ravel()
            values = [*(middle - (column, row)), *np.log(size), *points]
            cells.append(((n, row, column), np.array(values, np.float32)))
    return heat, weight, cells
