"""A certificate speaks of takes as their shots were meant then, and for nothing that changed since."""

from __future__ import annotations

import shutil

import pytest

from evals.audits.close import close
from evals.audits.draw import draw, newest_lot, plan
from evals.audits.freeze import freeze
from evals.audits.progress import progress_of
from tracker.actions.decide import decide, undo
from tracker.domain.addresses import Address
from tracker.domain.effects import EffectKind, ShotEffect
from tracker.domain.likeness import CastMember, Character, Exposure, Life, RevealMoment
from tracker.domain.lots import CertificateState, Purpose, VerdictOf
from tracker.domain.production import Embrace, Person, Role
from tracker.domain.reviews import DecisionOutcome
from tracker.domain.verdicts import Outcome
from tracker.store import board
from tracker.store.cast import add_character, cast_character, declare_exposure, plan_reveal
from tracker.store.integrity import integrity_problems
from tracker.store.lots import certificates
from tracker.store.productions import add_person, set_director
from tracker.store.shots import declare_effects, embrace, unembrace, update_shot
from tracker.store.takes import list_takes
from tracker.store.verdicts import current_verdicts

FILM = Address("ANTH01", "F01")
DIRECTOR = "Ada Quill"


def certify(studio, **options):
    """Audit the film to its certificate and judge; return the takes that pass unseen by it."""
    with studio.store.write() as tx:
        freeze(tx, FILM, **options)
        plan(tx, FILM, threshold=0.0)
        draw(tx, FILM)
        progress = progress_of(tx, newest_lot(tx, FILM, Purpose.PASS))
        drawn = [take.address for take in progress.drawn]
    for take in drawn:
        for person in options.get("panel", (DIRECTOR,)):
            studio.decide(take, by=person)
    with studio.store.write() as tx:
        close(tx, FILM)
    studio.judge()
    return sorted(passing(studio))


@pytest.fixture(scope="module")
def _kept(tmp_path_factory):
    """A folder for the certified film and the takes that pass in it, once they are known."""
    return tmp_path_factory.mktemp("certified") / "workspace", []


@pytest.fixture
def unseen(studio, film_of, _kept):
    """Lay out a certified film of sixty shots, made once, and return the takes that pass unseen."""
    home, takes = _kept
    if takes:
        shutil.rmtree(studio.settings.home)
        shutil.copytree(home, studio.settings.home)
    else:
        film_of(studio, 60)
        takes += certify(studio)
        shutil.copytree(studio.settings.home, home)
    return [*takes]


def verdicts(studio):
    with studio.store.read() as tx:
        takes = dict(list_takes(tx, FILM))
        found = current_verdicts(tx, takes)
        return {f"{FILM}/{takes[key].shot}/v001": verdict for key, verdict in found.items()}


def passing(studio) -> set[str]:
    return {take for take, v in verdicts(studio).items() if v.outcome is Outcome.PASS}


def certificate(studio):
    with studio.store.read() as tx:
        return certificates(tx, FILM)[0]


def column(name, *, there, back):
    return lambda tx, shot: update_shot(tx, shot, {name: there}), (
        lambda tx, shot: update_shot(tx, shot, {name: back})
    )


CHANGES = {
    "the hero mark of its shot": column("is_hero", there=True, back=False),
    "the brief of its shot": column("prompt", there="A lamp in the rain", back="A lamp"),
    "the artifact policy of its shot": column("artifact_policy", there="tolerate", back="avoid"),
    "the frame rate of its shot": column("fps_num", there=25, back=24),
    "what effects its shot declares": (
        lambda tx, shot: declare_effects(tx, shot, [ShotEffect(kind=EffectKind.STROBE)]),
        lambda tx, shot: declare_effects(tx, shot, []),
    ),
    "what its shot embraces": (
        lambda tx, shot: embrace(tx, shot, Embrace(kind="flicker", by=DIRECTOR, reason="memory")),
        lambda tx, shot: unembrace(tx, shot, "flicker"),
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_shot_that_is_meant_otherwise_needs_a_person_at_once(studio, unseen, what):
    assert len(unseen) > 1
    changed, shot = unseen[0], Address.parse(unseen[0].rpartition("/")[0])
    there, back = CHANGES[what]
    with studio.store.write() as tx:
        there(tx, shot)
    uid = certificate(studio).uid[:8]
    why = f"Certificate {uid}, by which nobody had to look, does not speak for it: {what} has changed since."
    assert verdicts(studio)[changed].reason == why
    assert passing(studio) == set(unseen[1:]), "in the transaction of the change, and nothing else"
    studio.judge()
    assert passing(studio) == set(unseen[1:])
    assert verdicts(studio)[changed].reason.startswith(why)
    assert certificate(studio).state is CertificateState.VALID
    with studio.store.write() as tx:
        back(tx, shot)
    studio.judge()
    assert passing(studio) == set(unseen), "it is meant as it was"
    with studio.store.read() as tx:
        assert integrity_problems(tx) == []


def test_what_no_verdict_depends_on_may_change(studio, unseen):
    shot = Address.parse(unseen[0].rpartition("/")[0])
    with studio.store.write() as tx:
        update_shot(tx, shot, {"status": "apr", "first_frame": 2001})
        add_character(tx, "ANTH01", Character(code="MARA", name="Mara"))
        cast_character(
            tx, "ANTH01", CastMember(film="F01", character="MARA", performer="Lene Marsh")
        )
    assert passing(studio) == set(unseen)
    studio.judge()
    assert passing(studio) == set(unseen)


def test_a_face_that_may_be_shown_after_all_needs_a_person(studio, unseen):
    shot = Address.parse(unseen[0].rpartition("/")[0])
    with studio.store.write() as tx:
        add_character(tx, "ANTH01", Character(code="MARA", name="Mara", life=Life.DECEASED))
        declare_exposure(tx, shot, "MARA", exposure=Exposure.MASKED)
    assert passing(studio) == set(unseen[1:])
    studio.judge()
    given = verdicts(studio)[unseen[0]]
    assert given.outcome is Outcome.DIRECT
    assert "how much of a face its shot may show has changed since" in given.reason
    assert "the likeness of Mara, a deceased person, is protected" in given.reason


def test_a_reveal_plan_touches_the_shots_of_its_character_alone(studio, film_of):
    film_of(studio, 60)
    with studio.store.write() as tx:
        add_character(tx, "ANTH01", Character(code="MARA", name="Mara"))
        for number in range(1, 61, 2):  # declared before the freeze, and measured nowhere
            shot = Address("ANTH01", "F01", f"SQ010_SH{10 * number:04d}")
            declare_exposure(tx, shot, "MARA", exposure=Exposure.NONE)
    with studio.store.read() as tx:
        keys = [key for key, _ in list_takes(tx, FILM)]
    studio.score({key: {"exposure_breach": 0.0} for key in keys})
    studio.judge()
    unseen = certify(studio)
    hers = {take for take in unseen if int(take[-9:-5]) % 20 == 10}
    assert hers
    assert hers != set(unseen)
    with studio.store.write() as tx:
        moment = RevealMoment(film="F01", character="MARA", sequence=None, exposure=Exposure.MASKED)
        plan_reveal(tx, "ANTH01", moment)
    assert passing(studio) == set(unseen) - hers
    studio.judge()
    assert passing(studio) == set(unseen) - hers
    assert all("where the film reveals a face" in verdicts(studio)[take].reason for take in hers)


def test_a_shot_that_changes_while_the_audit_is_open_is_not_covered(studio, film_of):
    film_of(studio, 60)
    with studio.store.write() as tx:
        freeze(tx, FILM)
        plan(tx, FILM, threshold=0.0)
        draw(tx, FILM)
        drawn = [t.address for t in progress_of(tx, newest_lot(tx, FILM, Purpose.PASS)).drawn]
    others = sorted(set(verdicts(studio)) - set(drawn))
    with studio.store.write() as tx:
        update_shot(tx, Address.parse(others[0].rpartition("/")[0]), {"prompt": "A lamp, lit"})
    for take in drawn:
        studio.decide(take)
    with studio.store.write() as tx:
        close(tx, FILM)
    studio.judge()
    assert passing(studio) == set(others[1:])


def test_another_director_ends_a_certificate_at_once(studio, unseen):
    with studio.store.write() as tx:
        set_director(tx, "ANTH01", "F01", name="Lene Marsh")
    ended = certificate(studio)
    assert ended.state is CertificateState.VOID
    assert ended.ended_why == "The director of record was Ada Quill and is Lene Marsh."
    assert passing(studio) == set()
    with studio.store.write() as tx:
        set_director(tx, "ANTH01", "F01", name=DIRECTOR)
    studio.judge()
    assert passing(studio) == set(), "what has ended stays ended"
    assert unseen


def test_a_panels_certificate_outlives_the_director(studio, film_of):
    film_of(studio, 60)
    panel = (DIRECTOR, "Nika Brandt", "Tom Aldine")
    with studio.store.write() as tx:
        add_person(tx, Person(name="Nika Brandt", roles=(Role.PRODUCER,)))
    unseen = certify(studio, verdict_of=VerdictOf.MAJORITY, panel=panel)
    with studio.store.write() as tx:
        set_director(tx, "ANTH01", "F01", name="Lene Marsh")
    assert passing(studio) == set(unseen)
    studio.judge()
    assert (certificate(studio).state, passing(studio)) == (CertificateState.VALID, set(unseen))


def test_a_board_knows_which_verdicts_are_older_than_a_change(studio, film_of):
    film_of(studio, 3)

    def outdated() -> list[str]:
        with studio.store.read() as tx:
            return [row.shot for row in board.rows(tx, FILM) if row.is_outdated]

    assert outdated() == []
    with studio.store.write() as tx:
        update_shot(tx, Address("ANTH01", "F01", "SQ010_SH0020"), {"prompt": "A lamp, lit"})
        update_shot(tx, Address("ANTH01", "F01", "SQ010_SH0030"), {"status": "apr"})
    assert outdated() == ["SQ010_SH0020"]
    studio.judge()
    assert outdated() == []
    with studio.store.write() as tx:
        set_director(tx, "ANTH01", "F01", name="Lene Marsh")
    assert len(outdated()) == 3
    studio.judge()
    assert outdated() == []


def test_an_embrace_that_is_taken_back_leaves_the_film_as_it_was(studio, unseen):
    take = Address.parse(unseen[0])
    decide(studio.store, take, DecisionOutcome.EMBRACE, by=DIRECTOR, kind="flicker", note="memory")
    assert passing(studio) == set(unseen[1:])
    undo(studio.store, take, by=DIRECTOR)
    studio.judge()
    assert passing(studio) == set(unseen)


@pytest.mark.parametrize("command", ["films", "shots", "cast"])
def test_an_import_says_who_must_look_now(studio, unseen, roundtable, tmp_path, command):
    shot = unseen[0].split("/")[2]
    table = tmp_path / "table.csv"
    if command == "films":
        table.write_text("Film,Director\nF01,Lene Marsh\n")
        ran = roundtable("films", "import", table, "--production", "ANTH01")
        gone = f"{len(unseen)} takes that nobody had to look at need a person now"
    elif command == "shots":
        table.write_text(f"Film,Shot,Hero\nF01,{shot},yes\n")
        ran = roundtable("shots", "import", table, "--production", "ANTH01", "--update")
        gone = "1 take that nobody had to look at needs a person now"
    else:
        roundtable("cast", "import", _table(tmp_path), "--production", "ANTH01")
        table.write_text(f"Film,Shot,Character,Exposure\nF01,{shot},MARA,masked\n")
        ran = roundtable("cast", "exposures", table, "--production", "ANTH01")
        gone = "1 take that nobody had to look at needs a person now"
    assert ran.code == 0, ran.err
    assert gone in " ".join((ran.out + ran.err).split())
    assert unseen[0] not in passing(studio)


def _table(folder):
    path = folder / "cast.csv"
    path.write_text("Character,Name,Life\nMARA,Mara,fictional\n")
    return path


def test_a_preview_of_an_import_says_it_and_changes_nothing(studio, unseen, roundtable, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text(f"Film,Shot,Hero\nF01,{unseen[0].split('/')[2]},yes\n")
    ran = roundtable("shots", "import", table, "--production", "ANTH01", "--update", "--preview")
    assert "1 take that nobody had to look at needs a person now" in " ".join(
        ran.err.split()
    ) + " ".join(ran.out.split())
    assert passing(studio) == set(unseen)
