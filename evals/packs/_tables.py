"""Turns the tables of a manifest into records, strictly; `evals.packs.manifest` describes the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from evals.errors import PackError
from evals.packs._fields import Fields
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

__all__ = ["Place", "identity_spec", "perceptual_spec", "table", "text_image_spec"]

_WHERE = ("folder", "architecture", "tag", "weights", "sha256", "repository")
_TEXT_IMAGE = ("library", "licence", "note", "context_length", "preprocess", *_WHERE)
_PREPROCESS = ("size", "mean", "std", "interpolation", "resize_mode")
_STATISTICS = ("same", "other", "reference_spread", "block_spread")
_IDENTITY = (
    "state",
    "detect_at",
    "unsure",
    "smallest_px",
    "search_px",
    "finder",
    "embedder",
    "statistics",
    "masked_statistics",
)
_ORIGIN = ("address", "repository", "file", "revision")
_MODEL_FILE = ("library", "weights", "sha256", "licence", "note", *_ORIGIN)
_PERCEPTUAL = (
    "library", "backbone", "licence", "note", "source", "weights", "sha256", "short_side_px",
)  # fmt: skip
_LIBRARIES = {"finder": ("roundtable", "yunet"), "embedder": ("arcface", "roundtable", "sface")}

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*\Z", re.ASCII)
_FILE = re.compile(r"[A-Za-z0-9][\w.-]*\Z", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


@dataclass(frozen=True)
class Place:
    """Where a manifest lies, and where files that it has pulled lie."""

    manifest: Path
    pulled: Path


def table(values: Mapping[str, object], key: str, path: Path) -> dict[str, object] | None:
    """Return a table of the manifest, None where it has none; PackError for another kind of value."""
    found = values.get(key)
    if found is not None and not isinstance(found, dict):
        raise PackError(f"{path} has {key} = {found!r}; write it as a table, [{key}].")
    return found


def text_image_spec(values: dict[str, object], place: Place) -> TextImageSpec:
    """Read [text_image]."""
    path = place.manifest
    fields = Fields(values, f"{path} [text_image]", _TEXT_IMAGE)
    fields.choice("library", ("open_clip",))
    given = frozenset(key for key in ("folder", "architecture", "tag", "weights") if key in fields)
    if given not in ({"folder"}, {"architecture", "tag"}, {"architecture", "weights"}):
        raise PackError(
            f"{fields.where} must say where the weights are in one way: 'folder',"
            " 'architecture' and 'tag', or 'architecture' and 'weights'."
        )
    is_local = "tag" not in given
    if is_local and "repository" in fields:
        raise PackError(f"{fields.where} has a 'repository' without a 'tag'; leave it out.")
    has_digest = is_local or "sha256" in fields
    preprocess = table(values, "preprocess", path)
    if preprocess is None:
        raise fields.refuse("preprocess", "the table [text_image.preprocess]")
    return TextImageSpec(
        licence=fields.text("licence"),
        note=fields.text("note", default=""),
        context_length=fields.whole("context_length", low=4, high=4096),
        preprocess=_preprocess(preprocess, path),
        architecture="" if "folder" in given else fields.text("architecture"),
        tag="" if is_local else fields.text("tag"),
        repository=_matching(fields, "repository", _REPOSITORY) if "repository" in fields else "",
        weights=fields.inside("weights", path.parent) if "weights" in given else None,
        folder=fields.inside("folder", path.parent) if "folder" in given else None,
        mirrored=None if is_local else place.pulled / "text_image",
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


def perceptual_spec(values: dict[str, object], place: Place) -> PerceptualSpec:
    """Read [perceptual]."""
    path = place.manifest
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
        note=fields.text("note", default=""),
        weights=fields.inside("weights", path.parent) if is_local else None,
        sha256=fields.digest("sha256", is_whole=is_local) if is_local or "sha256" in fields else "",
        short_side_px=_whole_or(fields, "short_side_px", 256, low=64),
    )


def identity_spec(values: dict[str, object], place: Place) -> IdentitySpec:
    """Read [identity] with its finder and its embedder."""
    fields = Fields(values, f"{place.manifest} [identity]", _IDENTITY)
    finder, embedder = (_model_file(values, key, place) for key in ("finder", "embedder"))
    state = _state(fields, embedder)
    band, smallest_px = (0.0, 1.0), 1.0
    if state is StateSource.EMBEDDER:
        low, high = fields.shares("unsure", count=2)
        if low > high:
            raise fields.refuse("unsure", "two numbers from 0 to 1, the smaller one first")
        band, smallest_px = (low, high), float(fields.whole("smallest_px", low=1, high=1024))
    return IdentitySpec(
        finder=finder,
        embedder=embedder,
        detect_at=fields.share("detect_at"),
        unsure=band,
        smallest_px=smallest_px,
        state=state,
        search_px=_whole_or(fields, "search_px", 960, low=64),
        statistics=_statistics(values, "statistics", place),
        masked_statistics=_statistics(values, "masked_statistics", place),
    )


def _statistics(values: dict[str, object], key: str, place: Place) -> LikenessStatistics | None:
    found = table(values, key, place.manifest)
    if found is None:
        return None
    fields = Fields(found, f"{place.manifest} [identity.{key}]", _STATISTICS)
    same, other = fields.shares("same", count=2), fields.shares("other", count=2)
    if same[0] <= other[0] or 0 in {same[1], other[1]}:
        raise fields.refuse("same", "a mean above that of 'other', and spreads above 0")
    if fields.share("reference_spread") == 0:  # no two pictures of anybody are one
        raise fields.refuse("reference_spread", "a spread above 0")
    return LikenessStatistics(
        same=(same[0], same[1]),
        other=(other[0], other[1]),
        reference_spread=fields.share("reference_spread"),
        block_spread=fields.share("block_spread"),
    )


def _state(fields: Fields, embedder: ModelFile) -> StateSource:
    """Say what tells masked from revealed; a pack without such a model must admit it."""
    if embedder.library == "roundtable":
        if "state" in fields:
            fields.choice("state", [source.value for source in StateSource])
            return StateSource(fields.text("state"))
        return StateSource.EMBEDDER
    if "state" not in fields or fields.text("state") != StateSource.NONE.value:
        raise fields.refuse(
            "state", f"\"none\", since '{embedder.library}' cannot tell masked from revealed"
        )
    for key in ("unsure", "smallest_px"):
        if key in fields:
            raise PackError(f'{fields.where} has {key} beside state = "none"; leave it out.')
    return StateSource.NONE


def _model_file(values: dict[str, object], key: str, place: Place) -> ModelFile:
    found = table(values, key, place.manifest)
    if found is None:
        raise PackError(f"{place.manifest} [identity] lacks the table [identity.{key}]; add it.")
    fields = Fields(found, f"{place.manifest} [identity.{key}]", _MODEL_FILE)
    ways = [way for way in ("weights", "address", "repository") if way in fields]
    if len(ways) != 1:
        raise PackError(
            f"{fields.where} must say where the file is in one way: as 'weights' in the pack, at an"
            " 'address', or in a 'repository' of the hub with 'file' and 'revision'."
        )
    origin = None if ways == ["weights"] else _origin(fields)
    is_pinned = origin is None or "sha256" in fields
    sha256 = fields.digest("sha256", is_whole=True) if is_pinned else ""
    if origin is not None and origin.address.startswith("http:") and not sha256:
        raise fields.refuse("sha256", "the digest, without which only https can be trusted")
    return ModelFile(
        library=fields.choice("library", _LIBRARIES[key]),
        weights=(
            fields.inside("weights", place.manifest.parent)
            if origin is None
            else place.pulled / origin.file
        ),
        sha256=sha256,
        licence=fields.text("licence"),
        origin=origin,
        note=fields.text("note", default=""),
    )


def _origin(fields: Fields) -> Origin:
    if "repository" in fields:
        return Origin(
            repository=_matching(fields, "repository", _REPOSITORY),
            file=_matching(fields, "file", _FILE),
            revision=_matching(fields, "revision", _COMMIT),
        )
    address = fields.text("address")
    file = urlsplit(address).path.rpartition("/")[2]
    if urlsplit(address).scheme not in {"https", "http"} or not _FILE.match(file):
        raise fields.refuse("address", "an https address that ends with the name of a file")
    return Origin(address=address, file=file)


_NEEDS = {
    "repository": "a repository of the hub, 'owner/name'",
    "file": "the name of a file, without folders",
    "revision": "a commit of the repository, 40 hexadecimal digits",
}


def _matching(fields: Fields, key: str, pattern: re.Pattern[str]) -> str:
    if key not in fields or not pattern.match(fields.text(key)):
        raise fields.refuse(key, _NEEDS[key])
    return fields.text(key)


def _whole_or(fields: Fields, key: str, default: int, *, low: int) -> int:
    return fields.whole(key, low=low, high=8192) if key in fields else default
