"""Whose verdict counts: who is asked about a take, what they agree on, and that the test stays exact."""

from __future__ import annotations

import hashlib
from itertools import product
from math import floor, sqrt

import numpy as np
import pytest

from evals.decisions.bounds import labels_needed
from evals.decisions.certificates import are_wrong, asked_in, drawn_rows, result_of
from evals.decisions.reviewers import Reviewers, agreed
from evals.decisions.tickets import ticket
from tracker.domain.lots import VerdictOf
from tracker.errors import MisuseError

THREE = ("Ada Quill", "Nika Brandt", "Tom Aldine")
MAJORITY = Reviewers(VerdictOf.MAJORITY, THREE)
MEMBER = Reviewers(VerdictOf.MEMBER, THREE)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def judge_of(seed: str, take: str, people: tuple[str, ...]) -> str:
    """Name the member who judges a take, straight from the digest's bytes."""
    digest = hashlib.sha256(bytes.fromhex(seed + take)).digest()
    return people[int.from_bytes(digest[16:], "big") % len(people)]


@pytest.mark.parametrize("count", [1, 3, 5])
def test_a_verdict_is_known_once_no_missing_vote_can_turn_it(count):
    for votes in product([True, False, None], repeat=count):
        ends = {
            2 * sum(all_of) > count
            for all_of in product([True, False], repeat=count)
            if all(v is None or v is w for v, w in zip(votes, all_of, strict=True))
        }
        assert agreed(votes) is (ends.pop() if len(ends) == 1 else None), votes


def test_a_member_is_named_by_the_ticket_and_a_majority_is_everybody():
    for i in range(200):
        seed, take = sha(f"seed {i % 7}"), sha(f"take {i}")
        assert MEMBER.asked_about(ticket(seed, take)) == (judge_of(seed, take, THREE),)
        assert MAJORITY.asked_about(ticket(seed, take)) == THREE
        assert Reviewers.director("Ada Quill").asked_about(ticket(seed, take)) == ("Ada Quill",)


@pytest.mark.parametrize("people", [THREE[:2], THREE, (*THREE, "Lene Marsh")])
def test_each_member_gets_an_equal_share_of_what_is_drawn_first(people):
    """The order of the draw does not favour anybody: both halves of a ticket are independent."""
    seed = sha("a seed")
    ordered = sorted((sha(f"take {i}") for i in range(6000)), key=lambda take: ticket(seed, take))
    reviewers = Reviewers(VerdictOf.MEMBER, people)
    asked = [reviewers.asked_about(ticket(seed, take))[0] for take in ordered]
    for part in (asked[:1500], asked[1500:]):
        share, spread = 1 / len(people), sqrt(len(part) / len(people))
        assert all(abs(part.count(p) - share * len(part)) < 4 * spread for p in people)


def test_a_take_lies_elsewhere_in_each_queue_of_a_panel():
    mark = ticket(sha("seed"), sha("take"))
    places = [MAJORITY.place(mark, person) for person in THREE]
    assert len(set(places)) == 3
    assert all(0 <= place < 1 for place in places)
    assert Reviewers.director("Ada Quill").place(mark, "Ada Quill") == int(mark[-8:], 16) / 2**32


@pytest.mark.parametrize(
    ("rule", "people", "sentence"),
    [
        ("majority", THREE[:2], "an odd number of people, 3 or more, and the panel names 2"),
        ("majority", (*THREE, "Lene Marsh"), "the panel names 4"),
        ("majority", THREE[:1], "the panel names 1"),
        ("majority", (), "the panel names 0"),
        ("majority", ("Ada Quill", "Ada Quill", "Tom Aldine"), "'Ada Quill' is named twice"),
        ("member", THREE[:1], "2 people or more, and the panel names 1"),
        ("member", ("Tom Aldine", "Tom Aldine"), "'Tom Aldine' is named twice"),
    ],
)
def test_people_among_whom_nothing_is_decided_are_refused(rule, people, sentence):
    with pytest.raises(MisuseError, match=sentence):
        Reviewers(VerdictOf(rule), people)


def test_a_directors_scope_holds_the_name_alone():
    assert Reviewers.director("Ada Quill").scope() == {"decision_maker": "Ada Quill"}
    assert MEMBER.scope() == {
        "decision_maker": "a member of Ada Quill, Nika Brandt and Tom Aldine drawn by lot",
        "verdict_of": "member",
        "panel": list(THREE),
    }
    for reviewers in (Reviewers.director("Ada Quill"), MAJORITY, MEMBER):
        assert Reviewers.of_scope(reviewers.scope()) == reviewers


def opinions(rng: np.random.Generator, takes: int) -> dict[str, np.ndarray]:
    """Say who would reject which take: some takes are bad to all, and one person is far stricter."""
    bad = rng.random(takes) < 0.06
    return {
        person: bad | (rng.random(takes) < rate)
        for person, rate in zip(THREE, (0.02, 0.05, 0.25), strict=True)
    }


@pytest.mark.parametrize("reviewers", [MAJORITY, MEMBER], ids=["majority", "member"])
def test_a_panels_certificate_errs_no_oftener_than_delta(reviewers):
    """Films, seeds and the wrong takes of each are simulated; the truth is told without the harness."""
    count, alpha, delta, films = 40, 0.15, 0.20, 1500
    labels = labels_needed(1, alpha=alpha, delta=delta, takes=count)
    rng = np.random.default_rng(20270301)
    takes = [{"address": str(i), "sha256": sha(f"t{i}"), "score": 1.0} for i in range(count)]
    certified = violated = 0
    for film in range(films):
        rejects = opinions(rng, count)
        seed = sha(f"film {film}")
        if reviewers is MAJORITY:
            truth = np.sum(list(rejects.values()), axis=0) >= 2
        else:
            truth = np.array(
                [rejects[judge_of(seed, t["sha256"], THREE)][i] for i, t in enumerate(takes)]
            )
        draws = drawn_rows(seed, takes, threshold=0.5, labels=labels)
        rows = [
            {"outcome": "direct" if rejects[person][int(draw["address"])] else "approve"}
            for draw, person in asked_in(draws, reviewers)
        ]
        wrong = are_wrong(rows, purpose="pass", reviewers=reviewers)
        drawn = [int(draw["address"]) for draw in draws]
        assert wrong == list(truth[drawn])
        if result_of(wrong, zone=count, alpha=alpha)["p_value"] <= delta:
            certified += 1
            unseen = truth.sum() - truth[drawn].sum()
            violated += unseen > floor(alpha * (count - labels))
    assert certified > films / 10
    assert violated / films <= delta
    assert violated > 0, "the simulation never comes near the limit"
