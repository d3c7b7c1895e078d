"""A sitting at the desk: what is shown next, how long it was looked at, and what is recorded of the hints."""

from dataclasses import replace

import pytest

from tracker.domain.queue import QueueItem
from tracker.ui.sitting import Sitting


def item(code: str) -> QueueItem:
    return QueueItem(
        take=f"A01/F01/SQ010_SH00{code}/v001",
        take_id=int(code),
        sha256=code,
        film_title="",
        prompt="",
        is_hero=False,
    )


A, B, C = item("10"), item("20"), item("30")


def shown(sitting: Sitting, *items: QueueItem, at: float = 0.0) -> Sitting:
    return sitting.look(items, now_s=at, request=f"request at {at}")


@pytest.fixture
def sitting() -> Sitting:
    return shown(Sitting(person="Ada Quill"), A, B, C)


def test_what_lies_on_the_desk_stays_when_the_order_changes(sitting: Sitting) -> None:
    assert sitting.item == A
    assert shown(sitting, C, B, A, at=5) is sitting


def test_a_take_that_waits_no_longer_makes_room(sitting: Sitting) -> None:
    after = shown(sitting, B, C, at=5)
    assert (after.item, after.request) == (B, "request at 5")
    assert shown(after, at=6).item is None


def test_each_take_put_off_comes_again_after_all_others(sitting: Sitting) -> None:
    been = []
    for at in range(5):
        sitting = shown(sitting, A, B, C, at=at)
        been.append(sitting.item)
        sitting = sitting.put_off(at)
    assert been == [A, B, C, A, B]


def test_minutes_are_those_that_the_take_lay_on_the_desk(sitting: Sitting) -> None:
    later = shown(sitting.put_off(60), A, B, at=60).put_off(600)
    again = shown(later, A, at=600)
    assert again.item == A
    assert again.minutes(690) == pytest.approx(1 + 1.5)


def test_nobody_looks_for_more_than_half_an_hour(sitting: Sitting) -> None:
    assert sitting.minutes(7_200) == 30.0


def test_what_is_taken_back_lies_on_top_as_it_was_shown_though_it_waits_no_longer() -> None:
    blind = replace(A, is_withheld=True)
    sitting = shown(Sitting(person="Ada Quill"), blind, B).decided()
    sitting = shown(sitting, B, at=9).taken_back(20)
    back = shown(sitting, B, at=20)
    assert back.item == blind
    assert back.done == ()
    assert shown(back, B, at=30).item == blind
    assert shown(back.decided(), B, at=40).item == B


def test_each_showing_has_a_request_of_its_own(sitting: Sitting) -> None:
    after = shown(sitting.decided(), B, at=9)
    back = shown(after.taken_back(12), A, B, at=12)
    assert (back.item, back.request) == (A, "request at 12")
    assert len({sitting.request, after.request, back.request}) == 3
