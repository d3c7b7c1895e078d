"""Blind repeats through the commands: who is asked what, what it says, and what it makes unreachable."""

from __future__ import annotations

from collections import Counter

import pytest

from evals.audits.draw import newest_lot
from evals.audits.progress import progress_of
from tracker.domain.addresses import Address
from tracker.domain.lots import Purpose
from tracker.domain.production import Person, Role
from tracker.store.productions import add_person
from tracker.store.queue import earlier_takes, queue_of
from tracker.store.repeats import opinions
from tracker.store.reviews import standing_decisions

FILM = "ANTH01/F01"
DIRECTOR = "Ada Quill"
PRODUCER = "Tom Aldine"


@pytest.fixture
def decided(studio, film_of):
    """Forty decided takes, the first ten rejected."""
    takes = film_of(studio, 60)[:40]
    for i, take in enumerate(takes):
        studio.decide(take, "direct" if i < 10 else "approve")
    return takes


def asked(studio, person=DIRECTOR) -> list[str]:
    with studio.store.read() as tx:
        return [item.take for item in queue_of(tx, person) if item.place is not None]


def test_repeats_are_balanced_as_far_as_there_are_enough(studio, decided, roundtable):
    done = roundtable("evals", "agreement", "ask", FILM, "--count", 30, "--json").json
    assert (done["takes"], done["rejected"], done["accepted"]) == (30, 10, 20)
    assert done["people"] == {DIRECTOR: 30}
    first = roundtable("evals", "agreement", "ask", FILM, "--count", 4, "--json").json
    assert (first["rejected"], first["accepted"]) == (0, 4)
    assert len(asked(studio)) == 34


def test_a_take_is_repeated_once_for_a_person_and_once_for_another(studio, decided, roundtable):
    studio.decide(decided[0], by=PRODUCER)
    assert roundtable("evals", "agreement", "ask", FILM, "--count", 99, "--json").json["people"] == {
        DIRECTOR: 40, PRODUCER: 1,
    }  # fmt: skip
    for take in asked(studio):
        studio.decide(take)
    again = roundtable("evals", "agreement", "ask", FILM)
    assert again.code == 11
    assert "can be asked for again" not in again.out
    assert "each was repeated before" in again.err


def test_recent_decisions_are_left_alone_while_there_are_older_ones(studio, decided, roundtable):
    with studio.store.write() as tx:
        tx.run(
            "UPDATE decisions SET decided_ts = now() - INTERVAL 3 DAY WHERE decision_id IN "
            "(SELECT decision_id FROM decisions ORDER BY decision_id LIMIT 20)"
        )
    done = roundtable("evals", "agreement", "ask", FILM, "--count", 12, "--json").json
    assert done["recent"] == 0
    assert set(asked(studio)) <= set(decided[:20])
    more = roundtable("evals", "agreement", "ask", FILM, "--count", 12)
    assert "4 of them were decided within 48 hours" in more.err


def test_repeats_come_without_a_hint_and_change_nothing(studio, decided, roundtable):
    before = roundtable("shots", "list", FILM, "--json").json
    with studio.store.read() as tx:
        standing = standing_decisions(tx, Address.parse(FILM))
    roundtable("evals", "agreement", "ask", FILM, "--count", 6)
    queue = {row["take"]: row for row in roundtable("queue", "--for", DIRECTOR, "--json").json}
    for take in asked(studio):
        assert not queue[take]["has_hint"]
        studio.decide(take, "regenerate")
    assert roundtable("shots", "list", FILM, "--json").json == before
    with studio.store.read() as tx:
        assert standing_decisions(tx, Address.parse(FILM)) == standing


def test_a_later_take_does_not_tell_what_was_said_while_it_is_asked_for_again(
    studio, decided, roundtable
):
    take = Address.parse(decided[0])
    shot = Address(take.production, take.film, take.shot)
    studio.take(shot, 2)

    def said() -> list[str]:
        with studio.store.read() as tx:
            found = earlier_takes(tx, Address.parse(f"{shot}/v002"))
            return [d.outcome for one in found for d in one.decisions]

    assert said() == ["direct"]
    roundtable("evals", "agreement", "ask", FILM, "--count", 40)
    assert said() == []
    studio.decide(str(take), "regenerate")
    assert said() == ["direct"]


def test_whoever_answers_a_repeat_is_told_that_it_changes_nothing(studio, decided, roundtable):
    roundtable("evals", "agreement", "ask", FILM, "--count", 40)
    first = roundtable("decide", decided[39], "regenerate", "--by", DIRECTOR)
    assert "a blind repeat: this answer is kept beside the earlier decision" in first.err
    again = roundtable("decide", decided[39], "regenerate", "--by", DIRECTOR)
    assert "repeat" not in again.err
    with studio.store.read() as tx:
        standing = {d.take: d for d in standing_decisions(tx, Address.parse(FILM)).values()}
    assert standing[decided[39]].outcome == "regenerate"


def test_a_repeat_that_answers_an_audit_too_stands(studio, film_of, roundtable):
    takes = film_of(studio, 60)
    roundtable("evals", "lots", "freeze", FILM)
    roundtable("evals", "lots", "plan", FILM, "--threshold", 0)
    for take in takes:
        studio.decide(take)
    roundtable("evals", "agreement", "ask", FILM, "--count", 60)
    roundtable("evals", "lots", "draw", FILM)
    with studio.store.read() as tx:
        lot = newest_lot(tx, Address.parse(FILM), Purpose.PASS)
        drawn = progress_of(tx, lot).drawn[0].address
    repeated = next(take for take in takes if take != drawn)
    assert studio.decide(drawn, "regenerate").remarks == ()
    with studio.store.read() as tx:
        standing = {d.take: d for d in standing_decisions(tx, Address.parse(FILM)).values()}
        said = {o.take: o.outcome for o in opinions(tx, Address.parse(FILM))}
        assert progress_of(tx, lot).wrong == 1
    assert (standing[drawn].outcome, said[drawn]) == ("regenerate", "regenerate")
    assert standing[repeated].outcome == "approve"


def turn_round(studio, roundtable, flips: int, *, count: int = 30) -> None:
    """Ask again and let the director turn round so many times."""
    roundtable("evals", "agreement", "ask", FILM, "--count", count)
    with studio.store.read() as tx:
        standing = {d.take: d for d in standing_decisions(tx, Address.parse(FILM)).values()}
    for i, take in enumerate(asked(studio)):
        was = standing[take].outcome.is_rejection
        studio.decide(take, "approve" if was == (i < flips) else "direct")


def test_the_flip_rate_is_counted_per_person_and_overall(studio, decided, roundtable):
    turn_round(studio, roundtable, 6)
    shown = roundtable("evals", "agreement", "show", "ANTH01", "--json").json
    overall = shown["overall"]
    assert (overall["repeats"], overall["flips"], overall["rate"]) == (30, 6, 0.2)
    assert overall["low"] < 0.2 < overall["high"]
    (person,) = shown["people"]
    assert (person["person"], person["flips"], person["waiting"]) == (DIRECTOR, 6, 0)
    assert person["repeatable"] == 10
    told = roundtable("evals", "agreement", "show", FILM).out
    assert "6 of 30 blind repeats came out the other way: 20%" in told


def test_plan_says_that_alpha_is_unreachable(studio, decided, roundtable):
    assert roundtable("evals", "lots", "freeze", FILM).code == 0
    turn_round(studio, roundtable, 6)
    ran = roundtable("evals", "lots", "plan", FILM, "--threshold", 0)
    assert ran.code == 11
    assert "alpha unreachable" in ran.err
    assert "20% of 30 blind repeats" in ran.err
    shown = roundtable("evals", "agreement", "show", FILM, "--json")
    assert shown.code == 11
    (entry,) = shown.json["unreachable"]
    assert (entry["film"], entry["alpha"], entry["has_open_lot"]) == (FILM, 0.1, True)
    roundtable("evals", "lots", "drop", FILM)
    roundtable("evals", "lots", "freeze", FILM, "--alpha", 0.45)
    assert "unreachable" not in roundtable("evals", "lots", "plan", FILM, "--threshold", 0).err


def test_a_steady_director_may_plan(studio, decided, roundtable):
    roundtable("evals", "lots", "freeze", FILM, "--alpha", 0.3)
    turn_round(studio, roundtable, 1)
    assert roundtable("evals", "lots", "plan", FILM, "--threshold", 0).code == 0


def frozen_for(roundtable, rule: str, *panel: str) -> None:
    names = [word for name in panel for word in ("--panel", name)]
    ran = roundtable("evals", "lots", "freeze", FILM, "--alpha", 0.3, "--verdict", rule, *names)
    assert ran.code == 0


def test_a_member_who_turns_round_is_named_and_makes_alpha_unreachable(studio, decided, roundtable):
    turn_round(studio, roundtable, 6)
    frozen_for(roundtable, "member", DIRECTOR, PRODUCER)
    ran = roundtable("evals", "lots", "plan", FILM, "--threshold", 0)
    assert ran.code == 11
    assert f"judged by {DIRECTOR} of its panel: alpha unreachable. Alpha 0.3 is" in ran.err
    assert f"judged by {PRODUCER}" not in ran.err
    shown = roundtable("evals", "agreement", "show", FILM, "--json")
    assert shown.code == 11
    assert [(e["person"], e["alpha"], e["has_open_lot"]) for e in shown.json["unreachable"]] == [
        (DIRECTOR, 0.1, False),
        (DIRECTOR, 0.3, True),
    ]


def test_one_who_turns_round_does_not_stop_a_majority(studio, decided, roundtable):
    with studio.store.write() as tx:
        add_person(tx, Person(name="Lene Marsh", roles=(Role.AI_ARTIST,)))
    turn_round(studio, roundtable, 6)
    frozen_for(roundtable, "majority", DIRECTOR, PRODUCER, "Lene Marsh")
    assert roundtable("evals", "lots", "plan", FILM, "--threshold", 0).code == 0
    shown = roundtable("evals", "agreement", "show", FILM, "--json")
    assert shown.code == 0
    (entry,) = shown.json["unreachable"]  # what a lot of the director's own would meet
    assert (entry["alpha"], entry["has_open_lot"]) == (0.1, False)


def test_an_audit_that_waits_and_a_kept_audit_are_never_repeated(studio, film_of, roundtable):
    film_of(studio, 60)
    roundtable("evals", "lots", "freeze", FILM)
    roundtable("evals", "lots", "plan", FILM, "--threshold", 0)
    roundtable("evals", "lots", "draw", FILM)
    drawn = asked(studio)
    for take in drawn:
        studio.decide(take)
    assert roundtable("evals", "agreement", "ask", FILM).code == 11
    roundtable("evals", "lots", "close", FILM)
    kept = asked(studio)
    assert len(kept) == 7
    for take in kept:
        studio.decide(take)
    done = roundtable("evals", "agreement", "ask", FILM, "--count", 60, "--json").json
    assert done["takes"] == len(drawn)
    assert set(asked(studio)) == set(drawn)


def test_agreement_between_people_is_of_takes_that_both_judged(studio, decided, roundtable):
    for take in decided[5:15]:
        studio.decide(take, "direct", by=PRODUCER)
    shown = roundtable("evals", "agreement", "show", FILM, "--json").json
    # Ten units, two observers; five times both reject, five times they differ: by hand
    # alpha = 1 - (n - 1) * mixed / (zeros * ones) = 1 - 19 * 5 / (5 * 15).
    assert shown["between"]["takes"] == 10
    assert shown["between"]["krippendorff_alpha"] == pytest.approx(1 - 19 * 5 / (5 * 15))


def test_which_takes_are_chosen_is_chance(studio, decided):
    from evals.audits.agreement import ask_again

    seen: Counter[str] = Counter()
    for seed in range(20):
        try:
            with studio.store.write() as tx:
                ask_again(tx, Address.parse(FILM), count=4, seed=seed)
                seen.update(i.take for i in queue_of(tx, DIRECTOR) if i.place is not None)
                raise KeyError  # rolled back: each round starts from nothing
        except KeyError:
            continue
    assert len(seen) > 25


@pytest.mark.parametrize(
    ("arguments", "sentence", "code"),
    [
        (("ask", "ANTH01/F01/SQ010_SH0010"), "names a shot", 2),
        (("ask", FILM, "--count", 0), "give 1 or more", 2),
        (("ask", FILM, "--for", "Nobody"), "There is no person 'Nobody'", 2),
        (("ask", FILM), "there are none yet", 11),
        (("show", "ANTH09"), "There is no production 'ANTH09'", 2),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(
    studio, film_of, roundtable, arguments, sentence, code
):
    film_of(studio, 8)
    ran = roundtable("evals", "agreement", *arguments)
    assert ran.code == code
    assert sentence in ran.err


def test_without_repeats_the_next_step_is_said(studio, decided, roundtable):
    shown = roundtable("evals", "agreement", "show", "ANTH01")
    assert shown.code == 0
    assert "ask for blind repeats" in shown.out
    assert "not known" in shown.out
