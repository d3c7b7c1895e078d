"""Whether a pack's weights are on this machine, without loading a model, and torch only if it must be.

It must be for an open_clip tag whose `repository` the manifest does not name: only open_clip knows it.
"""

from __future__ import annotations

from pathlib import Path

from evals.errors import PackError
from evals.packs._places import REMEDY, hub_cached, published, weights_in
from evals.packs.manifest import PackManifest, TextImageSpec

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
    if spec.folder is not None:
        return "" if weights_in(spec.folder) else f"Put the weights into {spec.folder}."
    if spec.weights is not None:
        return "" if spec.weights.is_file() else f"Put the weights at {spec.weights}."
    if spec.mirrored is not None and weights_in(spec.mirrored):
        return ""
    try:
        found = hub_cached(spec.repository) if spec.repository else _asked(spec)
    except PackError as error:
        return str(error)
    remedy = REMEDY.format(name=manifest.name)
    return "" if found else f"{spec.architecture} ({spec.tag}) is not here: {remedy}."


def _asked(spec: TextImageSpec) -> Path | None:
    from evals.packs._weights import cached_open_clip

    return cached_open_clip(spec.architecture, spec.tag)


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
    remedy = REMEDY.format(name=manifest.name)
    return [
        f"{f.weights.name} is not here: {remedy}."
        if f.origin is not None
        else f"Put the identity model at {f.weights}."
        for f in files
        if not f.weights.is_file()
    ]
