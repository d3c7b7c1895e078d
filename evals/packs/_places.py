"""Where libraries keep weights that they fetched, told without importing torch or open_clip.

`packs list` and `doctor` only ask whether files are there; importing the libraries to be told their names
takes six seconds. What is repeated here of them is compared with them in the tests.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

__all__ = [
    "HUB_WEIGHTS",
    "REMEDY",
    "WEIGHTS_ENDINGS",
    "hub_cached",
    "published",
    "torch_checkpoints",
    "weights_in",
]

REMEDY = "run `roundtable packs pull {name}` on a machine with a connection"
"""What to do about weights from a usual source; `name` is the pack's."""

HUB_WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
"""What open_clip calls the weights of a hub repository, in the order in which it looks."""

WEIGHTS_ENDINGS = (".safetensors", ".bin", ".pth")
"""What open_clip takes for weights in a folder; of several it would choose one by its name."""

_TORCHVISION = "https://download.pytorch.org/models/"
_BACKBONES = {
    "alex": "alexnet-owt-7be5be79.pth",
    "squeeze": "squeezenet1_1-b8a52dc0.pth",
    "vgg": "vgg16-397923af.pth",
}
"""torchvision's weights IMAGENET1K_V1 of the backbones that LPIPS has heads for."""


def published(backbone: str) -> tuple[str, Path, str]:
    """Return (address, place in torch hub's cache, first digits of the SHA-256) of a backbone's weights.

    torchvision publishes the first eight digits of the digest in the file's name.
    """
    name = _BACKBONES[backbone]
    digits = Path(name).stem.rpartition("-")[2]
    return _TORCHVISION + name, torch_checkpoints() / name, digits


def torch_checkpoints() -> Path:
    """Return the folder in which torch hub keeps weights, as its environment variables say."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("TORCH_HOME") or str(Path(cache) / "torch")
    return Path(home).expanduser() / "hub" / "checkpoints"


def weights_in(folder: Path) -> Path | None:
    """Return the first weights file of a folder, None when there is no such folder or file."""
    found = sorted(p for p in folder.glob("*") if p.suffix in WEIGHTS_ENDINGS)
    return found[0] if found else None


def hub_cached(repository: str, names: Sequence[str] = HUB_WEIGHTS) -> Path | None:
    """Return the first of some files that the hub's cache holds of a repository, or None."""
    try:
        from huggingface_hub import try_to_load_from_cache
    except ModuleNotFoundError:  # without the hub's client nothing can have been fetched by it
        return None
    for name in names:
        hit = try_to_load_from_cache(repository, name)
        if isinstance(hit, str):
            return Path(hit)
    return None
