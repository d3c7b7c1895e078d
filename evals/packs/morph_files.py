"""Where the morph detector's files lie, and what they are; torch stays out until something must be judged."""

from __future__ import annotations

import json
from pathlib import Path

from evals.packs.availability import Unavailable
from evals.packs.manifest import PackManifest
from tracker.settings import SHARE_ROOT

__all__ = ["FACTS", "FOLDER", "WEIGHTS", "find_morph"]

FOLDER = SHARE_ROOT / "data" / "detectors" / "morph"
WEIGHTS, FACTS = "morph.safetensors", "morph.json"


def find_morph(pack: PackManifest, folder: Path = FOLDER) -> str | Unavailable:
    """Return the digest that names the detector, or Unavailable, with a remedy."""
    if not pack.uses_morph:
        return Unavailable(
            f"Pack '{pack.name}' leaves the morph detector out; choose another pack."
        )
    try:
        digest = json.loads((folder / FACTS).read_text())["sha256"]
        is_there = (folder / WEIGHTS).is_file()
    except (OSError, ValueError, KeyError, TypeError):
        is_there = False
    if not is_there:
        return Unavailable(f"{folder} lacks the morph detector; install the product again.")
    return str(digest)
