"""Trains a SqueezeNet backbone for the `lpips` package: near distortions near, far ones far.

The package's linear heads stay as they come. A step takes a picture, a slight distortion and a plainer
one, of one kind or of two, and asks that the logarithm of their distances differ as their severities do.
A warp loses nothing of a texture and a blur does, so slight warps are also paired with plain blurs, from
which `evals.packs.perceptual` knows a backbone that has learnt more than pixels. Pictures are frames of
the drawn world and photographs that ship with scikit-image; those of `HELD_OUT_PHOTOGRAPHS` are for proofs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.animatic.sampler import Split
from evals.animatic.shoot import shoot
from evals.packs import perceptual as pack
from evals.packs.backend import torch
from evals.training.descent import Descent
from evals.training.distortions import TRAINED, Distortion
from evals.training.filming import new_array, open_array, spread
from evals.training.scale import Scale
from evals.training.scenes import scene_brief
from tracker.actions.report import Progress
from tracker.errors import MisuseError

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["HELD_OUT_PHOTOGRAPHS", "PATCH_PX", "Pair", "draw_pair", "film_stills", "photographs"]

BACKBONE = "squeeze"
PATCH_PX = 96
PHOTOGRAPHS = ("brick.png", "clock_motion.png", "coffee.png", "grass.png")
HELD_OUT_PHOTOGRAPHS = ("chelsea.png", "gravel.png", "hubble_deep_field.jpg", "rocket.jpg")
"""All CC0 or in the public domain; none shows a person."""

_STILL_PX = (456, 256)
_STILLS = 240
_BATCH = 12
_PEAK_RATE, _DECAY = 1e-3, 1e-3
_USUAL_DISTANCE = 0.12
"""What severity 1 should measure, so that figures have a familiar size."""
_CALIBRATED_SHARE = 0.25


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One picture and two distortions of it, uint8 (96, 96, 3)."""

    reference: NDArray[np.uint8]
    near: NDArray[np.uint8]
    far: NDArray[np.uint8]
    severities: tuple[float, float]
    kinds: tuple[str, str]


def train_perceptual(
    stills: Sequence[NDArray[np.uint8]], *, scale: Scale, seed: int, progress: Progress
) -> dict[str, Tensor]:
    """Train on pictures of any size; return the backbone's state as torchvision names it."""
    import lpips

    torch.manual_seed(seed + 3)
    network = pack._network(BACKBONE)  # noqa: SLF001  # built as it is loaded
    network.net.requires_grad_(requires_grad=True)
    network.net.to(memory_format=torch.channels_last)
    _spread_out(network.net)
    steps = scale.perceptual_steps
    descent = Descent(
        list(network.net.parameters()), steps=steps, peak_rate=_PEAK_RATE, decay=_DECAY, clip=1.0
    )
    rng = np.random.default_rng((seed, 71))
    progress.start("Training perceptual", steps)
    for _ in range(steps):
        pairs = [draw_pair(stills, rng, kinds=TRAINED) for _ in range(_BATCH)]
        pictures = np.stack([p for pair in pairs for p in (pair.reference, pair.near, pair.far)])
        signed = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
        with torch.autocast("cpu", dtype=torch.bfloat16):
            layers = network.net.forward(network.scaling_layer(signed))
        features = [lpips.normalize_tensor(layer.float()) for layer in layers]
        loss = descent.step(_loss(features, network.lins, pairs))
        progress.advance(1, f"loss {loss:.3f}")
    state = network.net.state_dict()
    return {"features." + name.partition(".")[2]: value.detach() for name, value in state.items()}


def draw_pair(
    stills: Sequence[NDArray[np.uint8]],
    rng: np.random.Generator,
    *,
    kinds: Mapping[str, Distortion],
) -> Pair:
    """Draw a cut of a picture with a slight and a plainer distortion, at least 1.7 times as severe."""
    still = stills[int(rng.integers(len(stills)))]
    reference = _cut(still, rng)
    names = [list(kinds)[int(rng.integers(len(kinds)))]] * 2
    slight = float(rng.uniform(0.35, 2.0))
    plain = min(6.0, slight * float(rng.uniform(1.7, 4.0)))
    if rng.random() < 0.35:
        names[1] = list(kinds)[int(rng.integers(len(kinds)))]
    elif rng.random() < _CALIBRATED_SHARE and "warp" in kinds:
        names, slight, plain = ["warp", "blur"], float(rng.uniform(0.4, 1.0)), 4.2
    seed, floats = int(rng.integers(2**63)), reference.astype(np.float32)
    # The same numbers for both: the plainer one is more of the same, in the same place.
    near = kinds[names[0]](floats, slight, np.random.default_rng(seed))
    far = kinds[names[1]](floats, plain, np.random.default_rng(seed))
    return Pair(
        reference=reference,
        near=np.round(near).astype(np.uint8),
        far=np.round(far).astype(np.uint8),
        severities=(slight, plain),
        kinds=(names[0], names[1]),
    )


def photographs(names: Sequence[str]) -> list[NDArray[np.uint8]]:
    """Read pictures that ship with scikit-image; grey ones get three equal channels."""
    try:
        import skimage
    except ModuleNotFoundError:
        raise MisuseError(
            "Training needs the photographs of scikit-image, which is not installed;"
            " run: pip install scikit-image."
        ) from None
    folder = Path(skimage.__file__).parent / "data"
    read = [
        np.asarray(cv2.imread(str(folder / name), cv2.IMREAD_COLOR), np.uint8) for name in names
    ]
    return [np.ascontiguousarray(picture[..., ::-1]) for picture in read]


def film_stills(
    folder: Path, *, count: int, seed: int, split: Split, workers: int, progress: Progress
) -> list[NDArray[np.uint8]]:
    """Film single frames of random scenes at 456 x 256, as LPIPS sees frames."""
    path = new_array(folder / f"stills-{split}.npy", (count, _STILL_PX[1], _STILL_PX[0], 3))
    make = partial(_film, path=path, seed=seed, split=split)
    spread(make, count, workers=workers, progress=progress, title=f"Filming {split} stills")
    return list(open_array(path))


def _film(chunk: range, *, path: Path, seed: int, split: Split) -> list[None]:
    stills = open_array(path, writable=True)
    for i in chunk:
        brief = scene_brief(i, seed=seed + 7, split=split)
        (shown,) = shoot(brief, frame_count=24, size=_STILL_PX, seed=i, frames=[i % 24])
        stills[i] = shown.picture
    return [None] * len(chunk)


def _cut(still: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Cut a square, now and then of a shrunken picture; of several, the one with the most in it."""
    height, width = still.shape[:2]
    reach = int(rng.integers(PATCH_PX, min(height, width, 3 * PATCH_PX) + 1))
    cuts = []
    for _ in range(3):
        top, left = int(rng.integers(height - reach + 1)), int(rng.integers(width - reach + 1))
        cuts.append(still[top : top + reach, left : left + reach])
    fullest = max(cuts, key=lambda cut: float(cut.std()))
    return np.asarray(
        cv2.resize(fullest, (PATCH_PX, PATCH_PX), interpolation=cv2.INTER_AREA), np.uint8
    )


def _spread_out(net: Any) -> None:
    """Start from He's initialisation; torchvision's own fades through eight layers."""
    for module in net.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)


def _loss(layers: list[Tensor], heads: Any, pairs: Sequence[Pair]) -> Tensor:
    """Compare the logarithms of distances with those of severities."""
    total: Any = 0.0
    for head, layer in zip(heads, layers, strict=True):
        reference, near, far = layer[0::3], layer[1::3], layer[2::3]
        both = torch.cat([(reference - near) ** 2, (reference - far) ** 2])
        total = total + head(both).mean([1, 2, 3])
    logs = torch.log(total + 1e-4)
    near, far = logs[: len(pairs)], logs[len(pairs) :]
    severities = torch.log(torch.tensor([pair.severities for pair in pairs]))
    is_calibration = torch.tensor([pair.kinds == ("warp", "blur") for pair in pairs])
    wanted = (severities[:, 1] - severities[:, 0]).clamp(max=1.4) + 0.3 * is_calibration
    order = torch.nn.functional.relu(0.8 * wanted - (far - near)).mean()
    usual = severities.mean(1) + float(np.log(_USUAL_DISTANCE))
    size = torch.nn.functional.smooth_l1_loss((near + far) / 2, usual, beta=0.5)
    return order + 0.1 * size
