"""A panel's audit through the command line, and what is said where a panel cannot decide."""

from __future__ import annotations

import json

import pytest

from tracker.domain.production import Person, Role
from tracker.store.productions import add_person
from tracker.store.queue import queue_of

FILM = "ANTH01/F01"
PANEL = ("Ada Quill", "Lene Marsh", "Tom Aldine")
NAMES = [word for name in PANEL for word in ("--panel", name)]


@pytest.fixture
def table(studio, film_of):
    """Thirty good takes, and two more people, one of them without a role."""
    takes = film_of(studio, 30)
    with studio.store.write() as tx:
        add_person(tx, Person(name="Lene Marsh", roles=(Role.AI_ARTIST,)))
        add_person(tx, Person(name="Nika Brandt"))
    return takes


def asked(studio, person: str) -> list[str]:
    with studio.store.read() as tx:
        return [item.take for item in queue_of(tx, person) if item.place is not None]


def drawn(roundtable, rule: str, *names: str):
    """Freeze, plan and draw with a panel; return what drawing said."""
    freeze = ("freeze", FILM, "--alpha", 0.3, "--verdict", rule, *(names or NAMES))
    for step in (freeze, ("plan", FILM, "--threshold", 0)):
        assert roundtable("evals", "lots", *step).code == 0
    ran = roundtable("evals", "lots", "draw", FILM)
    assert ran.code == 0
    return ran


@pytest.mark.parametrize("rule", ["majority", "member"])
def test_a_panels_certificate_is_made_exported_and_verified(
    studio, table, roundtable, tmp_path, rule
):
    ran = drawn(roundtable, rule)
    for person in PANEL:
        mine = asked(studio, person)
        assert f"{person} ({len(mine)})" in ran.out
        for take in mine:
            assert roundtable("decide", take, "approve", "--by", person).code == 0
    status = roundtable("evals", "lots", "status", FILM, "--json").json
    assert (status["verdict_of"], status["panel"]) == (rule, list(PANEL))
    assert (status["missing"], status["missing_of"]) == (0, {})
    closed = roundtable("evals", "lots", "close", FILM, "--json")
    assert closed.code == 0
    file = tmp_path / "cert.json"
    roundtable("evals", "certificates", "export", closed.json["certificate"], "--out", file)
    assert roundtable("evals", "verify", file).code == 0
    document = json.loads(file.read_text())
    document["verdicts"][5]["by"] = document["verdicts"][5]["asked"] = "Nika Brandt"
    file.write_text(json.dumps(document))
    ran = roundtable("evals", "verify", file)
    assert ran.code == 10
    assert f"verdicts[5], {document['verdicts'][5]['address']}, was changed" in ran.err


def test_status_says_of_whom_verdicts_are_missing(studio, table, roundtable):
    drawn(roundtable, "majority")
    takes = asked(studio, "Tom Aldine")
    for take in takes[1:]:
        studio.decide(take, by="Tom Aldine")
    status = roundtable("evals", "lots", "status", FILM, "--json").json
    count = len(takes)
    assert status["missing_of"] == {"Ada Quill": count, "Lene Marsh": count, "Tom Aldine": 1}
    said = roundtable("evals", "lots", "status", FILM).out
    assert f"{count} drawn takes lack a verdict of Ada Quill" in said
    assert "1 drawn take lacks a verdict of Tom Aldine." in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--verdict", "majority", *NAMES[:4]), "an odd number of people, 3 or more"),
        (("--verdict", "majority"), "the panel names 0"),
        (("--verdict", "majority", *NAMES[:4], *NAMES[:2]), "'Ada Quill' is named twice"),
        (("--verdict", "member", *NAMES[:2]), "drawn from 2 people or more"),
        (("--verdict", "member", *NAMES[:2], "--panel", "Tom Aldin"), "did you mean 'Tom Aldine'?"),
        (("--verdict", "member", *NAMES[:2], "--panel", "Nika Brandt"), "Nika Brandt has no role"),
        (NAMES, "The director's verdict takes no panel"),
        (("--verdict", "director", *NAMES[:2]), "The director's verdict takes no panel"),
        (("--verdict", "crowd"), "'crowd' is not one of"),
    ],
)
def test_a_panel_that_cannot_decide_is_refused_in_one_sentence(
    studio, table, roundtable, words, sentence
):
    ran = roundtable("evals", "lots", "freeze", FILM, *words)
    assert ran.code == 2
    assert sentence in ran.err
    assert roundtable("evals", "lots", "status", FILM).code == 2


def test_a_film_without_a_director_may_have_a_panel(studio, table, roundtable):
    with studio.store.write() as tx:
        tx.run("UPDATE films SET director_id = NULL")
    assert roundtable("evals", "lots", "freeze", FILM).code == 2
    assert "the queues of" in drawn(roundtable, "member").out


def test_a_director_of_another_film_finds_their_asks(studio, table, roundtable):
    from tracker.domain.production import Film
    from tracker.store.productions import add_film

    with studio.store.write() as tx:
        add_film(tx, Film(production="ANTH01", code="F02", title="Rye", director="Lene Marsh"))
    drawn(roundtable, "majority")
    mine = asked(studio, "Lene Marsh")
    assert mine
    queue = roundtable("queue", "--for", "Lene Marsh", "--json").json
    assert {row["take"] for row in queue} >= set(mine)
