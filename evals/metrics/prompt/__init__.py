"""Prompt fidelity: does the picture show what this shot's brief asks for, when, and in which words not?

| module | metrics | asks |
|---|---|---|
| contrast | prompt_raw, prompt_z, prompt_percentile, prompt_own | this prompt, or another shot's? |
| windows | prompt_window | ... in its weakest fifth? |
| phrases | prompt_phrase | which words of the brief are missing, and where? |
| beats | prompt_beats | do things happen in the order told? |
| camera | camera_move | does the camera move as asked? (by motion, no model) |

`wording` cuts a brief into phrases, `counterfactuals` and `bank` say what each could have been instead. Only
arrays and words here; `evals.packs` makes the vectors.
"""

from __future__ import annotations

from evals.metrics.prompt.beats import BEATS, find_beats, score_beats
from evals.metrics.prompt.camera import CAMERA, NO_MOVE, CameraMeter
from evals.metrics.prompt.camera_words import AskedMove, find_moves
from evals.metrics.prompt.contrast import (
    BANK,
    CONTRAST_METRICS,
    NO_PROMPT,
    NOTHING_TO_COMPARE,
    own_probabilities,
    score_contrast,
)
from evals.metrics.prompt.counterfactuals import questions, questions_key
from evals.metrics.prompt.phrases import CALIBRATION_VERSION, PHRASE, Asked, score_phrases
from evals.metrics.prompt.windows import WINDOW, score_windows
from tracker.domain.scores import Score

__all__ = [
    "BANK",
    "CALIBRATION_VERSION",
    "CAMERA_METRICS",
    "NOTHING_TO_COMPARE",
    "NO_MOVE",
    "NO_PROMPT",
    "PROMPT_METRICS",
    "WINDOW",
    "Asked",
    "AskedMove",
    "CameraMeter",
    "find_beats",
    "find_moves",
    "missing_camera",
    "missing_prompt",
    "own_probabilities",
    "questions",
    "questions_key",
    "score_beats",
    "score_contrast",
    "score_phrases",
    "score_windows",
]

PROMPT_METRICS = (*CONTRAST_METRICS, WINDOW, PHRASE, BEATS)
"""What the text-image model's vectors give, in the order in which they are scored."""

CAMERA_METRICS = (CAMERA,)
"""What the take's motion gives, without any model."""


def missing_prompt(reason: str) -> list[Score]:
    """Return every metric of the text-image model as not assessable, for one reason."""
    return [Score.missing(facts.name, reason) for facts in PROMPT_METRICS]


def missing_camera(reason: str) -> list[Score]:
    """Return the camera's metric as not assessable."""
    return [Score.missing(facts.name, reason) for facts in CAMERA_METRICS]
