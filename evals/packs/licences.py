"""What the licences of a pack's code and weights allow a studio to do; facts to act on, not legal advice.

A model is code that runs it and weights that somebody trained; both need a licence that allows commercial
use. Licences are named as SPDX does. One that is not in the table is `unknown`: it is flagged, and a person
reads it. One that forbids commercial use keeps its pack from scoring any production but a demo.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from evals.packs.manifest import (
    ModelFile,
    PackManifest,
    PerceptualSpec,
    StateSource,
    TextImageSpec,
)

__all__ = [
    "Commercial",
    "Licence",
    "ModelLicence",
    "known_licence",
    "licences",
    "non_commercial",
    "worst",
]


class Commercial(StrEnum):
    """Whether commercial use is allowed."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


def worst(found: Iterable[Commercial]) -> Commercial:
    """Return the worst of some answers; of none that it is allowed."""
    answers = set(found)
    for verdict in (Commercial.FORBIDDEN, Commercial.UNKNOWN):
        if verdict in answers:
            return verdict
    return Commercial.ALLOWED


@dataclass(frozen=True)
class Licence:
    """One licence."""

    name: str
    commercial: Commercial
    conditions: str
    """What it asks of whoever uses or passes on the work, a sentence."""


@dataclass(frozen=True, kw_only=True)
class ModelLicence:
    """The licences of one model of a pack."""

    model: str
    """`text_image`, `perceptual`, `identity.finder` or `identity.embedder`."""
    what: str
    """Which model it is."""
    code: Licence
    weights: Licence
    note: str
    """What else a user should know."""

    @property
    def commercial(self) -> Commercial:
        """The worse of code and weights."""
        return worst((self.code.commercial, self.weights.commercial))


_KEEP = "Keep the copyright notice and the licence text with copies."
_NO_COMMERCE = "No commercial use; name the author."
_KNOWN = {
    "Apache-2.0": f"{_KEEP} State changes; patent claims against the work end the licence.",
    "BSD-2-Clause": _KEEP,
    "BSD-3-Clause": f"{_KEEP} No advertising with the authors' names.",
    "CC-BY-4.0": "Name the author, link the licence, say what was changed.",
    "CC-BY-SA-4.0": "Name the author; pass changed versions on under the same licence.",
    "CC0-1.0": "None.",
    "ISC": _KEEP,
    "MIT": _KEEP,
    "Unlicense": "None.",
}
_FORBIDDEN = {
    "CC-BY-NC-4.0": _NO_COMMERCE,
    "CC-BY-NC-ND-4.0": f"{_NO_COMMERCE} No changed versions.",
    "CC-BY-NC-SA-4.0": f"{_NO_COMMERCE} Changed versions under the same licence.",
}
_UNKNOWN = "Not in the table of known licences: read it before this pack decides anything."

_CODE = {
    "arcface": ("Apache-2.0", "ArcFace network, run by OpenCV"),
    "lpips": ("BSD-2-Clause", "LPIPS"),
    "open_clip": ("MIT", "open_clip"),
    "roundtable": ("Apache-2.0", "Roundtable's own"),
    "sface": ("Apache-2.0", "SFace, run by OpenCV"),
    "yunet": ("Apache-2.0", "YuNet, run by OpenCV"),
}
"""Library -> licence of the code that runs it, and what it is called."""

_NO_STATE = "It cannot tell masked from revealed, so every face is unsure and none passes on it."


def known_licence(name: str) -> Licence:
    """Return what is known of a licence by its SPDX identifier; spelling of capitals does not matter."""
    for table, commercial in (
        (_KNOWN, Commercial.ALLOWED),
        (_FORBIDDEN, Commercial.FORBIDDEN),
    ):
        for spdx, conditions in table.items():
            if spdx.lower() == name.strip().lower():
                return Licence(spdx, commercial, conditions)
    if "-nc" in name.lower() or "noncommercial" in re.sub(r"[\W_]", "", name.lower()):
        return Licence(name, Commercial.FORBIDDEN, _NO_COMMERCE)
    return Licence(name, Commercial.UNKNOWN, _UNKNOWN)


def licences(manifest: PackManifest) -> tuple[ModelLicence, ...]:
    """Return the licences of every model of a pack, in the order of the manifest's tables."""
    found = []
    seen, felt, faces = manifest.text_image, manifest.perceptual, manifest.identity
    if seen is not None:
        name = f" {seen.architecture}" if seen.architecture else ""
        found.append(_row("text_image", "open_clip", seen, detail=name))
    if felt is not None:
        found.append(_row("perceptual", "lpips", felt, detail=f" on {felt.backbone}"))
    if faces is not None:
        found.append(_row("identity.finder", faces.finder.library, faces.finder))
        blind = _NO_STATE if faces.state is StateSource.NONE else ""
        row = _row("identity.embedder", faces.embedder.library, faces.embedder, extra=blind)
        found.append(row)
    return tuple(found)


def non_commercial(manifest: PackManifest) -> tuple[ModelLicence, ...]:
    """Return the models of a pack whose code or weights forbid commercial use."""
    return tuple(row for row in licences(manifest) if row.commercial is Commercial.FORBIDDEN)


def _row(
    model: str,
    library: str,
    spec: TextImageSpec | PerceptualSpec | ModelFile,
    *,
    detail: str = "",
    extra: str = "",
) -> ModelLicence:
    code, what = _CODE[library]
    return ModelLicence(
        model=model,
        what=what + detail,
        code=known_licence(code),
        weights=known_licence(spec.licence),
        note=" ".join(part for part in (spec.note, extra) if part),
    )
