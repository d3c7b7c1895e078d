import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import CsvError
from tracker.interchange.tables import Column, RowProblem, choice, read_table

COLUMNS = (
    Column("Film", required=True),
    Column("Frames", ("Nb Frames",)),
    Column("Note"),
)


@pytest.fixture
def write(tmp_path):
    def write_file(content):
        path = tmp_path / "table.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_recognised(write, delimiter):
    table = read_table(
        write(delimiter.join(["Film", "Frames"]) + "\n" + delimiter.join(["F01", "9"])), COLUMNS
    )
    assert table.rows[0].cells == {"Film": "F01", "Frames": "9"}


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(write):
    table = read_table(write(b"\xef\xbb\xbfFilm,Frames\r\nF01,9\r\n"), COLUMNS)
    assert table.rows[0].get("Film") == "F01"


@pytest.mark.parametrize("title", ["Nb Frames", "nb_frames", "NB-FRAMES", "Frames "])
def test_aliases_are_understood_whatever_their_spelling(write, title):
    assert read_table(write(f"film,{title}\nF01,9\n"), COLUMNS).rows[0].get("Frames") == "9"


def test_unknown_columns_are_named(write):
    assert read_table(write("Film,Mood\nF01,blue\n"), COLUMNS).ignored_columns == ("Mood",)


def test_a_missing_column_is_refused_with_the_header(write):
    with pytest.raises(CsvError, match=r"no column Film; its header is: Movie"):
        read_table(write("Movie\nF01\n"), COLUMNS)


def test_the_same_column_twice_is_refused(write):
    with pytest.raises(CsvError, match="two columns for Frames"):
        read_table(write("Film,Frames,Nb Frames\nF01,1,2\n"), COLUMNS)


def test_a_short_row_is_a_problem_of_its_own_line_and_the_others_go_on(write):
    table = read_table(write('Film,Frames,Note\nF01,9,"two\nlines"\nF02,9\nF03,9,x\n'), COLUMNS)
    assert [row.line for row in table.rows] == [2, 5]
    assert [problem.line for problem in table.problems] == [4]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"Film\n\xff\xfe\n", "UTF-8"), (b'Film\n"F01\n', "line 2")],
)
def test_what_is_no_csv_is_refused_in_one_sentence(write, content, words):
    with pytest.raises(CsvError, match=words):
        read_table(write(content), COLUMNS)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CsvError, match=r"nowhere\.csv"):
        read_table(tmp_path / "nowhere.csv", COLUMNS)


def test_a_refused_cell_names_the_column_as_the_file_spells_it(write):
    table = read_table(write("Film,Nb Frames\nF01,many\n"), COLUMNS)
    ((line, problem),) = table.parse(lambda row: row.read("Frames", int, 0))
    assert line == 2
    assert isinstance(problem, RowProblem)
    assert str(problem).startswith("line 2, column 'Nb Frames': ")


def test_choices_forgive_spelling_and_nothing_else(write):
    table = read_table(write("Film,Note\nF01,Live Action\nF02,film\n"), COLUMNS)
    read = choice("live_action", "ai")
    found = [found for _, found in table.parse(lambda row: row.read("Note", read, "ai"))]
    assert found[0] == "live_action"
    assert "one of live_action, ai" in found[1].message


cells = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8))
def test_whatever_a_csv_writer_writes_is_read_back(tmp_path_factory, rows):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Film", "Note"])
    writer.writerows(rows)
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    read = [(row.get("Film"), row.get("Note")) for row in read_table(path, COLUMNS).rows]
    wanted = [(a.strip(), b.strip()) for a, b in rows if a.strip() or b.strip()]
    assert read == wanted
