"""Renders what the studio plans: takes as clips with a note of what was planted, and portraits.

Beside every clip lies `NAME.json` with the flaws as they were planted: kind, step, severity, the frames
as people count them, and how far the picture is from its clean twin (SSIM). The note is written first,
so a clip that is there always has one.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image

from evals.animatic.brief import Brief
from evals.animatic.clips import write_clip
from evals.animatic.flawed import Flaw, FlawTruth, plan_flaw, shoot_with, together
from evals.animatic.shoot import shoot
from evals.studio.records import OrderedFlaw
from tracker.domain.units import FIRST_FRAME
from tracker.errors import MisuseError

__all__ = ["SIZE", "Performance", "perform", "read_note", "write_portrait"]

SIZE = (640, 360)
"""Width and height of the demo's pictures, in pixels."""
_KEPT_SHARE = 0.6
"""How much of a file is left when its transfer broke off."""
_PORTRAIT_FRAME = 20


@dataclass(frozen=True, kw_only=True)
class Performance:
    """One take to be rendered; small enough to travel through a pipe."""

    address: str
    brief: Brief
    frame_count: int
    fps: Fraction
    seed: int
    flaws: tuple[OrderedFlaw, ...]
    is_cut_off: bool
    target: Path
    """The clip."""
    size: tuple[int, int] = SIZE

    @property
    def fingerprint(self) -> str:
        """Return the digest of everything that the picture follows from."""
        facts = (self.brief, self.frame_count, self.fps, self.seed, self.flaws, self.is_cut_off)
        return hashlib.sha256(repr((*facts, self.size)).encode()).hexdigest()

    def remove_stale(self) -> None:
        """Delete a clip that was made from another script; one without a word of it stays."""
        if self.target.exists() and _note_path(self.target).exists():
            made_from = read_note(self.target).get("made_from", self.fingerprint)
            if made_from != self.fingerprint:
                self.target.unlink()


def perform(performance: Performance) -> None:
    """Render a take and write its note and its clip; the same performance gives the same bytes."""
    shot = performance
    ordered = [_planned(flaw, shot) for flaw in shot.flaws]
    flawed = shoot_with(
        shot.brief,
        together(
            [flaw for flaw in ordered if flaw is not None],
            brief=shot.brief,
            frame_count=shot.frame_count,
        ),
        frame_count=shot.frame_count,
        size=shot.size,
        fps=float(shot.fps),
        seed=shot.seed,
    )
    shot.target.parent.mkdir(parents=True, exist_ok=True)
    note = {
        "address": shot.address,
        "seed": shot.seed,
        "made_from": shot.fingerprint,
        "planted": [_told(flaw) for flaw in flawed.flaws],
        "is_cut_off": shot.is_cut_off,
    }
    _write_whole(_note_path(shot.target), json.dumps(note, indent=1).encode())
    if not shot.is_cut_off:
        write_clip(shot.target, iter(flawed.film), fps=shot.fps)
        return
    whole = shot.target.with_name(f".{shot.target.name}")
    write_clip(whole, iter(flawed.film), fps=shot.fps)
    with whole.open("r+b") as file:
        file.truncate(int(whole.stat().st_size * _KEPT_SHARE))
    whole.replace(shot.target)


def write_portrait(brief: Brief, target: Path, *, seed: int) -> None:
    """Render a reference picture as a PNG; nothing happens when it is there already."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    (shown,) = shoot(
        brief, frame_count=2 * _PORTRAIT_FRAME, size=SIZE, seed=seed, frames=[_PORTRAIT_FRAME]
    )
    unfinished = target.with_name(f".{target.name}.part")
    Image.fromarray(shown.picture).save(unfinished, format="PNG")
    unfinished.replace(target)


def read_note(clip: Path) -> dict[str, Any]:
    """Return what was planted into a clip; raises MisuseError when its note is lost."""
    try:
        found: dict[str, Any] = json.loads(_note_path(clip).read_text())
    except (OSError, json.JSONDecodeError) as error:
        raise MisuseError(
            f"{_note_path(clip)} cannot be read: {error}; delete {clip.name} and build the demo again."
        ) from error
    return found


def _note_path(clip: Path) -> Path:
    return clip.with_suffix(".json")


def _planned(flaw: OrderedFlaw, shot: Performance) -> Flaw | None:
    """Find the flaw's frames and severity; None where nobody could see it in this performance."""
    try:
        return plan_flaw(
            flaw.kind,
            flaw.step,
            brief=shot.brief,
            frame_count=shot.frame_count,
            seed=shot.seed,
            size=shot.size,
        )
    except MisuseError:
        return None


def _told(flaw: FlawTruth) -> dict[str, object]:
    return {
        "kind": flaw.kind.value,
        "step": flaw.step.value,
        "severity": round(flaw.severity, 4),
        "frames": list(flaw.frames.shown(FIRST_FRAME)),
        "ssim": round(flaw.ssim, 4),
        "ssim_in_box": round(flaw.ssim_in_box, 4),
    }


def _write_whole(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
