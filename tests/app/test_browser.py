"""The dashboard in a real browser: pictures, exact frames, and where requests go.

The clip's frames are flat greys, each of its own level, so the picture itself says which frame is
on screen: an oracle that knows nothing of the player.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tracker.settings import Settings

pytestmark = pytest.mark.browser

_GREY = """video => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 8;
  const paint = canvas.getContext('2d');
  paint.drawImage(video, 0, 0, 8, 8);
  return paint.getImageData(4, 4, 1, 1).data[0];
}"""


@pytest.fixture(scope="module")
def dashboard(workspace: Settings, served: Callable[[Settings], str]) -> str:
    """The address of a dashboard that was started from an unrelated folder."""
    return served(workspace)


def _settled(page: Any, frame: int) -> int:
    """Wait until the player shows a frame, and return the grey that is on screen."""
    page.wait_for_selector(f'.player[data-frame="{frame}"][data-shown="{frame}"]')
    return int(page.locator("video").evaluate(_GREY))


def test_from_the_board_to_the_flagged_frame_without_leaving_this_machine(
    dashboard: str, page: Any, grey: Callable[[int], int]
) -> None:
    hosts: set[str | None] = set()
    ranges: list[int] = []
    fonts: set[str] = set()
    page.on("request", lambda r: hosts.add(urlsplit(r.url).hostname))
    page.on("response", lambda r: r.url.endswith(".woff2") and fonts.add(urlsplit(r.url).path))
    page.on("response", lambda r: "/proxy.mp4" in r.url and ranges.append(r.status))

    page.goto(dashboard)
    page.wait_for_selector(".tile")
    assert page.locator(".tile").count() == 5
    thumbnail = page.locator('.tile[data-address$="SQ010_SH0020/v002"] img')
    page.wait_for_function("img => img.naturalWidth > 0", arg=thumbnail.element_handle())

    page.locator('.tile[data-address$="SQ010_SH0020/v002"]').click()
    page.wait_for_url("**/take?take=ANTH01%2FF01%2FSQ010_SH0020%2Fv002")
    assert abs(_settled(page, 20) - grey(20)) <= 1  # a take opens at its first flag
    assert page.locator(".clock b").text_content() == "1021"
    assert set(ranges) == {206}
    assert page.locator(".legend button").count() == 1
    assert page.locator(".more").is_hidden()  # nothing is folded where nothing is left over

    page.locator('[data-do="on"]').click()
    assert abs(_settled(page, 21) - grey(21)) <= 1
    page.locator(".flags button").first.click()
    assert abs(_settled(page, 20) - grey(20)) <= 1
    assert "/look/inter-latin-400-normal.woff2" in fonts
    assert hosts <= {"localhost", None}


def test_the_player_marks_where_in_the_picture_only_in_the_flagged_frames(
    dashboard: str, page: Any, grey: Callable[[int], int]
) -> None:
    page.goto(f"{dashboard}/take?take=ANTH01/F01/SQ010_SH0020/v002")
    _settled(page, 20)
    mark = page.locator(".regions i")
    mark.wait_for()
    picture, box = page.locator("video").bounding_box(), mark.bounding_box()
    found = (
        (box["x"] - picture["x"]) / picture["width"],
        (box["y"] - picture["y"]) / picture["height"],
        box["width"] / picture["width"],
        box["height"] / picture["height"],
    )
    assert found == pytest.approx((0.25, 0.5, 0.25, 0.25), abs=0.02)
    page.locator('[data-do="back"]').click()
    assert abs(_settled(page, 19) - grey(19)) <= 1
    assert mark.count() == 0


def test_every_point_of_the_chart_and_every_key_is_its_own_frame(
    dashboard: str, page: Any, grey: Callable[[int], int]
) -> None:
    page.goto(f"{dashboard}/take?take=ANTH01/F01/SQ010_SH0020/v002")
    _settled(page, 20)
    box = page.locator(".plot svg").bounding_box()
    for frame in (0, 1, 11, 12, 13, 30, 46, 47):
        page.mouse.click(box["x"] + (frame + 0.5) / 48 * box["width"], box["y"] + 90)
        assert abs(_settled(page, frame) - grey(frame)) <= 1
    for key, frame in (("ArrowLeft", 46), ("ArrowRight", 47), ("p", 20), ("ArrowRight", 21)):
        page.keyboard.press(key)
        assert abs(_settled(page, frame) - grey(frame)) <= 1
    page.mouse.move(box["x"] + 10, box["y"] + 90)
    page.mouse.down()
    for frame in range(2, 40):
        page.mouse.move(box["x"] + (frame + 0.5) / 48 * box["width"], box["y"] + 90)
    page.mouse.up()
    assert abs(_settled(page, 39) - grey(39)) <= 1


def test_space_plays_and_stops_on_the_frame_that_is_shown(
    dashboard: str, page: Any, grey: Callable[[int], int]
) -> None:
    page.goto(f"{dashboard}/take?take=ANTH01/F01/SQ010_SH0020/v002")
    _settled(page, 20)
    page.keyboard.press("Space")
    page.wait_for_selector('.player:not([data-frame="20"])')
    page.keyboard.press("Space")
    page.wait_for_function(
        "player => player.dataset.frame === player.dataset.shown",
        arg=page.locator(".player").element_handle(),
    )
    frame = int(page.locator(".player").get_attribute("data-frame"))
    assert 20 < frame < 48
    assert abs(_settled(page, frame) - grey(frame)) <= 1


def test_space_plays_after_a_click_and_presses_what_the_tab_key_reached(
    dashboard: str, page: Any
) -> None:
    page.goto(f"{dashboard}/take?take=ANTH01/F01/SQ010_SH0020/v002")
    _settled(page, 20)
    curve = page.locator(".legend button")
    page.locator('[data-do="on"]').click()
    page.keyboard.press("ArrowRight")
    _settled(page, 22)
    page.keyboard.press("Space")
    page.wait_for_function("video => !video.paused", arg=page.locator("video").element_handle())
    page.keyboard.press("Space")
    page.wait_for_function("video => video.paused", arg=page.locator("video").element_handle())
    for _ in range(4):  # past both flag buttons and the one that was clicked
        page.keyboard.press("Tab")
        if curve.evaluate("key => key.getRootNode().activeElement === key"):
            break
    page.keyboard.press("Space")
    assert curve.get_attribute("aria-pressed") == "false"
    assert page.locator("video").evaluate("video => video.paused")


def test_the_board_is_found_by_its_name_too(dashboard: str, page: Any) -> None:
    page.goto(f"{dashboard}/board?film=ANTH01/F01")
    page.wait_for_selector(".tile")
    page.wait_for_url("**/?film=ANTH01%2FF01")
    assert page.locator(".tile").count() == 5


def test_arrows_and_enter_work_the_board(dashboard: str, page: Any) -> None:
    page.goto(dashboard)
    page.wait_for_selector(".tile")
    page.locator(".board").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    chosen = page.locator('.tile[aria-selected="true"]')
    assert chosen.count() == 1
    assert chosen.get_attribute("data-address").endswith("SQ010_SH0020/v002")
    page.keyboard.press("Enter")
    page.wait_for_url("**/take?take=*SQ010_SH0020*")


def test_going_back_finds_the_tile_still_outlined(dashboard: str, page: Any) -> None:
    page.goto(dashboard)
    page.locator('.tile[data-address$="SQ010_SH0030/v001"]').click()
    page.wait_for_selector(".player")
    page.get_by_role("link", name="Board").click()
    page.wait_for_selector('.tile[aria-selected="true"][data-address$="SQ010_SH0030/v001"]')


def test_an_unreadable_take_shows_its_reason_instead_of_a_black_screen(
    dashboard: str, page: Any
) -> None:
    page.goto(f"{dashboard}/take?take=ANTH01/F01/SQ010_SH0040/v001")
    page.wait_for_selector(".player.bare")
    assert "has no index" in page.locator(".screen > .blank").text_content()
    assert page.locator(".screen video").is_hidden()
