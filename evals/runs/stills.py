"""Stills of the frames that a verdict or a score points at, taken from the review proxy."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.actions.report import Progress
from tracker.domain.addresses import Address
from tracker.domain.scores import Score
from tracker.domain.units import FrameRange
from tracker.domain.verdicts import Verdict
from tracker.errors import MediaError
from tracker.media.derived import DerivedMedia, write_stills
from tracker.media.isolation import IsolatedMedia
from tracker.settings import Settings
from tracker.store import Store
from tracker.store import evals as table
from tracker.store.takes import list_takes
from tracker.store.verdicts import current_verdicts

__all__ = ["write_evidence_stills"]

_STILLS = 6
"""Stills per take: what fits beside the player without scrolling."""


def write_evidence_stills(
    settings: Settings, store: Store, scope: Address, progress: Progress
) -> int:
    """Write the missing stills of all takes under an address; return how many were written."""
    wanted = _wanted(settings, store, scope)
    if not wanted:
        return 0
    progress.start("Taking stills", len(wanted))
    written = 0
    with IsolatedMedia() as media:
        for derived, indices in wanted:
            try:
                written += len(media.call(write_stills, derived.proxy, derived, indices))
            except MediaError:
                # A proxy that cannot be read costs a picture, not the run; doctor names it.
                progress.advance(0, f"no stills of {derived.sha256[:8]}")
            progress.advance(1)
    return written


def _wanted(
    settings: Settings, store: Store, scope: Address
) -> list[tuple[DerivedMedia, list[int]]]:
    with store.read() as tx:
        takes = list_takes(tx, scope)
        scores = table.read_scores(tx, scope)
        verdicts = current_verdicts(tx, [key for key, _ in takes])
    found = []
    for key, take in takes:
        derived = DerivedMedia(settings.media, take.sha256)
        ranges = _ranges(verdicts.get(key), [s for _, _, s in scores.get(key, [])])
        if not derived.proxy.exists():
            continue
        missing = [i for i in _middles(ranges) if not derived.still(i).exists()]
        if missing:
            found.append((derived, missing))
    return found


def _ranges(verdict: Verdict | None, scores: Sequence[Score]) -> list[FrameRange]:
    """The verdict's ranges first, then every score's worst one."""
    ranges = [] if verdict is None else list(verdict.frames)
    worst = [max(s.evidence, key=lambda e: e.severity) for s in scores if s.evidence]
    return ranges + [evidence.frames for evidence in worst]


def _middles(ranges: Sequence[FrameRange]) -> list[int]:
    """The middle frame of the first few ranges, each once."""
    middles = dict.fromkeys((r.start + r.end - 1) // 2 for r in ranges)
    return list(middles)[:_STILLS]
