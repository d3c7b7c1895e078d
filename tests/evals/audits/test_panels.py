"""Audits whose verdict is a panel's: the majority of three, or a member drawn by lot for each take."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

import numpy as np
import pytest

from evals.audits.close import close
from evals.audits.draw import draw, newest_lot, plan
from evals.audits.forecast import forecast
from evals.audits.freeze import freeze
from evals.audits.overview import film_audits
from evals.audits.progress import LotProgress, progress_of
from evals.decisions.verification import verify
from tracker.domain.addresses import Address
from tracker.domain.lots import CertificateState, LotState, Purpose, VerdictOf
from tracker.domain.production import Person, Role
from tracker.domain.verdicts import Outcome
from tracker.errors import MisuseError
from tracker.store.integrity import integrity_problems
from tracker.store.lots import certificates
from tracker.store.productions import add_person, set_director
from tracker.store.queue import earlier_takes, queue_of
from tracker.store.verdicts import current_verdicts

FILM = Address("ANTH01", "F01")
PANEL = ("Ada Quill", "Lene Marsh", "Tom Aldine")
"""The director, one who directs nothing, and a producer; in the order in which a certificate names them."""
NAMES = "Ada Quill, Lene Marsh and Tom Aldine"
SEED = hashlib.sha256(b"drawn in the open").hexdigest()


@pytest.fixture
def table(studio, film_of):
    """Thirty good takes, and a third person at the table."""
    takes = film_of(studio, 30)
    with studio.store.write() as tx:
        add_person(tx, Person(name="Lene Marsh", roles=(Role.AI_ARTIST,)))
    return takes


def drawn(studio, rule: str, *, panel=PANEL, alpha: float = 0.30) -> list[str]:
    """Freeze, plan and draw for a panel; return the drawn takes in ticket order."""
    with studio.store.write() as tx:
        freeze(tx, FILM, alpha=alpha, verdict_of=VerdictOf(rule), panel=panel)
        plan(tx, FILM, threshold=0.0)
        draw(tx, FILM, seed=SEED)
    return [take.address for take in progress(studio).drawn]


def progress(studio) -> LotProgress:
    with studio.store.read() as tx:
        return progress_of(tx, newest_lot(tx, FILM, Purpose.PASS))


def finish(studio, **options):
    with studio.store.write() as tx:
        closed = close(tx, FILM, **options)
    studio.judge()
    return closed


def asked(studio, person: str) -> dict[str, float]:
    """Return what a person is asked about blind, with its place in their queue."""
    with studio.store.read() as tx:
        return {i.take: i.place for i in queue_of(tx, person) if i.place is not None}


def judge_of(studio, take: str) -> str:
    """Name the member who must judge a take, from the bytes of its ticket."""
    shot = take.rsplit("/", 1)[0]
    sha256 = hashlib.sha256(f"{shot} 1".encode()).hexdigest()
    digest = hashlib.sha256(bytes.fromhex(SEED + sha256)).digest()
    return PANEL[int.from_bytes(digest[16:], "big") % len(PANEL)]


def certificate(studio):
    with studio.store.read() as tx:
        return certificates(tx, FILM)[0]


def test_a_majority_is_asked_about_every_drawn_take_at_places_of_their_own(studio, table):
    takes = drawn(studio, "majority")
    queues = {person: asked(studio, person) for person in PANEL}
    assert all(set(queue) == set(takes) for queue in queues.values())
    assert all(len({queue[take] for queue in queues.values()}) == 3 for take in takes)
    orders = {tuple(sorted(queue, key=queue.get)) for queue in queues.values()}
    assert len(orders) == 3


def test_a_member_is_asked_where_the_ticket_names_them_and_nobody_else(studio, table):
    takes = drawn(studio, "member", alpha=0.10)
    for person in PANEL:
        assert set(asked(studio, person)) == {t for t in takes if judge_of(studio, t) == person}
        assert asked(studio, person)


def test_two_of_three_make_a_verdict_and_the_third_may_be_missing(studio, table):
    takes = drawn(studio, "majority")
    for take in takes:
        studio.decide(take, by="Ada Quill")
    found = progress(studio)
    assert (found.wrong, len(found.missing), found.verdicts) == (0, len(takes), {})
    for take in takes:
        studio.decide(take, by="Tom Aldine")
    found = progress(studio)
    assert (found.wrong, found.missing, set(found.lacking())) == (0, [], set())
    assert {found.wrong_of(take.take_id) for take in found.drawn} == {False}
    closed = finish(studio)
    assert closed.lot.state is LotState.CERTIFIED
    assert verify(json.loads(json.dumps(closed.certificate.document))) == []
    assert (
        f"would be rejected by the majority of {NAMES}, with"
        in certificate(studio).document["claim"]
    )
    rows = closed.certificate.document["verdicts"]
    assert Counter((row["asked"], row["outcome"]) for row in rows) == {
        ("Ada Quill", "approve"): len(takes),
        ("Lene Marsh", None): len(takes),
        ("Tom Aldine", "approve"): len(takes),
    }
    with studio.store.read() as tx:
        assert integrity_problems(tx) == []


def test_a_forecast_waits_for_the_whole_panel(studio, table):
    """Takes on which two agree at once are no random sample of the takes that were drawn."""
    takes = drawn(studio, "majority")
    for take in takes:
        studio.decide(take, by="Ada Quill")
        studio.decide(take, by="Tom Aldine")
    assert len(progress(studio).verdicts) == len(takes)
    with studio.store.read() as tx:
        assert forecast(tx, FILM).labelled == 0
    for take in takes[:3]:
        studio.decide(take, "direct", by="Lene Marsh")
    with studio.store.read() as tx:
        found = forecast(tx, FILM)
    assert (found.labelled, found.wrong) == (3, 0)
    assert f"rejected by the majority of {NAMES}, with" in found.sentence
    for take in takes[3:]:
        studio.decide(take, by="Lene Marsh")
    finish(studio)
    with studio.store.read() as tx:
        assert sum(zone.labelled for zone in forecast(tx, FILM).zones[-1:]) == len(takes)


def test_one_is_outvoted_and_two_reject(studio, table):
    takes = drawn(studio, "majority")
    for take in takes:
        studio.decide(take, "direct", by="Lene Marsh")
        studio.decide(take, by="Ada Quill")
        studio.decide(take, by="Tom Aldine")
    assert progress(studio).wrong == 0
    too_many = progress(studio).lot.tolerated + 1
    for take in takes[:too_many]:
        studio.decide(take, "direct", by="Tom Aldine")  # stricter than before
    assert progress(studio).wrong == too_many
    studio.decide(takes[0], "approve", by="Tom Aldine")  # and never milder again
    assert progress(studio).wrong == too_many
    closed = finish(studio)
    assert closed.certificate is None
    assert closed.lot.reason.startswith(f"{too_many} of {len(takes)} audited takes rejected, ")


def test_what_is_missing_is_said_with_the_name(studio, table):
    takes = drawn(studio, "majority")
    for take in takes:
        studio.decide(take, by="Ada Quill")
    for take in takes[2:]:
        studio.decide(take, by="Tom Aldine")
    studio.decide(takes[0], "direct", by="Tom Aldine")
    lacking = (
        "2 drawn takes lack a verdict of Lene Marsh, 1 drawn take lacks a verdict of Tom Aldine."
    )
    with pytest.raises(MisuseError, match=lacking):
        finish(studio)
    closed = finish(studio, is_final=True)
    assert (closed.lot.wrong, closed.lot.state) == (2, LotState.REFUSED)
    assert closed.lot.reason.startswith(f"2 of {len(takes)} drawn takes have no verdict")
    assert closed.lot.reason.endswith(lacking)
    assert asked(studio, "Lene Marsh") == {}


def test_only_the_word_of_the_member_whom_the_ticket_names_counts(studio, table):
    takes = drawn(studio, "member")
    for take in takes:
        for person in PANEL:
            if person != judge_of(studio, take):
                studio.decide(take, "direct", by=person)
    assert progress(studio).verdicts == {}
    for take in takes:
        studio.decide(take, by=judge_of(studio, take))
    closed = finish(studio)
    document = json.loads(json.dumps(closed.certificate.document))
    assert verify(document) == []
    assert [(r["asked"], r["by"]) for r in document["verdicts"]] == [
        (judge_of(studio, take), judge_of(studio, take)) for take in takes
    ]
    assert f"by a member of {NAMES} drawn by lot, with" in document["claim"]
    kept = {take for person in PANEL for take in asked(studio, person)}
    for person in PANEL:
        assert set(asked(studio, person)) == {t for t in kept if judge_of(studio, t) == person}


def test_the_next_member_is_asked_and_does_not_see_what_the_first_one_said(
    studio, table, roundtable
):
    from tracker.ui import data

    take = drawn(studio, "majority")[0]
    studio.decide(take, "regenerate", by="Ada Quill")
    assert take not in asked(studio, "Ada Quill")
    shown = next(
        row
        for row in roundtable("queue", "--for", "Tom Aldine", "--json").json
        if row["take"] == take
    )
    assert (shown["has_hint"], shown["outcome"]) == (False, None)
    assert "regenerate" not in json.dumps(shown)
    with studio.store.read() as tx:
        item = next(i for i in queue_of(tx, "Tom Aldine") if i.take == take)
    sheet = data.desk_sheet(item)
    assert (sheet.verdict, sheet.scores, sheet.history) == (None, (), ())
    assert data.earlier_takes(take) == []


def test_a_later_take_does_not_tell_what_was_said_of_one_that_is_still_asked_about(studio, table):
    take = Address.parse(drawn(studio, "majority")[0])
    later = Address(take.production, take.film, take.shot, "v002")
    studio.take(Address(take.production, take.film, take.shot), 2)

    def said() -> list[str]:
        with studio.store.read() as tx:
            return [d.by for earlier in earlier_takes(tx, later) for d in earlier.decisions]

    studio.decide(str(take), "direct", by="Ada Quill")
    studio.decide(str(take), by="Tom Aldine")
    assert said() == []
    studio.decide(str(take), by="Lene Marsh")
    assert said() == ["Ada Quill", "Tom Aldine", "Lene Marsh"]


def certified(studio, rule: str = "majority", *, alpha: float = 0.30) -> list[str]:
    """Certify the film by a panel that accepts what it sees; return the kept audits."""
    for take in drawn(studio, rule, alpha=alpha):
        for person in PANEL[:2] if rule == "majority" else (judge_of(studio, take),):
            studio.decide(take, by=person)
    assert finish(studio).certificate is not None
    return sorted({take for person in PANEL for take in asked(studio, person)})


def test_kept_audits_count_once_the_whole_panel_has_answered(studio, table):
    """In any order and with any opinions: counted again by hand after every decision.

    Where people agree a majority is known earlier; those takes alone would be no random sample of all.
    """
    kept = certified(studio)
    queues = [asked(studio, person) for person in PANEL]
    assert all(set(queue) == set(kept) for queue in queues)
    assert all(len({queue[take] for queue in queues}) == 3 for take in kept)
    rng = np.random.default_rng(11)
    votes: dict[str, dict[str, bool]] = {take: {} for take in kept}
    todo = [(take, person) for take in kept for person in PANEL]
    for place in rng.permutation(len(todo)):
        take, person = todo[place]
        votes[take][person] = bool(rng.random() < 0.4)
        studio.decide(take, "direct" if votes[take][person] else "approve", by=person)
        complete = [sum(v.values()) for v in votes.values() if len(v) == len(PANEL)]
        found = certificate(studio)
        assert (found.audited, found.wrong) == (len(complete), sum(n >= 2 for n in complete))
    assert 0 < certificate(studio).wrong < certificate(studio).audited == len(kept)


def test_a_majority_revokes_and_one_person_cannot(studio, table):
    kept = certified(studio, alpha=0.10)
    for take in kept:
        assert studio.decide(take, "direct", by="Lene Marsh").revoked == ()
    assert certificate(studio).audited == 0
    for take in kept:
        assert studio.decide(take, "direct", by="Ada Quill").revoked == ()
    third = next(name for name in PANEL if name not in {"Lene Marsh", "Ada Quill"})
    revoked = [studio.decide(take, "approve", by=third).revoked for take in kept]
    crossed = certificate(studio)
    assert crossed.state is CertificateState.REVOKED
    first = next(m for m in range(1, len(kept) + 1) if m >= crossed.boundary[m - 1])
    assert [bool(names) for names in revoked[:first]] == [False] * (first - 1) + [True]
    with studio.store.read() as tx:
        takes = [row[0] for row in tx.rows("SELECT take_id FROM takes")]
        assert all(v.outcome is not Outcome.PASS for v in current_verdicts(tx, takes).values())


@pytest.mark.parametrize("rule", ["majority", "member"])
def test_another_director_changes_nothing_for_a_panel_and_another_generator_does(
    studio, table, rule
):
    certified(studio, rule)
    with studio.store.write() as tx:
        set_director(tx, "ANTH01", "F01", name="Nika Brandt")
    studio.judge()
    assert certificate(studio).state is CertificateState.VALID
    key = studio.take(Address("ANTH01", "F01", "SQ010_SH0010"), 2, generator="heron 2")
    studio.score({key: {"flicker": 0.001, "prompt_own": 0.9}})
    studio.judge()
    assert certificate(studio).ended_why == "The generators now include heron 2."


def test_a_change_of_director_does_not_stop_the_draw_of_a_panel(studio, table):
    with studio.store.write() as tx:
        freeze(tx, FILM, alpha=0.30, verdict_of=VerdictOf.MAJORITY, panel=PANEL)
        plan(tx, FILM, threshold=0.0)
        set_director(tx, "ANTH01", "F01", name="Nika Brandt")
        draw(tx, FILM)
    assert asked(studio, "Ada Quill")
    assert not asked(studio, "Nika Brandt")


def test_the_order_in_which_a_panel_is_named_is_no_other_scope(studio, table):
    digests = set()
    for panel in (PANEL, PANEL[::-1]):
        with studio.store.write() as tx:
            lot, _ = freeze(tx, FILM, verdict_of=VerdictOf.MEMBER, panel=panel)
            digests.add(lot.scope_sha256)
            tx.run("UPDATE lots SET state = 'dropped'")
    assert len(digests) == 1
    assert (lot.verdict_of, lot.panel) == (VerdictOf.MEMBER, PANEL)


def test_a_directors_lot_has_the_scope_it_always_had(studio, table):
    with studio.store.write() as tx:
        lot, _ = freeze(tx, FILM)
    assert (lot.verdict_of, lot.panel) == (VerdictOf.DIRECTOR, ())
    assert list(lot.scope) == [
        "film", "decision_maker", "purpose", "alpha", "delta", "method", "generators", "workflows",
        "stages", "shot_classes", "scorers", "shots",
    ]  # fmt: skip
    assert (lot.scope["decision_maker"], lot.scope["method"]) == (
        "Ada Quill",
        "lot hypergeometric 3",
    )


def test_a_lot_whose_panel_is_another_than_its_scopes_is_found(studio, table):
    drawn(studio, "majority")
    with studio.store.write() as tx:
        assert integrity_problems(tx) == []
        tx.run("UPDATE lots SET verdict_of = 'member'")
        (problem,) = integrity_problems(tx)
        assert "is somebody else's in its scope" in problem
        tx.run("UPDATE lots SET verdict_of = 'majority', panel = '[]'")
        assert integrity_problems(tx) == [problem]


def test_a_card_says_whose_verdicts_are_missing(studio, table):
    def card():
        with studio.store.read() as tx:
            return film_audits(tx, FILM)[0]

    with studio.store.write() as tx:
        freeze(tx, FILM, alpha=0.30, verdict_of=VerdictOf.MAJORITY, panel=PANEL)
        planned = plan(tx, FILM, threshold=0.0)
    assert f"they lie in the queues of {NAMES}." in card().details[0]
    assert f"asked of {NAMES}: up to {3 * planned.plan.labels} looks" in planned.sentence()
    with studio.store.write() as tx:
        draw(tx, FILM)
    takes = [take.address for take in progress(studio).drawn]
    for take in takes[1:]:
        studio.decide(take, by="Tom Aldine")
    number = len(takes)
    assert f"Ada Quill ({number}), Lene Marsh ({number}), Tom Aldine (1)." in card().details[-1]
    assert card().command == 'roundtable queue --for "Ada Quill"'
    with studio.store.write() as tx:
        tx.run("UPDATE films SET director_id = NULL")
    assert card().command == 'roundtable queue --for "Ada Quill"'
    finish(studio, is_final=True)
    assert card().command == f"roundtable queue {FILM}"
