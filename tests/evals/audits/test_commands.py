"""The same life through the command line, as a producer and a director would go through it."""

from __future__ import annotations

import json
import shutil

import pytest

from tracker.domain.addresses import Address
from tracker.store.lots import get_certificate, lot_takes, lots

FILM = "ANTH01/F01"
DIRECTOR = "Ada Quill"


@pytest.fixture
def certified(studio, film_of, roundtable):
    """A certified film; returns its certificate's id."""
    film_of(studio, 60)
    assert roundtable("evals", "lots", "freeze", FILM).code == 0
    planned = roundtable("evals", "lots", "plan", FILM, "--threshold", 0, "--json").json
    assert (planned["zone_takes"], planned["labels"], planned["is_worthwhile"]) == (60, 26, True)
    drawn = roundtable("evals", "lots", "draw", FILM, "--json").json
    assert drawn["state"] == "drawn"
    assert len(drawn["seed"]) == 64
    for take in asked(studio):
        studio.decide(take)
    closed = roundtable("evals", "lots", "close", FILM, "--json")
    assert closed.code == 0
    return closed.json["certificate"]


def asked(studio) -> list[str]:
    from tracker.store.queue import queue_of

    with studio.store.read() as tx:
        return [item.take for item in queue_of(tx, DIRECTOR) if item.place is not None]


def test_a_certificate_is_exported_and_verified_without_its_workspace(
    certified, roundtable, tmp_path, monkeypatch
):
    file = tmp_path / "cert.json"
    assert roundtable("evals", "certificates", "export", certified, "--out", file).code == 0
    assert roundtable("evals", "verify", file).out.startswith(
        "Holds. Of the 34 takes of ANTH01/F01"
    )
    monkeypatch.setenv("ROUNDTABLE_HOME", str(tmp_path / "nowhere"))
    assert roundtable("evals", "verify", file, "--json").json == {
        "holds": True, "problems": [], "state": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [("verdicts", "outcome", "regenerate"), ("draws", "sha256", "f" * 64), ("takes", "score", 0.1)],
)
def test_tampering_is_said_with_its_place(certified, roundtable, tmp_path, table, key, value):
    file = tmp_path / "cert.json"
    roundtable("evals", "certificates", "export", certified, "--out", file)
    document = json.loads(file.read_text())
    document[table][2][key] = value
    file.write_text(json.dumps(document))
    ran = roundtable("evals", "verify", file)
    assert ran.code == 10
    assert f"{table}[2], {document[table][2]['address']}, was changed" in ran.err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"claim": "all is well", "claim": "x"}', "'claim' stands twice"),
        ("[" * 200_000, "is not a certificate in JSON"),
    ],
)
def test_a_file_that_readers_may_read_in_two_ways_is_none(roundtable, tmp_path, text, sentence):
    file = tmp_path / "cert.json"
    file.write_text(text)
    ran = roundtable("evals", "verify", file)
    assert ran.code == 2
    assert sentence in ran.err


def test_a_certificate_of_another_workspace_is_said_to_be_unknown_here(
    certified, studio, roundtable, tmp_path
):
    from tracker.store import Store

    file = tmp_path / "cert.json"
    roundtable("evals", "certificates", "export", certified, "--out", file)
    assert "on record" not in roundtable("evals", "verify", file).err
    assert (
        "name a file" in roundtable("evals", "certificates", "export", certified, "--out", "").err
    )
    shutil.rmtree(studio.settings.home)
    Store.create(studio.settings)
    assert "No certificate of that id is on record" in roundtable("evals", "verify", file).err


def test_films_are_listed_without_the_verdicts_of_blind_takes(certified, roundtable):
    """Nobody may learn by subtraction what a take that is judged without hints was given."""
    (film,) = roundtable("films", "list", "--json").json
    board = roundtable("board", FILM, "--json").json
    assert film["blind"] == sum(row["is_withheld"] for row in board) == 7
    for outcome in ("pass", "direct", "regenerate"):
        assert film[outcome] == sum(row["outcome"] == outcome for row in board)


def test_the_board_and_the_queue_know_what_passes(certified, studio, roundtable):
    board = roundtable("board", FILM, "--json").json
    passed = {f"{FILM}/{row['shot']}/{row['take']}" for row in board if row["outcome"] == "pass"}
    queue = {row["take"]: row for row in roundtable("queue", "--for", DIRECTOR, "--json").json}
    kept = set(asked(studio))  # they pass, too, but nobody who is asked about them may know it
    assert (len(passed), len(kept)) == (27, 7)
    assert passed.isdisjoint(queue)
    assert not any(queue[take]["has_hint"] or queue[take]["outcome"] for take in kept)


def test_what_would_revoke_is_bounded_by_the_kept_audits_that_are_left(
    certified, studio, roundtable
):
    """Of 34 takes seven stay audited; approving them one by one uses up what could ring the alarm."""

    def said() -> str:
        return roundtable("evals", "certificates", "show", certified).out

    def boundary() -> tuple[int, ...]:
        with studio.store.read() as tx:
            return get_certificate(tx, certified).boundary

    kept = asked(studio)
    limits = boundary()
    assert "would revoke" not in said(), "nothing is answered yet"
    for answered, take in enumerate(kept, 1):
        studio.decide(take)
        left = len(kept) - answered
        fits = [more for more in range(1, left + 1) if more >= limits[answered + more - 1]]
        if fits:
            assert f"{fits[0]} more rejections in a row would revoke it." in said()
        elif left:
            assert f"{left} kept audits that are left cannot revoke it" in said().replace(
                "kept audit that is left", "1 kept audits that are left"
            )
    assert (
        "All kept audits are answered, so no more rejections can revoke it; only answers that are "
        "changed could."
    ) in said()
    turned = [take for take in kept if studio.decide(take, "direct").revoked]
    assert turned, "changed answers do revoke"
    assert "revoke it" not in said()
    assert "kept audits contradict it." in said()


def test_a_revoked_certificate_is_shown_so(certified, studio, roundtable, tmp_path):
    file = tmp_path / "cert.json"
    roundtable("evals", "certificates", "export", certified, "--out", file)
    for take in asked(studio):
        roundtable("decide", take, "direct", "--by", DIRECTOR)
    (row,) = roundtable("evals", "certificates", "list", "--json").json
    assert row["state"] == "revoked"
    assert "contradict it" in row["why"]
    ran = roundtable("evals", "verify", file)
    assert ran.code == 0
    assert "It has ended since: revoked." in ran.err


def test_a_refusal_ends_with_11_and_its_reason(studio, film_of, roundtable):
    film_of(studio, 60)
    roundtable("evals", "lots", "freeze", FILM)
    roundtable("evals", "lots", "plan", FILM)
    roundtable("evals", "lots", "draw", FILM)
    waiting = roundtable("evals", "lots", "close", FILM)
    assert waiting.code == 2
    assert "Needs" in waiting.err
    ran = roundtable("evals", "lots", "close", FILM, "--final")
    assert ran.code == 11
    assert "drawn takes have no verdict" in ran.out


def test_freezing_says_how_many_takes_the_lot_holds(studio, film_of, roundtable):
    """Forty takes are drawn for in a zone of their own; only the other twenty can be frozen again."""
    film_of(studio, 60)
    assert roundtable("evals", "lots", "freeze", FILM, "--json").json["takes"] == 60
    scores = sorted(take.score for take in frozen(studio))
    roundtable("evals", "lots", "plan", FILM, "--threshold", scores[20])
    roundtable("evals", "lots", "draw", FILM)
    roundtable("evals", "lots", "close", FILM, "--final")
    ran = roundtable("evals", "lots", "freeze", FILM)
    assert len(frozen(studio)) == 20
    assert f"{FILM}: 20 takes are frozen" in ran.out
    assert "40 more are left out: an earlier draw was for them, too." in ran.err
    roundtable("evals", "lots", "drop", FILM)
    assert roundtable("evals", "lots", "freeze", FILM, "--json").json["takes"] == 20


def frozen(studio):
    with studio.store.read() as tx:
        return lot_takes(tx, lots(tx, Address.parse(FILM))[0].lot_id)


def test_a_zone_that_is_not_worth_it_says_so(studio, film_of, roundtable):
    film_of(studio, 30)
    roundtable("evals", "lots", "freeze", FILM, "--alpha", 0.04)
    ran = roundtable("evals", "lots", "plan", FILM, "--threshold", 0)
    assert ran.code == 11
    assert "Not worth certifying" in ran.err


def test_the_table_of_verdicts_needed(roundtable):
    stream = roundtable("evals", "lots", "table", "--most", 2, "--json").json
    assert stream == [{"k": 0, "n": 22}, {"k": 1, "n": 38}, {"k": 2, "n": 52}]
    lot = roundtable("evals", "lots", "table", "--takes", 100, "--most", 1, "--json").json
    assert lot == [{"k": 0, "n": 25}, {"k": 1, "n": 40}]
    small = roundtable("evals", "lots", "table", "--takes", 10, "--most", 1, "--json").json
    assert small[1] == {"k": 1, "n": None}, "all must be looked at"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("evals", "lots", "freeze", "ANTH01"), "does not name a film"),
        (("evals", "lots", "draw", FILM), "has no lot"),
        (("evals", "lots", "table", "--alpha", 3), "alpha is 3.0"),
        (("evals", "certificates", "show", "ffff"), "There is no certificate 'ffff'"),
        (("evals", "certificates", "show", ""), "is no id of a certificate"),
        (("evals", "certificates", "list", "ANTH01/F09"), "There is no film"),
        (("evals", "certificates", "list", f"{FILM}/SQ010_SH0010"), "is no film"),
        (("evals", "lots", "table", "--most", 1_000_000), "give 0 to 100"),
        (("evals", "agreement", "ask", FILM, "--hours", "nan"), "nan hours is no time"),
        (("queue", "ANTH01/F09"), "There is no film"),
        (("queue", f"{FILM}/SQ010_SH0010"), "is no film"),
        (("decide", f"{FILM}/SQ010_SH0010/v001", "undo", "--by", "Nobody"), "no person 'Nobody'"),
        (("queue", "--for", "Nobody"), "There is no person 'Nobody'"),
    ],
)
def test_misuse_is_one_sentence(studio, film_of, roundtable, arguments, sentence):
    film_of(studio, 8)
    ran = roundtable(*arguments)
    assert ran.code == 2
    assert sentence in ran.err


def test_a_decision_is_recorded_with_who_where_and_how_long(studio, film_of, roundtable):
    from tracker.store.reviews import decisions

    take = film_of(studio, 8)[0]
    ran = roundtable(
        "decide", take, "direct", "--by", DIRECTOR, "--note", "The lamp must sway later",
        "--frames", "1021-1034", "--minutes", 4, "--json",
    )  # fmt: skip
    assert ran.code == 0
    with studio.store.read() as tx:
        ((uid, decision),) = decisions(tx, Address.parse(take))
    assert uid == ran.json["decision"]
    assert decision.frames.shown() == (1021, 1034)
    assert (decision.by, decision.role, decision.minutes) == (DIRECTOR, "director", 4.0)
    assert roundtable("shots", "list", FILM, "--json").json[0]["status"] == "dir"


def test_undo_puts_back_what_the_decision_changed(studio, film_of, roundtable):
    take = film_of(studio, 8)[0]
    before = roundtable("shots", "list", FILM, "--json").json[0]
    roundtable(
        "decide", take, "embrace", "texture_boil", "--by", DIRECTOR, "--reason", "The wall breathes"
    )
    embraced = roundtable("shots", "list", FILM, "--json").json[0]
    assert (embraced["artifact_policy"], embraced["embraced"]) == ("embrace", ["texture_boil"])
    assert embraced["status"] == "apr"
    assert roundtable("decide", take, "undo", "--by", DIRECTOR).code == 0
    assert roundtable("shots", "list", FILM, "--json").json[0] == before
    again = roundtable("decide", take, "undo", "--by", DIRECTOR)
    assert again.code == 2
    assert "no decision" in again.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("embrace",), "Embracing names the trace"),
        (("embrace", "flicker"), "embraced for a reason"),
        (("embrace", "sparkle", "--note", "x"), "There is no trace 'sparkle'"),
        (("approve", "flicker"), "only `embrace` takes one"),
        (("direct", "--frames", "later"), "'later' is no range of frames"),
        (("embrace", "flicker", "--reason", "  "), "embraced for a reason"),
        (("direct", "--frames", "900-950"), "it has 1001 to 1048"),
        (("direct", "--frames", "1001-99999"), "it has 1001 to 1048"),
        (("direct", "--frames", "1030-1020"), "write 1020-1030"),
        (("direct", "--minutes", "-1"), "-1 minutes is no time"),
    ],
)
def test_a_decision_that_makes_no_sense_changes_nothing(
    studio, film_of, roundtable, words, sentence
):
    take = film_of(studio, 8)[0]
    ran = roundtable("decide", take, *words, "--by", DIRECTOR)
    assert ran.code == 2
    assert sentence in ran.err
    assert roundtable("shots", "list", FILM, "--json").json[0]["status"] == "rdy"


def test_a_decided_take_leaves_the_queue(studio, film_of, roundtable):
    take = film_of(studio, 8)[0]
    assert take in {row["take"] for row in roundtable("queue", "--json").json}
    roundtable("decide", take, "approve", "--by", DIRECTOR)
    assert take not in {row["take"] for row in roundtable("queue", "--json").json}
