"""The pages of audits and agreement, with nothing, with a film that may be audited, and with one's life."""

from __future__ import annotations

import json

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from evals.runs.worker import Worker
from tracker.domain.addresses import Address
from tracker.domain.lots import VerdictOf
from tracker.domain.production import Person, Role
from tracker.settings import REPOSITORY_ROOT, Settings
from tracker.store import Store
from tracker.store.lots import lots
from tracker.store.productions import add_person, set_director
from tracker.store.queue import queue_of

FILM = "ANTH01/F01"
AUDITS, AGREEMENT = "evals/ui/pages/audits.py", "evals/ui/pages/agreement.py"
DIRECTOR = "Ada Quill"


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """The environment names a folder where nothing is."""
    monkeypatch.setenv("ROUNDTABLE_HOME", str(tmp_path / "nothing"))
    st.cache_data.clear()
    yield Settings(home=tmp_path / "nothing")
    st.cache_data.clear()


@pytest.fixture
def film(studio, film_of, roundtable):
    """A film of sixty good takes that nobody has decided; the environment names its workspace."""
    takes = film_of(studio, 60)
    st.cache_data.clear()
    yield takes
    st.cache_data.clear()


def page(name: str) -> AppTest:
    app = AppTest.from_file(str(REPOSITORY_ROOT / "streamlit_app.py"), default_timeout=30).run()
    return app.switch_page(name).run()


def printed(app: AppTest) -> str:
    assert not app.exception
    assert not app.markdown, "Streamlit prints bare strings"
    return "\n".join(h.value for h in app.html if not h.value.startswith("<style>"))


def commands(app: AppTest) -> list[str]:
    return [code.value for code in app.code]


def asked(studio) -> list[str]:
    with studio.store.read() as tx:
        return [item.take for item in queue_of(tx, DIRECTOR) if item.place is not None]


def drawn(studio, roundtable) -> list[str]:
    for step in (("freeze",), ("plan",), ("draw",)):
        assert roundtable("evals", "lots", *step, FILM).code == 0
    return asked(studio)


@pytest.mark.parametrize("name", [AUDITS, AGREEMENT])
def test_without_a_workspace_the_pages_teach_the_next_command(empty, name):
    text = printed(page(name))
    assert "No production yet" in text
    assert "roundtable demo build" in text
    assert not empty.home.exists()


@pytest.mark.parametrize("name", [AUDITS, AGREEMENT])
def test_a_production_without_films_or_decisions_says_so(empty, name):
    from tracker.domain.production import Production, ProductionKind
    from tracker.store.productions import add_production

    with Store.create(empty).write() as tx:
        add_production(tx, Production(code="P01", kind=ProductionKind.CAMPAIGN))
    text = printed(page(name))
    assert ("No film yet" if name == AUDITS else "No decision yet") in text


def test_a_film_that_is_not_scored_says_what_comes_first(studio, monkeypatch):
    monkeypatch.setenv("ROUNDTABLE_HOME", str(studio.settings.home))
    app = page(AUDITS)
    assert "No take yet." in printed(app)
    assert commands(app) == ["roundtable takes import takes.csv --production ANTH01"]
    studio.take(studio.shot(1))
    app = page(AUDITS)
    assert "1 take waits to be scored." in printed(app)
    assert commands(app) == [f"roundtable evals run {FILM}"]


def test_why_a_certificate_is_void_is_said_once(film, studio, roundtable):
    for take in drawn(studio, roundtable):
        studio.decide(take)
    assert roundtable("evals", "lots", "close", FILM).code == 0
    with studio.store.write() as tx:
        set_director(tx, "ANTH01", "F01", name="Lene Marsh")
    studio.judge()
    text = printed(page(AUDITS))
    assert "The certificate is void: 34 takes went back to direction." in text
    assert text.count("The director of record was Ada Quill and is Lene Marsh.") == 1


def test_how_many_more_verdicts_certify_is_said_and_asked_for(film, studio):
    app = page(AUDITS)
    text = printed(app)
    assert "26 more verdicts certify this film and save about 34 looks." in text
    assert "roundtable queue ANTH01/F01" in text  # nothing decided yet: no picture
    app.button(key=f"freeze_{FILM}").click().run()
    assert "waiting for <code>roundtable worker</code>" in printed(app)
    assert not app.button
    assert Worker(studio.settings).serve_next().state == "done"
    app = page(AUDITS)
    assert "26 verdicts would certify this film and save 34 looks." in printed(app)
    assert commands(app) == [f"roundtable evals lots draw {FILM}"]


def test_an_audit_is_drawn_and_counted_on_the_page(film, studio, roundtable):
    for step in ("freeze", "plan"):
        assert roundtable("evals", "lots", step, FILM).code == 0
    app = page(AUDITS)
    app.button(key=f"draw_{FILM}").click().run()
    assert "26 more verdicts certify this film" in printed(app)
    assert not app.button, "nothing is left to click until the verdicts are there"
    takes = asked(studio)
    assert len(takes) == 26
    for take in takes:
        studio.decide(take)
    app = page(AUDITS)
    app.button(key=f"close_{FILM}").click().run()
    assert "34 takes pass with nobody looking." in printed(app)


def test_what_cannot_be_drawn_any_more_says_why(film, studio, roundtable):
    for step in ("freeze", "plan"):
        assert roundtable("evals", "lots", step, FILM).code == 0
    app = page(AUDITS)
    with studio.store.write() as tx:
        set_director(tx, "ANTH01", "F01", name="Lene Marsh")
    app.button(key=f"draw_{FILM}").click().run()
    assert (
        "is not as it was frozen: the director of record was Ada Quill and is Lene Marsh"
        in printed(app)
    )
    assert asked(studio) == []


def test_a_panels_audit_is_asked_for_on_its_terms(film, studio):
    app = page(AUDITS)
    app.select_slider(key=f"alpha_{FILM}").set_value(0.20)
    app.selectbox(key=f"whose_{FILM}").set_value(VerdictOf.MAJORITY).run()
    assert app.button(key=f"ask_{FILM}").disabled
    assert [c.value for c in app.caption] == ["Choose an odd number of people, three or more."]
    for name in ("Nika Brandt", "Lene Marsh"):
        with studio.store.write() as tx:
            add_person(tx, Person(name=name, roles=(Role.AI_ARTIST,)))
    app.run()
    app.multiselect(key=f"panel_{FILM}").set_value(
        ["Tom Aldine", "Nika Brandt", "Lene Marsh"]
    ).run()
    app.button(key=f"ask_{FILM}").click().run()
    assert "waiting for <code>roundtable worker</code>" in printed(app)
    assert Worker(studio.settings).serve_next().state == "done"
    with studio.store.read() as tx:
        (lot,) = lots(tx, Address.parse(FILM))
    assert (lot.state, lot.alpha, lot.verdict_of) == ("planned", 0.20, VerdictOf.MAJORITY)
    assert set(lot.panel) == {"Tom Aldine", "Nika Brandt", "Lene Marsh"}


def test_a_film_whose_audit_was_refused_may_be_audited_on_other_terms(film, studio, roundtable):
    takes = drawn(studio, roundtable)
    for i, take in enumerate(takes):
        studio.decide(take, "approve" if i else "direct")
    roundtable("evals", "lots", "close", FILM)
    app = page(AUDITS)
    assert "Not certified" in printed(app)
    assert not app.button, "its takes were drawn for, and nobody draws twice"
    shots = [studio.shot(number) for number in range(61, 81)]
    keys = [studio.take(shot) for shot in shots]
    studio.score({key: {"flicker": 0.001, "prompt_own": 0.95} for key in keys})
    studio.judge()
    app = page(AUDITS)
    app.select_slider(key=f"alpha_{FILM}").set_value(0.30).run()
    app.button(key=f"ask_{FILM}").click().run()
    served = Worker(studio.settings).serve_next()
    with studio.store.read() as tx:
        states = [lot.state for lot in lots(tx, Address.parse(FILM))]
    assert (served.state, states) == ("done", ["planned", "refused"]), served.note


def test_the_verdicts_still_needed_count_down_to_a_certificate(film, studio, roundtable):
    takes = drawn(studio, roundtable)
    for take in takes[:20]:
        studio.decide(take)
    assert "6 more verdicts certify this film and save 34 looks." in printed(page(AUDITS))
    for take in takes[20:]:
        studio.decide(take)
    assert commands(page(AUDITS)) == [f"roundtable evals lots close {FILM}"]
    roundtable("evals", "lots", "close", FILM)
    text = printed(page(AUDITS))
    assert "34 takes pass with nobody looking." in text
    assert "would be rejected by Ada Quill, with 90% confidence" in text
    assert "7 of them stay in the queue" in text
    assert "revoke it" in text


def test_how_many_rejections_would_revoke_is_what_revokes(film, studio, roundtable):
    for take in drawn(studio, roundtable):
        studio.decide(take)
    roundtable("evals", "lots", "close", FILM)
    text = printed(page(AUDITS))
    number = int(text.split(" more rejections in a row would revoke it")[0].rsplit(" ", 1)[-1])
    kept = asked(studio)
    for take in kept[: number - 1]:
        assert not studio.decide(take, "direct").revoked
    assert "1 more rejection would revoke it." in printed(page(AUDITS))
    assert studio.decide(kept[number - 1], "direct").revoked
    text = printed(page(AUDITS))
    assert "The certificate is revoked: 34 takes went back to direction." in text
    assert "kept audits contradict it" in text


def test_where_all_kept_audits_are_answered_no_more_rejections_are_named(film, studio, roundtable):
    for take in drawn(studio, roundtable):
        studio.decide(take)
    roundtable("evals", "lots", "close", FILM)
    for take in asked(studio):
        studio.decide(take)
    text = printed(page(AUDITS))
    assert "7 are answered, 0 against it." in text
    assert "All kept audits are answered, so no more rejections can revoke it" in text


def test_an_audit_that_goes_badly_is_still_shown(film, studio, roundtable):
    for i, take in enumerate(drawn(studio, roundtable)[:20]):
        studio.decide(take, "direct" if i else "approve")
    text = printed(page(AUDITS))
    assert "So far between" in text
    assert "and 100% of future takes" in text


def test_a_refusal_is_shown_with_its_reason(film, studio, roundtable):
    for take in drawn(studio, roundtable):
        studio.decide(take, "direct")
    roundtable("evals", "lots", "close", FILM)
    text = printed(page(AUDITS))
    assert "Not certified: every take goes to direction." in text
    assert "26 of 26 audited takes rejected" in text


def test_the_claim_of_future_takes_stands_apart_on_a_line_for_planning(film, studio, roundtable):
    takes = drawn(studio, roundtable)
    assert "For planning:</b> No claim of future takes. No verdict is there yet." in printed(
        page(AUDITS)
    )
    for take in takes:
        studio.decide(take)
    text = printed(page(AUDITS))
    assert "For planning:</b> So far between 0% and" in text
    roundtable("evals", "lots", "close", FILM)
    text = printed(page(AUDITS))
    lot, planning = text.split("For planning:</b>")
    assert "Of the 34 takes of ANTH01/F01 that nobody looked at" in lot
    assert "Future takes of ANTH01/F01" not in lot
    assert planning.lstrip().startswith("Future takes of ANTH01/F01 by kite")


def test_without_an_audit_nothing_is_said_of_future_takes(film, studio, roundtable):
    assert "For planning:" not in printed(page(AUDITS))
    roundtable("evals", "lots", "freeze", FILM)
    assert "For planning:" not in printed(page(AUDITS))


def test_the_picture_is_drawn_from_decisions(film, studio):
    for i, take in enumerate(film[:20]):
        studio.decide(take, "direct" if i % 4 == 0 else "approve")
    app = page(AUDITS)
    assert "From 20 decisions" in printed(app)
    (chart,) = app.get("vega_lite_chart")
    spec = json.loads(chart.proto.spec)
    colours = spec["layer"][0]["encoding"]["color"]["scale"]["domain"]
    assert colours == ["rejected", "at most, 90 % sure", "tolerated, 10%"]


def test_the_table_is_of_this_films_size(film):
    text = printed(page(AUDITS))
    table = text[text.index("How many verdicts are needed") :]
    row = table[table.index("<td>10%</td>") :].split("</tr>")[0]
    assert [int(n.split("<")[0]) for n in row.split("<b>")[1:]][:2] == [26, 48]


def test_the_flip_rate_is_told_per_person_with_what_to_do(film, studio, roundtable):
    for i, take in enumerate(film[:40]):
        studio.decide(take, "direct" if i % 2 else "approve")
    app = page(AGREEMENT)
    assert "ask for blind repeats" in printed(app)
    command = f'roundtable evals agreement ask ANTH01 --count 30 --for "{DIRECTOR}"'
    assert commands(app) == [command]
    roundtable("evals", "agreement", "ask", "ANTH01", "--count", 30)
    assert commands(page(AGREEMENT)) == [f'roundtable queue --for "{DIRECTOR}"']
    for take in asked(studio):
        studio.decide(take, "direct")
    text = printed(page(AGREEMENT))
    assert "15 of 30 blind repeats came out the other way: 50%" in text
    assert "alpha unreachable" in text
    assert "50%</b>" in text


def test_takes_made_again_unattended_have_a_quiet_line(film, studio, roundtable):
    again = ("--purpose", "regenerate")
    lots = ("evals", "lots")
    assert "made again" not in printed(page(AUDITS))
    roundtable(*lots, "freeze", FILM, *again)
    roundtable(*lots, "plan", FILM, *again, "--threshold", 0)
    text = printed(page(AUDITS))
    assert "verdicts would have 45 takes made again unattended" in text
    assert f"<code>roundtable evals lots draw {FILM} --purpose regenerate</code>" in text
    roundtable(*lots, "draw", FILM, *again)
    takes = asked(studio)
    studio.decide(takes[0], "regenerate")
    assert f"regenerate audit waits for {len(takes) - 1} verdicts" in printed(page(AUDITS))
    for take in takes[1:]:
        studio.decide(take, "regenerate")
    assert "regenerate audit can be closed" in printed(page(AUDITS))
    closed = roundtable(*lots, "close", FILM, *again, "--json").json
    text = printed(page(AUDITS))
    assert (
        f"45 takes are made again unattended, by certificate {closed['certificate'][:8]}." in text
    )
