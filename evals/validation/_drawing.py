"""How fast the drawn world is drawn."""

from __future__ import annotations

import time

import numpy as np

from evals.animatic.sampler import Split, draw_brief
from evals.animatic.shoot import shoot

__all__ = ["drawn_frames_per_second"]


def drawn_frames_per_second(briefs: int, *, frames: int, size: tuple[int, int]) -> float:
    """Return frames per second of processor time over random briefs, building of sets included."""
    rng = np.random.default_rng(4242)
    orders = [draw_brief(rng, split=Split.EVALUATION) for _ in range(briefs)]
    start = time.process_time()
    for seed, brief in enumerate(orders):
        for _ in shoot(brief, frame_count=frames, size=size, seed=seed):
            pass
    return briefs * frames / (time.process_time() - start)
