"""Trying a pack: which verdicts would flip, what would end, and that nothing happens."""

from __future__ import annotations

import pytest

from evals.audits.cases import film_cases
from tracker.domain.addresses import Address, take_code
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


def adopt(studio, pack="large"):
    """Bring forward what a trial stored, as a run of the pack does, and judge."""
    with studio.store.write() as tx:
        run_id, _ = table.start_run(tx, scope="ANTH01", pack=pack, device="cpu")
        hidden = table.superseded(tx, pack)
        table.bring_forward(tx, [(t, m) for t, m, _ in hidden], run_id=run_id)
    studio.judge()


def judged(studio):
    """Take -> (outcome, reason) as it is now."""
    with studio.store.read() as tx:
        takes = dict(list_takes(tx, ADDRESS))
        return {
            f"{FILM}/{takes[key].shot}/{take_code(takes[key].number)}": (v.outcome, v.reason)
            for key, v in current_verdicts(tx, takes).items()
        }


def assert_adopting_gives(studio, roundtable):
    """Adopt the pack: every flip, and nothing else, is what the preview said, word for word."""
    flips = roundtable("evals", "preview", FILM, "--pack", "large", "--json").json["flips"]
    adopt(studio)
    found = judged(studio)
    assert {f["take"]: found[f["take"]] for f in flips} == {
        f["take"]: (f["to"], f["reason"]) for f in flips
    }
    again = roundtable("evals", "preview", FILM, "--pack", "large", "--json").json
    assert (again["flips"], again["reworded"]) == ([], 0)
    return flips


def test_adopting_gives_what_the_preview_said(studio, tried, roundtable):
    assert assert_adopting_gives(studio, roundtable)


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
        kept = [item.take for item in queue_of(tx) if item.place is not None]
    before = state(studio)
    try_pack(studio, {key: {"prompt_own": 0.9} for key in keys})
    found = roundtable("evals", "preview", FILM, "--pack", "large", "--json").json
    (void,) = found["certificates_void"]
    assert (void["certificate"], void["takes"]) == (uid, takes)
    assert "prompt_own" in void["why"]
    assert "by large" in void["why"]
    passed = [f for f in found["flips"] if f["from"] == "pass"]
    assert len(passed) == takes - len(kept)
    assert {f["to"] for f in passed} == {"direct"}
    assert state(studio) == before
    for flip in assert_adopting_gives(studio, roundtable):
        assert flip["reason"].startswith(
            f"Certificate {uid[:8]}, by which nobody had to look, is void"
        )


def test_what_is_judged_without_hints_is_counted_and_not_listed(studio, film_of, roundtable):
    takes = film_of(studio, 60)
    roundtable("evals", "lots", "freeze", FILM)
    roundtable("evals", "lots", "plan", FILM, "--threshold", 0)
    roundtable("evals", "lots", "draw", FILM)
    with studio.store.read() as tx:
        withheld = {item.take for item in queue_of(tx) if item.is_withheld}
        keys = sorted(dict(list_takes(tx, ADDRESS)))
    try_pack(studio, {key: {"flicker": 0.9} for key in keys})
    told = roundtable("evals", "preview", FILM, "--pack", "large")
    assert not [take for take in withheld if take in told.out + told.err]
    assert f"{len(withheld)} takes are to be judged without hints and are not listed." in told.out
    found = roundtable("evals", "preview", FILM, "--pack", "large", "--json").json
    assert {flip["take"] for flip in found["flips"]} == set(takes) - withheld
    assert (found["compared"], found["withheld"]) == (60 - len(withheld), len(withheld))


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
