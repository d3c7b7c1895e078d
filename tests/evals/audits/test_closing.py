"""What a certificate may say of a zone after what happened to it between the freeze and the closing."""

from __future__ import annotations

import json
import shutil

import pytest

from evals.audits.close import close
from evals.audits.covered import would_end
from evals.audits.draw import draw, newest_lot, plan
from evals.audits.freeze import freeze
from evals.audits.progress import progress_of
from evals.decisions.verification import verify
from evals.runs.verdicts import judge_within
from tracker.actions.decide import undo
from tracker.domain.addresses import Address
from tracker.domain.lots import CertificateState, LotState, Purpose
from tracker.domain.verdicts import Outcome
from tracker.errors import MisuseError, UndecidedError
from tracker.store.evals import declare_demo_pack
from tracker.store.lots import certificates, lots
from tracker.store.productions import set_director
from tracker.store.queue import queue_of
from tracker.store.shots import update_shot
from tracker.store.takes import list_takes
from tracker.store.verdicts import current_verdicts

FILM = Address("ANTH01", "F01")
DIRECTOR = "Ada Quill"


@pytest.fixture(scope="module")
def _kept(tmp_path_factory):
    """Folders of the film as it is drawn and as it is judged, made once, with the drawn takes."""
    return tmp_path_factory.mktemp("film"), []


def lay_out(studio, home) -> None:
    shutil.rmtree(studio.settings.home)
    shutil.copytree(home, studio.settings.home)


@pytest.fixture
def drawn(studio, film_of, _kept) -> list[str]:
    """A film of sixty good takes, frozen, planned and drawn; returns the 26 drawn ones."""
    folder, takes = _kept
    if takes:
        lay_out(studio, folder / "drawn")
        return [*takes]
    film_of(studio, 60)
    with studio.store.write() as tx:
        freeze(tx, FILM)
        plan(tx, FILM, threshold=0.0)
        draw(tx, FILM)
    takes += [take.address for take in progress(studio).drawn]
    shutil.copytree(studio.settings.home, folder / "drawn")
    return [*takes]


@pytest.fixture
def judged(studio, drawn, _kept) -> list[str]:
    """The same, and the director has approved all 26."""
    home = _kept[0] / "judged"
    if home.exists():
        lay_out(studio, home)
    else:
        for take in drawn:
            studio.decide(take)
        shutil.copytree(studio.settings.home, home)
    return drawn


def progress(studio):
    with studio.store.read() as tx:
        return progress_of(tx, newest_lot(tx, FILM, Purpose.PASS))


def finish(studio, **options):
    with studio.store.write() as tx:
        closed = close(tx, FILM, **options)
        judge_within(tx, FILM)
    return closed


def others(studio, drawn) -> list[str]:
    with studio.store.read() as tx:
        takes = [f"{FILM}/{take.shot}/v001" for _, take in list_takes(tx, FILM)]
    return [take for take in takes if take not in drawn]


def outcomes(studio) -> dict[str, Outcome]:
    with studio.store.read() as tx:
        takes = dict(list_takes(tx, FILM))
        found = current_verdicts(tx, takes)
    return {f"{FILM}/{takes[key].shot}/v001": verdict.outcome for key, verdict in found.items()}


def passing(studio) -> set[str]:
    return {take for take, outcome in outcomes(studio).items() if outcome is Outcome.PASS}


def rewrite(studio, take: str, text: str) -> None:
    with studio.store.write() as tx:
        update_shot(tx, Address.parse(take.rpartition("/")[0]), {"prompt": text})


def test_what_was_decided_outside_the_draw_is_no_take_that_nobody_looked_at(studio, drawn):
    free = others(studio, drawn)
    for take in drawn:
        studio.decide(take)
    studio.decide(free[0])
    studio.decide(free[1], "direct")
    closed = finish(studio)
    assert closed.certificate.takes == 32
    assert closed.certificate.document["claim"].startswith("Of the 32 takes of ANTH01/F01")
    assert verify(json.loads(json.dumps(closed.certificate.document))) == []
    assert passing(studio) == set(free[2:])


@pytest.mark.parametrize(
    ("outcome", "prove"), [("direct", "20 against it"), ("approve", "0 against it")]
)
def test_an_audit_of_takes_that_were_looked_at_meanwhile_proves_too_little(
    studio, judged, outcome, prove
):
    """Whoever looked may have chosen them: of the fourteen that are left, at most one may be wrong."""
    for take in others(studio, judged)[:20]:
        studio.decide(take, outcome)
    closed = finish(studio)
    if outcome == "direct":  # the director found the bad ones: what is left is all the better
        assert (closed.lot.state, closed.certificate.takes) == (LotState.CERTIFIED, 14)
        return
    assert closed.lot.state is LotState.REFUSED
    assert prove in closed.lot.reason
    assert "of the 14 that nobody looked at the verdicts prove too little" in closed.lot.reason
    assert passing(studio) == set()


def test_another_persons_word_is_a_look_and_no_knowledge(studio, judged):
    for take in others(studio, judged)[:20]:
        studio.decide(take, "direct", by="Tom Aldine")
    assert "20 of the 60 takes of the zone were decided outside the audit, 0 against it" in (
        finish(studio).lot.reason
    )


def test_a_verdict_on_another_brief_is_no_verdict_on_what_was_frozen(studio, drawn):
    rewrite(studio, drawn[0], "Anything at all")
    for take in drawn:
        studio.decide(take)
    found = progress(studio)
    assert [take.address for take in found.missing] == [drawn[0]]
    assert (
        f"Judged by another brief than was frozen, so not counted: {drawn[0]}" in found.sentence()
    )
    with pytest.raises(MisuseError, match="another brief"):
        finish(studio)
    rewrite(studio, drawn[0], "A lamp")
    assert len(progress(studio).missing) == 1, "nobody knows what it was when it was judged"
    studio.decide(drawn[0])
    assert finish(studio).lot.state is LotState.CERTIFIED


def test_a_rejection_counts_by_whatever_brief(studio, drawn):
    rewrite(studio, drawn[0], "Anything at all")
    studio.decide(drawn[0], "direct")
    assert progress(studio).wrong == 1


def test_a_brief_that_changes_after_the_verdict_leaves_it(studio, judged):
    rewrite(studio, judged[0], "Anything at all")
    assert progress(studio).missing == []


def test_a_hero_mark_or_an_embrace_is_no_other_brief(studio, drawn):
    with studio.store.write() as tx:
        update_shot(tx, Address.parse(drawn[0].rpartition("/")[0]), {"is_hero": True})
    for take in drawn:
        studio.decide(take)
    assert progress(studio).missing == []


def test_an_approval_that_is_taken_back_is_missing_and_asked_again_blind(studio, judged):
    undo(studio.store, Address.parse(judged[0]), by=DIRECTOR)
    assert [take.address for take in progress(studio).missing] == [judged[0]]
    with studio.store.read() as tx:
        (item,) = [item for item in queue_of(tx, DIRECTOR) if item.take == judged[0]]
    assert item.is_withheld
    with pytest.raises(MisuseError, match="Needs 1 more"):
        finish(studio)
    studio.decide(judged[0])
    assert finish(studio).lot.state is LotState.CERTIFIED


@pytest.mark.parametrize("change", ["director", "generator"])
def test_what_is_not_as_it_was_frozen_is_refused_and_not_certified_and_void(studio, judged, change):
    if change == "director":
        with studio.store.write() as tx:
            set_director(tx, "ANTH01", "F01", name="Lene Marsh")
    else:
        shot = Address.parse(others(studio, judged)[0].rpartition("/")[0])
        key = studio.take(shot, 2, generator="heron 2")
        studio.score({key: {"flicker": 0.001, "prompt_own": 0.9}})
    closed = finish(studio)
    assert (closed.lot.state, closed.certificate) == (LotState.REFUSED, None)
    assert "What was drawn proves nothing of that" in closed.lot.reason
    with studio.store.read() as tx:
        assert certificates(tx, FILM) == []


def test_a_kept_audit_that_spoke_against_it_never_passes_again(studio, judged):
    certificate = finish(studio).certificate
    with studio.store.read() as tx:
        kept = [item.take for item in queue_of(tx, DIRECTOR) if item.place is not None]
    studio.decide(kept[0], "direct")
    undo(studio.store, Address.parse(kept[0]), by=DIRECTOR)
    studio.judge()
    with studio.store.read() as tx:
        (now,) = certificates(tx, FILM)
        again = [item.take for item in queue_of(tx, DIRECTOR) if item.is_withheld]
    assert (now.audited, now.wrong, now.state) == (1, 1, CertificateState.VALID)
    assert kept[0] not in passing(studio)
    assert kept[0] in again
    undone = studio.decide(kept[1])
    assert undone.revoked == ()
    undo(studio.store, Address.parse(kept[1]), by=DIRECTOR)
    with studio.store.read() as tx:
        assert certificates(tx, FILM)[0].audited == 1, "an approval counts while it stands"
    assert certificate.uid == now.uid


def test_kept_audits_of_takes_that_mean_something_else_now_ask_and_count_no_more(studio, judged):
    finish(studio)
    with studio.store.read() as tx:
        kept = [item.take for item in queue_of(tx, DIRECTOR) if item.place is not None]
    for take in kept[:2]:
        rewrite(studio, take, "A wolf")
        assert studio.decide(take, "direct").revoked == ()
    with studio.store.read() as tx:
        (certificate,) = certificates(tx, FILM)
        asked = {item.take for item in queue_of(tx, DIRECTOR) if item.place is not None}
    assert (certificate.audited, certificate.state) == (0, CertificateState.VALID)
    assert asked == set(kept[2:])


def test_a_persons_word_counts_at_once_where_a_certificate_spoke(studio, judged):
    finish(studio)
    unseen = sorted(passing(studio))
    studio.decide(unseen[-1], "regenerate", by="Tom Aldine")
    assert passing(studio) == set(unseen[:-1])
    assert progress(studio).sentence() == "Certified for 34 takes; 33 of them pass unseen today."


def test_the_same_file_under_another_number_is_not_drawn_for_again(studio, drawn):
    for i, take in enumerate(drawn):
        studio.decide(take, "approve" if i else "direct")
    assert finish(studio).lot.state is LotState.REFUSED
    for take in others(studio, drawn)[:3]:
        shot = Address.parse(take.rpartition("/")[0])
        key = studio.take(shot, 2, text=f"{shot} 1")
        studio.score({key: {"flicker": 0.001, "prompt_own": 0.95}})
    with studio.store.write() as tx, pytest.raises(UndecidedError, match="can be frozen"):
        freeze(tx, FILM)


def test_what_was_judged_for_a_void_certificate_is_not_drawn_for_again(studio, judged):
    finish(studio)
    with studio.store.write() as tx:
        set_director(tx, "ANTH01", "F01", name="Lene Marsh")
        set_director(tx, "ANTH01", "F01", name=DIRECTOR)
    undo(studio.store, Address.parse(judged[0]), by=DIRECTOR)
    with studio.store.write() as tx:
        lot, _ = freeze(tx, FILM)
        frozen = {t.address for t in progress_of(tx, lot).takes}
    assert frozen == set(others(studio, judged))


def test_a_contradiction_is_not_forgotten_when_the_director_changes_and_comes_back(studio, judged):
    finish(studio)
    with studio.store.read() as tx:
        kept = [item.take for item in queue_of(tx, DIRECTOR) if item.place is not None]
    studio.decide(kept[0], "direct")
    with studio.store.write() as tx:
        set_director(tx, "ANTH01", "F01", name="Lene Marsh")
        set_director(tx, "ANTH01", "F01", name=DIRECTOR)
        with pytest.raises(UndecidedError, match="can be frozen"):
            freeze(tx, FILM)


def test_nothing_passes_without_the_scores_it_needs(studio, judged):
    finish(studio)
    assert passing(studio)
    with studio.store.write() as tx:
        declare_demo_pack(tx, "standard")
    studio.judge()
    assert passing(studio) == set()


def test_a_batch_is_certified_for_itself_whatever_the_cut_is(studio, film_of):
    takes = film_of(studio, 60)
    for take in takes[:5]:
        key = studio.take(Address.parse(take.rpartition("/")[0]), 2, generator="heron 2")
        studio.score({key: {"flicker": 0.001, "prompt_own": 0.9}})
    studio.judge()
    with studio.store.write() as tx:
        freeze(tx, FILM, batch=[Address.parse(take) for take in takes[5:45]])
        plan(tx, FILM, threshold=0.0)
        draw(tx, FILM)
    for take in progress(studio).drawn:
        studio.decide(take.address)
    closed = finish(studio)
    assert closed.lot.state is LotState.CERTIFIED
    with studio.store.read() as tx:
        assert would_end(tx, FILM) == []


def test_a_new_generator_ends_a_certificate_when_its_take_comes_in(studio, judged):
    finish(studio)
    shot = Address.parse(others(studio, judged)[0].rpartition("/")[0])
    studio.take(shot, 2)
    with studio.store.read() as tx:
        assert certificates(tx, FILM)[0].state is CertificateState.VALID
    studio.take(shot, 3, generator="heron 2")
    with studio.store.read() as tx:
        (ended,) = certificates(tx, FILM)
    assert ended.ended_why == "The generators now include heron 2."
    assert passing(studio) == set()


@pytest.mark.parametrize("verb", ["status", "plan", "draw", "close", "drop"])
@pytest.mark.parametrize("where", ["ANTH01", "ANTH01/F01/SQ010_SH0010", "ANTH01/F09"])
def test_a_lot_is_named_by_its_film(studio, film_of, roundtable, verb, where):
    film_of(studio, 60)
    assert roundtable("evals", "lots", "freeze", FILM).code == 0
    ran = roundtable("evals", "lots", verb, where)
    assert ran.code == 2, ran.out
    assert (
        "There is no film" in ran.err
        if where.endswith("F09")
        else "does not name a film" in ran.err
    )
    with studio.store.read() as tx:
        assert [lot.state for lot in lots(tx, FILM)] == [LotState.FROZEN]
