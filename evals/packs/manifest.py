"""What a model pack says of itself, in the file `pack.toml` of its folder; no model is touched here.

A pack is a folder named like the pack. Its manifest gives, for each model, where the weights are, their
digest, their licence, and everything that decides a score and that a library would otherwise guess:

    name = "standard"                     [text_image.preprocess]
    version = "1"                         size = 256
    is_demo = false                       mean = [0.5, 0.5, 0.5]
    description = "..."                   std = [0.5, 0.5, 0.5]
                                          interpolation = "bicubic"
    [text_image]                          resize_mode = "squash"
    library = "open_clip"
    architecture = "ViT-B-16-SigLIP2-256" [perceptual]
    tag = "webli"                         library = "lpips"
    context_length = 64                   backbone = "alex"
    licence = "Apache-2.0"                source = "torchvision"
                                          licence = "BSD-3-Clause"

| the weights are      | `[text_image]` says                   | `[perceptual]` says        | sha256     |
|----------------------|---------------------------------------|----------------------------|------------|
| at the usual source  | `architecture`, `tag`                 | `source = "torchvision"`   | may be cut |
| a file in the pack   | `architecture`, `weights`             | `weights`                  | required   |
| a folder in the pack | `folder` (config, weights, tokenizer) |                            | required   |

For a tag, `repository` may name the hub's repository behind it, so that `packs list` need not ask open_clip.

Identity has two models, each with its library, weights, digest and licence, and the thresholds by which a
face's state is decided (`evals.packs.identity` explains them). Here weights are a file of the pack, or come
from an https `address`, or from a `repository` of the hub with `file` and `revision`; only then may sha256
be cut:

    [identity]                            [identity.finder]        [identity.embedder]
    state = "embedder"                    library = "yunet"        library = "arcface"
    detect_at = 0.35                      address = "https://..."  repository = "owner/name"
    unsure = [0.3, 0.7]                   sha256 = "..."           file = "name.onnx"
    smallest_px = 14                      licence = "MIT"          revision = "..."
                                                                   licence = "Apache-2.0"

`state` says what tells a masked face from a revealed one: the embedder's own second answer (`roundtable`
only), or `"none"`, where every face is unsure and `unsure` and `smallest_px` are left out.

Every model may have a `note`, a sentence that `packs licences` repeats. A digest that the manifest leaves
out is found by `packs pull` and kept in the pack's lock (`evals.packs.lock`).

`uses_morph = false` leaves the morph detector out that comes with the product.

How alike the embedder's vectors of one person and of two are, measured on persons that it never saw, may
be told, too; without it likeness cannot be turned into a probability (`evals.metrics.identity.likeness`):

    [identity.statistics]
    same = [0.71, 0.09]                   # mean and spread of the likeness of takes with their person
    other = [0.06, 0.17]                  # and with somebody else
    reference_spread = 0.09               # of one person's references around their mean
    block_spread = 0.05                   # of half-second blocks of one take around their mean

`[identity.masked_statistics]` says the same of takes with masked faces, against unmasked references.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from evals.errors import PackError
from evals.packs._fields import Fields, nearest
from evals.packs._places import published
from evals.packs._specs import (
    IdentitySpec,
    LikenessStatistics,
    ModelFile,
    Origin,
    PerceptualSpec,
    Preprocess,
    StateSource,
    TextImageSpec,
)
from evals.packs._tables import Place, identity_spec, perceptual_spec, table, text_image_spec
from evals.packs.lock import Pin, read_lock

__all__ = [
    "IdentitySpec",
    "LikenessStatistics",
    "ModelFile",
    "Origin",
    "PackManifest",
    "PerceptualSpec",
    "Preprocess",
    "StateSource",
    "TextImageSpec",
    "find_pack",
    "list_packs",
    "read_pack",
]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")
_PACK = (
    "name",
    "version",
    "is_demo",
    "description",
    "uses_morph",
    "text_image",
    "perceptual",
    "identity",
)


@dataclass(frozen=True, kw_only=True)
class PackManifest:
    """One model pack."""

    name: str
    version: str
    is_demo: bool
    """A demo pack proves the path; its scores say nothing about real films."""
    description: str
    folder: Path
    store: Path
    """Where `packs pull` puts files (in a folder named like the pack) and the pack's lock."""
    text_image: TextImageSpec | None = None
    perceptual: PerceptualSpec | None = None
    identity: IdentitySpec | None = None
    uses_morph: bool = True
    """Whether the product's own morph detector joins in."""
    fingerprint: str = field(default="")
    """SHA-256 of the manifest's bytes: changes whenever anything declared changes."""
    locked: frozenset[str] = frozenset()
    """Models, such as `identity.finder`, whose digest comes from the lock."""

    @property
    def sources(self) -> dict[str, str]:
        """Model -> where it is pulled from; models that are files of the pack are not in it."""
        found = {}
        if self.text_image is not None and self.text_image.tag:
            found["text_image"] = f"open_clip:{self.text_image.architecture}/{self.text_image.tag}"
        if self.perceptual is not None and self.perceptual.weights is None:
            found["perceptual"] = published(self.perceptual.backbone)[0]
        if self.identity is not None:
            for name, file in (
                ("finder", self.identity.finder),
                ("embedder", self.identity.embedder),
            ):
                if file.origin is not None:
                    found[f"identity.{name}"] = str(file.origin)
        return found


def read_pack(folder: Path, *, store: Path | None = None) -> PackManifest:
    """Read `pack.toml` in a folder, and the lock of the pack in `store` (default: beside the folder).

    Raises PackError naming the file, the key and the remedy.
    """
    path = folder / "pack.toml"
    try:
        raw = path.read_bytes()
        values = tomllib.loads(raw.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"{path} cannot be read as a pack manifest: {error}.") from error
    fields = Fields(values, str(path), _PACK)
    name = fields.text("name")
    if not _NAME.match(name) or name != folder.name:
        raise fields.refuse("name", f"the name of its folder, '{folder.name}', in small letters")
    store = folder.parent if store is None else store
    place = Place(path, store / name)
    text_image = table(values, "text_image", path)
    perceptual = table(values, "perceptual", path)
    identity = table(values, "identity", path)
    manifest = PackManifest(
        name=name,
        version=fields.text("version"),
        is_demo=fields.flag("is_demo"),
        description=fields.text("description"),
        folder=folder,
        store=store,
        text_image=None if text_image is None else text_image_spec(text_image, place),
        perceptual=None if perceptual is None else perceptual_spec(perceptual, place),
        uses_morph="uses_morph" not in fields or fields.flag("uses_morph"),
        identity=None if identity is None else identity_spec(identity, place),
        fingerprint=hashlib.sha256(raw).hexdigest(),
    )
    return _with_pins(manifest, read_lock(store, name))


def _with_pins(manifest: PackManifest, pins: Mapping[str, Pin]) -> PackManifest:
    """Fill in digests that the manifest leaves out, or of which it gives the first digits only."""
    sources = manifest.sources
    valid = {m: pin.sha256 for m, pin in pins.items() if sources.get(m) == pin.source}
    changed: set[str] = set()

    def digest(model: str, given: str) -> str:
        found = valid.get(model, "")
        if len(given) == 64 or not found or not found.startswith(given):
            return given
        changed.add(model)
        return found

    seen, felt, faces = manifest.text_image, manifest.perceptual, manifest.identity
    if seen is not None:
        seen = replace(seen, sha256=digest("text_image", seen.sha256))
    if felt is not None:
        felt = replace(felt, sha256=digest("perceptual", felt.sha256))
    if faces is not None:
        finder, embedder = faces.finder, faces.embedder
        finder = replace(finder, sha256=digest("identity.finder", finder.sha256))
        embedder = replace(embedder, sha256=digest("identity.embedder", embedder.sha256))
        faces = replace(faces, finder=finder, embedder=embedder)
    return replace(
        manifest, text_image=seen, perceptual=felt, identity=faces, locked=frozenset(changed)
    )


def find_pack(name: str, folders: Sequence[Path], *, store: Path | None = None) -> PackManifest:
    """Return the pack of that name; the first folder that has it wins.

    `store` is where files that were pulled lie. Raises PackError with the nearest known spelling when no
    folder has the pack.
    """
    known = _pack_folders(folders)
    if name not in known:
        raise PackError(f"There is no model pack '{name}'{nearest(name, list(known))}")
    return read_pack(known[name], store=store)


def list_packs(folders: Sequence[Path], *, store: Path | None = None) -> tuple[PackManifest, ...]:
    """Return all packs, sorted by name; a name that several folders have is taken from the first."""
    found = sorted(_pack_folders(folders).items())
    return tuple(read_pack(folder, store=store) for _, folder in found)


def _pack_folders(folders: Sequence[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in folders:
        for manifest in sorted(folder.glob("*/pack.toml")):
            found.setdefault(manifest.parent.name, manifest.parent)
    return found
