"""Pictures to model input, on tensors, as the manifest's preprocessing says.

For ordinary shapes this is open_clip's own evaluation transform (PIL) on tensors; `antialias=True` keeps
the two within one level of 255, rarely two (measured on film frames; upright ones differ by up to 7 levels
in 0.2 % of their pixels, where bicubic overshoot is clipped after the other of the two passes).

A frame longer than 1.9 to 1 would lose its sides to a centre crop, or be squashed by half, so it is seen
four times: whole within a square (borders in the mean colour, which is 0 to the model), and as three square
crops at the start, middle and end of its long side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as v2

from evals.packs.backend import torch
from evals.packs.manifest import Preprocess

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["WIDE_ASPECT", "is_wide", "normalised", "views"]

WIDE_ASPECT = 1.9
"""Long side to short side above which a frame is seen in four views; 16:9 is 1.78, 2:1 is wide."""


def is_wide(height: int, width: int) -> bool:
    """Say whether a frame is seen in four views."""
    return max(height, width) > WIDE_ASPECT * min(height, width)


def views(picture: Tensor, how: Preprocess) -> Tensor:
    """Return the views of one picture, uint8 (3, h, w) -> uint8 (1 or 4, 3, size, size)."""
    _, height, width = picture.shape
    if not is_wide(height, width):
        return _one_view(picture, how)[None]
    side, last = min(height, width), max(height, width) - min(height, width)
    axis = 2 if width > height else 1
    crops = [picture.narrow(axis, start, side) for start in (0, last // 2, last)]
    whole = _letterbox(picture, how, fill=[round(255 * m) for m in how.mean])
    return torch.stack([whole, *(_resize(crop, [how.size, how.size], how) for crop in crops)])


def normalised(batch: Tensor, how: Preprocess) -> Tensor:
    """Turn uint8 views into the model's float32 input: (value / 255 - mean) / std per channel."""
    floats = batch.to(torch.float32) / 255
    mean = torch.tensor(how.mean, device=batch.device).view(1, 3, 1, 1)
    std = torch.tensor(how.std, device=batch.device).view(1, 3, 1, 1)
    return (floats - mean) / std


def _one_view(picture: Tensor, how: Preprocess) -> Tensor:
    if how.resize_mode == "squash":
        return _resize(picture, [how.size, how.size], how)
    if how.resize_mode == "longest":
        return _letterbox(picture, how, fill=[0, 0, 0])
    # One number: the short side; torchvision truncates the long one exactly as its PIL path does.
    return _as_tensor(v2.center_crop(_resize(picture, [how.size], how), [how.size, how.size]))


def _letterbox(picture: Tensor, how: Preprocess, *, fill: list[int]) -> Tensor:
    _, height, width = picture.shape
    ratio = max(height, width) / how.size
    small = _resize(picture, [max(1, round(height / ratio)), max(1, round(width / ratio))], how)
    square = torch.tensor(fill, dtype=torch.uint8, device=picture.device).view(3, 1, 1)
    square = square.repeat(1, how.size, how.size)
    _, height, width = small.shape
    top, left = (how.size - height) // 2, (how.size - width) // 2
    square[:, top : top + height, left : left + width] = small
    return square


def _resize(picture: Tensor, size: list[int], how: Preprocess) -> Tensor:
    mode = InterpolationMode(how.interpolation)
    return _as_tensor(v2.resize(picture, size, interpolation=mode, antialias=True))


def _as_tensor(value: object) -> Tensor:
    assert isinstance(value, torch.Tensor)  # noqa: S101 - torchvision publishes no types
    return value
