"""The pack that is shipped: it loads, it is what its figures say, and a few proofs repeat in small."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace

import numpy as np
import pytest

from evals.animatic.sampler import Split
from evals.animatic.shoot import shoot
from evals.animatic.swaps import Swap
from evals.packs.availability import Unavailable
from evals.packs.identity import load_identity
from evals.packs.manifest import find_pack
from evals.packs.perceptual import load_perceptual
from evals.packs.presence import missing_weights
from evals.packs.text_image import load_text_image
from evals.training.kept import KeptSet
from evals.training.measure import measure_identity, scores_of
from evals.training.scale import SCALES
from evals.training.scenes import scene_brief
from tracker.actions.report import SilentProgress
from tracker.settings import SHARE_ROOT

GOALS = {"colour": 0.95, "subject": 0.95, "setting": 0.95, "time": 0.95}
MISSED = {"subject": "measured .941; own captions win in .971 of scenes"}


@pytest.fixture(scope="module")
def pack():
    return find_pack("demo", [SHARE_ROOT / "data" / "packs"])


@pytest.fixture(scope="module")
def figures(pack):
    return json.loads((pack.folder / "figures.json").read_text())


@pytest.fixture(scope="module")
def watched(pack):
    """Vectors of unseen scenes, two frames each; four neighbours share a place to save time."""
    model, kept, seen = load_text_image(pack, "cpu"), KeptSet(), []
    for i in range(72):
        brief = scene_brief(i, seed=77, split=Split.EVALUATION, family=4)
        shown = shoot(brief, frame_count=36, size=(384, 216), frames=(4, 30), seed=i, build=kept)
        seen.append((brief, model.encode_frames([one.picture for one in shown]).mean(0)))
    return model, seen


def test_it_is_a_demo_pack_of_at_most_25_mb(pack):
    assert pack.is_demo
    assert missing_weights(pack) == []
    files = [path for path in pack.folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 25e6
    assert all(path.suffix in {".safetensors", ".json", ".toml"} for path in files)


def test_every_model_loads_with_its_digest(pack):
    # LPIPS is loaded only if it puts the three known pictures in their order.
    for load in (load_text_image, load_identity, load_perceptual):
        model = load(pack, "cpu")
        assert not isinstance(model, Unavailable), model.reason


@pytest.mark.parametrize("swap", [Swap.COLOUR, Swap.SETTING, Swap.SUBJECT, Swap.TIME])
def test_own_captions_beat_exchanged_ones_as_often_as_published(watched, figures, swap):
    model, seen = watched
    own, other = scores_of(seen, swap, model, np.random.default_rng(1))
    assert np.mean(own > other) > figures["text_image"][swap]["paired"] - 0.15


def test_unseen_faces_are_found_and_masks_are_seen_as_published(pack, figures):
    scale = replace(SCALES["tiny"], proof_persons=4, proof_shots_per_person=9)
    found = measure_identity(
        pack.folder, scale=scale, seed=501, workers=1, progress=SilentProgress()
    )
    published = figures["identity"]
    assert found["faces_found"]["from 32 px"] > published["faces_found"]["from 32 px"] - 0.05
    assert found["masked_or_revealed_auroc"] > published["masked_or_revealed_auroc"] - 0.05


@pytest.mark.parametrize("name", ["statistics", "masked_statistics"])
def test_the_manifest_tells_the_likeness_that_was_measured(pack, figures, name):
    told, measured = getattr(pack.identity, name), figures["identity"][name]
    assert {key: getattr(told, key) for key in measured} == {
        key: tuple(value) if isinstance(value, list) else value for key, value in measured.items()
    }


@pytest.mark.parametrize(
    "swap",
    [
        pytest.param(swap, marks=[pytest.mark.xfail(reason=MISSED[swap])] if swap in MISSED else [])
        for swap in sorted(GOALS)
    ],
)
def test_captions_reach_their_goals(figures, swap):
    assert figures["text_image"][swap]["auroc"] >= GOALS[swap]


def test_faces_and_distances_reach_their_goals(figures):
    assert figures["identity"]["same_person_auroc_per_shot"] >= 0.97
    assert figures["identity"]["masked_or_revealed_auroc"] >= 0.95
    assert figures["perceptual"]["ordered"] >= 0.85
    assert figures["scale"] == "full"


def test_an_installed_distribution_brings_every_file(pack):
    root = SHARE_ROOT
    if not (root / "pyproject.toml").is_file():
        pytest.skip("this is an installed distribution")
    declared = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]
    listed = {name for names in declared["data-files"].values() for name in names}
    files = {str(p.relative_to(root)) for p in pack.folder.rglob("*") if p.is_file()}
    assert files <= listed
