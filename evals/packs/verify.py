"""Whether a pack can be trusted on this machine: digests, loading, and a trial of every model.

Nothing is downloaded. A run refuses the same models for the same reasons; this says so beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evals.errors import PackError
from evals.packs.availability import Unavailable
from evals.packs.manifest import PackManifest

__all__ = ["Check", "verify_pack"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """What came of one model."""

    model: str
    """`text_image`, `perceptual` or `identity`."""
    is_passed: bool
    digest: str
    """Who vouches for the weights: `manifest`, `lock`, `publisher`, or `nobody` before the first pull."""
    reason: str
    """Empty when it passed; else what is wrong, and the remedy."""


def verify_pack(
    manifest: PackManifest, device: str, *, say: Callable[[str], None]
) -> tuple[Check, ...]:
    """Load and try every model of a pack on `cpu` or `cuda`; `say` hears which is under way."""
    checks = []
    for model, run in _trials(manifest, device):
        say(f"Trying {model} of pack '{manifest.name}'")
        reason = run()
        checks.append(
            Check(
                model=model,
                is_passed=not reason,
                digest=_voucher(manifest, model),
                reason=reason,
            )
        )
    return tuple(checks)


def _trials(manifest: PackManifest, device: str) -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield (model, what tries it and returns the reason against it)."""
    if manifest.text_image is not None:
        yield "text_image", lambda: _text_image(manifest, device)
    if manifest.perceptual is not None:
        yield "perceptual", lambda: _perceptual(manifest, device)
    if manifest.identity is not None:
        yield "identity", lambda: _identity(manifest, device)


def _text_image(manifest: PackManifest, device: str) -> str:
    from evals.packs.text_image import load_text_image

    answer = load_text_image(manifest, device)
    return answer.reason if isinstance(answer, Unavailable) else ""


def _perceptual(manifest: PackManifest, device: str) -> str:
    from evals.packs.perceptual import load_perceptual, require_order

    answer = load_perceptual(manifest, device)
    if isinstance(answer, Unavailable):
        return answer.reason
    try:  # loading trusts torchvision's own digest; here even those weights must show it
        require_order(answer, f"The LPIPS model of pack '{manifest.name}'")
    except PackError as error:
        return str(error)
    return ""


def _identity(manifest: PackManifest, device: str) -> str:
    from evals.packs.identity import load_identity

    answer = load_identity(manifest, device)
    return answer.reason if isinstance(answer, Unavailable) else ""


def _voucher(manifest: PackManifest, model: str) -> str:
    """Say whose digest the weights had to match, the weakest of a model's files."""
    seen, felt, faces = manifest.text_image, manifest.perceptual, manifest.identity
    digests = {
        "text_image": [seen.sha256] if seen is not None else [],
        "perceptual": [felt.sha256] if felt is not None else [],
        "identity": [faces.finder.sha256, faces.embedder.sha256] if faces is not None else [],
    }
    if not all(digests[model]):
        return "publisher" if model == "perceptual" else "nobody"
    is_locked = any(name.split(".")[0] == model for name in manifest.locked)
    return "lock" if is_locked else "manifest"
