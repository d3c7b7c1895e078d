"""Reads one TOML table strictly: every key known, every value of its kind, one sentence if not."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from evals.errors import PackError

__all__ = ["Fields", "nearest"]

_HEX = re.compile(r"[0-9a-f]+\Z")


def nearest(name: str, known: Sequence[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest known spelling, or a list of what is known."""
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known: {', '.join(sorted(known)) or 'none'}."


class Fields:
    """One table of a manifest; `where` names the file and the table in every refusal."""

    def __init__(self, values: Mapping[str, object], where: str, known: Sequence[str]) -> None:
        self._values = values
        self.where = where
        for key in values:
            if key not in known:
                raise PackError(f"{where} has an unknown key '{key}'{nearest(key, known)}")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def refuse(self, key: str, needs: str) -> PackError:
        """Make the error that says what `key` must be."""
        if key not in self._values:
            return PackError(f"{self.where} lacks '{key}'; give {needs}.")
        return PackError(f"{self.where} has {key} = {self._values[key]!r}; give {needs}.")

    def text(self, key: str, *, default: str | None = None) -> str:
        """Return a non-empty text."""
        value = self._values.get(key, default)
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise self.refuse(key, "a text")
        return value

    def choice(self, key: str, options: Sequence[str]) -> str:
        """Return one of a few words."""
        value = self._values.get(key)
        if not isinstance(value, str) or value not in options:
            raise self.refuse(key, "one of " + ", ".join(f"'{o}'" for o in options))
        return value

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._values.get(key)
        if not isinstance(value, bool):
            raise self.refuse(key, "true or false")
        return value

    def whole(self, key: str, *, low: int, high: int) -> int:
        """Return a whole number between two bounds, both included."""
        value = self._values.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.refuse(key, f"a whole number from {low} to {high}")
        return value

    def share(self, key: str) -> float:
        """Return a number from 0 to 1."""
        value = self._values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.refuse(key, "a number from 0 to 1")
        return float(value)

    def shares(self, key: str, *, count: int) -> tuple[float, ...]:
        """Return a list of `count` numbers from 0 to 1."""
        value = self._values.get(key)
        given = value if isinstance(value, list) else []
        numbers = [v for v in given if isinstance(v, int | float) and not isinstance(v, bool)]
        if len(numbers) != count or len(given) != count or not all(0 <= n <= 1 for n in numbers):
            raise self.refuse(key, f"{count} numbers from 0 to 1")
        return tuple(float(n) for n in numbers)

    def triple(self, key: str, *, above: float) -> tuple[float, float, float]:
        """Return three numbers for red, green and blue, above a bound and at most 1."""
        value = self._values.get(key)
        needs = f"three numbers for red, green and blue, above {above:g} and at most 1"
        if not isinstance(value, list) or len(value) != 3:
            raise self.refuse(key, needs)
        numbers = [
            float(v) for v in value if isinstance(v, int | float) and not isinstance(v, bool)
        ]
        if len(numbers) != 3 or not all(math.isfinite(n) and above < n <= 1 for n in numbers):
            raise self.refuse(key, needs)
        return numbers[0], numbers[1], numbers[2]

    def digest(self, key: str, *, is_whole: bool) -> str:
        """Return a SHA-256 in lower-case hex; where `is_whole` is False its first 8 or more digits do."""
        value = self.text(key).lower()
        shortest = 64 if is_whole else 8
        if not _HEX.match(value) or not shortest <= len(value) <= 64:
            digits = "64" if is_whole else "8 to 64"
            raise self.refuse(key, f"a SHA-256 of {digits} hexadecimal digits")
        return value

    def inside(self, key: str, folder: Path) -> Path:
        """Return a path that stays inside the pack's folder; whether it exists is the loader's matter."""
        relative = PurePosixPath(self.text(key))
        if relative.is_absolute() or ".." in relative.parts:
            raise self.refuse(key, "a path relative to the pack and inside it")
        return folder / relative
