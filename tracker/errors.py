"""Every error that Roundtable raises on purpose, and the exit code that each one means.

    RoundtableError                1  unexpected failure
    ├── MisuseError                2  what was asked for cannot be understood or is not allowed
    │   ├── AddressError              an address does not parse
    │   ├── NotFoundError             nothing has that code, name or path
    │   ├── ConflictError             it exists already, with other facts
    │   └── CsvError                  a CSV file cannot be read at all (single rows are reported, not raised)
    ├── StoreError                 1  the database
    │   ├── StoreBusyError            another process holds it past the deadline
    │   ├── MigrationError            the file is newer than this program, or a migration changed
    │   └── IntegrityError            rows point at rows that do not exist
    ├── MediaError                 3  one file cannot be decoded; a run records it and goes on
    ├── BlockedError              10  a gate or a `verify` says no
    └── UndecidedError            11  there is not enough evidence to decide

A message names the thing, the place and the remedy, in one sentence.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

__all__ = [
    "AddressError",
    "BlockedError",
    "ConflictError",
    "CsvError",
    "ExitCode",
    "IntegrityError",
    "MediaError",
    "MigrationError",
    "MisuseError",
    "NotFoundError",
    "RoundtableError",
    "StoreBusyError",
    "StoreError",
    "UndecidedError",
]


class ExitCode(IntEnum):
    """What `roundtable` exits with; scripts and schedulers may rely on these numbers."""

    OK = 0
    FAILURE = 1
    """Unexpected failure."""
    MISUSE = 2
    """The command line, an address or a file cannot be understood."""
    PARTIAL = 3
    """Some takes or CSV rows failed; everything else was done and kept."""
    BLOCKED = 10
    """A gate said no, or `verify` did not hold."""
    UNDECIDED = 11
    """There is not enough evidence to decide."""
    INTERRUPTED = 130
    """Stopped by the user; what was finished is kept."""


class RoundtableError(Exception):
    """Root of all deliberate errors; its text is one sentence for a person."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAILURE


class MisuseError(RoundtableError):
    """What was asked for cannot be understood or is not allowed."""

    exit_code = ExitCode.MISUSE


class AddressError(MisuseError):
    """An address such as `ANTH01/F02/SQ010_SH0010/v001` does not parse."""


class NotFoundError(MisuseError):
    """Nothing has that code, name or path."""


class ConflictError(MisuseError):
    """It exists already, with other facts."""


class CsvError(MisuseError):
    """A CSV file cannot be read at all."""


class StoreError(RoundtableError):
    """The database refused; the driver's own words follow the sentence."""


class StoreBusyError(StoreError):
    """Another process held the database past the deadline."""


class MigrationError(StoreError):
    """The database does not match the migrations of this program."""


class IntegrityError(StoreError):
    """Rows point at rows that do not exist."""


class MediaError(RoundtableError):
    """One media file cannot be read or decoded."""

    exit_code = ExitCode.PARTIAL


class BlockedError(RoundtableError):
    """A gate, or a verification, says no."""

    exit_code = ExitCode.BLOCKED


class UndecidedError(RoundtableError):
    """There is not enough evidence to decide."""

    exit_code = ExitCode.UNDECIDED
