"""What is to be judged without hints shows none, wherever it is read."""

import hashlib
from dataclasses import replace

import pytest

from tracker.domain.addresses import Address
from tracker.domain.lots import AskKind
from tracker.domain.production import Brief, Role, Shot
from tracker.domain.reviews import Decision, DecisionOutcome
from tracker.domain.verdicts import Outcome, Verdict
from tracker.store import asks, board, evals, reviews, shots, takes, verdicts
from tracker.store.blind import WITHHELD, withheld_takes
from tracker.store.lookup import take_id
from tracker.store.queue import queue_of

FILM = Address("ANTH01", "F01")
DIRECT = Verdict(outcome=Outcome.DIRECT, reason="Look at 1003.", axis="artifacts", severity=0.6)
ERROR = Verdict(outcome=Outcome.DIRECT, reason="Cut off.", axis="error", severity=1.0)


@pytest.fixture
def long_film(filled, make_take):
    """Two hundred more shots with a judged take each, every tenth a hero shot or a broken file."""
    with filled.write() as tx:
        run, _ = evals.start_run(tx, scope="ANTH01", pack="p", device="cpu")
        for number in range(1, 201):
            code = f"SQ020_SH{number:04d}"
            shot = Shot(
                film="F01", code=code, sequence="SQ020", brief=Brief(prompt="A lamp"),
                is_hero=number % 10 == 0,
            )  # fmt: skip
            shots.insert_shot(tx, "ANTH01", shot)
            sha256 = hashlib.sha256(code.encode()).hexdigest()
            takes.insert_take(tx, make_take(1, code, sha256=sha256))
        given = {
            key: ERROR if take.shot.endswith("5") else DIRECT
            for key, take in takes.list_takes(tx, FILM)
        }
        verdicts.give_verdicts(tx, given, run_id=run)
    return filled


def test_what_waits_for_nobody_is_never_withheld(long_film):
    again = Verdict(
        outcome=Outcome.REGENERATE, reason="Again.", axis="artifacts", certificate="c-9"
    )
    proposed = Verdict(
        outcome=Outcome.REGENERATE, reason="Again?", axis="artifacts", is_proposed=True
    )
    with long_film.write() as tx:
        before = withheld_takes(tx, FILM)
        assert before
        run, _ = evals.start_run(tx, scope="ANTH01", pack="", device="")
        verdicts.give_verdicts(tx, dict.fromkeys(before, proposed), run_id=run)
        assert withheld_takes(tx, FILM) == before
        verdicts.give_verdicts(tx, dict.fromkeys(before, again), run_id=run)
        assert withheld_takes(tx, FILM) == set()


def decide(tx, address, outcome=DecisionOutcome.APPROVE):
    decision = Decision(take=str(address), outcome=outcome, by="Ada Quill", role=Role.DIRECTOR)
    return reviews.record_decision(tx, decision)


def test_a_share_of_the_takes_that_wait_is_judged_without_hints(long_film):
    with long_film.read() as tx:
        rows = board.rows(tx, FILM)
        items = {item.take: item for item in queue_of(tx, "Ada Quill")}
    blind = [row for row in rows if row.is_withheld]
    ordinary = [row for row in rows if not row.is_hero and not row.shot.endswith("5")]
    assert 0.5 * WITHHELD < len(blind) / len(ordinary) < 1.7 * WITHHELD
    assert all(row in ordinary and row.verdict is None for row in blind)
    assert all(row.verdict is not None for row in rows if not row.is_withheld)
    for row in rows:
        item = items[f"ANTH01/F01/{row.shot}/{row.take}"]
        assert (item.is_withheld, item.verdict is None) == (row.is_withheld, row.is_withheld)


def test_a_decision_brings_the_hints_back_and_undoing_it_takes_them_away(long_film):
    with long_film.write() as tx:
        row = next(row for row in board.rows(tx, FILM) if row.is_withheld)
        take = Address("ANTH01", "F01", row.shot, row.take)
        assert board.take_sheet(tx, take).verdict is None
        uid = decide(tx, take)
        assert board.take_sheet(tx, take).verdict == DIRECT
        reviews.undo_decision(tx, uid, by="Ada Quill", role=Role.DIRECTOR)
        assert board.take_sheet(tx, take).is_withheld


def test_what_somebody_is_asked_about_shows_no_hint_until_they_answer(long_film):
    with long_film.write() as tx:
        take = Address("ANTH01", "F01", "SQ020_SH0010", "v001")
        key = next(k for k, _ in takes.list_takes(tx, take))
        before = board.take_sheet(tx, take)
        asks.ask(tx, AskKind.AUDIT, key, person="Ada Quill", place=0.0, lot_id=1)
        blind = board.take_sheet(tx, take)
        (row,) = [r for r in board.rows(tx, FILM) if r.shot == take.shot]
        open_book = board.take_sheet(tx, take, is_unblinded=True)
        uid = decide(tx, take)
        asks.answer_asks(tx, key, person="Ada Quill", decision=uid, outcome=DecisionOutcome.APPROVE)
        after = board.take_sheet(tx, take)
    assert not before.is_withheld
    assert (blind.is_withheld, blind.verdict, blind.scores, blind.history) == (True, None, (), ())
    assert (row.is_withheld, row.verdict) == (True, None)
    assert open_book.verdict == after.verdict == DIRECT


def test_the_same_take_is_always_shown_the_same_way(long_film):
    with long_film.read() as tx:
        once, of_film = withheld_takes(tx), withheld_takes(tx, FILM)
        by_shot = [
            withheld_takes(tx, Address("ANTH01", "F01", r.shot)) for r in board.rows(tx, FILM)
        ]
    assert once == of_film == set().union(*by_shot)


def test_a_protected_likeness_is_never_withheld_at_random(long_film):
    with long_film.write() as tx:
        before = withheld_takes(tx, FILM)
        run, _ = evals.start_run(tx, scope="ANTH01", pack="", device="")
        face = replace(DIRECT, axis="likeness")
        verdicts.give_verdicts(tx, dict.fromkeys(sorted(before)[:3], face), run_id=run)
        assert withheld_takes(tx, FILM) == before - set(sorted(before)[:3])


def test_a_take_that_somebody_chose_waits_like_any_other_though_a_newer_one_is_there(
    long_film, make_take
):
    with long_film.write() as tx:
        key = min(withheld_takes(tx, FILM))
        chosen = dict(takes.list_takes(tx, FILM))[key]
        tx.run("UPDATE takes SET status = 'sel' WHERE take_id = ?", [key])
        takes.insert_take(tx, make_take(2, chosen.shot))
        waiting = {item.take: item for item in queue_of(tx, "Ada Quill")}
        assert waiting[f"ANTH01/F01/{chosen.shot}/v001"].is_withheld
        assert f"ANTH01/F01/{chosen.shot}/v002" in waiting


@pytest.mark.parametrize("status", ["hld", "omt"])
def test_an_audited_take_stays_in_the_queue_whatever_becomes_of_its_shot(long_film, status):
    stays, goes = (Address("ANTH01", "F01", f"SQ020_SH00{n}", "v001") for n in (11, 12))
    with long_film.write() as tx:
        asks.ask(tx, AskKind.AUDIT, take_id(tx, stays), person="Ada Quill", place=0.5, lot_id=1)
        for take in (stays, goes):
            shot = Address(take.production, take.film, take.shot)
            shots.update_shot(tx, shot, {"status": status})
        waiting = {item.take: item for item in queue_of(tx, "Ada Quill")}
    assert str(goes) not in waiting
    assert waiting[str(stays)].place == 0.5
    assert waiting[str(stays)].verdict is None
