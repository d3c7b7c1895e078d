"""Figures, their outcomes, their file, and what people read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from evals.validation import docs
from evals.validation.figures import (
    Figure,
    Outcome,
    Report,
    Table,
    publish,
    read_report,
    write_report,
)
from evals.validation.text import markdown_table, summary, text_report
from tracker.errors import MisuseError

SEEN = Figure(
    row="flicker, visible",
    measure="AUROC",
    value=0.97,
    low=0.9,
    high=0.99,
    count=36,
    goal=0.95,
    beside=0.6,
)
UNSEEN = replace(
    SEEN, row="banding | visible", value=0.5, beside=0.55, note="worst camera pan 0.50"
)
SILENT = Figure(row="melting", measure="AUROC", value=None, goal=0.95, note="no brief has a face")
TOLD = Figure(row="weather", measure="AUROC", value=0.9)
MOVED = Figure(row="crf 23", measure="share of the gap", value=0.2, goal=0.1, at_most=True)
TABLE = Table(
    name="flaws",
    title="Planted flaws",
    says="As files.",
    figures=(SEEN, UNSEEN, SILENT, TOLD, MOVED),
    seconds=61,
)
BROKEN = Table(name="prompts", title="Prompt", says="Asked.", error="OSError: no room.")
REPORT = Report(
    scale="full",
    seed=1,
    pack="demo 1",
    is_demo=True,
    program="ab12",
    workers=2,
    tables=(TABLE, BROKEN),
)


def test_an_outcome_is_decided_by_value_goal_and_direction():
    wanted = ["hit", "miss", "missing", "reported", "miss"]
    assert [figure.outcome for figure in TABLE.figures] == wanted
    assert replace(MOVED, value=0.1).outcome is Outcome.HIT
    assert replace(TOLD, value=None).outcome is Outcome.MISSING


def test_ours_is_better_when_above_or_perfect():
    told = [SEEN.is_better, UNSEEN.is_better, TOLD.is_better]
    assert told == [True, False, None]
    assert replace(SEEN, value=1.0, beside=1.0).is_better is True
    assert replace(SEEN, value=0.9, beside=0.9).is_better is False


def test_figures_survive_their_file(tmp_path):
    path = tmp_path / "validation.json"
    write_report(REPORT, path)
    assert read_report(path) == REPORT
    told = json.loads(path.read_text())
    assert told["seconds"] == 61
    assert told["tables"][0]["figures"][1]["outcome"] == "miss"


def test_no_file_is_no_figures_and_another_file_is_refused(tmp_path):
    path = tmp_path / "validation.json"
    assert read_report(path) is None
    for text in ("{", "[]", '{"format": 1}', '{"format": 99, "tables": []}'):
        path.write_text(text)
        with pytest.raises(MisuseError, match=r"validation\.json holds no figures.*evals validate"):
            read_report(path)


def test_only_whole_figures_are_published_and_a_quick_run_replaces_no_full_one(tmp_path):
    path = tmp_path / "validation.json"
    assert "stays as it was" in publish(REPORT, path)
    whole = replace(REPORT, tables=(TABLE,))
    quick = replace(whole, scale="quick")
    assert "stays as it was" in publish(whole, path, is_whole=False)
    assert not path.exists()
    assert "written" in publish(quick, path)
    assert "written" in publish(whole, path)
    assert "quick run does not replace" in publish(quick, path)
    assert read_report(path) == whole
    path.write_text("{")
    assert "written" in publish(quick, path)


def test_the_summary_counts_goals_and_never_what_has_none():
    assert summary(REPORT).startswith(
        "4 goals: 1 reached, 2 missed, 1 without a number; 1 table could not be measured (61 s, "
        "DEMO pack demo 1, seed 1"
    )


def test_text_is_aligned_and_names_misses_and_failures():
    told = text_report(REPORT)
    lines = [line for line in told.splitlines() if " AUROC " in line or " share of" in line]
    assert len(lines) == 5
    assert len({line.index(word) for line, word in zip(lines, ["AUROC"] * 4, strict=False)}) == 1
    assert "<= 0.1" in lines[4]
    assert "Could not be measured: OSError: no room." in told
    assert "QUICK" not in told
    assert text_report(replace(REPORT, scale="quick")).startswith("QUICK")


def test_markdown_rows_have_as_many_cells_as_their_head():
    lines = [line for line in markdown_table(TABLE).splitlines() if line.startswith("|")]
    assert len(lines) == 2 + len(TABLE.figures)
    assert {line.replace("\\|", "").count("|") for line in lines} == {lines[0].count("|")}


def test_a_document_keeps_its_own_words(tmp_path):
    text = f"before\n{docs.BEGIN}\nold\n{docs.END}\nafter\n"
    again = docs.rewritten(text, "new | words", name="README.md")
    assert again == f"before\n{docs.BEGIN}\n\nnew | words\n\n{docs.END}\nafter\n"
    assert docs.rewritten(again, "new | words", name="README.md") == again
    with pytest.raises(MisuseError, match=r"README\.md has no place"):
        docs.rewritten("nothing", "new", name="README.md")
