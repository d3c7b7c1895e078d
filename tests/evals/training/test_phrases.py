"""Phrases are told from false ones on scenes that neither training nor the calibration saw."""

from __future__ import annotations

import numpy as np
import pytest

from evals.packs.manifest import find_pack
from evals.packs.text_image import load_text_image
from evals.training.phrases import film, fit, trials
from evals.training.proofs import auroc
from tracker.settings import SHARE_ROOT


@pytest.fixture(scope="module")
def model():
    return load_text_image(find_pack("demo", [SHARE_ROOT / "data" / "packs"]), "cpu")


def asked(model, count: int, seed: int):
    scenes = film(count, seed=seed, model=model)
    return trials(scenes, encode=model.encode_texts, logit_scale=model.logit_scale, seed=seed)


@pytest.fixture(scope="module")
def few(model):
    return asked(model, 20, 71)


def areas(found, names) -> dict[str, float]:
    """Own against false phrases, for each (group, what is exchanged)."""
    return {
        f"{group} {exchanged}": auroc(
            [t.chance for t in found if t.group == group and not t.exchanged],
            [t.chance for t in found if t.group == group and t.exchanged == exchanged],
        )
        for group, exchanged in names
    }


CLEAR = [("place", "setting"), ("time", "time"), ("light", "light"), ("clothing", "colour")]


def test_places_hours_lights_and_colours_are_told_from_exchanged_ones(few):
    for name, area in areas(few, CLEAR).items():
        assert area > 0.9, name


def test_most_true_phrases_are_kept_and_most_exchanged_ones_seen(few):
    clear = [
        t for t in few if (t.group, t.exchanged or None) in {*CLEAR, *((g, None) for g, _ in CLEAR)}
    ]
    kept = np.mean([t.chance >= 0.5 for t in clear if not t.exchanged])
    seen = np.mean([t.chance < 0.5 for t in clear if t.exchanged])
    assert kept > 0.85
    assert seen > 0.75


def test_a_fit_finds_the_line_that_made_the_answers():
    rng = np.random.default_rng(3)

    class Trial:
        def __init__(self, odds, exchanged):
            self.group, self.odds, self.exchanged = "time", odds, exchanged

    odds = rng.normal(-1, 3, 40_000)
    is_true = rng.random(40_000) < 1 / (1 + np.exp(-(0.8 * odds + 0.8)))  # even chances at -1
    found = [Trial(odds[is_true], ""), Trial(odds[~is_true], "time")]
    slope, offset = fit(found)["time"]
    assert slope == pytest.approx(0.8, abs=0.05)
    assert offset == pytest.approx(0.8, abs=0.1)


@pytest.mark.proof
def test_phrases_reach_what_is_published(model, capsys):
    found = asked(model, 120, 6)
    names = [*CLEAR, ("person", "subject"), ("weather", "weather"), ("thing", "prop")]
    measured = areas(found, names)
    with capsys.disabled():
        print("\n".join(f"{name:18} {area:.3f}" for name, area in measured.items()))  # noqa: T201 - the table
    assert min(measured[f"{group} {what}"] for group, what in CLEAR) > 0.95
    assert measured["weather weather"] > 0.95
    assert measured["person subject"] > 0.9
    assert measured["thing prop"] > 0.8
