from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from tracker.cli.main import command_line
from tracker.errors import ExitCode


def every_command(group: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(group, click.Group):
        for name, command in group.commands.items():
            yield from every_command(command, (*path, name))


COMMANDS = sorted(every_command(command_line()))


def find(path: tuple[str, ...]) -> click.Command:
    command: click.Command = command_line()
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    return command


def test_the_nouns_of_the_house_and_of_the_harness_are_there():
    nouns = set(find(()).commands)
    assert nouns >= {
        "app", "backup", "board", "cast", "doctor", "evals", "films", "init", "packs", "people",
        "productions", "shots", "takes",
    }  # fmt: skip


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "roundtable")
def test_every_command_says_what_it_does(roundtable, path):
    shown = roundtable(*path, "--help")
    assert shown.code == 0
    assert shown.err == ""
    text = (find(path).help or "").strip()
    assert len(text) > 20, f"{' '.join(path)} has no help"
    assert text.split("\n\n")[0].rstrip().endswith((".", ":", "`."))


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "roundtable")
def test_every_choice_without_a_telling_name_is_explained(path):
    for parameter in find(path).params:
        if isinstance(parameter, click.Option) and not isinstance(parameter.type, click.Choice):
            assert parameter.help or parameter.name == "port", f"{path}: {parameter.name}"


def test_every_reading_command_takes_json():
    reading = [p for p in COMMANDS if p and p[-1] in {"list", "scores", "verdicts", "board"}]
    assert len(reading) >= 9
    for path in [*reading, ("doctor",)]:
        assert "as_json" in {parameter.name for parameter in find(path).params}, path


def test_the_first_screen_shows_a_session_and_all_exit_codes(roundtable):
    shown = roundtable("--help").out
    assert "roundtable evals run --production REEL01" in shown
    for code in ExitCode:
        assert re.search(rf"^ +{code.value} ", shown, re.MULTILINE)


def test_a_misspelt_command_is_misuse(roundtable):
    done = roundtable("bord")
    assert done.code == 2
    assert "board" in done.err
    assert done.out == ""
