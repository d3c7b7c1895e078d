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

Identity has two models, each with its library, weights, digest and licence, and the thresholds by which a
face's state is decided (`evals.packs.identity` explains them):

    [identity]                            [identity.finder]        [identity.embedder]
    detect_at = 0.35                      library = "roundtable"   library = "roundtable"
    unsure = [0.3, 0.7]                   weights = "..."          weights = "..."
    smallest_px = 14                      sha256 = "..."           sha256 = "..."
                                          licence = "Apache-2.0"   licence = "Apache-2.0"

How alike the embedder's vectors of one person and of two are, measured on persons that it never saw, may
be told, too; without it likeness cannot be turned into a probability (`evals.metrics.identity.likeness`):

    [identity.statistics]
    same = [0.71, 0.09]                   # mean and spread of the likeness of takes with their person
    other = [0.06, 0.17]                  # and with somebody else
    reference_spread = 0.09               # of one person's references around their mean
    block_spread = 0.05                   # of half-second blocks of one take around their mean
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evals.errors import PackError
from evals.packs._fields import Fields, nearest

__all__ = [
    "IdentitySpec",
    "LikenessStatistics",
    "ModelFile",
    "PackManifest",
    "PerceptualSpec",
    "Preprocess",
    "TextImageSpec",
    "find_pack",
    "list_packs",
    "read_pack",
]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")
_PACK = ("name", "version", "is_demo", "description", "text_image", "perceptual", "identity")
_WHERE = ("folder", "architecture", "tag", "weights", "sha256")
_TEXT_IMAGE = ("library", "licence", "context_length", "preprocess", *_WHERE)
_PREPROCESS = ("size", "mean", "std", "interpolation", "resize_mode")
_IDENTITY = ("detect_at", "unsure", "smallest_px", "finder", "embedder", "statistics")
_STATISTICS = ("same", "other", "reference_spread", "block_spread")
_MODEL_FILE = ("library", "weights", "sha256", "licence")
_PERCEPTUAL = ("library", "backbone", "licence", "source", "weights", "sha256", "short_side_px")


@dataclass(frozen=True, kw_only=True)
class Preprocess:
    """How a picture becomes the model's input."""

    size: int
    """Side of the square input, in pixels."""
    mean: tuple[float, float, float]
    """Subtracted from red, green, blue in 0-1."""
    std: tuple[float, float, float]
    """Then divided by this."""
    interpolation: str
    """`bicubic` or `bilinear`."""
    resize_mode: str
    """`squash` to the square, `shortest` side then centre crop, or `longest` side then black borders."""


@dataclass(frozen=True, kw_only=True)
class TextImageSpec:
    """An open_clip model."""

    licence: str
    context_length: int
    """Tokens that one text may have, special tokens included."""
    preprocess: Preprocess
    architecture: str = ""
    """Name of a built-in open_clip architecture; empty where `folder` is given."""
    tag: str = ""
    """open_clip's name for the weights at their usual source."""
    weights: Path | None = None
    """A weights file in the pack."""
    folder: Path | None = None
    """A folder in the pack with `open_clip_config.json`, one weights file, and the tokenizer."""
    sha256: str = ""
    """Digest of the weights file; empty only for a tag whose digest is not known."""


@dataclass(frozen=True, kw_only=True)
class PerceptualSpec:
    """An LPIPS metric; the linear heads come with the `lpips` package, the backbone does not."""

    backbone: str
    """`alex`, `vgg` or `squeeze`."""
    licence: str
    weights: Path | None = None
    """The backbone's state dict, a file in the pack; None: torchvision's own, from torch hub's cache."""
    sha256: str = ""
    """Digest of that file, or its first digits."""
    short_side_px: int = 256
    """Frames with a longer short side are shrunk to this."""


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """One model in one file of the pack."""

    library: str
    """Whose code runs it; `roundtable` is our own."""
    weights: Path
    sha256: str
    licence: str


@dataclass(frozen=True, kw_only=True)
class LikenessStatistics:
    """How alike vectors are, as mean cosines of a take's faces with single references."""

    same: tuple[float, float]
    """Mean and standard deviation over takes and their own person."""
    other: tuple[float, float]
    """Mean and standard deviation over takes and somebody else."""
    reference_spread: float
    """Standard deviation of one person's references around their mean."""
    block_spread: float
    """Standard deviation of half-second blocks of a take around their mean."""


@dataclass(frozen=True, kw_only=True)
class IdentitySpec:
    """A face finder, an embedder, and when a face counts as what."""

    finder: ModelFile
    embedder: ModelFile
    detect_at: float
    """Score from which a face counts as found, 0-1."""
    unsure: tuple[float, float]
    """Probability of being revealed between which the state of a face is unsure, 0-1."""
    smallest_px: float
    """Height of a face in the frame below which its state is unsure."""
    statistics: LikenessStatistics | None = None
    """None: likeness is not calibrated."""


@dataclass(frozen=True, kw_only=True)
class PackManifest:
    """One model pack."""

    name: str
    version: str
    is_demo: bool
    """A demo pack proves the path; its scores say nothing about real films."""
    description: str
    folder: Path
    text_image: TextImageSpec | None = None
    perceptual: PerceptualSpec | None = None
    identity: IdentitySpec | None = None
    fingerprint: str = field(default="")
    """SHA-256 of the manifest's bytes: changes whenever anything declared changes."""


def read_pack(folder: Path) -> PackManifest:
    """Read `pack.toml` in a folder.

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
    text_image = _table(values, "text_image", path)
    perceptual = _table(values, "perceptual", path)
    identity = _table(values, "identity", path)
    return PackManifest(
        name=name,
        version=fields.text("version"),
        is_demo=fields.flag("is_demo"),
        description=fields.text("description"),
        folder=folder,
        text_image=None if text_image is None else _text_image(text_image, path),
        perceptual=None if perceptual is None else _perceptual(perceptual, path),
        identity=None if identity is None else _identity(identity, path),
        fingerprint=hashlib.sha256(raw).hexdigest(),
    )


def find_pack(name: str, folders: Sequence[Path]) -> PackManifest:
    """Return the pack of that name; the first folder that has it wins.

    Raises PackError with the nearest known spelling when no folder has it.
    """
    known = _pack_folders(folders)
    if name not in known:
        raise PackError(f"There is no model pack '{name}'{nearest(name, list(known))}")
    return read_pack(known[name])


def list_packs(folders: Sequence[Path]) -> tuple[PackManifest, ...]:
    """Return all packs, sorted by name; a name that several folders have is taken from the first."""
    return tuple(read_pack(folder) for _, folder in sorted(_pack_folders(folders).items()))


def _pack_folders(folders: Sequence[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in folders:
        for manifest in sorted(folder.glob("*/pack.toml")):
            found.setdefault(manifest.parent.name, manifest.parent)
    return found


def _table(values: dict[str, object], key: str, path: Path) -> dict[str, object] | None:
    table = values.get(key)
    if table is not None and not isinstance(table, dict):
        raise PackError(f"{path} has {key} = {table!r}; write it as a table, [{key}].")
    return table


def _text_image(values: dict[str, object], path: Path) -> TextImageSpec:
    fields = Fields(values, f"{path} [text_image]", _TEXT_IMAGE)
    fields.choice("library", ("open_clip",))
    given = frozenset(key for key in ("folder", "architecture", "tag", "weights") if key in fields)
    if given not in ({"folder"}, {"architecture", "tag"}, {"architecture", "weights"}):
        raise PackError(
            f"{fields.where} must say where the weights are in one way: 'folder',"
            " 'architecture' and 'tag', or 'architecture' and 'weights'."
        )
    is_local = "tag" not in given
    has_digest = is_local or "sha256" in fields
    preprocess = _table(values, "preprocess", path)
    if preprocess is None:
        raise fields.refuse("preprocess", "the table [text_image.preprocess]")
    return TextImageSpec(
        licence=fields.text("licence"),
        context_length=fields.whole("context_length", low=4, high=4096),
        preprocess=_preprocess(preprocess, path),
        architecture="" if "folder" in given else fields.text("architecture"),
        tag="" if is_local else fields.text("tag"),
        weights=fields.inside("weights", path.parent) if "weights" in given else None,
        folder=fields.inside("folder", path.parent) if "folder" in given else None,
        sha256=fields.digest("sha256", is_whole=is_local) if has_digest else "",
    )


def _preprocess(values: dict[str, object], path: Path) -> Preprocess:
    fields = Fields(values, f"{path} [text_image.preprocess]", _PREPROCESS)
    return Preprocess(
        size=fields.whole("size", low=16, high=2048),
        mean=fields.triple("mean", above=-1e-9),
        std=fields.triple("std", above=0),
        interpolation=fields.choice("interpolation", ("bicubic", "bilinear")),
        resize_mode=fields.choice("resize_mode", ("squash", "shortest", "longest")),
    )


def _perceptual(values: dict[str, object], path: Path) -> PerceptualSpec:
    fields = Fields(values, f"{path} [perceptual]", _PERCEPTUAL)
    fields.choice("library", ("lpips",))
    if ("source" in fields) == ("weights" in fields):
        raise PackError(
            f"{fields.where} must give either source = \"torchvision\" or a file as 'weights'."
        )
    is_local = "weights" in fields
    if not is_local:
        fields.choice("source", ("torchvision",))
    return PerceptualSpec(
        backbone=fields.choice("backbone", ("alex", "vgg", "squeeze")),
        licence=fields.text("licence"),
        weights=fields.inside("weights", path.parent) if is_local else None,
        sha256=fields.digest("sha256", is_whole=is_local) if is_local or "sha256" in fields else "",
        short_side_px=(
            fields.whole("short_side_px", low=64, high=2048) if "short_side_px" in fields else 256
        ),
    )


def _identity(values: dict[str, object], path: Path) -> IdentitySpec:
    fields = Fields(values, f"{path} [identity]", _IDENTITY)
    low, high = fields.shares("unsure", count=2)
    if low > high:
        raise fields.refuse("unsure", "two numbers from 0 to 1, the smaller one first")
    return IdentitySpec(
        finder=_model_file(values, "finder", path),
        embedder=_model_file(values, "embedder", path),
        detect_at=fields.share("detect_at"),
        unsure=(low, high),
        smallest_px=float(fields.whole("smallest_px", low=1, high=1024)),
        statistics=_statistics(_table(values, "statistics", path), path),
    )


def _statistics(values: dict[str, object] | None, path: Path) -> LikenessStatistics | None:
    if values is None:
        return None
    fields = Fields(values, f"{path} [identity.statistics]", _STATISTICS)
    same, other = fields.shares("same", count=2), fields.shares("other", count=2)
    if same[0] <= other[0] or 0 in {same[1], other[1]}:
        raise fields.refuse("same", "a mean above that of 'other', and spreads above 0")
    return LikenessStatistics(
        same=(same[0], same[1]),
        other=(other[0], other[1]),
        reference_spread=fields.share("reference_spread"),
        block_spread=fields.share("block_spread"),
    )


def _model_file(values: dict[str, object], key: str, path: Path) -> ModelFile:
    table = _table(values, key, path)
    if table is None:
        raise PackError(f"{path} [identity] lacks the table [identity.{key}]; add it.")
    fields = Fields(table, f"{path} [identity.{key}]", _MODEL_FILE)
    return ModelFile(
        library=fields.choice("library", ("roundtable",)),
        weights=fields.inside("weights", path.parent),
        sha256=fields.digest("sha256", is_whole=True),
        licence=fields.text("licence"),
    )
