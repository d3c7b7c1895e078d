"""Who is in the shot, do they stay themselves, and is a face shown only where it may be.

| module | what it holds |
|---|---|
| seen | the faces of one take as arrays, how well they are seen, tracks |
| cast | who should be there, and which faces are theirs |
| fit | the figures of an embedder that nobody measured, from the cast |
| likeness | the probability of being the same person, and its interval |
| course | swaps inside the shot |
| drift | slow change inside the shot |
| pose | what the turning of a head explains of either |
| film | the same face in every shot of the film |
| exposure | none, masked, revealed or unsure, against what was declared |
| facts, score | the metrics, and how they are taken |

Likeness is judged on revealed faces alone: a mask moves every threshold. No face is never a pass.
"""

from __future__ import annotations

from evals.metrics.identity.cast import NO_CAST, CastInShot, KnownSet
from evals.metrics.identity.facts import FILM_METRICS, IDENTITY_METRICS
from evals.metrics.identity.film import Appearance, appearances, missing_film, pairs, score_film
from evals.metrics.identity.fit import fit_statistics
from evals.metrics.identity.likeness import Yardstick
from evals.metrics.identity.score import missing_identity, score_identity
from evals.metrics.identity.seen import SeenFaces, sample_step, see

__all__ = [
    "FILM_METRICS",
    "IDENTITY_METRICS",
    "NO_CAST",
    "Appearance",
    "CastInShot",
    "KnownSet",
    "SeenFaces",
    "Yardstick",
    "appearances",
    "fit_statistics",
    "missing_film",
    "missing_identity",
    "pairs",
    "sample_step",
    "score_film",
    "score_identity",
    "see",
]
