"""`roundtable evals validate`: figures on stdout, what happens on stderr, codes that scripts may rely on."""

from __future__ import annotations

import json

import pytest

from evals.cli import validate as command
from evals.validation import validate as room
from evals.validation.figures import Figure, read_report
from evals.validation.validate import PARTS, Part


def measured(_scale, _bench):
    return (Figure(row="flicker", measure="AUROC", value=0.4, goal=0.95),)


def broken(_scale, _bench):
    raise RuntimeError("no room left")


@pytest.fixture
def parts(monkeypatch):
    """Tables that take no time, in the places of the real ones."""
    told = {name: Part(name.title(), lambda scale: "Made up.", measured) for name in PARTS}
    monkeypatch.setattr(room, "PARTS", told)
    monkeypatch.setattr(
        room.validate, "__kwdefaults__", {**room.validate.__kwdefaults__, "parts": told}
    )
    return told


@pytest.fixture
def validate(roundtable, parts, tmp_path):
    def run(*options):
        target = tmp_path / "figures.json"
        return roundtable(
            "evals", "validate", "--pack", "demo", "--write", target, *options
        ), target

    return run


def test_a_missed_goal_is_a_result_and_no_failure(validate):
    done, target = validate("--quick")
    assert done.code == 0
    assert done.out.startswith("QUICK")
    assert "8 goals: 0 reached, 8 missed" in done.out
    assert f"Figures written to {target}" in done.err
    assert len(read_report(target).tables) == 8


def test_json_is_what_the_file_holds(validate):
    done, target = validate("--quick", "--json")
    assert done.json == json.loads(target.read_text())
    assert done.json["is_quick"] is True


def test_a_table_that_fails_makes_it_partial_and_publishes_nothing(validate, parts):
    parts["prompts"] = Part("Prompts", lambda scale: "Made up.", broken)
    done, target = validate("--quick")
    assert done.code == 3
    assert "RuntimeError: no room left" in done.out
    assert not target.exists()


def test_some_tables_alone_are_not_published(validate):
    done, target = validate("--only", "flaws", "--only", "coverage", "--json")
    assert done.code == 0
    assert [table["name"] for table in done.json["tables"]] == ["flaws", "coverage"]
    assert not target.exists()


def test_the_command_knows_every_table():
    (only,) = (parameter for parameter in command.params if parameter.name == "only")
    assert tuple(only.type.choices) == tuple(PARTS)


def test_an_unknown_pack_is_misuse(roundtable):
    assert roundtable("evals", "validate", "--quick", "--pack", "nowhere").code == 2
