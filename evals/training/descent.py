"""The way down that all models share: AdamW, a short rise of the learning rate, then half a cosine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evals.packs.backend import torch

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Descent", "rate"]

_WARM_SHARE, _LAST_RATE = 0.05, 0.002


def rate(step: int, steps: int) -> float:
    """Return the share of the peak learning rate at a step.

    >>> round(rate(50, 100), 3)
    0.543
    """
    warm = max(1.0, _WARM_SHARE * steps)
    if step < warm:
        return (step + 1) / warm
    share = min(1.0, (step - warm) / max(1.0, steps - warm))
    return 0.5 * (1 + math.cos(math.pi * share)) + _LAST_RATE


class Descent:
    """Takes steps; matrices decay, biases and norms do not."""

    def __init__(
        self, parameters: Sequence[Any], *, steps: int, peak_rate: float, decay: float, clip: float
    ) -> None:
        self._parameters, self._clip = list(parameters), clip
        groups = [
            {"params": [p for p in self._parameters if p.ndim >= 2], "weight_decay": decay},
            {"params": [p for p in self._parameters if p.ndim < 2], "weight_decay": 0.0},
        ]
        self._optimiser = torch.optim.AdamW(groups, lr=peak_rate, betas=(0.9, 0.98))
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimiser, lambda step: rate(step, steps)
        )

    def step(self, loss: Tensor) -> float:
        """Go one step down a loss, and return its value."""
        self._optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self._parameters, self._clip)
        self._optimiser.step()
        self._schedule.step()
        return float(loss.detach())
