"""Visible traces of generation and transmission; all but `morph` are measured without any weights.

| module | metrics |
|---|---|
| light | flicker, exposure_pump, black_frames |
| cadence | freeze, dropped_frames, duplicate_cadence |
| texture | texture_boil |
| popping | popping_patch |
| focus | blur_pulse |
| coding | blocking, banding |
| cuts | hard_cut |
| morph | morph, from a network's answers |

Each module holds pure functions and the facts of its metrics; `ArtifactMeter` feeds all without weights
in one pass. Lower is better throughout. `fails_at` is set for specificity: what reaches it is a visible
fault that is worth another take.
"""

from __future__ import annotations

from evals.metrics.artifacts.cadence import DROPPED_FRAMES, DUPLICATE_CADENCE, FREEZE
from evals.metrics.artifacts.coding import BANDING, BLOCKING
from evals.metrics.artifacts.cuts import HARD_CUT
from evals.metrics.artifacts.focus import BLUR_PULSE
from evals.metrics.artifacts.light import BLACK_FRAMES, EXPOSURE_PUMP, FLICKER
from evals.metrics.artifacts.meter import ARTIFACT_METRICS, ArtifactMeter
from evals.metrics.artifacts.morph import MORPH, missing_morph, score_morph
from evals.metrics.artifacts.popping import POPPING_PATCH
from evals.metrics.artifacts.texture import TEXTURE_BOIL

__all__ = [
    "ARTIFACT_METRICS",
    "BANDING",
    "BLACK_FRAMES",
    "BLOCKING",
    "BLUR_PULSE",
    "DROPPED_FRAMES",
    "DUPLICATE_CADENCE",
    "EXPOSURE_PUMP",
    "FLICKER",
    "FREEZE",
    "HARD_CUT",
    "MORPH",
    "POPPING_PATCH",
    "TEXTURE_BOIL",
    "ArtifactMeter",
    "missing_morph",
    "score_morph",
]
