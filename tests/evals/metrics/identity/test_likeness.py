"""The probability of being the same person, against simulation, scipy and the bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from evals.metrics.identity.likeness import LikenessModel, compare
from evals.packs.manifest import LikenessStatistics
from tests.evals.metrics.identity.conftest import STATISTICS, World
from tracker.errors import MisuseError

NOBODY = np.zeros((0, 96))


def model(references, *, cohort=NOBODY, statistics=STATISTICS, weights=None):
    weights = np.ones(len(references)) if weights is None else np.asarray(weights, float)
    return LikenessModel(
        references=references, weights=weights, cohort=cohort, statistics=statistics
    )


def likeness(world, references, person, *, blocks=4, faces=4, **told):
    mean, vectors = world.take(person, blocks, faces)
    result = compare(
        model(references, **told),
        vectors,
        weights=np.ones(len(vectors)),
        blocks=np.repeat(np.arange(blocks), faces),
    )
    return mean, result


@pytest.mark.parametrize("count", [1, 2, 3, 5, 10, 20])
def test_the_interval_covers_the_true_likeness(count):
    world, hits, widths = World(count), [], []
    for _ in range(300):
        person = world.person()
        mean, found = likeness(world, world.pictures(person, count), person)
        hits.append(found.similarity_low <= mean @ person <= found.similarity_high)
        widths.append(found.similarity_high - found.similarity_low)
    assert np.mean(hits) >= 0.85
    assert np.mean(hits) <= 0.995, "the interval is so wide that it says nothing"


def test_more_references_narrow_the_interval(world):
    person = world.person()
    widths = [
        np.median(
            [
                (r := likeness(world, world.pictures(person, n), person)[1]).similarity_high
                - r.similarity_low
                for _ in range(40)
            ]
        )
        for n in (1, 3, 10)
    ]
    assert widths[0] > 1.3 * widths[1] > 1.3 * widths[2]


def test_the_expected_likeness_is_the_same_for_one_reference_as_for_twenty(world):
    person = world.person()
    means = [
        np.mean(
            [likeness(world, world.pictures(person, n), person)[1].similarity for _ in range(200)]
        )
        for n in (1, 20)
    ]
    assert means[0] == pytest.approx(means[1], abs=0.01)


def test_the_width_agrees_with_a_bootstrap_where_there_is_enough_to_draw_from(world):
    person, references = world.person(), None
    references = world.pictures(person, 20)
    blocks, faces = 20, 2
    _, vectors = world.take(person, blocks, faces)
    numbers = np.repeat(np.arange(blocks), faces)
    found = compare(model(references), vectors, weights=np.ones(len(vectors)), blocks=numbers)
    cosines = references @ vectors.reshape(blocks, faces, -1).mean(1).T
    rng = np.random.default_rng(0)
    drawn = [
        cosines[np.ix_(rng.integers(20, size=20), rng.integers(blocks, size=blocks))].mean()
        for _ in range(2000)
    ]
    low, high = np.quantile(drawn, (0.05, 0.95))
    width = found.similarity_high - found.similarity_low
    assert width == pytest.approx(high - low, rel=0.35)
    assert found.similarity == pytest.approx(cosines.mean(), abs=1e-12)


def test_the_same_person_and_another_are_told_apart(world):
    person, other = world.person(), world.person()
    references = world.pictures(person, 4)
    _, same = likeness(world, references, person)
    _, wrong = likeness(world, references, other)
    assert same.same_low > 0.9
    assert wrong.same_high < 0.1


def test_the_probability_is_that_of_two_normals(world):
    person = world.person()
    references = world.pictures(person, 1)
    asked = np.array([0.2, 0.4, 0.6])
    own, other = (stats.norm(*pair) for pair in (STATISTICS.same, STATISTICS.other))
    own, other = (0.99 * each.pdf(asked) + 0.005 for each in (own, other))
    wanted = own / (own + other)
    assert model(references).probability(asked, person) == pytest.approx(wanted, rel=1e-9)


def test_the_probability_never_falls_with_likeness(world):
    person = world.person()
    for count, others in ((1, 0), (5, 6)):
        cohort = np.stack([world.person() for _ in range(others)]) if others else NOBODY
        asked = np.linspace(-1, 1, 201)
        chance = model(world.pictures(person, count), cohort=cohort).probability(asked, person)
        assert (np.diff(chance) >= 0).all()
        assert 0 <= chance[0] < 0.02
        assert 0.98 < chance[-1] <= 1


def test_own_references_bend_the_expectation_by_their_number():
    one = np.zeros(96)
    one[0] = 1.0
    other = np.zeros(96)
    other[0], other[1] = 0.6, 0.8
    own, _ = model(np.stack([one, other])).own()
    assert own == pytest.approx((2 * 0.6 + 5 * STATISTICS.same[0]) / 7)


def test_relatives_in_the_cast_raise_what_others_look_like(world):
    person = world.person()
    relatives = np.stack([person + world.noise(0.3) for _ in range(4)])
    strangers = np.stack([world.person() for _ in range(4)])
    references = world.pictures(person, 3)
    near, _ = model(references, cohort=relatives).other(person)
    far, _ = model(references, cohort=strangers).other(person)
    assert near > far + 0.15
    assert near == pytest.approx(
        (2 * np.mean([
            np.sort(relatives @ references.mean(0))[2:].mean(),
            np.sort(relatives @ person)[2:].mean(),
        ]) + 5 * STATISTICS.other[0]) / 7
    )  # fmt: skip


def test_references_that_contradict_each_other_decide_nothing():
    told = LikenessStatistics(
        same=(0.3, 0.1), other=(0.28, 0.1), reference_spread=0.05, block_spread=0.03
    )
    chance = model(np.eye(96)[:3], statistics=told).probability(np.array([0.9]), np.eye(96)[0])
    assert chance == pytest.approx([0.5])


def test_a_face_without_quality_is_refused(world):
    with pytest.raises(MisuseError, match="good enough"):
        compare(
            model(world.pictures(world.person(), 2)),
            world.pictures(world.person(), 3),
            weights=np.zeros(3),
            blocks=np.zeros(3, int),
        )
    with pytest.raises(MisuseError, match="at least one reference"):
        model(np.zeros((0, 96)))
