"""Takes: a file, what it is, and where it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tracker.domain.stages import Stage, TakeStatus

__all__ = ["Probe", "Provenance", "Take", "speaking_rank", "speaking_take"]


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What a tracker must know of a file, read without decoding all of it."""

    container: str
    """`mp4`, `gif`, `sequence`, `still`, ..."""
    codec: str
    pixel_format: str
    width: int
    """Width as shown, in pixels: after rotation and pixel aspect."""
    height: int
    fps: Fraction
    frame_count: int
    """Declared number of frames; 1 for a still."""
    duration_s: float
    is_variable_rate: bool = False
    rotation_deg: int = 0
    color: str = ""
    """Colour matrix and range in words, e.g. `bt709 limited` or `untagged, taken as bt709 limited`."""
    has_audio: bool = False
    remarks: tuple[str, ...] = ()
    """Technical findings, e.g. `untagged colour`."""

    @property
    def is_still(self) -> bool:
        """True for a single picture."""
        return self.frame_count == 1


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """How a take was made."""

    generator: str = ""
    generator_version: str = ""
    weights_sha256: str = ""
    seed: int | None = None
    prompt: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    cost_eur: Decimal | None = None

    @property
    def made_by(self) -> str:
        """Return the generator with its version and weights in words, `unknown` where none is named.

        >>> Provenance(generator="heron", generator_version="2").made_by
        'heron 2'
        """
        parts = [self.generator or "unknown", self.generator_version, self.weights_sha256[:12]]
        return " ".join(part for part in parts if part)

    @property
    def workflow(self) -> str:
        """Return the workflow that is named, or `none named`."""
        return str(self.parameters.get("workflow") or "none named")


@dataclass(frozen=True, kw_only=True)
class Take:
    """One version of a shot."""

    production: str
    film: str
    shot: str
    number: int
    path: str
    """Absolute path of the file, or the pattern of a numbered sequence, e.g. `name.####.png`."""
    sha256: str
    """Digest of the file; of a sequence, of its files' digests in order."""
    size_bytes: int
    stage: Stage = Stage.VIDEO
    status: TakeStatus = TakeStatus.PENDING_REVIEW
    probe: Probe | None = None
    """None when the file could not be read; then `probe_error` says why."""
    probe_error: str = ""
    provenance: Provenance = field(default_factory=Provenance)


_CHOSEN = (TakeStatus.FINAL, TakeStatus.APPROVED, TakeStatus.SELECTED)


def speaking_rank(status: TakeStatus, number: int) -> tuple[bool, int]:
    """Return by what the takes of a shot are ordered: it speaks by the highest, see `speaking_take`."""
    return status in _CHOSEN, number


def speaking_take(takes: Iterable[tuple[int, Take]]) -> tuple[int, Take] | None:
    """Return the take by which a shot speaks, of (key, take): the one that stands in the film's cut.

    The latest that somebody chose, else the latest; takes that do not apply are left out. A take that was
    sent back speaks until the next one is there: the older ones were passed over when it came, and no
    queue shows them, so none of them may stand in for it. None where none is left.
    """
    usable = [pair for pair in takes if pair[1].status is not TakeStatus.NOT_APPLICABLE]
    return max(usable, key=lambda p: speaking_rank(p[1].status, p[1].number), default=None)
