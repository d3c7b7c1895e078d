"""Reads one film of the demo: characters, scenes, shots, references and the reveal plan."""

from __future__ import annotations

from pathlib import Path

from evals.animatic.brief import (
    Figure,
)
from evals.studio._cast import altered, read_character
from evals.studio._casting import casting_stills
from evals.studio._entry import Entry, read_toml
from evals.studio._shots import FilmDefaults, read_brief, read_shot
from evals.studio.records import (
    FilmScript,
    ReferenceScript,
    RevealScript,
    SpotScript,
)
from tracker.domain.likeness import Exposure
from tracker.domain.units import parse_fps

__all__ = ["read_film"]

_FILM = (
    "code", "title", "director", "release_on", "logline", "fps", "frames", "is_letterboxed", "spot",
    "characters", "reveals", "references", "scenes", "shots",
)  # fmt: skip
_SCENE = ("setting", "layout", "time", "weather", "light", "policy", "embraces", "embrace_reason")


def read_film(path: Path) -> FilmScript:
    """Read a film's file; raises MisuseError with the place and the remedy."""
    entry = read_toml(path)
    entry.where = f"{path.parent.name}/{path.name}"
    entry.check_keys(*_FILM)
    if entry.text("code") != path.stem:
        raise entry.refuse("code", f"the name of the file, '{path.stem}'")
    shared = FilmDefaults(
        characters={
            code: read_character(code, row)
            for code, row in entry.tables("characters", "character").items()
        },
        scenes=entry.tables("scenes", "scene"),
        frame_count=entry.whole("frames", 48),
        is_letterboxed=entry.flag("is_letterboxed"),
    )
    for scene in shared.scenes.values():
        scene.check_keys(*_SCENE)
    shots = tuple(read_shot(row, shared) for row in entry.rows("shots", "shot"))
    codes = [shot.code for shot in shots]
    if len(set(codes)) != len(codes) or codes != sorted(codes):
        raise entry.refuse("shots", "shots with different codes, in the order of their codes")
    remembered = tuple(_reference(r, shared) for r in entry.rows("references", "reference"))
    known = {reference.character for reference in remembered}
    unknown = [c for c in shared.characters.values() if c.code not in known]
    return FilmScript(
        code=entry.text("code"),
        title=entry.text("title"),
        director=entry.text("director"),
        release_on=entry.day("release_on"),
        logline=entry.text("logline"),
        fps=parse_fps(entry.text("fps", "24")),
        characters=shared.characters,
        shots=shots,
        reveals=tuple(_reveal(row, shared) for row in entry.rows("reveals", "reveal")),
        references=(*remembered, *casting_stills(unknown, shots)),
        spot=_spot(entry.table("spot")) if "spot" in entry else None,
    )


def _reveal(entry: Entry, film: FilmDefaults) -> RevealScript:
    entry.check_keys("character", "sequence", "exposure")
    return RevealScript(
        character=_known(entry, film),
        sequence=entry.text("sequence", ""),
        exposure=entry.choice("exposure", Exposure),
    )


def _reference(entry: Entry, film: FilmDefaults) -> ReferenceScript:
    entry.check_keys(
        "character", "set", "contributed_by", "picture", "caption", "remembers", "brief"
    )
    character = film.characters[_known(entry, film)]
    if character.person is None:
        raise entry.refuse("character", "somebody with a face")
    place = entry.table("brief")
    place.check_keys("setting", "layout", "time", "weather", "light")
    figure = Figure(
        subject=character.subject,
        person=altered(character.person, entry.table("remembers")),
        wardrobe=character.wardrobe,
    )
    portrait = Entry({"size": "close"}, place.where)
    return ReferenceScript(
        character=character.code,
        set_name=entry.text("set"),
        contributed_by=entry.text("contributed_by"),
        picture=entry.text("picture"),
        caption=entry.text("caption"),
        brief=read_brief(place, entry=portrait, figures=(figure,), is_letterboxed=False),
    )


def _known(entry: Entry, film: FilmDefaults) -> str:
    code = entry.text("character")
    if code not in film.characters:
        raise entry.refuse("character", f"one of {', '.join(film.characters)}")
    return code


def _spot(entry: Entry) -> SpotScript:
    entry.check_keys("duration_s", "territories", "air_dates")
    dates = entry.table("air_dates")
    dates.check_keys("first", "last")
    return SpotScript(
        duration_s=entry.whole("duration_s"),
        territories=entry.texts("territories"),
        first_air_on=dates.day("first"),
        last_air_on=dates.day("last"),
    )
