"""Whether a pack's weights are on this machine, without loading a model."""

from __future__ import annotations

from evals.errors import PackError
from evals.packs._weights import REMEDY, cached_open_clip, published
from evals.packs.manifest import PackManifest

__all__ = ["missing_weights"]


def missing_weights(manifest: PackManifest) -> list[str]:
    """Return one sentence with the remedy for each model whose weights are not here."""
    sentences = [_text_image(manifest), _perceptual(manifest)]
    sentences += _identity(manifest)
    return [sentence for sentence in sentences if sentence]


def _text_image(manifest: PackManifest) -> str:
    spec = manifest.text_image
    if spec is None:
        return ""
    if spec.folder is not None or spec.weights is not None:
        path = spec.folder or spec.weights
        return "" if path is not None and path.exists() else f"Put the weights at {path}."
    try:
        found = cached_open_clip(spec.architecture, spec.tag)
    except PackError as error:
        return str(error)
    remedy = REMEDY.format(name=manifest.name)
    return "" if found else f"{spec.architecture} ({spec.tag}) is not here: {remedy}."


def _perceptual(manifest: PackManifest) -> str:
    spec = manifest.perceptual
    if spec is None:
        return ""
    if spec.weights is not None:
        return "" if spec.weights.is_file() else f"Put the LPIPS backbone at {spec.weights}."
    _, cached, _ = published(spec.backbone)
    remedy = REMEDY.format(name=manifest.name)
    return "" if cached.is_file() else f"LPIPS backbone {spec.backbone} is not here: {remedy}."


def _identity(manifest: PackManifest) -> list[str]:
    spec = manifest.identity
    files = [] if spec is None else [spec.finder, spec.embedder]
    return [f"Put the identity model at {f.weights}." for f in files if not f.weights.is_file()]
