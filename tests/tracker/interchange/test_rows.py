from decimal import Decimal
from fractions import Fraction

import pytest

from tracker.domain.production import Method
from tracker.domain.stages import Stage
from tracker.interchange.people_csv import PEOPLE_COLUMNS, read_person
from tracker.interchange.shots_csv import SHOT_COLUMNS, read_shot
from tracker.interchange.tables import RowProblem, read_table
from tracker.interchange.takes_csv import TAKE_COLUMNS, read_take_row


@pytest.fixture
def read(tmp_path):
    def read_rows(text, columns, make):
        path = tmp_path / "t.csv"
        path.write_text(text, encoding="utf-8")
        return [found for _, found in read_table(path, columns).parse(make)]

    return read_rows


def test_a_full_shot_row_is_understood(read):
    (row,) = read(
        "Film;Shot;Method;FPS;In;Out;Stage;Hero;Subject;Time\n"
        "F01;SQ010_SH0010;Live Action;23.976;1009;1056;video;yes;a lamp;dusk\n",
        SHOT_COLUMNS,
        read_shot,
    )
    shot = row.shot
    assert (shot.sequence, shot.method, shot.stage) == ("SQ010", Method.LIVE_ACTION, Stage.VIDEO)
    assert (shot.first_frame, shot.last_frame, shot.duration_frames) == (1009, 1056, 48)
    assert (shot.fps, shot.is_hero) == (Fraction(24000, 1001), True)
    assert (shot.brief.subject, shot.brief.time) == ("a lamp", "dusk")
    assert {"subject", "time_of_day", "first_frame", "fps_num"} <= row.given
    assert "prompt" not in row.given


@pytest.mark.parametrize(
    ("header", "cell", "words"),
    [
        ("FPS", "fast", "not a frame rate"),
        ("Frames", "4.5", "whole number"),
        ("Frames", "0", "at least 1"),
        ("Frames", "99999999999999", "at most 10000000"),
        ("Frames", "nan", "at most 10000000"),
        ("Method", "painted", "one of live_action, ai, hybrid"),
        ("Stage", "later", "one of plan, img, vid, post"),
        ("Hero", "perhaps", "one of yes, no"),
        ("Out", "900", "before its first frame"),
    ],
)
def test_a_bad_shot_cell_is_refused_with_its_column(read, header, cell, words):
    (problem,) = read(f"Film,Shot,{header}\nF01,SQ010_SH0010,{cell}\n", SHOT_COLUMNS, read_shot)
    assert isinstance(problem, RowProblem)
    assert problem.column == header
    assert words in problem.message


def test_frames_that_contradict_in_and_out_are_refused(read):
    text = "Film,Shot,In,Out,Frames\nF01,SQ010_SH0010,1001,1048,47\n"
    (problem,) = read(text, SHOT_COLUMNS, read_shot)
    assert "do not fit 1001-1048 (48)" in problem.message


def test_a_full_take_row_is_understood(read, tmp_path):
    (row,) = read(
        "Film,Shot,Version,File,Model,Seed,Params,Cost\n"
        'F01,SQ010_SH0010,2,a/b.mp4,Lumen-2,17,"{""steps"": 40}","0,42"\n',
        TAKE_COLUMNS,
        lambda r: read_take_row(r, tmp_path),
    )
    assert (row.number, row.path) == (2, tmp_path / "a" / "b.mp4")
    made = row.provenance
    assert (made.generator, made.seed, made.cost_eur) == ("Lumen-2", 17, Decimal("0.42"))
    assert made.parameters == {"steps": 40}


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Take", "v0"),
        ("Take", "last"),
        ("Seed", "x"),
        ("Cost", "-1"),
        ("Cost", "NaN"),
        ("Params", "[1]"),
    ],
)
def test_a_bad_take_cell_is_refused_with_its_column(read, tmp_path, header, cell):
    columns = {"Film": "F01", "Shot": "S", "Take": "v001", "File": "a.mp4"} | {header: cell}
    text = ",".join(columns) + "\n" + ",".join(columns.values()) + "\n"
    (problem,) = read(text, TAKE_COLUMNS, lambda r: read_take_row(r, tmp_path))
    assert isinstance(problem, RowProblem)
    assert problem.column == header


def test_people_may_have_several_roles(read):
    people = read(
        'Name,Roles\nAda Quill,"director, producer"\nIvo Lind,pilot\n', PEOPLE_COLUMNS, read_person
    )
    assert [role.value for role in people[0].roles] == ["director", "producer"]
    assert people[1].column == "Roles"


def test_a_trace_is_embraced_by_a_named_person(read):
    header = "Film,Shot,Artifact policy,Embraced,Embraced by,Embrace reason\n"
    named, anonymous = read(
        header
        + 'F01,SQ010_SH0010,embrace,"flicker, boil",Ada Quill,the lamp is dying\n'
        + "F01,SQ010_SH0020,embrace,flicker,,\n",
        SHOT_COLUMNS,
        read_shot,
    )
    assert [(e.kind, e.by) for e in named.shot.embraced] == [
        ("boil", "Ada Quill"),
        ("flicker", "Ada Quill"),
    ]
    assert anonymous.column == "Embraced by"
