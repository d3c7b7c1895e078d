"""Two generators on the same shots, by what people decided and by a measure."""

from __future__ import annotations

import pytest

FILM = "ANTH01/F01"


@pytest.fixture
def contest(studio):
    """Twelve shots, each with a take by kite that is approved and one by heron; the director likes a
    third of heron's. Heron flickers more."""
    scores = {}
    for i in range(12):
        shot = studio.shot(i + 1)
        kite = studio.take(shot, 1, generator="kite")
        heron = studio.take(shot, 2, generator="heron")
        scores[kite] = {"flicker": 0.001 + i * 0.001, "prompt_own": 0.5}
        scores[heron] = {"flicker": 0.002 + i * 0.001, "prompt_own": 0.4 + 0.02 * i}
        studio.decide(f"{shot}/v001")
        studio.decide(f"{shot}/v002", "approve" if i % 3 == 0 else "regenerate")
    studio.score(scores)
    return studio


def compared(roundtable, *options: object, scope: str = FILM):
    return roundtable(
        "evals", "compare", scope, "--first", "kite", "--second", "heron", *options, "--json"
    )


def test_decisions_are_paired_by_shot(contest, roundtable):
    found = compared(roundtable).json
    assert (found["shots"], found["better"], found["worse"]) == (12, 8, 0)
    assert found["difference"] == pytest.approx(8 / 12)
    assert found["p_value"] == pytest.approx(2 / 2**8)  # eight shots differ, all the same way
    assert 0 < found["low"] < found["difference"] < found["high"] <= 1
    assert found["sentence"].startswith("kite does better than heron by acceptance")


def test_a_measure_of_which_less_is_better_is_turned(contest, roundtable):
    found = compared(roundtable, "--metric", "flicker").json
    assert found["difference"] == pytest.approx(0.001)
    assert (found["better"], found["unit"]) == (12, "flicker")


def test_what_cannot_be_told_apart_is_said(contest, roundtable):
    text = roundtable(
        "evals", "compare", "ANTH01", "--first", "heron", "--second", "kite", "--metric", "prompt_own"
    )  # fmt: skip
    assert text.code == 0
    assert "heron and kite cannot be told apart by" in text.out
    assert "12 and 12 takes" in text.err


def test_few_shots_in_common_are_undecided(studio, roundtable):
    for i in range(4):
        shot = studio.shot(i + 1)
        for number, generator in ((1, "kite"), (2, "heron")):
            studio.take(shot, number, generator=generator)
            studio.decide(f"{shot}/v{number:03d}")
    ran = compared(roundtable)
    assert ran.code == 11
    assert "Only 4 shots have takes of both" in ran.err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--second", "herom"), "has the generator 'herom'; known: heron, kite"),
        (("--second", "kite"), "cannot be compared with itself"),
        (("--metric", "sparkle"), "has a score 'sparkle'; known: flicker, prompt_own"),
        (("--by", "workflow"), "has the workflow 'kite'; known: none named"),
    ],
)
def test_a_name_that_is_not_there_is_answered_with_those_that_are(
    contest, roundtable, options, sentence
):
    ran = compared(roundtable, *options)
    assert ran.code == 2
    assert sentence in ran.err
