"""Finds weights that are already on this machine, and reads them without running their code.

Nothing here opens a connection; `evals.packs.download` is the only module that may.
"""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path
from typing import Any

from evals.errors import PackError
from evals.packs._places import HUB_WEIGHTS, hub_cached
from evals.packs.backend import torch

__all__ = ["LOADING_ERRORS", "cached_open_clip", "read_state_dict", "verify"]

LOADING_ERRORS = (
    OSError,
    RuntimeError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    ImportError,
)
"""What torch, open_clip, timm and transformers raise for weights or settings that do not fit."""

_CODE_FREE = (".pth", ".pt", ".bin")


def verify(path: Path, sha256: str) -> str:
    """Return the SHA-256 of a file; PackError when it is not the one given (whole, or first digits)."""
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if not found.startswith(sha256):
        raise PackError(
            f"{path} has SHA-256 {found[: max(16, len(sha256))]}, its manifest or its pack's lock says"
            f" {sha256}; fetch the file again, or correct that entry."
        )
    return found


def read_state_dict(path: Path) -> dict[str, Any]:
    """Read named tensors from `.safetensors`, or from a torch file with `weights_only=True`.

    Raises PackError for another format, for a pickle that would run code, and for a file that is damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if path.suffix not in {".safetensors", *_CODE_FREE}:
        raise PackError(f"{path} is no weights file; give .safetensors, or .pth with tensors only.")
    try:
        if path.suffix == ".safetensors":
            return dict(load_file(path))
        state = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise PackError(
            f"{path} holds more than tensors and was refused, since loading it could run code;"
            " convert it to .safetensors."
        ) from error
    except (SafetensorError, EOFError, *LOADING_ERRORS) as error:
        raise PackError(f"{path} cannot be read as weights: {_first_line(error)}") from error
    if isinstance(state, dict) and isinstance(state.get("state_dict"), dict):
        state = state["state_dict"]
    if not isinstance(state, dict) or not state:
        raise PackError(f"{path} holds no named tensors; give a state dict.")
    return state


def cached_open_clip(architecture: str, tag: str, repository: str = "") -> Path | None:
    """Return the weights of an open_clip tag from the local caches, or None when they are not there.

    Raises PackError when open_clip knows no such tag, has it from another repository than the manifest says,
    or trained it with another activation than the
    architecture has (a path instead of a tag would hide open_clip's own warning about that).
    """
    from open_clip.factory import get_model_config
    from open_clip.pretrained import get_pretrained_cfg, list_pretrained_tags_by_model

    config, source = get_model_config(architecture), get_pretrained_cfg(architecture, tag)
    if not config or not source:
        tags = ", ".join(list_pretrained_tags_by_model(architecture)) or "no tags"
        raise PackError(f"open_clip has no '{architecture}' with the tag '{tag}'; it has {tags}.")
    if bool(config.get("quick_gelu")) != bool(source.get("quick_gelu")):
        raise PackError(
            f"'{architecture}' and its tag '{tag}' use different activations (QuickGELU);"
            f" name the architecture '{architecture.removesuffix('-quickgelu')}' with or without"
            " the ending '-quickgelu'."
        )
    if not source.get("hf_hub"):
        path = Path("~/.cache/clip").expanduser() / Path(source.get("url", "")).name
        return path if path.is_file() else None
    owner, _, file_name = source["hf_hub"].rpartition("/")
    names = [file_name] if file_name else list(HUB_WEIGHTS)
    if file_name and not file_name.endswith(".safetensors"):
        names.insert(0, str(Path(file_name).with_suffix(".safetensors")))
    if repository and owner != repository:
        raise PackError(
            f"'{architecture}' ({tag}) comes from the repository '{owner}', not '{repository}'; correct"
            " the manifest."
        )
    return hub_cached(owner, names)


def _first_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return text[0] if text else type(error).__name__
