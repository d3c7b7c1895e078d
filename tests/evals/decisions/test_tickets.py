"""The draw: random, repeatable, and the same for every nested zone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import pytest
from scipy.stats import chisquare

from evals.decisions.tickets import digest_of, draw_seed, draws, ticket
from tracker.errors import MisuseError

TAKES = [hashlib.sha256(f"take {i}".encode()).hexdigest() for i in range(40)]


def drawn(seed: str, takes: Iterable[str]) -> list[str]:
    """Return the digests of takes in the order in which they are drawn."""
    return draws(seed, takes, sha256_of=str)


def test_a_ticket_is_the_digest_of_seed_and_take():
    seed = "ab" * 32
    expected = hashlib.sha256(bytes.fromhex(seed + TAKES[0])).hexdigest()
    assert ticket(seed, TAKES[0]) == expected


def test_the_order_does_not_depend_on_how_takes_are_listed():
    seed = draw_seed()
    assert drawn(seed, TAKES) == drawn(seed, reversed(TAKES))


def test_a_zone_is_drawn_as_if_the_rest_were_not_there():
    seed = draw_seed()
    zone = TAKES[::3]
    assert drawn(seed, zone) == [take for take in drawn(seed, TAKES) if take in zone]


def test_every_take_comes_first_equally_often():
    firsts = [TAKES.index(drawn(f"{i:064x}", TAKES)[0]) for i in range(4000)]
    assert chisquare(np.bincount(firsts, minlength=40)).pvalue > 1e-3


def test_two_seeds_are_not_alike():
    assert drawn(draw_seed(), TAKES) != drawn(draw_seed(), TAKES)


@pytest.mark.parametrize("text", ["", "AB" * 32, "xy" * 32, "00" * 31])
def test_what_is_no_digest_is_refused(text):
    with pytest.raises(MisuseError, match="64 hexadecimal digits"):
        ticket(text, TAKES[0])


def test_a_digest_does_not_depend_on_the_order_of_keys():
    assert digest_of({"a": 1, "b": [1.5, None]}) == digest_of({"b": [1.5, None], "a": 1})
    with pytest.raises(ValueError, match="Out of range"):
        digest_of({"a": float("nan")})
