"""Where in the picture: boxes around peaks, and the planted patch found again."""

from __future__ import annotations

import numpy as np
import pytest

from evals.animatic.flaws import FlawKind, plant
from evals.metrics.artifacts._places import Box, around_peak, block_region
from tracker.domain.scores import Region

SMALL = (208, 117)


def test_the_box_holds_the_piece_around_the_peak_and_no_other():
    cells = np.zeros((5, 8))
    cells[1, 1:4] = [0.6, 1.0, 0.4]
    cells[2, 2] = 0.5
    cells[4, 7] = 0.9  # as high, and elsewhere
    assert around_peak(cells, 0.5) == Box(top=1, left=1, bottom=3, right=3)


def test_blocks_lie_centred_in_the_picture():
    region = block_region([Box(0, 0, 1, 1)], picture=(40, 50), edge_px=16)
    assert region == Region(left=1 / 50, top=4 / 40, width=16 / 50, height=16 / 40)
    both = block_region([Box(0, 0, 1, 1), Box(1, 2, 2, 3)], picture=(40, 50), edge_px=16)
    assert both == Region(left=1 / 50, top=4 / 40, width=48 / 50, height=32 / 40)
    assert block_region([], picture=(40, 50)) is None


def test_a_picture_smaller_than_a_block_is_one_block():
    assert block_region([Box(0, 0, 1, 1)], picture=(9, 12), edge_px=16) == Region(0, 0, 1, 1)


@pytest.mark.parametrize(
    ("kind", "step"), [(FlawKind.POPPING_PATCH, 125), (FlawKind.TEXTURE_BOIL, 16)]
)
def test_the_region_of_a_planted_patch_is_where_it_was_planted(windows, kind, step):
    clip = windows.clean("handheld", "coffee.png", frames=26, size=SMALL)
    flawed, _ = plant(clip, kind, severity=step, seed=2)
    touched = np.abs(flawed.astype(int) - clip).max(axis=(0, 3)) > 2
    rows, columns = np.nonzero(touched)
    scores = windows.scores(flawed)
    worst = max(scores[kind].evidence, key=lambda e: e.severity)
    region = worst.region
    assert region is not None
    assert region.width * region.height < 0.6
    overlap_x = min(region.left + region.width, columns.max() / SMALL[0]) - max(
        region.left, columns.min() / SMALL[0]
    )
    overlap_y = min(region.top + region.height, rows.max() / SMALL[1]) - max(
        region.top, rows.min() / SMALL[1]
    )
    assert overlap_x > 0
    assert overlap_y > 0
    assert overlap_x * overlap_y > 0.5 * region.width * region.height


def test_what_is_of_the_whole_frame_has_no_region(windows):
    clip = windows.clean("pan", "coffee.png", frames=26, size=SMALL)
    flawed, _ = plant(clip, FlawKind.FLICKER, severity=8, seed=1)
    evidence = windows.scores(flawed)["flicker"].evidence
    assert evidence
    assert {e.region for e in evidence} == {None}
