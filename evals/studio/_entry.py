"""Reads tables of the demo's TOML files; whatever cannot be used is one sentence with its place."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from evals.animatic.brief import Action, Colour, Mask, MaskKind, Prop, PropKind
from tracker.errors import MisuseError

__all__ = ["Entry", "read_toml"]

E = TypeVar("E", bound=StrEnum)


def read_toml(path: Path) -> Entry:
    """Read a TOML file as the entry of its top level; raises MisuseError naming the file."""
    try:
        return Entry(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MisuseError(f"{path} cannot be read as TOML: {error}.") from error


class Entry:
    """One table: takes keys out one by one, and refuses what nobody asked for."""

    def __init__(self, values: Mapping[str, object], where: str) -> None:
        self._values = dict(values)
        self.where = where
        """File, and what in it, e.g. `F01.toml, shot SQ010_SH0010`."""

    def refuse(self, key: str, wanted: str) -> MisuseError:
        """Make the error that names the place, the key, what stands there, and what belongs there."""
        found = repr(self._values[key]) if key in self._values else "nothing"
        return MisuseError(f"{self.where}: '{key}' is {found}; write {wanted}.")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def check_keys(self, *known: str) -> None:
        """Refuse keys that nobody would read, with the nearest known one."""
        for key in self._values:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1, cutoff=0.4)
                hint = f"write '{near[0]}'" if near else f"known are {', '.join(known)}"
                raise MisuseError(f"{self.where}: there is no key '{key}' here; {hint}.")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text with its line breaks folded into spaces."""
        value = self._values.get(key, default)
        if not isinstance(value, str):
            raise self.refuse(key, "a text")
        return " ".join(value.split())

    def whole(self, key: str, default: int | None = None) -> int:
        """Return a whole number."""
        value = self._values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refuse(key, "a whole number")
        return value

    def number(self, key: str, default: float) -> float:
        """Return a number."""
        value = self._values.get(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.refuse(key, "a number")
        return float(value)

    def flag(self, key: str) -> bool:
        """Return true or false; false where nothing stands."""
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            raise self.refuse(key, "true or false")
        return value

    def day(self, key: str) -> date:
        """Return a date."""
        value = self._values.get(key)
        if not isinstance(value, date):
            raise self.refuse(key, "a date like 2027-03-31, without quotes")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where nothing stands."""
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.refuse(key, "a list of texts")
        return tuple(value)

    def choice(self, key: str, kind: type[E], default: E | None = None) -> E:
        """Return a word of a vocabulary."""
        value = self._values.get(key, default)
        if isinstance(value, str) and value in set(kind):
            return kind(value)
        raise self.refuse(key, f"one of {', '.join(kind)}")

    def choices(self, key: str, default: tuple[Action, ...]) -> tuple[Action, ...]:
        """Return a list of beats."""
        found = self.texts(key) or default
        if not set(found) <= set(Action):
            raise self.refuse(key, f"a list of {', '.join(Action)}")
        return tuple(Action(word) for word in found)

    def prop(self, key: str) -> Prop | None:
        """Return a thing written as `yellow lantern`; None where nothing stands."""
        return self._prop(key, self.text(key)) if key in self else None

    def props(self, key: str) -> tuple[Prop, ...]:
        """Return a list of things."""
        return tuple(self._prop(key, text) for text in self.texts(key))

    def mask(self, key: str) -> Mask | None:
        """Return a mask written as `white side`; None where nothing or an empty text stands."""
        text = self.text(key, "")
        colour, _, kind = text.partition(" ")
        if text and (colour not in set(Colour) or kind not in set(MaskKind)):
            raise self.refuse(key, f"a colour and one of {', '.join(MaskKind)}, or an empty text")
        return Mask(kind=MaskKind(kind), colour=Colour(colour)) if text else None

    def table(self, key: str) -> Entry:
        """Return a table, empty where nothing stands."""
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            raise self.refuse(key, f"a table, [{key}]")
        return Entry(value, f"{self.where}, {key}")

    def tables(self, key: str, what: str) -> dict[str, Entry]:
        """Return a table of tables by name; `what` is the singular for messages."""
        value = self._values.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(v, dict) for v in value.values()):
            raise self.refuse(key, f"tables like [{key}.NAME]")
        return {name: Entry(v, f"{self.where}, {what} {name}") for name, v in value.items()}

    def rows(self, key: str, what: str) -> list[Entry]:
        """Return a list of tables; a row with a code is named by it in messages."""
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            raise self.refuse(key, f"tables like [[{key}]]")
        return [
            Entry(v, f"{self.where}, {what} {v.get('code', number)}")
            for number, v in enumerate(value, 1)
        ]

    def items(self) -> dict[str, object]:
        """Return the raw values by key."""
        return dict(self._values)

    def _prop(self, key: str, text: str) -> Prop:
        colour, _, kind = text.partition(" ")
        if colour not in set(Colour) or kind not in set(PropKind):
            raise self.refuse(key, f"a colour and one of {', '.join(PropKind)}")
        return Prop(kind=PropKind(kind), colour=Colour(colour))
