import pytest

from tracker.domain.addresses import Address
from tracker.domain.likeness import (
    CastMember,
    Character,
    Exposure,
    Life,
    ReferencePicture,
    ReferenceSet,
    RevealMoment,
)
from tracker.domain.production import Embrace, Film, Person, Production, ProductionKind, Role
from tracker.domain.reviews import Decision, DecisionOutcome
from tracker.domain.units import FrameRange
from tracker.domain.verdicts import Outcome, Verdict
from tracker.errors import ConflictError, NotFoundError
from tracker.store import board, cast, evals, productions, reviews, shots, takes, verdicts
from tracker.store.integrity import integrity_problems

SHOT = Address("ANTH01", "F01", "SQ010_SH0010")
TAKE = Address("ANTH01", "F01", "SQ010_SH0010", "v002")


def test_a_take_comes_back_as_it_went_in(filled, make_take):
    with filled.read() as tx:
        assert takes.find_take(tx, TAKE) == make_take(2)


def test_a_take_is_never_replaced(filled, make_take):
    with pytest.raises(ConflictError, match="never replaced"), filled.write() as tx:
        takes.insert_take(tx, make_take(2, sha256="f" * 64))


def test_a_shot_comes_back_as_it_went_in(filled):
    with filled.read() as tx:
        shot = shots.find_shot(tx, "ANTH01", "F01", code="SQ010_SH0010")
    assert shot.brief.prompt == "A lamp in SQ010_SH0010"
    assert (shot.brief.time, shot.first_frame, shot.fps) == ("night", 1001, 24)


def test_a_changed_shot_keeps_its_old_values_in_the_history(filled):
    with filled.write() as tx:
        shots.update_shot(tx, SHOT, {"prompt": "A torch"})
    with filled.read() as tx:
        detail = tx.rows("SELECT detail FROM events WHERE action = 'shot.changed'")[0][0]
    assert "A lamp in SQ010_SH0010" in detail
    assert "A torch" in detail


def test_the_demo_flag_never_changes(filled):
    with pytest.raises(ConflictError, match="exists already"), filled.write() as tx:
        productions.add_production(
            tx, Production(code="ANTH01", kind=ProductionKind.ANTHOLOGY, is_demo=True)
        )
    with filled.write() as tx:
        tx.run("UPDATE productions SET is_demo = true")  # what only a stranger could do
        assert any("demo flag of ANTH01" in p for p in integrity_problems(tx))


def test_rows_that_point_nowhere_are_found(filled):
    with filled.write() as tx:
        assert integrity_problems(tx) == []
        tx.run("DELETE FROM shots WHERE code = 'SQ010_SH0020'")
        assert any("takes point at shots" in p for p in integrity_problems(tx))


@pytest.mark.parametrize(
    ("address", "hint"),
    [("ANTH02/F01", "ANTH01"), ("ANTH01/F1", "F01"), ("ANTH01/F01/SQ010_SH0011", "SQ010_SH0010")],
)
def test_an_unknown_address_gets_the_nearest_spelling(filled, address, hint):
    with pytest.raises(NotFoundError, match=f"did you mean '{hint}'"), filled.read() as tx:
        board.rows(tx, Address.parse(address))


def test_people_gather_roles(filled):
    with filled.write() as tx:
        assert productions.add_person(tx, Person(name="Ada Quill", roles=(Role.PRODUCER,)))
        assert not productions.add_person(tx, Person(name="Ada Quill", roles=(Role.DIRECTOR,)))
        (ada,) = productions.people(tx)
    assert set(ada.roles) == {Role.DIRECTOR, Role.PRODUCER}


def test_a_film_names_its_director_of_record(filled):
    with filled.write() as tx:
        assert productions.get_film(tx, "ANTH01", "F01").director == "Ada Quill"
        changed = Film(production="ANTH01", code="F01", director="Ivo Lind")
        assert productions.save_film(tx, changed)
        assert not productions.save_film(tx, changed)
        film = productions.get_film(tx, "ANTH01", "F01")
    assert (film.director, film.title) == ("Ivo Lind", "Salt")


@pytest.mark.parametrize(
    ("life", "is_minor", "exposure", "is_planned", "reason"),
    [
        (Life.DECEASED, False, Exposure.MASKED, False, "deceased"),
        (Life.FICTIONAL, True, Exposure.MASKED, False, "minor"),
        (Life.FICTIONAL, False, Exposure.REVEALED, True, "revealed"),
        (Life.FICTIONAL, False, Exposure.REVEALED, False, None),
        (Life.FICTIONAL, False, Exposure.MASKED, True, None),
        (Life.LIVING, False, Exposure.NONE, False, None),
    ],
)
def test_likeness_protects_a_shot(filled, life, is_minor, exposure, is_planned, reason):
    with filled.write() as tx:
        cast.add_character(
            tx, "ANTH01", Character(code="MAY", name="May", life=life, is_minor=is_minor)
        )
        cast.declare_exposure(tx, SHOT, "MAY", exposure=exposure)
        if is_planned:
            moment = RevealMoment(
                film="F01", character="MAY", sequence=None, exposure=Exposure.MASKED
            )
            cast.plan_reveal(tx, "ANTH01", moment)
        found = list(cast.protected_shots(tx, "ANTH01").values())
    assert bool(found) == (reason is not None)
    assert reason is None or reason in found[0]


def test_references_casting_and_the_reveal_plan_are_kept(filled):
    picture = ReferencePicture(path="/refs/may.png", sha256="a" * 64, caption="1998")
    family = ReferenceSet(
        character="MAY", name="family", contributed_by="her sister", pictures=(picture,)
    )
    plan = [
        RevealMoment(film="F01", character="MAY", sequence=None, exposure=Exposure.MASKED),
        RevealMoment(film="F01", character="MAY", sequence="SQ010", exposure=Exposure.REVEALED),
    ]
    with filled.write() as tx:
        cast.add_character(tx, "ANTH01", Character(code="MAY", name="May"))
        assert cast.cast_character(tx, "ANTH01", CastMember(film="F01", character="MAY"))
        assert not cast.cast_character(tx, "ANTH01", CastMember(film="F01", character="MAY"))
        assert cast.add_reference_set(tx, "ANTH01", family) == 1
        assert cast.add_reference_set(tx, "ANTH01", family) == 0
        assert [cast.plan_reveal(tx, "ANTH01", moment) for moment in plan] == [True, True]
        assert cast.reference_sets(tx, "ANTH01", "MAY") == [family]
        assert cast.reveal_plan(tx, "ANTH01", "F01") == plan


def test_a_decision_is_undone_by_a_row_and_stays_in_the_record(filled):
    decision = Decision(
        take=str(TAKE), outcome=DecisionOutcome.DIRECT, by="Ada Quill", role=Role.DIRECTOR,
        note="slower", frames=FrameRange(2, 9), minutes=4.0,
    )  # fmt: skip
    with filled.write() as tx:
        uid = reviews.record_decision(tx, decision)
        ((_, kept),) = reviews.decisions(tx, TAKE)
        assert (kept.note, kept.frames, kept.minutes) == ("slower", FrameRange(2, 9), 4.0)
        reviews.undo_decision(tx, uid, by="Ada Quill", role=Role.DIRECTOR)
        assert reviews.decisions(tx, TAKE) == []
        assert tx.rows("SELECT count(*) FROM decisions") == [(2,)]
    with pytest.raises(NotFoundError, match="undone already"), filled.write() as tx:
        reviews.undo_decision(tx, uid, by="Ada Quill", role=Role.DIRECTOR)


def test_a_verdict_is_appended_only_when_it_changes(filled):
    first = Verdict(
        outcome=Outcome.DIRECT, reason="look", axis="artifacts", frames=(FrameRange(0, 3),)
    )
    second = Verdict(outcome=Outcome.REGENERATE, reason="again", axis="artifacts", is_proposed=True)
    with filled.write() as tx:
        key = next(k for k, t in takes.list_takes(tx, TAKE))
        run, _ = evals.start_run(tx, scope="ANTH01", pack="p", device="cpu")
        given = [verdicts.give_verdicts(tx, {key: v}, run_id=run) for v in (first, first, second)]
        assert given == [1, 0, 1]
        assert verdicts.current_verdicts(tx, [key]) == {key: second}


def test_nothing_passes_without_a_certificate(filled):
    from tracker.errors import StoreError

    with pytest.raises(StoreError, match="CHECK"), filled.write() as tx:
        run, _ = evals.start_run(tx, scope="ANTH01", pack="p", device="cpu")
        unfounded = Verdict(outcome=Outcome.PASS, reason="fine", axis="")
        verdicts.give_verdicts(tx, {1: unfounded}, run_id=run)


def test_shots_embrace_kinds_by_name(filled):
    trace = Embrace(kind="flicker", by="Ada Quill", reason="the lamp is dying")
    with filled.write() as tx:
        assert shots.embrace(tx, SHOT, trace)
        assert not shots.embrace(tx, SHOT, trace)
        assert shots.find_shot(tx, "ANTH01", "F01", code=SHOT.shot).embraced == (trace,)


def test_the_board_shows_the_latest_take(filled):
    with filled.read() as tx:
        rows = {row.shot: row for row in board.rows(tx, Address("ANTH01", "F01"))}
        (film,) = board.films(tx, "ANTH01")
        (production,) = board.productions(tx)
    assert (rows["SQ010_SH0010"].take, rows["SQ010_SH0010"].takes) == ("v002", 2)
    assert rows["SQ010_SH0020"].take == "v001"
    assert (film.shots, film.takes, film.unscored, film.director) == (2, 3, 2, "Ada Quill")
    assert (production.films, production.shots, production.takes) == (1, 2, 3)


def test_a_take_sheet_knows_its_siblings_and_history(filled):
    with filled.read() as tx:
        sheet = board.take_sheet(tx, TAKE)
    assert sheet.siblings == ("v001", "v002")
    assert [h.what for h in sheet.history] == ["take.submitted"]
    assert sheet.history[0].who == "Nika Brandt"
