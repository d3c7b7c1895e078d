"""The morph detector's small network; the training writes its weights, `evals.packs.morph` loads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.media.change import CHANNELS
from evals.packs.backend import torch

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["CELL_PX", "ChangeNet"]

nn = torch.nn

CELL_PX = 8
"""Side of a cell of the answer, in pixels of the maps."""
_WIDTHS = (48, 64)
_FOLD = 4


class _Residual(nn.Module):
    """Two convolutions around a shortcut, the second of them wide."""

    def __init__(self, channels: int, reach: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.SiLU(inplace=True),
            nn.Conv2d(channels, channels, 3, padding=reach, dilation=reach, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, maps: Tensor) -> Tensor:
        result: Tensor = nn.functional.silu(maps + self.body(maps))
        return result


class ChangeNet(nn.Module):
    """Maps of change (n, 6, h, w), sides multiples of 8 -> logits (n, h/8, w/8) of morphing."""

    def __init__(self) -> None:
        super().__init__()
        # Folding 4 x 4 pixels into channels first keeps every layer small.
        self.down = nn.Sequential(
            nn.PixelUnshuffle(_FOLD),
            nn.Conv2d(CHANNELS * _FOLD**2, _WIDTHS[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(_WIDTHS[0]),
            nn.SiLU(inplace=True),
            nn.Conv2d(_WIDTHS[0], _WIDTHS[1], 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(_WIDTHS[1]),
            nn.SiLU(inplace=True),
        )
        wide = _WIDTHS[1]
        self.around = nn.Sequential(_Residual(wide, 1), _Residual(wide, 2), _Residual(wide, 4))
        self.head = nn.Conv2d(wide, 1, 1)

    def forward(self, maps: Tensor) -> Tensor:
        """Return one logit per cell."""
        result: Tensor = self.head(self.around(self.down(maps)))[:, 0]
        return result
