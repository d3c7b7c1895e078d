"""The desk in a real browser: keys decide, fields swallow keys, and a withheld verdict never arrives."""

from collections.abc import Callable
from typing import Any

import pytest

from tracker.domain.addresses import Address
from tracker.domain.reviews import Decision
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.reviews import decisions

pytestmark = pytest.mark.browser

FLICKERS = "ANTH01/F01/SQ010_SH0020/v002"
_ALL_HTML = """() => {
  const read = (root) => [...root.querySelectorAll('*')]
    .filter((one) => one.shadowRoot)
    .reduce((text, one) => text + read(one.shadowRoot), root.innerHTML ?? '');
  return read(document.body);
}"""


def _ready(page: Any, take: str = "") -> str:
    """Wait until the keys answer, for a take or for any, and return the take on the desk."""
    which = f'[data-take="{take}"]' if take else ""
    page.wait_for_selector(f'.decide[data-ready="true"]{which}')
    return str(page.locator(".decide").get_attribute("data-take"))


def _next(page: Any, before: str) -> str:
    page.wait_for_selector(f'.decide[data-ready="true"]:not([data-take="{before}"])')
    return _ready(page)


def _record(settings: Settings, take: str) -> list[Decision]:
    with Store.open(settings).read() as tx:
        return [d for _, d in decisions(tx, Address.parse(take))]


def test_an_audit_arrives_without_its_verdict_and_one_key_decides_it(
    table: Settings, asked: Callable[..., None], served: Callable[[Settings], str], page: Any
) -> None:
    asked(table, FLICKERS, of="Ada Quill")
    received = bytearray()

    def receive(frame: bytes | str) -> None:
        received.extend(frame.encode() if isinstance(frame, str) else frame)

    page.on("websocket", lambda socket: socket.on("framereceived", receive))
    page.goto(f"{served(table)}/desk?for=Ada%20Quill")
    assert _ready(page) == FLICKERS
    page.wait_for_selector('.player[data-shown="0"]')

    html = page.evaluate(_ALL_HTML)
    assert "No hint: judge it as it is." in html
    assert "A red umbrella crosses the pier 20" in html
    for words in (
        "The light",
        "1021",
        "1028",
        "Flicker",
        "proposed",
        'class="rt-lane',
        "<polyline",
    ):
        assert words not in html
    assert b"No hint" in received
    assert b"The light" not in received

    page.keyboard.press("a")
    following = _next(page, FLICKERS)
    (decision,) = _record(table, FLICKERS)
    assert (decision.outcome.value, decision.by, decision.seen) == ("approve", "Ada Quill", "blind")
    assert decision.minutes is not None
    page.get_by_text("SQ010_SH0020 v002: approved. U takes it back.").wait_for()

    page.keyboard.press("u")
    assert _next(page, following) == FLICKERS
    assert _record(table, FLICKERS) == []


def test_a_direction_is_written_at_the_marked_frames_and_its_letters_decide_nothing(
    table: Settings, served: Callable[[Settings], str], page: Any
) -> None:
    page.goto(f"{served(table)}/desk?for=Ada%20Quill")
    been = _ready(page)
    while been != FLICKERS:
        page.keyboard.press("n")
        been = _next(page, been)
    page.wait_for_selector('.player[data-frame="20"][data-shown="20"]')

    page.keyboard.press("i")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("o")
    page.keyboard.press("d")
    page.keyboard.type("Near it, a red and dull glare")
    assert page.locator(".where").text_content() == "1021\u20131023"
    assert page.locator(".player").get_attribute("data-frame") == "22"
    assert _record(table, FLICKERS) == []
    page.keyboard.press("Enter")

    _next(page, FLICKERS)
    (decision,) = _record(table, FLICKERS)
    assert decision.note == "Near it, a red and dull glare"
    assert decision.frames is not None
    assert (decision.frames.start, decision.frames.end) == (20, 23)


def test_a_key_that_is_held_down_decides_one_take(
    table: Settings, served: Callable[[Settings], str], page: Any
) -> None:
    page.goto(f"{served(table)}/desk?for=Ada%20Quill")
    first = _ready(page)
    page.keyboard.down("r")
    second = _next(page, first)
    for _ in range(3):
        page.keyboard.down("r")  # what a held key sends: repeats
        page.wait_for_timeout(100)
    page.keyboard.up("r")
    assert _ready(page) == second
    assert len(_record(table, first)) == 1
    assert _record(table, second) == []
