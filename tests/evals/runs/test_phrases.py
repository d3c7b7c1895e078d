"""From a filmed brief to the words of a verdict, with the pack that is shipped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evals.animatic.brief import Brief as Order
from evals.animatic.brief import Colour, Figure, Garment, Setting, ShotSize, Time, Wardrobe
from evals.animatic.captions import caption, phrases
from evals.animatic.cast import draw_person
from evals.animatic.sampler import Split
from evals.animatic.shoot import shoot
from evals.decisions.sentences import uncertified
from evals.media.frames import sample_indices
from evals.metrics.prompt import PROMPT_METRICS
from evals.metrics.prompt.phrases import PHRASE
from evals.packs.devices import PRECISION, SCORE_TOLERANCE
from evals.packs.manifest import find_pack
from evals.packs.text_image import load_text_image
from evals.runs.prompt import SampledTake, score_prompt
from tracker.domain.production import Brief, Shot
from tracker.settings import SHARE_ROOT

FRAMES = 48
PLACES = tuple(int(i) for i in sample_indices(FRAMES, 16))
ORDER = Order(
    setting=Setting.STREET,
    time=Time.DAY,
    figures=(
        Figure(
            person=draw_person(Split.EVALUATION.cast_seeds.start + 7),
            wardrobe=Wardrobe(garment=Garment.COAT, colour=Colour.RED),
        ),
    ),
    size=ShotSize.MEDIUM,
)


def other(colour: Colour, **changes: object) -> Order:
    figure = replace(ORDER.figures[0], wardrobe=Wardrobe(garment=Garment.COAT, colour=colour))
    return replace(ORDER, figures=(figure,), **changes)


def brief_of(order: Order) -> Brief:
    prompt = caption(order, np.random.default_rng(2), split=Split.EVALUATION)
    return Brief(prompt=prompt, **phrases(order))


OTHERS = {
    ("F01", "SQ010_SH0020"): brief_of(other(Colour.BLUE, setting=Setting.KITCHEN)),
    ("F01", "SQ010_SH0030"): brief_of(other(Colour.GREEN, time=Time.NIGHT)),
}


@pytest.fixture(scope="module")
def model():
    return load_text_image(find_pack("demo", [SHARE_ROOT / "data" / "packs"]), "cpu")


def score(model, pictures, brief: Brief, **changes):
    take = SampledTake(vectors=model.encode_frames(pictures), indices=PLACES, frame_count=FRAMES)
    shot = Shot(film="F01", code="SQ010_SH0010", sequence="SQ010", brief=replace(brief, **changes))
    briefs = {**OTHERS, ("F01", "SQ010_SH0010"): shot.brief}
    found = score_prompt(
        take, shot, briefs, encode=model.encode_texts, logit_scale=model.logit_scale
    )
    return {one.metric: one for one in found}


def filmed(order: Order) -> list[np.ndarray]:
    shown = shoot(order, frame_count=FRAMES, size=(640, 360), seed=4, frames=PLACES)
    return [one.picture for one in shown]


@pytest.fixture(scope="module")
def red():
    return filmed(ORDER)


@pytest.fixture(scope="module")
def half_blue(red):
    return red[:8] + filmed(other(Colour.BLUE))[8:]


def test_every_metric_of_the_model_is_scored(model, red):
    found = score(model, red, brief_of(ORDER))
    assert list(found) == [facts.name for facts in PROMPT_METRICS]
    assert found["prompt_phrase"].value > 0.5
    assert found["prompt_window"].value <= found["prompt_own"].value


@pytest.mark.parametrize("broken", ["frames", "texts"])
def test_a_model_that_overflows_leaves_every_measure_without_a_value(broken):
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(16, 8)).astype(np.float32)
    texts = {"frames": 1.0, "texts": np.nan}[broken]
    vectors[3] *= {"frames": np.nan, "texts": 1.0}[broken]
    take = SampledTake(vectors=vectors, indices=PLACES, frame_count=FRAMES)
    brief = Brief(prompt="A woman sits, then waves.", wardrobe="a red coat")
    found = score_prompt(
        take,
        Shot(film="F01", code="SQ010_SH0010", sequence="SQ010", brief=brief),
        OTHERS,
        encode=lambda told: texts * rng.normal(size=(len(told), 8)).astype(np.float32),
        logit_scale=100.0,
    )
    assert [one.metric for one in found] == [facts.name for facts in PROMPT_METRICS]
    assert {one.reason for one in found} == {
        "The model's vectors are not finite; score the take on the CPU."
    }


def values(model, pictures) -> dict[str, float | None]:
    return {name: one.value for name, one in score(model, pictures, brief_of(ORDER)).items()}


@pytest.fixture
def halved(monkeypatch):
    """The same model on a CPU that works as precisely as CUDA does."""
    monkeypatch.setitem(PRECISION, "cpu", PRECISION["cuda"])
    return load_text_image(find_pack("demo", [SHARE_ROOT / "data" / "packs"]), "cpu")


@pytest.mark.parametrize("take", ["red", "half_blue"])
def test_half_precision_moves_no_score_beyond_the_tolerance(model, halved, take, request):
    pictures = request.getfixturevalue(take)
    whole, half = values(model, pictures), values(halved, pictures)
    assert half != whole
    assert half == pytest.approx(whole, abs=SCORE_TOLERANCE / 5)


@pytest.mark.gpu
def test_scores_on_cuda_agree_with_the_cpus(cuda, model, red, half_blue):
    other = load_text_image(find_pack("demo", [SHARE_ROOT / "data" / "packs"]), cuda)
    for pictures in (red, half_blue):
        assert values(other, pictures) == pytest.approx(
            values(model, pictures), abs=SCORE_TOLERANCE
        )


def test_a_coat_that_changes_its_colour_half_way_is_missing_from_there_on(model, half_blue):
    found = score(model, half_blue, brief_of(ORDER))["prompt_phrase"]
    (missing,) = found.evidence
    assert missing.kind == "a red coat"
    assert missing.frames.end == FRAMES
    assert abs(missing.frames.start - 24) <= 4
    said = uncertified(
        (PHRASE, found), director="Ada Quill", first_frame=1001, frame_count=FRAMES, unmeasured=[]
    )
    first = 1001 + missing.frames.start
    assert said.startswith(f'"a red coat" is missing from {first} on. Not certified, so Ada Quill')


@pytest.mark.parametrize(
    ("wrong", "phrase"),
    [
        (other(Colour.BLUE), "a red coat"),
        (replace(ORDER, setting=Setting.FOREST), "in a street"),
        (replace(ORDER, time=Time.NIGHT), "by day"),
    ],
    ids=["colour", "place", "hour"],
)
def test_what_is_shown_wrongly_is_the_worst_phrase(model, wrong, phrase):
    found = score(model, filmed(wrong), brief_of(ORDER))["prompt_phrase"]
    assert found.value < 0.5
    assert {e.kind for e in found.evidence} == {phrase}


def test_what_models_are_weak_at_is_listed_for_a_person(model, red):
    found = score(model, red, brief_of(ORDER), subject="three women, Ada Quill")["prompt_phrase"]
    assert '"three women"' in found.reason
    assert "(a count)" in found.reason
    assert '"Ada Quill" (a name)' in found.reason or '"Ada Quill" 0.' in found.reason
    assert all(e.kind not in ("three women", "Ada Quill") for e in found.evidence)


def test_a_prompt_far_longer_than_the_context_is_heard_to_its_end(model, red):
    start = "The street is quiet and the windows are shut. " * 14
    day, night = (
        score(model, red, brief_of(ORDER), prompt=f"{start} {end}")["prompt_raw"].value
        for end in ("A woman in a red coat, by day.", "A dog in the snow, at night.")
    )
    assert day != night
    assert len(model.pieces(start)) > 1
