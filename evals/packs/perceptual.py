"""LPIPS between neighbouring frames, the backbone run once per frame.

The `lpips` package brings the linear heads; the backbone is loaded here, from a file whose digest is known,
each tensor in its place. A model with a random backbone gives plausible nonsense, so weights that are not
torchvision's own must first put three known pictures in the right order.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from torchvision.transforms.v2 import functional as v2

from evals.errors import PackError
from evals.packs._places import REMEDY, published
from evals.packs._triple import triple
from evals.packs._weights import LOADING_ERRORS, read_state_dict, verify
from evals.packs.availability import Unavailable
from evals.packs.backend import prepare, torch
from evals.packs.batching import Batcher, guarded
from evals.packs.manifest import PackManifest, PerceptualSpec
from tracker.errors import MisuseError

if TYPE_CHECKING:
    from torch import Tensor

__all__ = [
    "SHORT_SIDE_PX",
    "PerceptualModel",
    "PerceptualSession",
    "load_perceptual",
    "require_order",
]

SHORT_SIDE_PX = 256
"""Frames with a longer short side are shrunk to this (bilinear, antialiased) unless the pack says
otherwise; others stay as they are."""

_SMALLEST_PX = 32
_PATH_VERSION = "bilinear antialias channels-last"
_WHAT = "LPIPS model"


class PerceptualModel:
    """A loaded LPIPS metric; distances are 0 for equal pictures and have no upper bound."""

    def __init__(
        self, network: Any, *, key: str, device: str, short_side_px: int = SHORT_SIDE_PX
    ) -> None:
        self._network = network
        self._short_side_px = short_side_px
        self._device = device
        self.batcher = Batcher(_WHAT, device)
        self.key = key
        """Hash of backbone, weights and resizing: names cached distances."""

    def session(self) -> PerceptualSession:
        """Start measuring one take."""
        return PerceptualSession(self)

    def distances(self, first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the distance of each picture to its partner, (n, h, w, 3) twice -> (n,)."""
        if first.shape != second.shape:
            raise MisuseError(f"Pictures {first.shape} and {second.shape} differ in shape.")
        _check_frames(first)
        _check_frames(second)
        return np.concatenate(
            self.batcher.over(
                len(first),
                lambda span: self.compare(self.features(first[span]), self.features(second[span])),
            )
        )

    def compare(self, first: list[Tensor], second: list[Tensor]) -> NDArray[np.float32]:
        """Return the distances between two batches of features, as `lpips.LPIPS.forward` sums them."""
        with torch.inference_mode():
            layers = zip(self._network.lins, first, second, strict=True)
            total = sum(lin((a - b) ** 2).mean([1, 2, 3]) for lin, a, b in layers)
            assert isinstance(total, torch.Tensor)  # noqa: S101 - sum() types its empty case as int
            distances: NDArray[np.float32] = total.float().cpu().numpy()
            return distances

    def features(self, frames: NDArray[np.uint8]) -> list[Tensor]:
        """Return the features of frames (n, h, w, 3), one tensor per layer."""
        import lpips

        with torch.inference_mode():
            pixels = torch.from_numpy(np.array(frames)).to(self._device).permute(0, 3, 1, 2)
            # The one place where 0..255 becomes the network's -1..1.
            signed = _shrunk(pixels.to(torch.float32), self._short_side_px) / 127.5 - 1
            # Pooling picture by picture takes twice as long as pooling with the channels last.
            signed = signed.contiguous(memory_format=torch.channels_last)
            layers = self._network.net.forward(self._network.scaling_layer(signed))
            return [lpips.normalize_tensor(layer) for layer in layers]


class PerceptualSession:
    """Measures one take as its frames arrive, in chunks of any length."""

    def __init__(self, model: PerceptualModel) -> None:
        self._model = model
        self._last: list[Tensor] | None = None
        self._raw: list[NDArray[np.float32]] = []
        self._compensated: list[NDArray[np.float32]] = []

    def feed(self, rgb: NDArray[np.uint8], compensated: NDArray[np.uint8]) -> None:
        """Take the next frames, sRGB (n, h, w, 3), red first.

        `compensated[i]` is the frame before `rgb[i]` moved onto it (`Motion.compensated`). The take's first
        frame has none, so the first row of the first chunk may hold anything; the frame itself is usual.
        """
        if rgb.shape != compensated.shape:
            raise MisuseError(
                f"Frames {rgb.shape} and compensated {compensated.shape} differ in shape."
            )
        _check_frames(rgb)
        self._model.batcher.over(len(rgb), lambda span: self._feed(rgb[span], compensated[span]))

    def _feed(self, rgb: NDArray[np.uint8], compensated: NDArray[np.uint8]) -> None:
        """Take in what fits into memory at once; nothing changes unless all of it went well."""
        now, moved = self._model.features(rgb), self._model.features(compensated)
        before = [_shifted(layer, last) for layer, last in zip(now, self._last or now, strict=True)]
        skip = 1 if self._last is None else 0
        raw = self._model.compare(before, now)[skip:]
        self._compensated.append(self._model.compare(moved, now)[skip:])
        self._raw.append(raw)
        self._last = [layer[-1:] for layer in now]

    def distances(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return raw and motion-compensated distances, each one shorter than the frames fed."""
        if not self._raw:
            return np.zeros(0, np.float32), np.zeros(0, np.float32)
        return np.concatenate(self._raw), np.concatenate(self._compensated)


def load_perceptual(manifest: PackManifest, device: str) -> PerceptualModel | Unavailable:
    """Load a pack's LPIPS metric from this machine onto `cpu` or `cuda`; never opens a connection.

    Weights that are absent, have another digest, would run code, do not fit the backbone in every tensor, or
    put known pictures in the wrong order give Unavailable with a remedy.
    """
    spec = manifest.perceptual
    if spec is None:
        return Unavailable(
            f"Pack '{manifest.name}' has no [perceptual] model; choose another pack."
        )
    try:
        return _load(manifest, spec, device)
    except PackError as error:
        return Unavailable(str(error))
    except LOADING_ERRORS as error:
        reason = " ".join(str(error).split())[:300]
        return Unavailable(
            f"Pack '{manifest.name}' cannot be loaded by lpips: {reason}; check its manifest."
        )


def _load(manifest: PackManifest, spec: PerceptualSpec, device: str) -> PerceptualModel:
    prepare()
    _, cached, official = published(spec.backbone)
    path = spec.weights or cached
    if not path.is_file():
        remedy = REMEDY.format(name=manifest.name) if spec.weights is None else f"put it at {path}"
        raise PackError(
            f"The weights of the LPIPS backbone '{spec.backbone}' are not on this machine; {remedy}."
        )
    digest = verify(path, spec.sha256 or official)
    network = _network(spec.backbone)
    _fill(network.net, read_state_dict(path), where=str(path))
    path_facts = f"short-side-{spec.short_side_px} {_PATH_VERSION}"
    facts = {"backbone": spec.backbone, "weights": digest, "path": path_facts}
    key = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    with guarded(_WHAT, device):
        network = network.to(device).to(memory_format=torch.channels_last)
    model = PerceptualModel(network, key=key, device=device, short_side_px=spec.short_side_px)
    if not digest.startswith(official):
        require_order(model, str(path))
    return model


def _network(backbone: str) -> Any:
    import lpips

    # The random start is overwritten in full by `_fill`; it must not move anyone's random numbers.
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        # lpips 0.1.4 builds its backbone with torchvision's old argument names.
        warnings.filterwarnings("ignore", message=".*'pretrained' is deprecated.*")
        warnings.filterwarnings("ignore", message=".*weight enum or `None` for 'weights'.*")
        network = lpips.LPIPS(net=backbone, pnet_rand=True, verbose=False)
    return network.eval().requires_grad_(requires_grad=False)


def _fill(net: Any, state: dict[str, Any], *, where: str) -> None:
    """Put `features.{i}.*` into `slice{k}.{i}.*`: every tensor once, none left over on either side."""
    places = {name: "features." + name.partition(".")[2] for name in net.state_dict()}
    given = {name for name in state if not name.startswith("classifier.")}
    if given != set(places.values()):
        odd = sorted(given.symmetric_difference(places.values()))[0]
        raise PackError(f"{where} does not fit the LPIPS backbone: '{odd}' has no counterpart.")
    net.load_state_dict({name: state[source] for name, source in places.items()}, strict=True)


def require_order(model: PerceptualModel, where: str) -> None:
    """Raise PackError unless the model puts the three known pictures (`_triple`) in their order."""
    reference, near, far = triple()
    pair = np.stack([reference, reference]), np.stack([near, far])
    to_near, to_far = (float(d) for d in model.distances(*pair))
    if not to_near < 0.5 * to_far:
        raise PackError(
            f"{where} is uncalibrated: a slight warp is {to_near:.3f} from its original and a blur"
            f" {to_far:.3f}, but the warp must be less than half as far; use trained backbone weights."
        )


def _check_frames(frames: NDArray[np.uint8]) -> None:
    is_rgb = frames.dtype == np.uint8 and frames.ndim == 4 and frames.shape[3] == 3
    if not is_rgb or len(frames) == 0 or min(frames.shape[1:3]) < _SMALLEST_PX:
        raise MisuseError(
            f"Frames are {frames.dtype} {frames.shape}; give uint8 (n, height, width, 3), red first,"
            f" at least {_SMALLEST_PX} pixels high and wide."
        )


def _shrunk(pixels: Tensor, short_side_px: int) -> Tensor:
    if min(pixels.shape[2:]) <= short_side_px:
        return pixels
    small = v2.resize(pixels, [short_side_px], antialias=True)
    assert isinstance(small, torch.Tensor)  # noqa: S101 - torchvision publishes no types
    return small


def _shifted(layer: Tensor, last: Tensor) -> Tensor:
    """Return the batch one frame earlier: the last of the batch before, then all but this one's last."""
    if len(layer) == 1:
        return last[-1:]  # joining it with nothing would copy it, and lose its memory format
    return torch.cat([last[-1:], layer[:-1]])
