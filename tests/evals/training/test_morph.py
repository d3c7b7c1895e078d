"""Self-made morphs, and the detector that learns from them."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from evals.packs.availability import Unavailable
from evals.packs.morph import MorphDetector, load_morph
from evals.packs.morph_files import FACTS, FOLDER, WEIGHTS
from evals.training.morph import MORPH_SCALES, train_morph
from evals.training.morphs import KINDS, draw_moment


@pytest.fixture(scope="module")
def sources():
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (90, 160, 3), dtype=np.uint8) for _ in range(3)]


def moments(sources, count, *, is_clean):
    return [
        draw_moment(sources, np.random.default_rng((9, i)), is_clean=is_clean) for i in range(count)
    ]


def test_clean_moments_morph_nowhere(sources):
    for moment in moments(sources, 6, is_clean=True):
        assert moment.kind == ""
        assert not moment.region.any()
        assert [f.shape for f in moment.frames] == [(144, 256, 3)] * 3
        assert {f.dtype for f in moment.frames} == {np.dtype(np.uint8)}


def test_every_kind_is_drawn_and_mostly_seen(sources):
    drawn = moments(sources, 60, is_clean=False)
    for kind in KINDS:
        of_kind = [m for m in drawn if m.kind == kind]
        assert of_kind, kind
        assert max(float(m.region.max()) for m in of_kind) > 0.5, kind
    assert all(m.region.min() >= 0 and m.region.max() <= 1 for m in drawn)


def test_a_moment_follows_from_its_seed(sources):
    one, two = (moments(sources, 1, is_clean=False)[0] for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one.frames, two.frames, strict=True))
    assert np.array_equal(one.region, two.region)


def test_the_training_repeats_to_the_bit_whoever_draws(tmp_path):
    for name, workers in (("one", 1), ("two", 2)):
        train_morph(tmp_path / name, scale=MORPH_SCALES["tiny"], seed=3, workers=workers)
    first, second = ((tmp_path / name / WEIGHTS).read_bytes() for name in ("one", "two"))
    assert first == second
    assert isinstance(load_morph("cpu", tmp_path / "one"), MorphDetector)


def test_a_detector_that_is_not_whole_is_refused(tmp_path):
    assert "install" in load_morph("cpu", tmp_path / "nowhere").reason
    folder = tmp_path / "damaged"
    shutil.copytree(FOLDER, folder)
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:-1] + b"\0")
    refused = load_morph("cpu", folder)
    assert isinstance(refused, Unavailable)
    assert "SHA-256" in refused.reason


def test_chances_do_not_depend_on_company():
    detector = load_morph("cpu")
    maps = np.random.default_rng(0).normal(0, 0.3, (11, 6, 144, 256)).astype(np.float16)
    together = detector.chances(maps)
    assert together.shape == (11, 18, 32)
    assert 0 <= together.min() <= together.max() <= 1
    assert np.array_equal(detector.chances(maps[3:5]), together[3:5])


def test_the_shipped_detector_tells_morphs_from_moving_pictures():
    figures = json.loads((FOLDER / FACTS).read_text())["figures"]
    assert figures["auroc"] >= 0.74
    assert figures["auroc_by_kind"]["melt"] >= 0.85
    assert figures["clean_world_over_half"] <= 0.10
