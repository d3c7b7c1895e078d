"""A lot from the frozen cut to its certificate, and everything that ends one."""

from __future__ import annotations

import json

import pytest

from evals.audits.cases import ProductionCases, film_cases
from evals.audits.close import close, kept_audits
from evals.audits.cut import read_cut
from evals.audits.draw import draw, newest_lot, plan
from evals.audits.experience import experience
from evals.audits.freeze import freeze
from evals.audits.overview import film_audits
from evals.audits.progress import progress_of
from evals.decisions.sequences import revocation_boundary
from evals.decisions.verification import verify
from tracker.domain.addresses import Address
from tracker.domain.lots import CertificateState, LotState, Purpose
from tracker.domain.production import Film
from tracker.domain.reviews import DecisionOutcome
from tracker.domain.verdicts import Outcome
from tracker.errors import ConflictError, MisuseError, UndecidedError
from tracker.store.integrity import integrity_problems
from tracker.store.lots import certificates, lot_takes, lots
from tracker.store.productions import add_film, set_director
from tracker.store.queue import queue_of
from tracker.store.shots import update_shot
from tracker.store.takes import list_takes
from tracker.store.verdicts import current_verdicts

FILM = Address("ANTH01", "F01")
DIRECTOR = "Ada Quill"


def audited(studio, *, rejected: int = 0, alpha: float = 0.10):
    """Freeze, plan and draw; let the director judge the audit, the first takes against it."""
    with studio.store.write() as tx:
        freeze(tx, FILM, alpha=alpha)
        planned = plan(tx, FILM, threshold=0.0)
        draw(tx, FILM)
    drawn = drawn_takes(studio)
    for i, take in enumerate(drawn):
        studio.decide(take, "direct" if i < rejected else "approve")
    return planned, drawn


def drawn_takes(studio) -> list[str]:
    with studio.store.read() as tx:
        return [t.address for t in progress_of(tx, newest_lot(tx, FILM, Purpose.PASS)).drawn]


def finish(studio, **options):
    with studio.store.write() as tx:
        closed = close(tx, FILM, **options)
    studio.judge()
    return closed


def verdicts(studio):
    with studio.store.read() as tx:
        takes = dict(list_takes(tx, FILM))
        found = current_verdicts(tx, takes)
        return {
            f"ANTH01/F01/{takes[key].shot}/v{takes[key].number:03d}": verdict
            for key, verdict in found.items()
        }


def certificate(studio):
    with studio.store.read() as tx:
        return certificates(tx, FILM)[0]


def test_a_film_that_the_audit_bears_out_passes_unseen(studio, film_of):
    takes = film_of(studio, 60)
    assert {v.outcome for v in verdicts(studio).values()} == {Outcome.DIRECT}
    planned, drawn = audited(studio)
    assert (planned.plan.takes, planned.plan.labels) == (60, 26)
    closed = finish(studio)
    assert closed.lot.state is LotState.CERTIFIED
    assert verify(json.loads(json.dumps(closed.certificate.document))) == []
    given = verdicts(studio)
    passed = {take for take, verdict in given.items() if verdict.outcome is Outcome.PASS}
    assert passed == set(takes) - set(drawn)
    assert all(given[take].certificate == closed.certificate.uid for take in passed)
    assert closed.certificate.uid[:8] in given[next(iter(passed))].reason
    with studio.store.read() as tx:
        assert integrity_problems(tx) == []


def test_one_rejection_too_many_sends_the_zone_to_direction(studio, film_of):
    film_of(studio, 60)
    planned, drawn = audited(studio, rejected=1)
    assert planned.plan.tolerated == 0
    closed = finish(studio)
    assert closed.certificate is None
    assert closed.lot.reason.startswith("1 of 26 audited takes rejected, 0 were tolerated")
    unseen = [v for take, v in verdicts(studio).items() if take not in drawn]
    assert {v.outcome for v in unseen} == {Outcome.DIRECT}


def test_a_missing_verdict_is_asked_for_and_counts_as_a_rejection_in_the_end(studio, film_of):
    film_of(studio, 60)
    with studio.store.write() as tx:
        freeze(tx, FILM)
        plan(tx, FILM, threshold=0.0)
        draw(tx, FILM)
    for take in drawn_takes(studio)[:14]:
        studio.decide(take)
    with pytest.raises(MisuseError, match="Needs 12 more verdicts of 26; 0 against it so far"):
        finish(studio)
    closed = finish(studio, is_final=True)
    assert closed.lot.wrong == 12
    assert "it needs 26 verdicts and has 14" in closed.lot.reason


def test_a_verdict_can_become_stricter_and_never_milder(studio, film_of):
    film_of(studio, 60)
    _, drawn = audited(studio, rejected=1)
    studio.decide(drawn[0], "approve")
    assert finish(studio).certificate is None


def test_somebody_elses_word_is_no_verdict_of_the_audit(studio, film_of):
    film_of(studio, 60)
    with studio.store.write() as tx:
        freeze(tx, FILM)
        plan(tx, FILM, threshold=0.0)
        draw(tx, FILM)
    for take in drawn_takes(studio):
        studio.decide(take, by="Tom Aldine")
    with studio.store.read() as tx:
        assert len(progress_of(tx, newest_lot(tx, FILM, Purpose.PASS)).missing) == 26


def test_audits_lie_in_the_queue_without_verdict_score_or_lane(studio, film_of):
    film_of(studio, 60)
    with studio.store.write() as tx:
        freeze(tx, FILM)
        plan(tx, FILM, threshold=0.0)
        draw(tx, FILM)
        queue = queue_of(tx, DIRECTOR)
    drawn = set(drawn_takes(studio))
    asked = [item for item in queue if item.take in drawn]
    assert len(asked) == 26
    assert all(item.is_withheld and item.verdict is None for item in asked)
    others = [item for item in queue if item.take not in drawn]
    assert any(item.is_withheld for item in others)
    assert any(item.verdict is not None for item in others)
    places = [i for i, item in enumerate(queue) if item.take in drawn]
    assert max(places) - min(places) > 26


def test_a_take_that_changed_after_the_freeze_is_uncovered(studio, film_of):
    takes = film_of(studio, 60)
    _, drawn = audited(studio)
    finish(studio)
    changed = next(take for take in takes if take not in drawn)
    with studio.store.read() as tx:
        key = next(k for k, t in list_takes(tx, FILM) if f"{FILM}/{t.shot}/v001" == changed)
    studio.score({key: {"flicker": 0.0015, "prompt_own": 0.97}})
    studio.judge()
    given = verdicts(studio)
    assert given[changed].outcome is Outcome.DIRECT
    assert sum(v.outcome is Outcome.PASS for v in given.values()) == 33


def test_a_take_of_another_generator_makes_the_certificate_void(studio, film_of):
    takes = film_of(studio, 60)
    _, drawn = audited(studio)
    finish(studio)
    shot = Address.parse(next(take for take in takes if take not in drawn))
    key = studio.take(Address("ANTH01", "F01", shot.shot), 2, generator="heron 2")
    studio.score({key: {"flicker": 0.001, "prompt_own": 0.9}})
    studio.judge()
    ended = certificate(studio)
    assert ended.state is CertificateState.VOID
    assert ended.ended_why == "The generators now include heron 2."
    with studio.store.read() as tx:
        told = progress_of(tx, newest_lot(tx, FILM, Purpose.PASS)).sentence()
    assert told == f"Certified, and the certificate is void since: {ended.ended_why}"
    given = verdicts(studio)
    assert all(v.outcome is not Outcome.PASS for v in given.values())
    why = f"Certificate {ended.uid[:8]}, by which nobody had to look, is void: the generators now "
    with studio.store.read() as tx:
        assert all(item.place is None for item in queue_of(tx, DIRECTOR)), "asked for nothing"
    lost = {take for take, v in given.items() if v.reason.startswith(why)}
    assert lost == set(takes) - set(drawn)
    studio.decide(sorted(lost)[0])
    studio.judge()
    assert not verdicts(studio)[sorted(lost)[0]].reason.startswith(why)


def test_another_director_makes_the_certificate_void(studio, film_of):
    film_of(studio, 60)
    audited(studio)
    finish(studio)
    with studio.store.write() as tx:
        set_director(tx, "ANTH01", "F01", name="Lene Marsh")
    studio.judge()
    assert certificate(studio).ended_why == (
        "The director of record was Ada Quill and is Lene Marsh."
    )


@pytest.mark.parametrize("alpha", [0.05, 0.10, 0.25, 0.30])
def test_so_many_stay_audited_that_the_alarm_can_ring(alpha):
    for takes in range(1, 70):
        boundary = revocation_boundary(takes=takes, alpha=alpha, delta=0.10)
        kept = kept_audits(boundary)
        assert takes / 5 <= kept <= takes
        assert any(limit <= m for m, limit in enumerate(boundary[:kept], 1)), takes
    assert kept == 14  # of 69: a fifth


def test_kept_audits_revoke_in_the_transaction_of_the_decision(studio, film_of):
    film_of(studio, 60)
    audited(studio)
    finish(studio)
    boundary = certificate(studio).boundary
    with studio.store.read() as tx:
        kept = [item.take for item in queue_of(tx, DIRECTOR) if item.place is not None]
    assert len(kept) == 7
    for answered, take in enumerate(kept, 1):
        decided = studio.decide(take, "direct")
        is_crossed = answered >= boundary[answered - 1]
        assert bool(decided.revoked) is is_crossed
        if is_crossed:
            break
    assert certificate(studio).state is CertificateState.REVOKED
    given = verdicts(studio)  # nobody has judged again: the decision itself withdrew them
    assert all(v.outcome is not Outcome.PASS for v in given.values())
    assert any("has ended, so a person must look" in v.reason for v in given.values())


def test_an_approved_kept_audit_revokes_nothing(studio, film_of):
    film_of(studio, 60)
    audited(studio)
    finish(studio)
    with studio.store.read() as tx:
        kept = [item.take for item in queue_of(tx, DIRECTOR) if item.place is not None]
    for take in kept:
        studio.decide(take)
    found = certificate(studio)
    assert (found.state, found.audited, found.wrong) == (CertificateState.VALID, 7, 0)


def test_protected_hero_failed_and_unmeasured_takes_are_never_frozen(studio, film_of):
    film_of(studio, 30)
    hero = studio.take(studio.shot(40, is_hero=True))
    failed, unmeasured = studio.take(studio.shot(41)), studio.take(studio.shot(42))
    studio.score(
        {
            hero: {"flicker": 0.001, "prompt_own": 0.9},
            failed: {"flicker": 0.9, "prompt_own": 0.9},
            unmeasured: {"flicker": 0.001, "prompt_own": None},
        }
    )
    with studio.store.write() as tx:
        lot, cut = freeze(tx, FILM)
        frozen = {take.take_id for take in lot_takes(tx, lot.lot_id)}
    assert frozen.isdisjoint({hero, failed, unmeasured})
    why = {c.case.take_id: c.why_not for c in cut.candidates if c.why_not}
    assert why[hero] == "it is a hero shot"
    assert why[failed] == "flicker fails"
    assert why[unmeasured].startswith("prompt_own is not measured: Nothing to measure")


def test_nobody_draws_twice_for_the_same_take(studio, film_of):
    film_of(studio, 60)
    audited(studio, rejected=2)
    assert finish(studio).certificate is None
    with pytest.raises(UndecidedError, match="was drawn for before"), studio.store.write() as tx:
        freeze(tx, FILM)


def test_an_audit_teaches_the_next_one_what_to_expect(studio, film_of):
    film_of(studio, 60)
    audited(studio, rejected=9, alpha=0.30)
    with studio.store.read() as tx:
        lot = newest_lot(tx, FILM, Purpose.PASS)
        assert experience(tx, FILM, Purpose.PASS) > 0.1, "more were rejected than a tenth"
        assert experience(tx, FILM, Purpose.PASS, besides=lot) == 0
        assert experience(tx, Address("ANTH01", "F09"), Purpose.PASS) > 0.1, "of the production"
        assert experience(tx, FILM, Purpose.REGENERATE) == 0


def test_a_lot_may_be_dropped_before_the_draw_and_not_after(studio, film_of):
    from tracker.store.lots import drop_lot

    film_of(studio, 60)
    with studio.store.write() as tx:
        lot, _ = freeze(tx, FILM)
        drop_lot(tx, lot, "the cut changed")
        freeze(tx, FILM)
        plan(tx, FILM)
        drawn = draw(tx, FILM)
    with pytest.raises(ConflictError, match="is drawn"), studio.store.write() as tx:
        drop_lot(tx, drawn, "it looks bad")


def test_a_second_open_lot_is_refused(studio, film_of):
    film_of(studio, 60)
    with studio.store.write() as tx:
        freeze(tx, FILM)
    with pytest.raises(ConflictError, match="has an open lot"), studio.store.write() as tx:
        freeze(tx, FILM)


def test_a_small_film_is_told_that_all_must_be_looked_at(studio, film_of):
    film_of(studio, 8)
    with studio.store.write() as tx:
        freeze(tx, FILM)
    with pytest.raises(UndecidedError, match="must all be looked at"), studio.store.write() as tx:
        plan(tx, FILM)


def test_a_film_without_a_director_cannot_be_audited(studio, film_of):
    from tracker.domain.production import Film
    from tracker.store.productions import add_film

    with studio.store.write() as tx:
        add_film(tx, Film(production="ANTH01", code="F02"))
    with pytest.raises(MisuseError, match="no director of record"), studio.store.write() as tx:
        freeze(tx, Address("ANTH01", "F02"))


def test_the_same_file_in_two_shots_is_frozen_once(studio, film_of):
    takes = film_of(studio, 30)
    twin = studio.take(studio.shot(40), text=f"{takes[0].rsplit('/', 1)[0]} 1")
    studio.score({twin: {"flicker": 0.001, "prompt_own": 0.9}})
    with studio.store.write() as tx:
        _, cut = freeze(tx, FILM)
    found = next(c for c in cut.candidates if c.case.take_id == twin)
    assert found.why_not == "the same file stands in another shot"


def test_what_was_decided_before_is_no_part_of_a_lot(studio, film_of):
    takes = film_of(studio, 30)
    studio.decide(takes[0])
    with studio.store.write() as tx:
        _, cut = freeze(tx, FILM)
    assert takes[0] not in {c.address for c in cut.eligible}


def test_regenerate_is_certified_by_its_own_test(studio, film_of):
    """Takes that would all be rejected are made again without a look, failed ones included."""
    film_of(studio, 60)
    with studio.store.write() as tx:
        freeze(tx, FILM, purpose=Purpose.REGENERATE, alpha=0.25)
        plan(tx, FILM, purpose=Purpose.REGENERATE, threshold=0.0)
        draw(tx, FILM, purpose=Purpose.REGENERATE)
        lot = newest_lot(tx, FILM, Purpose.REGENERATE)
        drawn = [t.address for t in progress_of(tx, lot).drawn]
    for take in drawn:
        studio.decide(take, "regenerate")
    closed = finish(studio, purpose=Purpose.REGENERATE)
    assert closed.certificate is not None
    unseen = [v for take, v in verdicts(studio).items() if take not in drawn]
    assert {(v.outcome, v.is_proposed) for v in unseen} == {(Outcome.REGENERATE, False)}


def test_lots_are_listed_newest_first(studio, film_of):
    film_of(studio, 60)
    with studio.store.write() as tx:
        first, _ = freeze(tx, FILM)
        second, _ = freeze(tx, FILM, purpose=Purpose.REGENERATE)
        assert [lot.lot_id for lot in lots(tx, FILM)] == [second.lot_id, first.lot_id]


def test_an_undone_decision_leaves_its_answer(studio, film_of):
    from tracker.actions.decide import undo

    film_of(studio, 60)
    _, drawn = audited(studio, rejected=1)
    undo(studio.store, Address.parse(drawn[0]), by=DIRECTOR)
    with studio.store.read() as tx:
        progress = progress_of(tx, newest_lot(tx, FILM, Purpose.PASS))
    assert progress.wrong == 1
    assert {v.outcome for v in progress.verdicts.values()} == {
        DecisionOutcome.APPROVE,
        DecisionOutcome.DIRECT,
    }


def test_a_batch_is_frozen_instead_of_the_cut(studio, film_of):
    takes = film_of(studio, 30)
    shot = Address("ANTH01", "F01", "SQ010_SH0010")
    later = studio.take(shot, 2)
    studio.score({later: {"flicker": 0.001, "prompt_own": 0.9}})
    batch = [Address.parse(take) for take in takes[:20]]
    with studio.store.write() as tx:
        lot, _ = freeze(tx, FILM, batch=batch)
        assert [t.address for t in lot_takes(tx, lot.lot_id)] == sorted(takes[:20])


def test_an_older_take_does_not_stand_in_for_one_that_was_sent_back(studio, film_of):
    takes = film_of(studio, 60)
    shot = Address("ANTH01", "F01", "SQ010_SH0010")
    newer = {studio.take(shot, 2): {"flicker": 0.001, "prompt_own": 0.9}}
    studio.score(newer)
    studio.judge()
    studio.decide(f"{shot}/v002", "regenerate")
    with studio.store.write() as tx:
        lot, cut = freeze(tx, FILM)
        assert {t.address for t in lot_takes(tx, lot.lot_id)} == set(takes[1:])
        waiting = {item.take for item in queue_of(tx, DIRECTOR)}
    (sent_back,) = [c for c in cut.candidates if c.case.shot == shot.shot]
    assert (sent_back.address, sent_back.is_decided) == (f"{shot}/v002", True)
    assert waiting == set(takes[1:])


def test_an_audit_can_be_completed_though_a_drawn_shot_is_omitted(studio, film_of):
    film_of(studio, 60)
    with studio.store.write() as tx:
        freeze(tx, FILM)
        plan(tx, FILM, threshold=0.0)
        draw(tx, FILM)
    first = Address.parse(drawn_takes(studio)[0])
    with studio.store.write() as tx:
        update_shot(tx, Address(first.production, first.film, first.shot), {"status": "omt"})
    with studio.store.read() as tx:
        asked = [item.take for item in queue_of(tx, DIRECTOR) if item.place is not None]
    assert sorted(asked) == sorted(drawn_takes(studio))
    for take in asked:
        studio.decide(take)
    assert finish(studio).certificate is not None


def test_a_films_history_is_every_decision_of_its_production(studio, film_of):
    takes = film_of(studio, 30)
    with studio.store.write() as tx:
        add_film(tx, Film(production="ANTH01", code="F02", director=DIRECTOR))
    studio.decide(takes[0])
    studio.decide(takes[1], "direct")
    with studio.store.read() as tx:
        past = ProductionCases(tx, "ANTH01")
        cuts = [read_cut(tx, Address("ANTH01", f), Purpose.PASS, past=past) for f in ("F01", "F02")]
        alone = read_cut(tx, FILM, Purpose.PASS).history
        assert [[accepted for _, accepted in cut.history] for cut in cuts] == [[True, False]] * 2
        assert alone == cuts[0].history


def test_the_audits_of_a_production_read_each_film_once(studio, film_of, monkeypatch):
    film_of(studio, 8)
    with studio.store.write() as tx:
        for code in ("F02", "F03", "F04"):
            add_film(tx, Film(production="ANTH01", code=code, director=DIRECTOR))
    read = []

    def counted(tx, film, **options):
        read.append(film.film)
        return film_cases(tx, film, **options)

    monkeypatch.setattr("evals.audits.cases.film_cases", counted)
    with studio.store.read() as tx:
        film_audits(tx, Address("ANTH01"))
        assert sorted(read) == ["F01", "F02", "F03", "F04"]
        read.clear()
        read_cut(tx, FILM, Purpose.PASS)
    assert read == ["F01"]


def test_takes_of_another_film_are_no_batch(studio, film_of):
    film_of(studio, 8)
    stranger = Address.parse("ANTH01/F09/SQ010_SH0010/v001")
    with pytest.raises(MisuseError, match="is no take of ANTH01/F01"), studio.store.write() as tx:
        freeze(tx, FILM, batch=[stranger])


def test_what_a_void_certificate_covered_may_be_audited_anew(studio, film_of):
    film_of(studio, 60)
    _, drawn = audited(studio)
    finish(studio)
    with studio.store.write() as tx:
        set_director(tx, "ANTH01", "F01", name="Lene Marsh")
    studio.judge()
    with studio.store.write() as tx:
        lot, _ = freeze(tx, FILM)
        frozen = {take.address for take in lot_takes(tx, lot.lot_id)}
    assert len(frozen) == 34
    assert frozen.isdisjoint(drawn)
