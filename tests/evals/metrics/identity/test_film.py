"""A character across the shots of a film."""

from __future__ import annotations

import numpy as np
import pytest

from evals.metrics.identity import appearances, pairs, score_film
from evals.packs.faces import FaceState
from tests.evals.metrics.identity.conftest import seen
from tests.evals.metrics.identity.test_score import member, unit
from tracker.domain.likeness import Exposure
from tracker.domain.scores import ScoreState


def shot(world, person, **told):
    return seen(unit(person + world.noise(0.2, 16)), **told)


def elsewhere(takes, cast):
    """Return code -> appearances in other shots, by shot code."""
    found = {}
    for code, faces in takes.items():
        for who, one in appearances(faces, cast, shot=code).items():
            if one is not None:
                found.setdefault(who, []).append(one)
    return found


def scored(faces, cast, takes):
    (score,) = score_film(faces, cast, shot="SH0010", others=elsewhere(takes, cast))
    return score


def test_a_take_is_as_good_as_its_median_over_the_other_shots(world):
    nell, pim = world.person(), world.person()
    cast = [member("NELL")]
    takes = {"SH0020": shot(world, nell), "SH0030": shot(world, nell), "SH0040": shot(world, pim)}
    own = shot(world, nell)
    score = scored(own, cast, takes)
    by_hand = {code: np.mean(own.vectors @ faces.vectors.T) for code, faces in takes.items()}
    assert score.value == pytest.approx(np.median([*by_hand.values()]), abs=1e-9)
    assert score.low <= score.value <= score.high
    assert f"least by SH0040 ({by_hand['SH0040']:.2f})" in score.reason
    assert len(score.series) == own.frame_count


def test_the_odd_one_out_has_the_worst_row(world):
    nell, pim = world.person(), world.person()
    cast = [member("NELL")]
    people = {"SH0010": nell, "SH0020": nell, "SH0030": nell, "SH0040": pim}
    found = elsewhere({code: shot(world, who) for code, who in people.items()}, cast)["NELL"]
    together = pairs(found)
    medians = [np.median(np.delete(row, i)) for i, row in enumerate(together)]
    assert int(np.argmin(medians)) == 3
    assert medians[3] < 0.2 < 0.6 < min(medians[:3])


def test_one_shot_only_is_not_assessable(world):
    cast = [member("NELL")]
    alone = scored(shot(world, world.person()), cast, {})
    assert alone.state is ScoreState.NOT_ASSESSABLE
    assert "No other shot" in alone.reason


def test_masks_are_never_compared(world):
    nell = world.person()
    cast = [member("NELL")]
    masked = shot(world, nell, states=FaceState.MASKED)
    assert "No revealed face of Nell" in scored(masked, cast, {"SH0020": shot(world, nell)}).reason
    assert "No other shot" in scored(shot(world, nell), cast, {"SH0020": masked}).reason
    hidden = [member("NELL", declared=Exposure.MASKED)]
    assert "meant to be revealed" in scored(masked, hidden, {}).reason


def test_two_other_shots_are_too_few_for_an_interval(world):
    nell = world.person()
    cast = [member("NELL")]
    takes = {"SH0020": shot(world, nell), "SH0030": shot(world, nell)}
    score = scored(shot(world, nell), cast, takes)
    assert (score.low, score.high) == (None, None)


def test_of_two_characters_the_worse_one_counts(world):
    nell, pim, stranger = (world.person() for _ in range(3))
    boxes = np.tile([[400.0, 80, 60, 80], [100.0, 80, 60, 80]], (16, 1))
    rows = np.repeat(np.arange(16), 2)
    cast = [
        member(code, [("casting", world.pictures(who, 4))])
        for code, who in (("NELL", nell), ("PIM", pim))
    ]

    def two(first, second):
        vectors = np.empty((32, 96))
        vectors[0::2], vectors[1::2] = world.pictures(first, 16), world.pictures(second, 16)
        return seen(unit(vectors), rows=rows, boxes=boxes)

    score = scored(two(nell, stranger), cast, {"SH0020": two(nell, pim), "SH0030": two(nell, pim)})
    assert score.value < 0.2
    assert score.evidence[0].kind.startswith("Pim")
    assert "Nell 0.7" in score.reason or "Nell 0.6" in score.reason


def test_the_half_second_that_looks_unlike_is_pointed_at(world):
    nell, pim = world.person(), world.person()
    cast = [member("NELL")]
    rows = unit(nell + world.noise(0.2, 16))
    rows[8:12] = unit(pim + world.noise(0.2, 4))
    takes = {code: shot(world, nell) for code in ("SH0020", "SH0030", "SH0040")}
    (where,) = scored(seen(rows), cast, takes).evidence
    assert (where.frames.start, where.frames.end) == (24, 34)
