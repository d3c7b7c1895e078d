"""Fetches weights from their usual source or a mirror; only the command `roundtable packs pull` does so.

| model                    | comes through                            | lies then in                    |
|--------------------------|------------------------------------------|---------------------------------|
| open_clip tag            | open_clip and the hub's client (resumes) | the hub's cache                 |
| LPIPS backbone           | our own client, torchvision's address    | torch hub's cache               |
| face model, `address`    | our own client                           | the store, in the pack's folder |
| face model, `repository` | the hub's client (resumes)               | the store, in the pack's folder |

A mirror is a folder with the same files by their names (`face_detection_yunet_2023mar.onnx`,
`alexnet-owt-7be5be79.pth`), and for an open_clip tag a copy of its hub repository, in a folder named like
the repository without its owner (`ViT-B-16-SigLIP2-256/`). With a mirror no connection is opened.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from evals.errors import PackError
from evals.packs._fetch import fetch
from evals.packs._places import HUB_WEIGHTS, WEIGHTS_ENDINGS, published, weights_in
from evals.packs.lock import Pin, pin
from evals.packs.manifest import ModelFile, Origin, PackManifest, PerceptualSpec, TextImageSpec
from tracker.actions.report import Progress, SilentProgress

__all__ = ["PulledFile", "pull"]

_BESIDE_WEIGHTS = (".json", ".model", ".txt")
"""What a hub repository of an open_clip model holds beside weights: its config and its tokenizer."""


@dataclass(frozen=True, kw_only=True)
class PulledFile:
    """A weights file that is now on this machine."""

    model: str
    """Which model of the pack it is, such as `identity.finder`."""
    path: Path
    sha256: str


def pull(
    manifest: PackManifest,
    say: Callable[[str], None],
    *,
    mirror: Path | None = None,
    progress: Progress | None = None,
) -> tuple[PulledFile, ...]:
    """Fetch what the pack takes from elsewhere, verify it, and pin digests that the manifest leaves out.

    `say` receives one line per step. Weights that are files of the pack are left alone, and files that are
    here already are only verified. Raises PackError when a source cannot be reached, a mirror lacks a file,
    or a digest is another one; what was pulled before stays, and is pinned.
    """
    if mirror is not None and not mirror.is_dir():
        raise PackError(f"{mirror} is no folder; give --mirror a folder with the pack's files.")
    source = _Source(mirror, progress or SilentProgress())
    pulled = []
    for model, what, get in _steps(manifest, source):
        say(f"{model}: {what}")
        path, sha256 = get()
        say(f"{path} has SHA-256 {sha256}")
        if not _is_declared(manifest, model, sha256):
            pin(manifest.store, manifest.name, {model: Pin(manifest.sources[model], sha256)})
            say(f"{model} is pinned to it from now on.")
        pulled.append(PulledFile(model=model, path=path, sha256=sha256))
    return tuple(pulled)


_S = TypeVar("_S")
_Step = tuple[str, str, Callable[[], tuple[Path, str]]]


def _steps(manifest: PackManifest, source: _Source) -> Iterator[_Step]:
    """Yield (model, what it is, how to get it), the small files first."""
    faces, felt, seen = manifest.identity, manifest.perceptual, manifest.text_image
    for name, file in (("finder", faces.finder), ("embedder", faces.embedder)) if faces else ():
        if file.origin is not None:
            yield f"identity.{name}", str(file.origin), _bound(source.face, file)
    if felt is not None and felt.weights is None:
        yield (
            "perceptual",
            f"backbone {felt.backbone} of torchvision",
            _bound(source.backbone, felt),
        )
    if seen is not None and seen.tag:
        what = f"{seen.architecture} ({seen.tag}) of open_clip"
        yield "text_image", what, _bound(source.text_image, seen)


def _is_declared(manifest: PackManifest, model: str, sha256: str) -> bool:
    """Say whether the manifest, or the lock already, gives the whole digest."""
    faces = manifest.identity
    specs: dict[str, TextImageSpec | PerceptualSpec | ModelFile | None] = {
        "text_image": manifest.text_image,
        "perceptual": manifest.perceptual,
        "identity.finder": None if faces is None else faces.finder,
        "identity.embedder": None if faces is None else faces.embedder,
    }
    spec = specs[model]
    return spec is not None and spec.sha256 == sha256


@dataclass(frozen=True)
class _Source:
    """Where files come from: a mirror, or their usual places."""

    mirror: Path | None
    progress: Progress

    def face(self, file: ModelFile) -> tuple[Path, str]:
        """Bring a face model into the store."""
        origin = file.origin
        assert origin is not None  # noqa: S101 - files of the pack itself are no step of a pull
        if here := _digest_here(file.weights, file.sha256):
            return file.weights, here
        if self.mirror is not None:
            return self._mirrored(origin.file, file.weights, file.sha256)
        if origin.address:
            sha256 = fetch(origin.address, file.weights, sha256=file.sha256, progress=self.progress)
            return file.weights, sha256
        return _from_hub(origin, file)

    def backbone(self, spec: PerceptualSpec) -> tuple[Path, str]:
        """Bring an LPIPS backbone into torch hub's cache."""
        address, path, official = published(spec.backbone)
        wanted = spec.sha256 or official
        if here := _digest_here(path, wanted):
            return path, here
        if self.mirror is not None:
            return self._mirrored(path.name, path, wanted)
        return path, fetch(address, path, sha256=wanted, progress=self.progress)

    def text_image(self, spec: TextImageSpec) -> tuple[Path, str]:
        """Bring an open_clip tag into the hub's cache, or a mirror's copy of it into the store."""
        import open_clip

        from evals.packs._weights import LOADING_ERRORS, cached_open_clip, verify

        # Refuses a misspelt tag before anything is fetched.
        cached_open_clip(spec.architecture, spec.tag, spec.repository)
        config = open_clip.get_pretrained_cfg(spec.architecture, spec.tag)
        if self.mirror is not None:
            return self._mirrored_repository(spec, str(config.get("hf_hub") or config["url"]))
        mirrored = spec.mirrored and weights_in(spec.mirrored)
        if mirrored and (here := _digest_here(mirrored, spec.sha256)):
            return mirrored, here
        what = f"{spec.architecture} ({spec.tag})"
        try:
            path = Path(open_clip.download_pretrained(config))
            open_clip.get_tokenizer(spec.architecture)
        except LOADING_ERRORS as error:
            raise _unreachable(what, error) from error
        digest = verify(path, spec.sha256)
        if mirrored:  # a copy with another digest would be taken before the hub's cache
            mirrored.unlink()
        return path, digest

    def _mirrored(self, name: str, target: Path, sha256: str) -> tuple[Path, str]:
        from evals.packs._weights import verify

        found = self._in_mirror(name)
        digest = verify(found, sha256)
        _copy_whole(found, target)
        return target, digest

    def _mirrored_repository(self, spec: TextImageSpec, source: str) -> tuple[Path, str]:
        from evals.packs._weights import verify

        assert spec.mirrored is not None  # noqa: S101 - every tag has this place
        owner, _, name = source.rpartition("/")
        is_hub = "://" not in source
        if is_hub and name == "":
            folder = self._in_mirror(owner.rpartition("/")[2])
            names = [n for n in HUB_WEIGHTS if (folder / n).is_file()]
            if not names:
                raise PackError(
                    f"{folder} lacks {HUB_WEIGHTS[0]}; copy the whole repository there."
                )
            weights = folder / names[0]
        else:
            weights = self._in_mirror(f"{owner.rpartition('/')[2]}/{name}" if is_hub else name)
        digest = verify(weights, spec.sha256)
        beside = [p for p in weights.parent.iterdir() if p.suffix in _BESIDE_WEIGHTS and is_hub]
        for file in (*beside, weights):
            _copy_whole(file, spec.mirrored / file.name)
        for old in spec.mirrored.iterdir():  # another format of an earlier pull would make two
            if old.suffix in WEIGHTS_ENDINGS and old.name != weights.name:
                old.unlink()
        return spec.mirrored / weights.name, digest

    def _in_mirror(self, name: str) -> Path:
        found = (self.mirror or Path()) / name
        if not found.exists():
            raise PackError(f"The mirror {self.mirror} has no '{name}'; copy it there.")
        return found


def _bound(get: Callable[[_S], tuple[Path, str]], spec: _S) -> Callable[[], tuple[Path, str]]:
    return lambda: get(spec)


def _digest_here(path: Path, sha256: str) -> str:
    """Return the digest of a file that is here already; nothing when it is absent or another one."""
    from evals.packs._weights import verify

    try:
        return verify(path, sha256) if path.is_file() else ""
    except PackError:
        return ""


def _copy_whole(source: Path, target: Path) -> None:
    """Copy a file; the target appears complete or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(source, half)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def _from_hub(origin: Origin, file: ModelFile) -> tuple[Path, str]:
    """Let the hub's client fetch into its own cache, then keep a copy in the store."""
    from huggingface_hub import hf_hub_download

    from evals.packs._weights import LOADING_ERRORS, verify

    try:
        fetched = Path(hf_hub_download(origin.repository, origin.file, revision=origin.revision))
    except LOADING_ERRORS as error:
        raise _unreachable(str(origin), error) from error
    digest = verify(fetched, file.sha256)
    _copy_whole(fetched, file.weights)
    return file.weights, digest


def _unreachable(what: str, error: Exception) -> PackError:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return PackError(
        f"{what} could not be fetched ({lines[0][:200]}); connect this machine to its source, or use"
        " --mirror with a folder of the files."
    )
