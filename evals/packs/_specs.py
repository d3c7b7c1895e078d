"""What a manifest says of each model, as records; `evals.packs.manifest` describes the file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

__all__ = [
    "IdentitySpec",
    "LikenessStatistics",
    "ModelFile",
    "Origin",
    "PerceptualSpec",
    "Preprocess",
    "StateSource",
    "TextImageSpec",
]


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
class Origin:
    """From where `packs pull` fetches one file."""

    file: str
    """Name of the file there, in a mirror, and here."""
    address: str = ""
    """An https address; or"""
    repository: str = ""
    """a repository of the hub, `owner/name`,"""
    revision: str = ""
    """at a commit of it."""

    def __str__(self) -> str:
        return self.address or f"hub:{self.repository}@{self.revision}/{self.file}"


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
    repository: str = ""
    """The hub's repository behind the tag; saves asking open_clip, which takes seconds to import."""
    weights: Path | None = None
    """A weights file in the pack."""
    folder: Path | None = None
    """A folder in the pack with `open_clip_config.json`, one weights file, and the tokenizer."""
    mirrored: Path | None = None
    """Where `pull --mirror` puts a tag's files; the libraries' caches are asked when it is not there."""
    sha256: str = ""
    """Digest of the weights file; empty only for a tag whose digest is not known."""
    note: str = ""
    """What else a user of the weights should know, a sentence."""


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
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """One model in one file."""

    library: str
    """Whose code runs it; `roundtable` is our own."""
    weights: Path
    """Where the file lies, or will lie once it was pulled."""
    sha256: str
    """Its digest; empty only for a pulled file whose digest nobody has written down yet."""
    licence: str
    origin: Origin | None = None
    """None: the file belongs to the pack itself."""
    note: str = ""


class StateSource(StrEnum):
    """What tells whether a face is masked or revealed."""

    EMBEDDER = "embedder"
    """The embedder's own second answer; only `roundtable` embedders have one."""
    NONE = "none"
    """Nothing: the state of every face is `unsure`."""


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
    state: StateSource = StateSource.EMBEDDER
    search_px: int = 960
    """A `yunet` finder sees frames with a longer side shrunk to this."""
    statistics: LikenessStatistics | None = None
    """None: likeness is not calibrated."""
    masked_statistics: LikenessStatistics | None = None
    """Of masked faces against unmasked references; None: nobody measured them."""
