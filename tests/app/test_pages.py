"""Every page, empty and full, driven without a browser."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tracker.domain.board import KEPT_BACK
from tracker.settings import REPOSITORY_ROOT, Settings
from tracker.store import Store

TAKE = "tracker/ui/pages/take.py"


def board_page() -> AppTest:
    return AppTest.from_file(str(REPOSITORY_ROOT / "streamlit_app.py"), default_timeout=30).run()


def take_page(address: str = "") -> AppTest:
    page = board_page().switch_page(TAKE)
    if address:
        page.query_params["take"] = address
    return page.run()


def printed(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(h.value for h in page.html if not h.value.startswith("<style>"))


def sent(page: AppTest) -> dict[str, Any]:
    """What the page sent to its one component."""
    (component,) = page.get("bidi_component")
    return json.loads(component.proto.json)


def codes(page: AppTest) -> list[str]:
    return [t["address"].removeprefix("ANTH01/F01/") for t in sent(page)["tiles"]]


def test_without_a_workspace_the_board_teaches_the_next_command(empty: Settings) -> None:
    page = board_page()
    assert "No production yet" in printed(page)
    assert "roundtable demo build" in printed(page)
    assert not page.get("bidi_component")
    assert not empty.home.exists()


def test_an_empty_database_looks_the_same(empty: Settings) -> None:
    Store.create(empty)
    assert "roundtable demo build" in printed(board_page())


def test_a_film_without_shots_teaches_the_import(full: Settings) -> None:
    page = board_page()
    page.selectbox(key="film").select("F02").run()
    assert "ANTH01/F02 has no shots" in printed(page)
    assert "roundtable shots import shots.csv --production ANTH01" in printed(page)


def test_the_board_shows_the_worst_first_with_errors_at_the_top(full: Settings) -> None:
    assert codes(board_page()) == [
        "SQ010_SH0040/v001",
        "SQ010_SH0020/v002",
        "SQ010_SH0030/v001",
        "SQ010_SH0050",
        "SQ010_SH0010/v001",
    ]


def test_a_tile_says_what_its_take_is(full: Settings) -> None:
    broken, flickers, hero, missing, passed = sent(board_page())["tiles"]
    assert broken["outcome"] == "error"
    assert broken["thumb"] == ""
    assert flickers["outcome"] == "regenerate"
    assert flickers["take"] == "v002"
    assert flickers["reason"] == "The light <flickers> from 1021 to 1028."
    assert flickers["by"] == "Pelagia"
    assert flickers["thumb"].startswith("/derived/")
    assert hero["hero"] is True
    assert hero["method"] == "hybrid"
    assert (missing["outcome"], missing["reason"]) == ("unscored", "No take yet.")
    assert passed["outcome"] == "pass"


def test_the_head_counts_every_lane_and_says_that_this_is_a_demo(full: Settings) -> None:
    text = printed(board_page())
    for word, number in (
        ("Shots", 5),
        ("Pass", 1),
        ("Direct", 1),
        ("Regenerate", 1),
        ("Unscored", 1),
        ("Unreadable", 1),
    ):
        assert f"<span>{word}</span><b>{number}</b>" in text
    assert "3 takes need somebody." in text
    assert ">Demo<" in text


def test_filters_leave_what_they_name(full: Settings) -> None:
    page = board_page()
    page.button_group(key="lane").set_value("direct").run()
    assert codes(page) == ["SQ010_SH0030/v001"]
    page.button_group(key="lane").set_value(None).run()
    page.multiselect(key="only_generator").select("Aalto").run()
    assert codes(page) == ["SQ010_SH0030/v001"]
    page.multiselect(key="only_generator").set_value([]).run()
    page.text_input(key="find").input("umbrella FLICKERS").run()
    assert codes(page) == ["SQ010_SH0020/v002"]
    page.text_input(key="find").input("nobody wrote this").run()
    assert "No shot is left" in printed(page)


def test_a_link_to_a_film_opens_it(full: Settings) -> None:
    page = AppTest.from_file(str(REPOSITORY_ROOT / "streamlit_app.py"), default_timeout=30)
    page.query_params["film"] = "ANTH01/F02"
    page.run()
    assert page.selectbox(key="film").value == "F02"


def test_opening_a_tile_leads_to_its_take(full: Settings) -> None:
    page = board_page()
    page.session_state["board"] = {"open": "ANTH01/F01/SQ010_SH0030/v001"}
    page.run()
    assert page.query_params["take"] == "ANTH01/F01/SQ010_SH0030/v001"
    assert "A hero shot: a person always looks." in printed(page)


def test_a_take_that_is_judged_without_hints_shows_none(
    laid: Settings, asked: Callable[..., None]
) -> None:
    take = "ANTH01/F01/SQ010_SH0020/v002"
    asked(laid, take, of="Ada Quill")
    board = board_page()
    (tile,) = [t for t in sent(board)["tiles"] if t["address"] == take]
    page = take_page(take)
    assert (tile["outcome"], tile["reason"]) == ("blind", KEPT_BACK)
    assert "<span>Blind look</span><b>1</b>" in printed(board)
    assert KEPT_BACK in printed(page)
    shown = sent(page)
    assert (shown["flags"], shown["series"], shown["stills"]) == ([], [], [])
    for word in ("flicker", "Flicker", "1021", "Regenerate", "0.8"):
        assert word not in printed(page) + json.dumps(shown) + json.dumps(tile)


def test_the_one_action_of_the_board_opens_the_worst_take(full: Settings) -> None:
    page = board_page()
    page.button(key="open_worst").click().run()
    assert page.query_params["take"] == "ANTH01/F01/SQ010_SH0040/v001"


def test_the_one_action_of_a_take_goes_round_the_takes_that_need_somebody(full: Settings) -> None:
    page = take_page("ANTH01/F01/SQ010_SH0040/v001")
    been = []
    for _ in range(3):
        page.button(key="next_worst").click().run()
        been.append(page.query_params["take"])
    assert [a.split("/")[2] for a in been] == ["SQ010_SH0020", "SQ010_SH0030", "SQ010_SH0040"]


def test_a_take_says_its_verdict_frames_pack_and_that_it_is_a_demo(full: Settings) -> None:
    text = printed(take_page("ANTH01/F01/SQ010_SH0020/v002"))
    assert "The light &lt;flickers&gt; from 1021 to 1028." in text
    assert "Regenerate, proposed" in text
    assert "frames 1021\u20131028" in text
    assert "scored by pack builtin, demo-clip, demo-face" in text
    assert ">Demo<" in text


def test_scores_are_printed_with_interval_limit_range_version_and_pack(full: Settings) -> None:
    text = printed(take_page("ANTH01/F01/SQ010_SH0020/v002"))
    assert '<tr class="fails"><td>Flicker</td><td><b>0.06</b></td><td></td><td>0.02</td>' in text
    assert "0.65 \u2013 0.77" in text
    assert "3, demo-clip" in text
    assert "not assessable" in text
    assert "No character is cast here; import cast.csv." in text
    assert "lower is better" in text


def test_the_record_of_a_take_is_printed(full: Settings) -> None:
    text = printed(take_page("ANTH01/F01/SQ010_SH0020/v002"))
    for words in (
        "A red umbrella crosses the pier 20",
        "dawn",
        "Pelagia 2.1",
        "steps 30",
        "320 \u00d7 180, h264",
        "48 frames at 24 fps",
        "take submitted by Ines Calloway",
    ):
        assert words in text


def test_the_player_gets_frames_flags_curves_and_stills(full: Settings) -> None:
    data = sent(take_page("ANTH01/F01/SQ010_SH0020/v002"))
    assert data["src"].endswith("/proxy.mp4")
    assert (data["frames"], data["fps"], data["first"], data["start"]) == (48, [24, 1], 1001, 20)
    (flag,) = data["flags"]
    assert (flag["start"], flag["end"], flag["shown"]) == (20, 28, "1021\u20131028")
    (curve,) = data["series"]
    assert curve["title"] == "Flicker"
    assert curve["heights"][0] > 0.5 > curve["heights"][20]
    assert [s["shown"] for s in data["stills"]] == ["1021", "1025"]
    assert data["demo"] is True


def test_a_rerun_leaves_the_film_address_alone(full: Settings) -> None:
    page = take_page("ANTH01/F01/SQ010_SH0020/v002")
    before = sent(page)["src"]
    assert sent(page.run())["src"] == before


def test_another_take_of_the_shot_is_one_choice_away(full: Settings) -> None:
    page = take_page("ANTH01/F01/SQ010_SH0020/v002")
    assert page.selectbox[0].options == ["v002 of 2", "v001 of 2"]
    page.selectbox[0].select("v001").run()
    assert page.query_params["take"] == "ANTH01/F01/SQ010_SH0020/v001"
    assert "Not scored yet." in printed(page)


def test_an_unreadable_take_shows_the_reason_and_no_player(full: Settings) -> None:
    page = take_page("ANTH01/F01/SQ010_SH0040/v001")
    text = printed(page)
    assert "Unreadable" in text
    assert text.count("has no index (moov)") == 3  # heading, scores, file
    data = sent(page)
    assert data["src"] == ""
    assert "cannot be read" in data["blank"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ANTH01/F01/SQ010_SH0020/v009", "No such take"),
        ("ANTH01/F09/SQ010_SH0020/v001", "No such take"),
        ("ANTH01/F01", "names no take"),
        ("../../etc/passwd", "This take cannot be shown"),
        ("ANTH01/F01/SQ010_SH0050", "waits for its first take"),
    ],
)
def test_an_address_that_names_no_take_is_one_sentence(
    full: Settings, address: str, said: str
) -> None:
    assert said in printed(take_page(address))


def test_the_take_page_without_an_address_points_to_the_board(full: Settings) -> None:
    assert "No take chosen" in printed(take_page())


def test_the_take_page_without_a_workspace_says_so(empty: Settings) -> None:
    text = printed(take_page("ANTH01/F01/SQ010_SH0020/v001"))
    assert "There is no workspace" in text
    assert "roundtable init" in text


def test_a_changed_record_is_seen_at_once(empty: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.domain.production import Production, ProductionKind
    from tracker.store import productions

    page = board_page()
    assert "No production yet" in printed(page)
    with Store.create(empty).write() as tx:
        productions.add_production(
            tx, Production(code="NEW01", kind=ProductionKind.SHORT_FILM, title="Late")
        )
    assert "NEW01 has no shots" in printed(page.run())


def test_streamlit_app_only_names_pages() -> None:
    lines = Path(REPOSITORY_ROOT / "streamlit_app.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 60
