"""Fetches weights from their usual source; only the explicit command `roundtable packs pull` does so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evals.errors import PackError
from evals.packs._weights import LOADING_ERRORS, cached_open_clip, published, verify
from evals.packs.backend import torch
from evals.packs.manifest import PackManifest, PerceptualSpec, TextImageSpec

__all__ = ["PulledFile", "pull"]


@dataclass(frozen=True, kw_only=True)
class PulledFile:
    """A weights file that is now on this machine."""

    path: Path
    sha256: str
    """Write it into the manifest to pin the weights."""


def pull(manifest: PackManifest, progress: Callable[[str], None]) -> tuple[PulledFile, ...]:
    """Fetch what the pack takes from a usual source, into the libraries' own caches, and verify it.

    `progress` receives one line per step. Weights that are files of the pack are left alone.
    Raises PackError when a source cannot be reached or sends another digest.
    """
    pulled = []
    if manifest.text_image is not None and manifest.text_image.tag:
        progress(
            f"{manifest.text_image.architecture} ({manifest.text_image.tag}) through open_clip"
        )
        pulled.append(_text_image(manifest.text_image))
    if manifest.perceptual is not None and manifest.perceptual.weights is None:
        progress(f"LPIPS backbone {manifest.perceptual.backbone} from torchvision")
        pulled.append(_perceptual(manifest.perceptual))
    for file in pulled:
        progress(f"{file.path} has SHA-256 {file.sha256}")
    return tuple(pulled)


def _text_image(spec: TextImageSpec) -> PulledFile:
    import open_clip

    cached_open_clip(
        spec.architecture, spec.tag
    )  # refuses a misspelt tag before anything is fetched
    what = f"{spec.architecture} ({spec.tag})"
    try:
        source = open_clip.get_pretrained_cfg(spec.architecture, spec.tag)
        path = Path(open_clip.download_pretrained(source))
        open_clip.get_tokenizer(spec.architecture)
    except LOADING_ERRORS as error:
        raise _unreachable(what, error) from error
    return PulledFile(path=path, sha256=verify(path, spec.sha256))


def _perceptual(spec: PerceptualSpec) -> PulledFile:
    address, path, official = published(spec.backbone)
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            torch.hub.download_url_to_file(address, str(path), hash_prefix=official, progress=False)
        except LOADING_ERRORS as error:
            raise _unreachable(address, error) from error
    return PulledFile(path=path, sha256=verify(path, spec.sha256 or official))


def _unreachable(what: str, error: Exception) -> PackError:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return PackError(
        f"{what} could not be fetched ({lines[0][:200]}); connect this machine to its source, or copy"
        " the files into the cache of a machine that has them."
    )
