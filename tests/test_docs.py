"""What the documents say is what the program does."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from evals.metrics.builtin import BUILTIN
from evals.validation.docs import BLOCKS, rewritten
from evals.validation.figures import read_report
from tracker.cli.docs import markdown
from tracker.cli.main import command_line

ROOT = Path(__file__).resolve().parent.parent


def test_the_command_reference_is_up_to_date():
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    # Whatever ran before: click keeps a command's help option once it was asked for.
    CliRunner().invoke(command_line(), ["evals", "--help"])
    assert text == markdown(), "run `python -m tracker.cli.docs > docs/cli.md`"


def test_every_metric_is_documented_with_its_limit():
    text = (ROOT / "docs" / "scores.md").read_text(encoding="utf-8")
    for facts in BUILTIN:
        row = re.search(rf"^\| `{facts.name}` \|.*$", text, re.MULTILINE)
        assert row, facts.name
        limit = "none" if facts.fails_at is None else f"{facts.fails_at:g}"
        assert f"| {limit} |" in row[0], (facts.name, limit)


@pytest.mark.parametrize("name", BLOCKS, ids=str)
def test_published_figures_stand_in_the_documents_as_they_were_measured(name):
    report = read_report()
    assert report is not None
    text = (ROOT / name).read_text(encoding="utf-8")
    wanted = rewritten(text, BLOCKS[name](report), name=str(name))
    assert text == wanted, "run `python -m evals.validation.docs`"


def test_the_links_of_the_documents_lead_somewhere():
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "data" / "README.md"]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            assert "://" in target or (document.parent / target).exists(), (document.name, target)


def test_every_shipped_data_file_has_its_origin_and_licence():
    listed = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    files = [
        f.relative_to(ROOT / "data").as_posix()
        for f in (ROOT / "data").rglob("*")
        if f.is_file() and "local" not in f.relative_to(ROOT / "data").parts
    ]
    assert [f for f in files if f != "README.md" and f"`{f}`" not in listed] == []
