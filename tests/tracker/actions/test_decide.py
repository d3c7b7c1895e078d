"""What a decision changes, and what is left of it when one of several people takes theirs back."""

import pytest

from tracker.actions.decide import decide, undo
from tracker.domain.addresses import Address
from tracker.domain.production import Brief, Film, Person, Production, ProductionKind, Role, Shot
from tracker.domain.reviews import DecisionOutcome
from tracker.domain.takes import Take
from tracker.settings import Settings
from tracker.store import Store, productions, shots, takes

SHOT = Address("ANTH01", "F01", "SQ010_SH0010")
TAKE = Address("ANTH01", "F01", "SQ010_SH0010", "v001")


@pytest.fixture
def store(tmp_path):
    store = Store.create(Settings(home=tmp_path / "ws"))
    with store.write() as tx:
        productions.add_production(tx, Production(code="ANTH01", kind=ProductionKind.ANTHOLOGY))
        productions.add_film(tx, Film(production="ANTH01", code="F01", director="Ada Quill"))
        productions.add_person(tx, Person(name="Tom Aldine", roles=(Role.PRODUCER,)))
        shots.insert_shot(
            tx, "ANTH01", Shot(film="F01", code=SHOT.shot, sequence="SQ010", brief=Brief())
        )
        take = Take(
            production="ANTH01", film="F01", shot=SHOT.shot, number=1, path="/media/1.mp4",
            sha256="a" * 64, size_bytes=1, probe_error="It is cut off.",
        )  # fmt: skip
        takes.insert_take(tx, take)
    return store


def say(store, outcome, by, *, kind=""):
    note = "It is meant" if kind else ""
    decide(store, TAKE, DecisionOutcome(outcome), by=by, kind=kind, note=note)


def statuses(store):
    with store.read() as tx:
        ((_, take),) = takes.list_takes(tx, TAKE)
        ((_, shot),) = shots.list_shots(tx, SHOT)
    return take.status.value, shot.status.value


def events(store):
    with store.read() as tx:
        return tx.rows("SELECT detail FROM events WHERE action = 'take.status'")


@pytest.mark.parametrize("order", [("Ada Quill", "Tom Aldine"), ("Tom Aldine", "Ada Quill")])
def test_a_status_stays_while_somebody_else_holds_it(store, order):
    before = statuses(store)
    say(store, "direct", "Ada Quill")
    say(store, "direct", "Tom Aldine")
    assert statuses(store) == ("vwd", "dir")
    undo(store, TAKE, by=order[0])
    assert statuses(store) == ("vwd", "dir")
    assert len(events(store)) == 1
    undo(store, TAKE, by=order[1])
    assert statuses(store) == before
    assert len(events(store)) == 2


def test_what_was_taken_back_does_not_come_again(store):
    before = statuses(store)
    say(store, "approve", "Ada Quill")
    say(store, "direct", "Tom Aldine")
    undo(store, TAKE, by="Ada Quill")
    assert statuses(store) == ("vwd", "dir")
    undo(store, TAKE, by="Tom Aldine")
    assert statuses(store) == before


def test_a_trace_stays_embraced_in_the_name_of_whoever_still_does(store):
    say(store, "embrace", "Ada Quill", kind="flicker")
    say(store, "embrace", "Tom Aldine", kind="flicker")
    undo(store, TAKE, by="Ada Quill")
    with store.read() as tx:
        ((_, shot),) = shots.list_shots(tx, SHOT)
    assert [e.by for e in shot.embraced] == ["Tom Aldine"]
    assert shot.artifact_policy == "embrace"
    undo(store, TAKE, by="Tom Aldine")
    with store.read() as tx:
        ((_, shot),) = shots.list_shots(tx, SHOT)
    assert (shot.embraced, shot.artifact_policy) == ((), "avoid")


def test_undoing_changes_no_status_that_something_else_has_set_since(store):
    say(store, "approve", "Ada Quill")
    with store.write() as tx:
        tx.run("UPDATE takes SET status = 'fin'")
    undo(store, TAKE, by="Ada Quill")
    assert statuses(store)[0] == "fin"
    assert len(events(store)) == 1
