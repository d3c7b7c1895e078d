"""The figures of an embedder, learnt from the cast's own references."""

from __future__ import annotations

import numpy as np
import pytest

from evals.metrics.identity import KnownSet, fit_statistics
from evals.metrics.identity.likeness import LikenessModel, compare
from tests.evals.metrics.identity.conftest import World


def cast_of(world, persons, pictures):
    """Return reference sets of some persons, and the persons."""
    people = [world.person() for _ in range(persons)]
    sets = {}
    for number, person in enumerate(people):
        rows = world.pictures(person, pictures)
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        sets[f"P{number}"] = (KnownSet(name="casting", vectors=rows, weights=np.ones(pictures)),)
    return sets, people


def test_the_means_are_those_of_all_pairs(world):
    sets, _ = cast_of(world, 4, 5)
    told = fit_statistics(sets)
    pictures = [known[0].vectors for known in sets.values()]
    same = [a @ b for p in pictures for i, a in enumerate(p) for j, b in enumerate(p) if i != j]
    other = [a @ b for p in pictures for q in pictures if p is not q for a in p for b in q]
    assert told.same[0] == pytest.approx(np.mean(same))
    assert told.other[0] == pytest.approx(np.mean(other))


@pytest.mark.parametrize(("persons", "pictures"), [(2, 9), (3, 2), (0, 0)])
def test_too_few_references_give_no_figures(world, persons, pictures):
    assert fit_statistics(cast_of(world, persons, pictures)[0]) is None
    assert fit_statistics(cast_of(world, 3, 3)[0]) is not None


def test_references_without_a_face_do_not_count(world):
    sets, _ = cast_of(world, 3, 3)
    empty = KnownSet(name="lost", vectors=np.zeros((0, 1)), weights=np.zeros(0))
    sets["P9"] = (empty,)
    sets["P0"] = (*sets["P0"], empty)
    assert fit_statistics(sets) == fit_statistics({k: v[:1] for k, v in sets.items() if k != "P9"})


def test_one_face_under_three_names_tells_nothing(world):
    person = world.person()
    rows = world.pictures(person, 9)
    sets = {
        f"P{i}": (KnownSet(name="casting", vectors=rows[i::3], weights=np.ones(3)),)
        for i in range(3)
    }
    told = fit_statistics(sets)
    assert told is None or told.same[0] - told.other[0] < 0.05


def test_few_persons_are_worth_wide_figures():
    few, many = (
        np.median(
            [fit_statistics(cast_of(World(seed), persons, 3)[0]).same[1] for seed in range(20)]
        )
        for persons in (3, 12)
    )
    assert few > 1.4 * many


def test_takes_of_the_same_person_and_of_another_are_told_apart_by_learnt_figures():
    right, wrong = [], []
    for seed in range(30):
        world = World(seed)
        sets, people = cast_of(world, 3, 3)
        statistics = fit_statistics(sets)
        for who, found in ((people[0], right), (people[1], wrong)):
            _, faces = world.take(who, 4, 3)
            model = LikenessModel(
                references=sets["P0"][0].vectors,
                weights=np.ones(3),
                cohort=np.zeros((0, faces.shape[1])),
                statistics=statistics,
            )
            numbers = np.repeat(np.arange(4), 3)
            found.append(compare(model, faces, weights=np.ones(12), blocks=numbers).same_0_1)
    assert np.mean(np.array(right) > 0.5) > 0.9
    assert np.mean(np.array(wrong) < 0.5) > 0.9
