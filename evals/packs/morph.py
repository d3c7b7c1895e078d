"""The morph detector that comes with the product: its own weights, whatever pack scores the rest.

It was trained on self-made morphs over photographs and the drawn world (`evals.training.morphs`), never on a
generator's takes, so no licence but the product's own applies.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from evals.errors import OutOfMemory, PackError
from evals.packs._change_net import ChangeNet
from evals.packs._weights import LOADING_ERRORS, read_state_dict, verify
from evals.packs.availability import Unavailable
from evals.packs.backend import prepare, torch
from evals.packs.batching import Batcher, guarded, padded
from evals.packs.morph_files import FACTS, FOLDER, WEIGHTS

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["MorphDetector", "load_morph"]

_WHAT = "morph detector"


class MorphDetector:
    """Gives cells of the picture a chance of morphing."""

    def __init__(self, net: Any, *, key: str, device: str) -> None:
        self._net, self._device = net, device
        self.key = key
        self.batcher = Batcher(_WHAT, device)

    def chances(self, maps: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return (n, h/8, w/8), 0-1, of maps of change (n, 6, h, w)."""

        def some(span: slice) -> Tensor:
            batch = np.asarray(maps[span], np.float32)
            full = torch.from_numpy(padded(batch, self.batcher.rows))
            logits = self._net(full.to(self._device))
            return torch.sigmoid(logits.float())[: len(batch)].cpu()

        with torch.inference_mode():
            done = self.batcher.over(len(maps), some)
        result: NDArray[np.float32] = torch.cat(done).numpy()
        return result


def load_morph(device: str, folder: Path = FOLDER) -> MorphDetector | Unavailable:
    """Load the detector onto `cpu` or `cuda`; Unavailable, with a remedy, where its files are not whole."""
    weights, facts = folder / WEIGHTS, folder / FACTS
    if not weights.is_file() or not facts.is_file():
        return Unavailable(f"{folder} lacks the morph detector; install the product again.")
    try:
        prepare()
        told = json.loads(facts.read_text())
        key = verify(weights, str(told["sha256"]))
        with torch.random.fork_rng(devices=[]):
            net = ChangeNet()
        net.load_state_dict(
            {
                k: v.float() if v.is_floating_point() else v
                for k, v in read_state_dict(weights).items()
            }
        )
    except (PackError, *LOADING_ERRORS) as error:
        reason = " ".join(str(error).split())[:300]
        return Unavailable(f"The morph detector cannot be used: {reason}")
    net.eval().requires_grad_(requires_grad=False)
    try:
        with guarded(_WHAT, device):
            return MorphDetector(net.to(device), key=key, device=device)
    except OutOfMemory as error:
        return Unavailable(str(error))
