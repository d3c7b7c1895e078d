"""CSV as studios really send it: a byte order mark, semicolons, other people's column names.

A file that cannot be read at all raises CsvError. A row that cannot be used becomes a RowProblem
with its line and column, and the other rows go on.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tracker.errors import CsvError, MisuseError

__all__ = ["CellError", "Column", "RowProblem", "Table", "TableRow", "choice", "read_table"]

_DELIMITERS = (",", ";", "\t", "|")
T = TypeVar("T")


@dataclass(frozen=True)
class Column:
    """A column that an import understands."""

    name: str
    """Canonical name, e.g. `Frames`."""
    aliases: tuple[str, ...] = ()
    """Other spellings; case, spaces, `_` and `-` never matter."""
    required: bool = False


@dataclass(frozen=True, order=True)
class RowProblem:
    """Why one row was left out."""

    line: int
    """Line of the file where the row begins, from 1."""
    column: str
    """Column as the file writes it, or empty when the whole row is meant."""
    message: str

    def __str__(self) -> str:
        """Write `line 7, column 'FPS': ...`."""
        place = f"line {self.line}, column '{self.column}'" if self.column else f"line {self.line}"
        return f"{place}: {self.message}"


class CellError(MisuseError):
    """A cell cannot be used; says which column."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True)
class TableRow:
    """One row by canonical column names; empty cells are absent."""

    line: int
    cells: dict[str, str]

    def get(self, column: str, default: str = "") -> str:
        """Return a cell's text, or the default when it is empty or absent."""
        return self.cells.get(column, default)

    def need(self, column: str) -> str:
        """Return a cell's text; raises CellError when it is empty."""
        if column not in self.cells:
            raise CellError(column, "the cell is empty; a value is needed here.")
        return self.cells[column]

    def read(self, column: str, parse: Callable[[str], T], default: T) -> T:
        """Parse a cell; whatever `parse` refuses becomes a CellError of this column."""
        if column not in self.cells:
            return default
        try:
            return parse(self.cells[column])
        except MisuseError as error:
            raise CellError(column, str(error)) from None
        except (ValueError, ArithmeticError):
            message = f"'{self.cells[column]}' cannot be used here; write a number."
            raise CellError(column, message) from None


@dataclass(frozen=True)
class Table:
    """A file as read: its rows, how it spells the columns, and what it has beyond them."""

    rows: tuple[TableRow, ...]
    spelling: dict[str, str]
    """Canonical name -> the file's own spelling."""
    problems: tuple[RowProblem, ...] = ()
    ignored_columns: tuple[str, ...] = field(default=())

    def parse(self, make: Callable[[TableRow], T]) -> Iterator[tuple[int, T | RowProblem]]:
        """Apply `make` to each row; what it refuses comes out as a RowProblem."""
        for row in self.rows:
            try:
                yield row.line, make(row)
            except MisuseError as error:
                column = getattr(error, "column", "")
                yield row.line, RowProblem(row.line, self.spelling.get(column, column), str(error))


def choice(*allowed: str, aliases: dict[str, str] | None = None) -> Callable[[str], str]:
    """Make a parser for a cell with few legal values; spelling is forgiving, meaning is not."""
    known = {_fold(word): word for word in allowed} | {
        _fold(a): w for a, w in (aliases or {}).items()
    }

    def parse(text: str) -> str:
        if _fold(text) not in known:
            raise MisuseError(f"'{text}' is not one of {', '.join(allowed)}.")
        return known[_fold(text)]

    return parse


def read_table(path: Path, columns: Sequence[Column]) -> Table:
    """Read a CSV file; raises CsvError when it is not one or lacks a required column."""
    lines = list(_lines(path))
    if not lines:
        raise CsvError(f"{path} is empty; its first line must name the columns.")
    header_line, header = lines[0]
    positions, ignored = _match(path, header, columns)
    spelling = {name: header[i] for name, i in positions.items()}
    rows: list[TableRow] = []
    problems: list[RowProblem] = []
    for line, cells in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            message = f"{len(cells)} cells, but the header in line {header_line} has {len(header)}."
            problems.append(RowProblem(line, "", message))
            continue
        values = {name: cells[i].strip() for name, i in positions.items() if cells[i].strip()}
        rows.append(TableRow(line, values))
    return Table(tuple(rows), spelling, tuple(problems), tuple(ignored))


def _lines(path: Path) -> Iterable[tuple[int, list[str]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CsvError(f"{path} cannot be read: {error.strerror}; check the path.") from None
    except UnicodeDecodeError:
        raise CsvError(f"{path} is not UTF-8 text; export it again as CSV UTF-8.") from None
    first_line = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise CsvError(f"{path}, line {start}: {error}; check the quotes.") from None


def _match(
    path: Path, header: list[str], columns: Sequence[Column]
) -> tuple[dict[str, int], list[str]]:
    names = {_fold(alias): c.name for c in columns for alias in (c.name, *c.aliases)}
    positions: dict[str, int] = {}
    ignored: list[str] = []
    for index, title in enumerate(header):
        name = names.get(_fold(title))
        if name is None:
            ignored.append(title)
        elif name in positions:
            raise CsvError(
                f"{path} has two columns for {name}: '{header[positions[name]]}' and '{title}'."
            )
        else:
            positions[name] = index
    missing = [c.name for c in columns if c.required and c.name not in positions]
    if missing:
        raise CsvError(
            f"{path} has no column {', '.join(missing)}; its header is: {', '.join(header)}."
        )
    return positions, [title for title in ignored if title.strip()]


def _fold(text: str) -> str:
    return re.sub(r"[\s_\-./()]+", "", text).casefold()
