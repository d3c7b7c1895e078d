"""What is measured of likeness, on faces made of numbers."""

from __future__ import annotations

import numpy as np
import pytest

from evals.animatic.truth import FaceTruth
from evals.packs.faces import Face, FaceState
from evals.training.likeness import WatchedFrame, likeness
from tracker.domain.likeness import Exposure

BOX = (10.0, 10.0, 40.0, 60.0)
POINTS = ((20.0, 30.0), (40.0, 30.0), (30.0, 40.0), (22.0, 55.0), (38.0, 55.0))


def frame(shot, person, vector, *, is_masked):
    truth = FaceTruth(
        person=person,
        state=Exposure.MASKED if is_masked else Exposure.REVEALED,
        box=BOX,
        points=POINTS,
        yaw_deg=0.0,
        visible_share=1.0,
    )
    face = Face(
        box=BOX,
        points=POINTS,
        score=0.9,
        revealed_0_1=0.1 if is_masked else 0.9,
        state=FaceState.MASKED if is_masked else FaceState.REVEALED,
    )
    vectors = np.asarray(vector, np.float32)[None]
    return WatchedFrame(shot=shot, truths=(truth,), found=(face,), vectors=vectors)


def watched(masks):
    """Two persons at right angles, six revealed shots each; a mask turns a vector out of their plane."""
    shown = np.eye(3)
    frames = [
        frame(10 * person + shot, person, shown[person], is_masked=False)
        for person in (0, 1)
        for shot in range(6)
    ]
    half = np.sqrt(0.5)
    return frames + [
        frame(100 + n, n % 2, half * shown[n % 2] + half * shown[2], is_masked=True)
        for n in range(masks)
    ]


def test_masked_faces_have_figures_of_their_own():
    found = likeness(watched(4))
    assert found["statistics"]["same"] == [1.0, 0.0]
    assert found["masked_statistics"]["same"][0] == pytest.approx(np.sqrt(0.5), abs=1e-4)
    assert found["masked_statistics"]["other"][0] == 0
    assert found["masked_shots"] == 4


def test_without_masks_nothing_is_said_of_them():
    found = likeness(watched(0))
    assert found["masked_statistics"] is None
    assert found["persons"] == 2
