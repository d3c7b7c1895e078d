"""The way down that all models share: a short rise of the learning rate, then half a cosine.

Kernels of convolutions and matrices between hidden layers may be turned (Muon, Jordan et al. 2024): a step
moves them by an orthogonal matrix, so that rare and weak directions are learnt as fast as loud ones.
AdamW moves everything else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evals.packs.backend import torch

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Descent", "kernels", "rate"]

_WARM_SHARE, _LAST_RATE = 0.05, 0.002
_MOMENTUM, _TURNED_DECAY = 0.9, 0.01


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


def kernels(net: Any) -> list[Any]:
    """Return the kernels of a network's convolutions."""
    return [p for p in net.parameters() if p.ndim == 4]


class Descent:
    """Takes steps; matrices decay, biases and norms do not."""

    def __init__(
        self,
        parameters: Sequence[Any],
        *,
        steps: int,
        peak_rate: float,
        decay: float,
        clip: float,
        turned: Sequence[Any] = (),
        turned_rate: float = 0.02,
    ) -> None:
        """Move `parameters`; those that are also in `turned` by Muon, at a rate of its own."""
        self._parameters, self._clip = list(parameters), clip
        apart = {id(p) for p in turned}
        plain = [p for p in self._parameters if id(p) not in apart]
        groups = [
            {"params": [p for p in plain if p.ndim >= 2], "weight_decay": decay},
            {"params": [p for p in plain if p.ndim < 2], "weight_decay": 0.0},
        ]
        self._optimisers: list[Any] = [torch.optim.AdamW(groups, lr=peak_rate, betas=(0.9, 0.98))]
        self._flat = [(p, torch.nn.Parameter(_flat(p, p.data))) for p in turned]
        if self._flat:
            muon = torch.optim.Muon(
                [flat for _, flat in self._flat],
                lr=turned_rate,
                momentum=_MOMENTUM,
                weight_decay=_TURNED_DECAY,
            )
            self._optimisers.append(muon)
        self._schedules = [
            torch.optim.lr_scheduler.LambdaLR(each, lambda step: rate(step, steps))
            for each in self._optimisers
        ]

    def step(self, loss: Tensor) -> float:
        """Go one step down a loss, and return its value."""
        for parameter in self._parameters:
            parameter.grad = None
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self._parameters, self._clip)
        for parameter, flat in self._flat:
            flat.grad = None if parameter.grad is None else _flat(parameter, parameter.grad)
        for optimiser, schedule in zip(self._optimisers, self._schedules, strict=True):
            optimiser.step()
            schedule.step()
        return float(loss.detach())


def _flat(like: Tensor, values: Tensor) -> Tensor:
    """Return a kernel, or its gradient, as a matrix; of the kernel itself that is a view."""
    if like.ndim == 2 or like.is_contiguous():
        return values.flatten(1)
    return values.permute(0, 2, 3, 1).flatten(1)
