"""Tables from anywhere into the record: forgiving of spelling, exact about errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.settings import Settings
from tracker.store import Store

TABLES = "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"


def record(home: Path) -> dict[str, list[tuple[object, ...]]]:
    with Store.open(Settings(home=home)).read() as tx:
        return {t: sorted(tx.rows(f"SELECT * FROM {t}"), key=repr) for (t,) in tx.rows(TABLES)}


def test_a_preview_says_what_would_happen_and_changes_nothing(roundtable, production, tables, home):
    before = record(home)
    done = roundtable(
        "shots", "import", tables / "shots.csv", "--production", production, "--preview", "--json"
    )
    assert done.code == 0
    assert done.json["new"] == 2
    assert record(home) == before
    assert roundtable("shots", "list", "--json").json == []


@pytest.mark.parametrize("noun", ["shots", "takes"])
def test_importing_twice_changes_nothing(roundtable, filled, tables, home, noun):
    before = record(home)
    again = roundtable(noun, "import", tables / f"{noun}.csv", "--production", filled, "--json")
    assert again.code == 0
    assert (again.json["new"], again.json["changed"], again.json["unchanged"]) == (0, 0, 2)
    assert record(home) == before


def test_a_table_of_another_program_is_understood(roundtable, production, tmp_path):
    table = tmp_path / "export.csv"
    text = (
        "Episode;Shot name;Description;Frame rate;Nb Frames;Hero shot\r\n"
        'F01;SQ010_SH0010;"A red door; rain";24000/1001;48;yes\r\n'
        "F01;SQ010_SH0020;Überfahrt bei Nacht;25;;\r\n"
    )
    table.write_bytes(b"\xef\xbb\xbf" + text.encode())
    done = roundtable("shots", "import", table, "--production", production, "--json")
    assert done.code == 0, done.err
    first, second = roundtable("shots", "list", "--json").json
    assert (first["prompt"], first["fps_rational"]) == ("A red door; rain", "24000/1001")
    assert (first["frames"], first["last_frame"], first["is_hero"]) == (48, 1048, True)
    assert (second["prompt"], second["frames"]) == ("Überfahrt bei Nacht", None)


def test_bad_rows_are_named_by_line_and_column_and_the_rest_is_kept(
    roundtable, production, tmp_path
):
    (tmp_path / "shots.csv").write_text(
        "Film,Shot name,Method,FPS,Nb Frames\n"
        "F01,SQ010_SH0010,ai,24,24\n"
        "F01,SQ010_SH0020,oil,24,24\n"
        "F01,SQ010_SH0030,ai,fast,24\n"
        "F01,shot 4,ai,24,24\n"
        "F01,SQ010_SH0050,ai,24\n"
        "F01,SQ010_SH0060,ai,24,-3\n"
    )
    done = roundtable(
        "shots", "import", tmp_path / "shots.csv", "--production", production, "--json"
    )
    assert done.code == 3
    assert done.json["new"] == 1
    places = [(e["line"], e["column"]) for e in done.json["errors"]]
    assert places == [(3, "Method"), (4, "FPS"), (5, "Shot name"), (6, ""), (7, "Nb Frames")]
    for line in done.err.splitlines():
        assert line.startswith("roundtable: line ")
    assert [s["code"] for s in roundtable("shots", "list", "--json").json] == ["SQ010_SH0010"]


def test_a_take_of_an_unknown_shot_or_without_a_file_is_left_out(roundtable, filled, own_tables):
    (own_tables / "more.csv").write_text(
        "Film,Shot,Take,File\n"
        "F01,SQ010_SH0999,1,door.mp4\n"
        "F01,SQ010_SH0010,2,nowhere.mp4\n"
        "F01,SQ010_SH0010,3,door.mp4\n"
    )
    done = roundtable("takes", "import", own_tables / "more.csv", "--production", filled, "--json")
    assert done.code == 3
    assert done.json["new"] == 1
    assert [(e["line"], e["column"]) for e in done.json["errors"]] == [(2, "Shot"), (3, "File")]


def test_a_take_is_never_replaced(roundtable, filled, own_tables):
    (own_tables / "door.mp4").write_bytes((own_tables / "door.mp4").read_bytes() + b"more")
    done = roundtable("takes", "import", own_tables / "takes.csv", "--production", filled)
    assert done.code == 3
    assert "never replaced" in done.err


def test_a_changed_table_is_reported_and_taken_in_with_update(roundtable, filled, own_tables):
    table = own_tables / "shots.csv"
    table.write_text(table.read_text().replace("A red door", "A green door"))
    told = roundtable("shots", "import", table, "--production", filled, "--json")
    assert (told.code, told.json["different"], told.json["changed"]) == (0, 1, 0)
    assert "--update" in told.err
    done = roundtable("shots", "import", table, "--production", filled, "--update", "--json")
    assert done.json["changed"] == 1
    prompts = [shot["prompt"] for shot in roundtable("shots", "list", "--json").json]
    assert prompts[0] == "A green door in the rain"


@pytest.mark.parametrize(
    ("content", "hint"),
    [("", "empty"), ("Colour,Size\nred,3\n", "Film"), ("Film,Shot\n\xff\n", "UTF-8")],
)
def test_a_file_that_is_no_shot_table_is_misuse(roundtable, production, tmp_path, content, hint):
    (tmp_path / "odd.csv").write_bytes(content.encode("latin-1"))
    done = roundtable("shots", "import", tmp_path / "odd.csv", "--production", production)
    assert done.code == 2
    assert "odd.csv" in done.err
    assert hint in done.err
    assert len(done.err.splitlines()) == 1


def effects_of(roundtable):
    return {shot["code"]: shot["effects"] for shot in roundtable("shots", "list", "--json").json}


def test_declared_effects_come_with_the_shot_table(roundtable, production, tmp_path):
    (tmp_path / "shots.csv").write_text(
        "Film,Shot,Frames,In,Intended effects\n"
        "F01,SQ010_SH0010,48,1001,strobe@1010-1034; Fade out\n"
        "F01,SQ010_SH0020,24,101,flash@103\n"
        "F01,SQ010_SH0030,24,1001,strob@1010\n"
        "F01,SQ010_SH0040,24,1001,strobe@1010-1034\n"
        "F01,SQ010_SH0050,24,,strobe@1020-1030\n"
        "F01,SQ010_SH0060,24,1001,\n"
    )
    done = roundtable(
        "shots", "import", tmp_path / "shots.csv", "--production", production, "--json"
    )
    assert done.code == 3
    places = [(e["line"], e["column"]) for e in done.json["errors"]]
    assert places == [(4, "Intended effects"), (5, "Intended effects"), (6, "Intended effects")]
    assert "strobe@1010-1034' lies outside the shot; give frames within 1001-1024" in done.err
    assert effects_of(roundtable) == {
        "SQ010_SH0010": ["fade_out", "strobe@1010-1034"],
        "SQ010_SH0020": ["flash@103"],
        "SQ010_SH0060": [],
    }


def test_an_update_replaces_effects_and_none_takes_them_back(roundtable, filled, tmp_path):
    table = tmp_path / "shots.csv"
    for written, expected in (("strobe@1002-1010", ["strobe@1002-1010"]), ("none", [])):
        table.write_text(f"Film,Shot,Effects\nF01,SQ010_SH0010,{written}\n")
        first = roundtable("shots", "import", table, "--production", filled, "--json")
        assert first.json["different"] == 1
        roundtable("shots", "import", table, "--production", filled, "--update")
        again = roundtable("shots", "import", table, "--production", filled, "--json")
        assert again.json["unchanged"] == 1
        assert effects_of(roundtable)["SQ010_SH0010"] == expected
    table.write_text("Film,Shot,Method\nF01,SQ010_SH0010,ai\n")
    assert roundtable("shots", "import", table, "--production", filled).code == 0


def test_an_effect_is_declared_and_taken_back_by_command(roundtable, filled):
    shot = f"{filled}/F01/SQ010_SH0010"
    done = roundtable(
        "shots", "effects", shot, "--add", "strobe@1002-1010", "--add", "grain", "--json"
    )
    assert done.code == 0, done.err
    assert [(e["effect"], e["frames"]) for e in done.json] == [
        ("grain", None),
        ("strobe", [1002, 1010]),
    ]
    assert "texture_boil" in done.json[0]["excuses"]
    assert f"roundtable evals run {filled}/F01" in done.err
    left = roundtable("shots", "effects", shot, "--remove", "strobe", "--json")
    assert [e["effect"] for e in left.json] == ["grain"]
    assert roundtable("shots", "effects", shot, "--json").json == left.json


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--add", "strobe@1020-1090"), "lies outside the shot"),
        (("--add", "sparkle"), "is no effect"),
        (("--remove", "strobe"), "declares no strobe"),
    ],
)
def test_effects_that_cannot_be_are_misuse(roundtable, filled, options, words):
    done = roundtable("shots", "effects", f"{filled}/F01/SQ010_SH0010", *options)
    assert done.code == 2
    assert words in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("command", "first", "second"),
    [
        (("films", "import"), "Film,Director\nF01,Ada Quill\n", "Film,Director\nF01,Tom Aldine\n"),
        (("people", "import"), "Name,Role\nJun Ferro,producer\n", "Name,Role\nJun Ferro,director\n"),
        (("cast", "exposures"), "Film,Shot,Character,Exposure\nF01,SQ010_SH0010,MARA,masked\n",
         "Film,Shot,Character,Exposure\nF01,SQ010_SH0010,MARA,revealed\n"),
        (("cast", "reveals"), "Film,Character,Sequence,Exposure\nF01,MARA,SQ010,masked\n",
         "Film,Character,Sequence,Exposure\nF01,MARA,SQ010,revealed\n"),
        (("cast", "import"), "Character,Name,Life,Film,Performer\nJO,Jo,fictional,F01,Ada Quill\n",
         "Character,Name,Life,Film,Performer\nJO,Jo,fictional,F01,Tom Aldine\n"),
    ],
)  # fmt: skip
def test_a_row_that_is_new_changed_or_neither_is_counted_as_that(
    roundtable, filled, tmp_path, command, first, second
):
    cast = tmp_path / "cast.csv"
    cast.write_text("Character,Name,Life\nMARA,Mara,fictional\n")
    assert roundtable("cast", "import", cast, "--production", filled).code == 0
    table = tmp_path / "table.csv"
    where = () if command[0] == "people" else ("--production", filled)
    found = []
    for text in (first, first, second, second):
        table.write_text(text)
        done = roundtable(*command, table, *where, "--json")
        assert done.code == 0, done.err
        found.append(next(name for name, count in done.json.items() if count == 1))
    begun = "changed" if command == ("films", "import") else "new"  # the film is there already
    assert found == [begun, "unchanged", "changed", "unchanged"]
