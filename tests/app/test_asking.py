"""Work that the board asks for: what is missing, who waits for it, and what came of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tracker.domain.addresses import Address
from tracker.domain.production import Production, ProductionKind
from tracker.domain.takes import Take
from tracker.domain.verdicts import Outcome, Verdict
from tracker.settings import REPOSITORY_ROOT, Settings
from tracker.store import Store, evals, lookup, productions, takes, verdicts
from tracker.store import requests as asked
from tracker.store.changes import record_judgement
from tracker.store.requests import RequestKind, RequestState, WorkRequest
from tracker.store.shots import update_shot
from tracker.ui.components.requests import request_line

FILM = "ANTH01/F01"
NOON = datetime(2027, 3, 2, 12, tzinfo=UTC)


def board() -> AppTest:
    page = AppTest.from_file(str(REPOSITORY_ROOT / "streamlit_app.py"), default_timeout=30).run()
    return page.selectbox(key="film").select("F01").run()


def printed(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(h.value for h in page.html if not h.value.startswith("<style>"))


def buttons(page: AppTest) -> list[str]:
    return [b.label for b in page.button if b.key == "ask_for_work"]


def ask(page: AppTest) -> AppTest:
    return page.button(key="ask_for_work").click().run()


def requests(settings: Settings) -> list[WorkRequest]:
    with Store.open(settings).read() as tx:
        return asked.recent_requests(tx)


def serve(settings: Settings, state: RequestState | None, note: str = "") -> None:
    """Take the waiting request into work, and end it where a state is given."""
    (request,) = [r for r in requests(settings) if r.is_open]
    with Store.open(settings).write() as tx:
        if request.state is RequestState.WAITING:
            assert asked.claim_request(tx, request)
        if state is not None:
            asked.end_request(tx, request, state, note)


@pytest.fixture
def new(laid: Settings) -> Settings:
    """A take has come that nobody has scored."""
    add_take(laid)
    return laid


def add_take(settings: Settings) -> None:
    take = Take(
        production="ANTH01", film="F01", shot="SQ010_SH0050", number=1, path="/films/new.mp4",
        sha256="5" * 64, size_bytes=1, probe_error="It has no index.",
    )  # fmt: skip
    with Store.open(settings).write() as tx:
        takes.insert_take(tx, take)


def give(settings: Settings, shot: str, verdict: Verdict) -> None:
    with Store.open(settings).write() as tx:
        run_id, _ = evals.start_run(tx, scope="ANTH01", pack="", device="")
        key = lookup.take_id(tx, Address.parse(f"{FILM}/{shot}/v001"))
        verdicts.give_verdicts(tx, {key: verdict}, run_id=run_id)


def test_where_nothing_is_missing_nothing_is_offered(laid: Settings) -> None:
    page = board()
    assert buttons(page) == []
    assert "rt-asked" not in printed(page)


def test_scores_are_asked_for_once_and_the_board_says_who_waits(new: Settings) -> None:
    page = board()
    assert "1 take is not scored." in printed(page)
    assert buttons(page) == ["Ask for scores"]
    page = ask(page)
    (request,) = requests(new)
    assert (request.kind, request.scope) == (RequestKind.RUN, FILM)
    assert request.parameters == {"pack": "demo"}
    assert "waiting for <code>roundtable worker</code>,</b> asked for at" in printed(page)
    assert buttons(page) == []
    serve(new, None)
    assert ">working since" in printed(board())


def test_what_came_of_it_is_said_in_the_workers_words(new: Settings) -> None:
    ask(board())
    serve(new, RequestState.FAILED, "Pack 'demo' is <not> here; run `roundtable packs pull demo`.")
    page = board()
    assert "Pack &#x27;demo&#x27; is &lt;not&gt; here" in printed(page)
    assert "<code>roundtable packs pull demo</code>" in printed(page)
    assert buttons(page) == ["Ask for scores"]
    ask(page)
    serve(new, RequestState.DONE, "1 take: 1 scored.")
    text = printed(board())
    assert ">done at" in text
    assert "1 take: 1 scored." in text
    assert "&lt;not&gt;" not in text  # the newest alone speaks


def test_a_real_production_asks_for_the_standard_pack(laid: Settings) -> None:
    from tracker.domain.production import Film, Shot
    from tracker.store.shots import insert_shot

    with Store.open(laid).write() as tx:
        productions.add_production(tx, Production(code="AAA", kind=ProductionKind.CAMPAIGN))
        productions.add_film(tx, Film(production="AAA", code="F01"))
        insert_shot(tx, "AAA", Shot(film="F01", code="SQ010_SH0010", sequence="SQ010"))
        take = Take(
            production="AAA", film="F01", shot="SQ010_SH0010", number=1, path="/films/a.mp4",
            sha256="6" * 64, size_bytes=1, probe_error="It has no index.",
        )  # fmt: skip
        takes.insert_take(tx, take)
    page = AppTest.from_file(str(REPOSITORY_ROOT / "streamlit_app.py"), default_timeout=30).run()
    ask(page)
    (request,) = requests(laid)
    assert (request.scope, request.parameters) == ("AAA", {"pack": "standard"})


def test_takes_whose_certificate_ended_may_be_judged_again(laid: Settings) -> None:
    reason = "Its certificate 12345678 has ended, so a person must look."
    ended = Verdict(outcome=Outcome.DIRECT, reason=reason, axis="certificate")
    give(laid, "SQ010_SH0010", ended)
    page = board()
    assert "1 take lost its certificate and was not judged since." in printed(page)
    assert buttons(page) == ["Judge again"]
    assert "waiting for" in printed(ask(page))
    (request,) = requests(laid)
    assert (request.kind, request.parameters) == (RequestKind.JUDGE, {})


def test_takes_that_were_judged_before_a_change_are_asked_for_again(laid: Settings) -> None:
    give(
        laid,
        "SQ010_SH0010",
        Verdict(outcome=Outcome.DIRECT, reason="It flickers.", axis="artifacts"),
    )
    film = Address("ANTH01", "F01")
    with Store.open(laid).write() as tx:
        record_judgement(tx, film)
        update_shot(tx, Address("ANTH01", "F01", "SQ010_SH0010"), {"prompt": "A lamp, lit"})
    page = board()
    assert "1 take was judged before its shot or film changed." in printed(page)
    assert buttons(page) == ["Ask for scores"]
    with Store.open(laid).write() as tx:
        record_judgement(tx, film)
    assert buttons(board()) == []


def test_a_request_for_the_production_serves_its_films_and_not_the_reverse(new: Settings) -> None:
    with Store.open(new).write() as tx:
        asked.insert_request(tx, RequestKind.RUN, Address("ANTH01"), asked_by="Ines Calloway")
    page = board()
    assert buttons(page) == []
    assert "Scores of ANTH01: " in printed(page)


def request(state: RequestState, **changes: Any) -> WorkRequest:
    fields = {
        "request_id": 1, "uid": "u", "kind": RequestKind.RUN, "scope": FILM, "parameters": {},
        "asked_by": "Ines Calloway", "state": state, "note": "14 takes: 14 scored.",
        "asked_ts": NOON, "started_ts": NOON + timedelta(minutes=2), "ended_ts": None,
    }  # fmt: skip
    return WorkRequest(**fields | changes)


def test_a_line_is_news_for_half_a_day_and_a_failure_until_somebody_asks_again() -> None:
    def line(state: RequestState, hours: float) -> str:
        ended = request(state, ended_ts=NOON + timedelta(minutes=10))
        return request_line(ended, now=NOON + timedelta(hours=hours))

    assert "done at 12:10.</b> 14 takes: 14 scored." in line(RequestState.DONE, 2)
    assert line(RequestState.DONE, 13) == ""
    assert "failed at 12:10 on 2 March." in line(RequestState.FAILED, 48)
    assert request_line(None) == ""


def test_an_open_request_says_since_when(new: Settings) -> None:
    waiting = request_line(request(RequestState.WAITING), now=NOON)
    assert "asked for at 12:00 by Ines Calloway." in waiting
    assert "working since 12:02." in request_line(request(RequestState.WORKING), now=NOON)


@pytest.mark.browser
def test_an_open_board_says_by_itself_what_came_of_it(
    table: Settings, served: Callable[[Settings], str], page: Any
) -> None:
    add_take(table)
    page.goto(f"{served(table)}/?film={FILM}")
    page.get_by_role("button", name="Ask for scores").click()
    page.wait_for_selector("text=waiting for")
    assert page.get_by_role("button", name="Ask for scores").count() == 0
    serve(table, None)
    page.wait_for_selector("text=working since")
    serve(table, RequestState.DONE, "1 take: 1 scored.")
    page.wait_for_selector("text=1 take: 1 scored.")
