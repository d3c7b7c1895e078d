"""The desk, driven without a browser: what it shows, what it keeps to itself, and what a key records."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tracker.actions.decide import undo
from tracker.domain.addresses import Address
from tracker.domain.reviews import Decision
from tracker.settings import REPOSITORY_ROOT, Settings
from tracker.store import Store
from tracker.store.reviews import decisions
from tracker.ui import acts
from tracker.ui.components.desk import NO_HINT

DESK = "tracker/ui/pages/desk.py"
ERROR, FLICKERS, HERO = (
    f"ANTH01/F01/SQ010_SH00{code}" for code in ("40/v001", "20/v002", "30/v001")
)
PASSED = "ANTH01/F01/SQ010_SH0010/v001"


def desk(person: str = "") -> AppTest:
    page = AppTest.from_file(str(REPOSITORY_ROOT / "streamlit_app.py"), default_timeout=30).run()
    page.switch_page(DESK)
    if person:
        page.query_params["for"] = person
    return page.run()


def printed(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(h.value for h in page.html if not h.value.startswith("<style>"))


def sent(page: AppTest) -> list[dict[str, Any]]:
    """What the page sent to the player and to the keys."""
    return [json.loads(c.proto.json) for c in page.get("bidi_component")]


def on_desk(page: AppTest) -> str:
    return str(sent(page)[-1]["take"])


def press(page: AppTest, what: str, **said: object) -> AppTest:
    request = sent(page)[-1]["request"]
    page.session_state["desk"] = {"did": {"what": what, "request": request, **said}}
    return page.run()


def go_to(page: AppTest, take: str) -> AppTest:
    for _ in range(6):
        if on_desk(page) == take:
            return page
        press(page, "skip")
    pytest.fail(f"{take} does not come to the desk")


def record(settings: Settings, take: str) -> list[Decision]:
    with Store.open(settings).read() as tx:
        return [d for _, d in decisions(tx, Address.parse(take))]


def toasts(page: AppTest) -> str:
    return " ".join(t.value for t in page.toast)


def test_without_people_the_desk_teaches_the_import(empty: Settings) -> None:
    assert "roundtable people import people.csv" in printed(desk())


def test_nobody_decides_before_saying_who_they_are(laid: Settings) -> None:
    page = desk()
    assert "Who decides?" in printed(page)
    assert not page.get("bidi_component")
    page.button(key="sit_Ada Quill").click().run()
    assert on_desk(page)
    assert page.query_params["for"] == "Ada Quill"


def test_a_name_that_has_no_role_is_nobody(laid: Settings) -> None:
    assert "Who decides?" in printed(desk("Mallory Venn"))


def test_a_take_with_a_hint_shows_reason_frames_curve_brief_and_notes(laid: Settings) -> None:
    page = go_to(desk("Ada Quill"), FLICKERS)
    text, (shown, keys) = printed(page), sent(page)
    assert "The light &lt;flickers&gt; from 1021 to 1028." in text
    assert "A red umbrella crosses the pier 20" in text
    assert "dawn" in text
    assert "Open the &lt;umbrella&gt; earlier." in text
    assert "<i>1005\u20131009</i>" in text
    assert "Ada Quill, director" in text
    assert "<b>v001</b> direct</figcaption>" in text
    assert [f["shown"] for f in shown["flags"]] == ["1021\u20131028"]
    assert [s["name"] for s in shown["series"]] == ["flicker"]
    assert (shown["desk"], keys["kind"]) == (True, "flicker")


def everything(page: AppTest) -> str:
    return printed(page) + json.dumps(sent(page)[0]) + json.dumps(sent(page)[1] | {"kinds": []})


@pytest.mark.parametrize("take", [FLICKERS, PASSED])
def test_an_audit_shows_no_word_of_verdict_or_scores(
    laid: Settings, asked: Callable[..., None], take: str
) -> None:
    asked(laid, take, of="Ada Quill")
    page = desk("Ada Quill")
    assert on_desk(page) == take
    assert NO_HINT in printed(page)
    for word in ("flicker", "Flicker", "1021", "still_", "audit", "Covered", "rt-lane", "0.71"):
        assert word not in everything(page)
    (shown, keys) = sent(page)
    assert (shown["flags"], shown["series"], shown["stills"], shown["start"]) == ([], [], [], 0)
    assert keys["kind"] == ""


def test_an_audit_looks_like_any_other_take_without_a_hint(
    laid: Settings, asked: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.store.blind.WITHHELD", 1.0)
    ordinary = go_to(desk("Ada Quill"), FLICKERS)
    looks = printed(ordinary), sent(ordinary)[0]
    asked(laid, FLICKERS, of="Ada Quill")
    audit = desk("Ada Quill")
    assert on_desk(audit) == FLICKERS
    assert (printed(audit), sent(audit)[0]) == looks


def test_what_was_decided_of_the_take_itself_stays_off_the_desk(
    laid: Settings, asked: Callable[..., None]
) -> None:
    first = go_to(desk("Ada Quill"), FLICKERS)
    press(first, "regenerate", note="Too dark by far.")
    asked(laid, FLICKERS, of="Ada Quill")
    again = desk("Ada Quill")
    assert on_desk(again) == FLICKERS
    assert "Too dark by far." not in printed(again)


def test_an_older_take_that_is_asked_about_looks_like_the_latest(
    laid: Settings, asked: Callable[..., None]
) -> None:
    older = "ANTH01/F01/SQ010_SH0020/v001"
    asked(laid, older, of="Ada Quill")
    page = desk("Ada Quill")
    assert on_desk(page) == older
    assert "The first take of its shot." in printed(page)
    assert "v002" not in everything(page)
    assert "umbrella&gt; earlier" not in printed(page)


def test_one_key_records_and_brings_the_next_take(laid: Settings) -> None:
    page = desk("Ada Quill")
    first = on_desk(page)
    press(page, "approve")
    (decision,) = record(laid, first)
    assert (decision.outcome.value, decision.by, decision.role.value) == (
        "approve", "Ada Quill", "director",
    )  # fmt: skip
    assert decision.minutes is not None
    assert 0 <= decision.minutes < 1
    assert on_desk(page) not in ("", first)
    assert "approved. U takes it back." in toasts(page)


def test_a_key_pressed_twice_is_one_decision(laid: Settings) -> None:
    page = desk("Ada Quill")
    first, request = on_desk(page), sent(page)[-1]["request"]
    press(page, "approve")
    second = on_desk(page)
    page.session_state["desk"] = {"did": {"what": "approve", "request": request}}
    page.run()
    assert len(record(laid, first)) == 1
    assert on_desk(page) == second
    assert record(laid, second) == []


def test_what_was_seen_is_blind_or_a_digest_of_the_scores(
    laid: Settings, asked: Callable[..., None]
) -> None:
    press(go_to(desk("Ada Quill"), FLICKERS), "direct")
    (hinted,) = record(laid, FLICKERS)
    assert hinted.seen.startswith("scores ")
    assert len(hinted.seen) == len("scores ") + 16
    asked(laid, PASSED, of="Ada Quill")
    press(go_to(desk("Ada Quill"), PASSED), "approve")
    assert [d.seen for d in record(laid, PASSED)] == ["blind"]


def test_a_direction_keeps_its_note_and_frames(laid: Settings) -> None:
    page = go_to(desk("Ada Quill"), FLICKERS)
    press(page, "direct", note="Hold the light.", frames=[1021, 1024])
    (decision,) = record(laid, FLICKERS)
    assert decision.note == "Hold the light."
    assert decision.frames is not None
    assert (decision.frames.start, decision.frames.end) == (20, 24)


def test_embracing_needs_a_reason_and_names_the_trace(laid: Settings) -> None:
    page = go_to(desk("Ada Quill"), FLICKERS)
    press(page, "embrace", kind="flicker")
    assert "for a reason" in toasts(page)
    assert on_desk(page) == FLICKERS
    press(page, "embrace", kind="flicker", note="The bulb is dying, as the story says.")
    (decision,) = record(laid, FLICKERS)
    assert (decision.outcome.value, decision.kind) == ("embrace", "flicker")


def test_undo_brings_the_last_take_back(laid: Settings) -> None:
    page = desk("Ada Quill")
    first = on_desk(page)
    press(press(page, "approve"), "undo")
    assert record(laid, first) == []
    assert on_desk(page) == first
    assert sent(page)[-1]["undo"] == ""


def test_what_was_taken_back_elsewhere_is_not_offered_again(laid: Settings) -> None:
    page = desk("Ada Quill")
    first = on_desk(page)
    press(page, "approve")
    undo(Store.open(laid), Address.parse(first), by="Ada Quill")
    press(page, "undo")
    assert "no decision" in toasts(page)
    assert sent(page)[-1]["undo"] == ""


def test_what_followed_from_a_decision_is_said_until_the_next(
    laid: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "Certificate 0123abcd is revoked: 2 of 9 kept audits contradict it."
    decide = acts.decide
    monkeypatch.setattr(acts, "decide", lambda *a, **k: replace(decide(*a, **k), remarks=(said,)))
    page = press(desk("Ada Quill"), "approve")
    assert f'<p class="rt-remark">{said}</p>' in printed(page)
    monkeypatch.setattr(acts, "decide", decide)
    assert said not in printed(press(page, "approve"))


def test_the_last_decision_empties_the_desk_and_can_be_taken_back(laid: Settings) -> None:
    page = desk("Ada Quill")
    for _ in range(3):
        last = on_desk(page)
        press(page, "approve")
    assert "Nothing waits for Ada Quill" in printed(page)
    assert "You decided 3 takes" in printed(page)
    press(page, "undo")
    assert on_desk(page) == last
