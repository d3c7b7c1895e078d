"""Trying a pack: which verdicts would flip, what would end, and that nothing happens."""

from __future__ import annotations

import pytest

from evals.audits.cases import film_cases
from tracker.domain.addresses import Address
from tracker.store import evals as table
from tracker.store.lots import certificates
from tracker.store.queue import queue_of
from tracker.store.takes import list_takes
from tracker.store.verdicts import current_verdicts

FILM = "ANTH01/F01"
ADDRESS = Address("ANTH01", "F01")


def state(studio):
    """Everything that a preview must leave alone."""
    with studio.store.read() as tx:
        takes = dict(list_takes(tx, ADDRESS))
        ended = [(c.uid, c.state) for c in certificates(tx, ADDRESS)]
        return current_verdicts(tx, takes), ended, film_cases(tx, ADDRESS).scores


def try_pack(studio, values, *, pack="large"):
    """Store a pack's scores as a trial does: its own metrics, in a run that is not adopted."""
    original = table.start_run
    try:
        table.start_run = lambda tx, **options: original(tx, **options, is_adopted=False)
        studio.score(values, pack=pack)
    finally:
        table.start_run = original


@pytest.fixture
def tried(studio, film_of):
    """Eight takes; the pack `large` finds that the first two flicker."""
    takes = film_of(studio, 8)
    with studio.store.read() as tx:
        keys = sorted(dict(list_takes(tx, ADDRESS)))
    try_pack(
        studio,
        {
            key: {"flicker": 0.9 if i < 2 else 0.001, "prompt_own": 0.9}
            for i, key in enumerate(keys)
        },
    )
    return takes


def test_flips_are_listed_with_from_to_and_reason(studio, tried, roundtable):
    found = roundtable("evals", "preview", FILM, "--pack", "large", "--json")
    assert found.code == 0
    flips = found.json["flips"]
    assert [f["take"] for f in flips] == tried[:2]
    assert {(f["from"], f["to"]) for f in flips} == {("direct", "regenerate")}
    assert all("licker" in f["reason"] for f in flips)
    told = roundtable("evals", "preview", FILM, "--pack", "large")
    assert "would flip 2 of 8 verdicts: 2 from direct to regenerate" in told.out


def test_a_preview_and_a_trial_change_nothing(studio, film_of, roundtable):
    film_of(studio, 8)
    before = state(studio)
    board = roundtable("board", FILM, "--json").json
    with studio.store.read() as tx:
        keys = sorted(dict(list_takes(tx, ADDRESS)))
    try_pack(studio, {key: {"flicker": 0.9, "prompt_own": 0.1} for key in keys})
    roundtable("evals", "preview", FILM, "--pack", "large")
    studio.judge()
    assert state(studio) == before
    assert roundtable("board", FILM, "--json").json == board


def test_adopting_gives_what_the_preview_said(studio, tried, roundtable):
    flips = roundtable("evals", "preview", FILM, "--pack", "large", "--json").json["flips"]
    with studio.store.write() as tx:
        run_id, _ = table.start_run(tx, scope="ANTH01", pack="large", device="cpu")
        hidden = table.superseded(tx, "large")
        table.bring_forward(tx, [(t, m) for t, m, _ in hidden], run_id=run_id)
    studio.judge()
    shown = {r["shot"]: r for r in roundtable("evals", "verdicts", FILM, "--json").json}
    assert {f["take"]: shown[f["take"].split("/")[2]]["outcome"] for f in flips} == {
        f["take"]: f["to"] for f in flips
    }
    again = roundtable("evals", "preview", FILM, "--pack", "large", "--json").json
    assert again["flips"] == []


def test_certificates_that_would_end_are_named(studio, film_of, roundtable):
    film_of(studio, 60)
    roundtable("evals", "lots", "freeze", FILM)
    roundtable("evals", "lots", "plan", FILM, "--threshold", 0)
    roundtable("evals", "lots", "draw", FILM)
    with studio.store.read() as tx:
        drawn = [item.take for item in queue_of(tx) if item.place is not None]
    for take in drawn:
        studio.decide(take)
    roundtable("evals", "lots", "close", FILM)
    with studio.store.read() as tx:
        ((uid, takes),) = [(c.uid, c.takes) for c in certificates(tx, ADDRESS)]
        keys = sorted(dict(list_takes(tx, ADDRESS)))
    before = state(studio)
    try_pack(studio, {key: {"prompt_own": 0.9} for key in keys})
    found = roundtable("evals", "preview", FILM, "--pack", "large", "--json").json
    (void,) = found["certificates_void"]
    assert (void["certificate"], void["takes"]) == (uid, takes)
    assert "prompt_own" in void["why"]
    assert "by large" in void["why"]
    passed = [f for f in found["flips"] if f["from"] == "pass"]
    assert len(passed) == takes
    assert {f["to"] for f in passed} == {"direct"}
    assert state(studio) == before


def test_a_pack_without_scores_is_answered_with_the_command(studio, film_of, roundtable):
    film_of(studio, 8)
    ran = roundtable("evals", "preview", FILM, "--pack", "large")
    assert ran.code == 11
    assert f"roundtable evals run {FILM} --pack large --no-adopt" in ran.err


def test_takes_that_the_pack_has_not_scored_are_counted_and_not_compared(
    studio, film_of, roundtable
):
    takes = film_of(studio, 8)
    with studio.store.read() as tx:
        first = min(dict(list_takes(tx, ADDRESS)))
    try_pack(studio, {first: {"flicker": 0.9, "prompt_own": 0.9}})
    ran = roundtable("evals", "preview", FILM, "--pack", "large", "--json")
    assert ran.code == 3
    assert ran.json["unscored"] == takes[1:]
    assert [f["take"] for f in ran.json["flips"]] == takes[:1]
