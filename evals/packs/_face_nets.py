"""The demo pack's two small face networks; the training writes their weights, the pack loads them.

`FinderNet` marks face centres on a grid of 4-pixel cells and says for each cell, as CenterNet does
(Zhou et al. 2019), how large the face is and where its five points lie. Deeper, coarser maps are added
onto finer ones, so that a cell sees a face of 10 pixels and one of 130. `EmbedderNet` looks at an aligned
crop, sharper than the finder's frame: it says whose face it is, and whether it is masked. Both take
sRGB / 127.5 - 1.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from evals.packs.backend import torch

if TYPE_CHECKING:
    from torch import Tensor

__all__ = [
    "CELL_PX",
    "CROP_PX",
    "FINDER_MULTIPLE_PX",
    "FINDER_WIDTH_PX",
    "TEMPLATE",
    "VECTOR_SIZE",
    "EmbedderNet",
    "FinderNet",
]

nn = torch.nn

FINDER_WIDTH_PX = 320
"""Frames are resized to this width before faces are looked for."""
FINDER_MULTIPLE_PX = 32
"""Sides are padded up to a multiple of this."""
CELL_PX = 4
CROP_PX = 64
VECTOR_SIZE = 128
TEMPLATE = ((24.0, 28.0), (40.0, 28.0), (32.0, 37.0), (26.0, 44.5), (38.0, 44.5))
"""Where eyes, tip of the nose and corners of the mouth lie in a crop; the hair stays inside."""

OUTPUTS = {"centre": 1, "offset": 2, "size": 2, "points": 10}
"""Channels of the finder's answer: logit; cells; log of cells; sizes from the centre."""


def _step(channels_in: int, channels_out: int, *, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.SiLU(inplace=True),
    )


class _Residual(nn.Module):
    """Two convolutions around a shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _step(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, maps: Tensor) -> Tensor:
        result: Tensor = nn.functional.silu(maps + self.second(self.first(maps)))
        return result


class FinderNet(nn.Module):
    """Pictures (n, 3, h, w), sides multiples of 32 -> a map (n, 15, h/4, w/4), see `OUTPUTS`."""

    def __init__(self) -> None:
        super().__init__()
        widths = (16, 24, 48, 80, 96)
        self.stem = _step(3, widths[0], stride=2)
        self.down = nn.ModuleList(
            nn.Sequential(_step(a, b, stride=2), _Residual(b)) for a, b in pairwise(widths)
        )
        self.across = nn.ModuleList(nn.Conv2d(width, 48, 1) for width in widths[1:])
        self.smooth = _step(48, 48)
        self.head = nn.Conv2d(48, sum(OUTPUTS.values()), 1)
        if self.head.bias is not None:
            nn.init.constant_(self.head.bias[:1], -4.0)  # few cells are centres

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the map of all outputs."""
        maps, levels = self.stem(pictures), []
        for down in self.down:
            maps = down(maps)
            levels.append(maps)
        summed = self.across[-1](levels[-1])
        for across, level in zip(self.across[-2::-1], levels[-2::-1], strict=True):
            summed = nn.functional.interpolate(summed, scale_factor=2.0, mode="nearest")
            summed = summed + across(level)
        result: Tensor = self.head(self.smooth(summed))
        return result


class EmbedderNet(nn.Module):
    """Aligned crops (n, 3, 64, 64) -> (n, 129): a vector, not yet of unit length, and a logit.

    The logit is that of being revealed.
    """

    def __init__(self) -> None:
        super().__init__()
        widths = (32, 64, 128, 192)
        self.stem = _step(3, widths[0], stride=2)
        self.down = nn.Sequential(
            *(nn.Sequential(_Residual(a), _step(a, b, stride=2)) for a, b in pairwise(widths)),
            _Residual(widths[-1]),
        )
        # A grid of 4 x 4 keeps where things are: chin and brow have fixed places in a crop.
        self.squeeze = _step(widths[-1], 64)
        self.out = nn.Linear(64 * 16, VECTOR_SIZE, bias=False)
        self.norm = nn.BatchNorm1d(VECTOR_SIZE, affine=False)
        self.revealed = nn.Linear(64 * 16, 1)

    def forward(self, crops: Tensor) -> Tensor:
        """Return one vector and one logit per crop."""
        maps = self.squeeze(self.down(self.stem(crops))).flatten(1)
        return torch.cat([self.norm(self.out(maps)), self.revealed(maps)], dim=1)
