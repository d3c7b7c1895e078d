"""A whole validation: in order, stopped and taken up again, with a table that fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evals.validation.figures import Figure
from evals.validation.validate import PARTS, Part, validate
from tracker.errors import MisuseError


class Counted:
    """A table that counts how often it is measured, and fails on request."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.calls, self.error = 0, error

    def part(self, title: str) -> Part:
        return Part(title, lambda scale: f"At scale {scale.name}.", self.measure)

    def measure(self, scale, bench) -> tuple[Figure, ...]:
        self.calls += 1
        if self.error is not None:
            raise self.error
        return (Figure(row="one", measure="share", value=1.0, goal=0.5),)


@pytest.fixture
def tables():
    return {"first": Counted(), "second": Counted()}


@pytest.fixture
def run(tiny, bench, tables):
    said: list[str] = []

    def measure(scale=tiny, **told):
        said.clear()
        parts = {name: table.part(name.title()) for name, table in tables.items()}
        return validate(scale, bench, say=said.append, parts=parts, **told), list(said)

    return measure


def test_finished_tables_are_kept(run, tables):
    first, _ = run()
    again, said = run()
    assert again == first
    assert said == ["First: kept from before.", "Second: kept from before."]
    assert [table.calls for table in tables.values()] == [1, 1]


def test_a_stopped_validation_goes_on_where_it_was(run, tables):
    tables["second"].error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        run()
    tables["second"].error = None
    report, _ = run()
    assert [table.name for table in report.tables] == ["first", "second"]
    assert [table.calls for table in tables.values()] == [1, 2]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(MisuseError("Give more clips."), "Give more clips."), (ValueError("odd"), "ValueError: odd")],
)
def test_a_table_that_fails_is_named_and_stops_no_other(run, tables, error, reason):
    tables["first"].error = error
    report, said = run()
    assert [table.error for table in report.tables] == [reason, ""]
    assert f"First: {reason}" in said
    assert report.failed == report.tables[:1]
    tables["first"].error = None
    assert not run()[0].failed


def test_another_scale_or_a_fresh_start_measures_again(run, tables, tiny):
    run()
    run(replace(tiny, simulated=61))
    run(is_fresh=True)
    assert tables["first"].calls == 3


def test_one_table_alone_can_be_asked_for(run, tables):
    report, _ = run(only=["second"])
    assert [table.name for table in report.tables] == ["second"]
    assert tables["first"].calls == 0


def test_a_damaged_file_is_measured_again(run, tables, bench):
    run()
    for path in bench.scratch.glob("first-*.json"):
        path.write_text("{")
    run()
    assert [table.calls for table in tables.values()] == [2, 1]


def test_every_table_says_how_it_was_measured(tiny):
    for part in PARTS.values():
        assert len(part.says(tiny)) > 40
        assert part.says(tiny).endswith(".")


def test_answers_come_in_order_from_any_number_of_processes(bench):
    numbers = [-5, 4, -3, 2]
    assert bench.spread(abs, numbers, "Counting", workers=2) == [5, 4, 3, 2]
    assert bench.spread(abs, numbers, "Counting") == [5, 4, 3, 2]


def test_an_error_in_a_process_is_the_error_of_the_table(bench):
    with pytest.raises(ValueError, match="invalid literal"):
        bench.spread(int, ["1", "two", "3"], "Reading", workers=2)
