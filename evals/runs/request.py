"""What a run is asked for, and what it says of itself in the end."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from evals.packs.manifest import PackManifest
from tracker.domain.addresses import Address

__all__ = ["RunRequest", "RunSummary"]


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """What to score, and with what."""

    scopes: Sequence[Address]
    pack: PackManifest
    device: str
    """`cpu` or `cuda`."""
    force: bool = False
    """Score again what is there already."""
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    """Reading processes."""
    is_adopted: bool = True
    """False: the pack is only tried. Its scores are kept aside for `evals preview`, verdicts stay."""


@dataclass
class RunSummary:
    """What a run did, counted in takes."""

    takes: int = 0
    decoded: int = 0
    """Takes whose file was read in this run."""
    reused: int = 0
    """Takes of which every result was there already."""
    scored: int = 0
    """Takes that got at least one new result with no error."""
    errored: int = 0
    """Takes of the scope that cannot be read, whether found out now or before."""
    verdicts_changed: int = 0
    seconds: float = 0.0
    pack: str = ""
    device: str = ""
    """Where the models ran, and how precisely where that is not float32: `cuda (float16)`."""
    is_demo_pack: bool = False
    remarks: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """Return the summary with stable keys."""
        return asdict(self)
