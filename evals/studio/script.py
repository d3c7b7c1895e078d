"""Reads the demo's productions as their writers left them, `data/demo/CODE/*.toml`.

    data/demo/ANTH01/production.toml   kind, title, people
    data/demo/ANTH01/F01.toml          a film: characters, scenes, reveal plan, references, shots

A shot stands in the scene that its code begins with and takes from it the place, the hour, the
weather and the light; a figure wears what its character wears unless it says otherwise. What cannot
be used is refused with one sentence that names the file, the shot, the key and the remedy.
"""

from __future__ import annotations

from pathlib import Path

from evals.studio._entry import Entry, read_toml
from evals.studio._film import read_film
from evals.studio.records import ProductionScript
from tracker.domain.production import ProductionKind, Role
from tracker.errors import MisuseError
from tracker.settings import SHARE_ROOT

__all__ = ["DEMO_DATA", "load_productions"]

DEMO_DATA = SHARE_ROOT / "data" / "demo"
"""Where the demo's productions are written down."""


def load_productions(folder: Path = DEMO_DATA) -> tuple[ProductionScript, ...]:
    """Read every production of a folder, by code; raises MisuseError with the place and the remedy."""
    found = tuple(_production(path) for path in sorted(folder.glob("*/production.toml")))
    if not found:
        raise MisuseError(f"{folder} holds no production; give a folder with CODE/production.toml.")
    return found


def _production(path: Path) -> ProductionScript:
    entry = read_toml(path)
    entry.where = f"{path.parent.name}/{path.name}"
    entry.check_keys("code", "kind", "title", "logline", "people")
    if entry.text("code") != path.parent.name:
        raise entry.refuse("code", f"the name of its folder, '{path.parent.name}'")
    films = tuple(
        read_film(film) for film in sorted(path.parent.glob("*.toml")) if film.name != path.name
    )
    if not films:
        raise MisuseError(f"{path.parent} holds no film; write one beside {path.name}.")
    production = ProductionScript(
        code=entry.text("code"),
        kind=entry.choice("kind", ProductionKind),
        title=entry.text("title"),
        logline=entry.text("logline"),
        people=_people(entry.table("people")),
        films=films,
    )
    for film in films:
        if Role.DIRECTOR not in production.people.get(film.director, ()):
            raise MisuseError(
                f"{production.code}/{film.code}.toml: the director '{film.director}' is not a "
                f"director in production.toml; add the person under [people]."
            )
    return production


def _people(entry: Entry) -> dict[str, tuple[Role, ...]]:
    people = {}
    for name in entry.items():
        words = entry.texts(name)
        if not words or not set(words) <= set(Role):
            raise entry.refuse(name, f"a list of {', '.join(Role)}")
        people[name] = tuple(Role(word) for word in words)
    return people
