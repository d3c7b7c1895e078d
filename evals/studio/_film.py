"""Reads one film of the demo: characters, scenes, shots, references and the reveal plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from evals.animatic.brief import (
    Action,
    Brief,
    CameraMove,
    Colour,
    Facing,
    Figure,
    Garment,
    Hat,
    Light,
    Setting,
    ShotSize,
    Subject,
    Time,
    Wardrobe,
    Weather,
)
from evals.animatic.cast import STUDIO_SEEDS, Beard, Kind, Person, draw_person
from evals.animatic.flaws import FlawKind, Step
from evals.animatic.world_flaws import WorldFlawKind
from evals.studio._entry import Entry, read_toml
from evals.studio.records import (
    CharacterScript,
    FilmScript,
    OrderedFlaw,
    ReferenceScript,
    RevealScript,
    ScriptedTake,
    ShotScript,
    SpotScript,
)
from tracker.domain.addresses import HOUSE_NAMING
from tracker.domain.likeness import Exposure, Life
from tracker.domain.production import ArtifactPolicy, Method
from tracker.domain.units import parse_fps
from tracker.errors import MisuseError

__all__ = ["read_film"]

_FILM = (
    "code", "title", "director", "release_on", "logline", "fps", "frames", "is_letterboxed", "spot",
    "characters", "reveals", "references", "scenes", "shots",
)  # fmt: skip
_CHARACTER = (
    "name", "subject", "seed", "person", "wears", "mask", "life", "is_minor", "performer",
)  # fmt: skip
_WEARS = ("garment", "colour", "scarf", "hat", "hat_colour")
_SCENE = ("setting", "layout", "time", "weather", "light", "policy", "embraces", "embrace_reason")
_SHOT = (
    "code", "size", "camera", "frames", "method", "hero", "policy", "figures", "props", "exposure",
    "takes", "prompt",
)  # fmt: skip
_FIGURE = ("who", "beats", "facing", "x", "holds", "mask", "wears")
_NUMBERS = frozenset(
    name for name, kind in Person.__annotations__.items() if kind == "float"
)  # what a memory may bend


@dataclass(frozen=True, kw_only=True)
class _Film:
    """What shots share."""

    characters: Mapping[str, CharacterScript]
    scenes: Mapping[str, Entry]
    frame_count: int
    is_letterboxed: bool


def read_film(path: Path) -> FilmScript:
    """Read a film's file; raises MisuseError with the place and the remedy."""
    entry = read_toml(path)
    entry.where = f"{path.parent.name}/{path.name}"
    entry.check_keys(*_FILM)
    if entry.text("code") != path.stem:
        raise entry.refuse("code", f"the name of the file, '{path.stem}'")
    shared = _Film(
        characters={
            code: _character(code, row)
            for code, row in entry.tables("characters", "character").items()
        },
        scenes=entry.tables("scenes", "scene"),
        frame_count=entry.whole("frames", 48),
        is_letterboxed=entry.flag("is_letterboxed"),
    )
    for scene in shared.scenes.values():
        scene.check_keys(*_SCENE)
    shots = tuple(_shot(row, shared) for row in entry.rows("shots", "shot"))
    codes = [shot.code for shot in shots]
    if len(set(codes)) != len(codes) or codes != sorted(codes):
        raise entry.refuse("shots", "shots with different codes, in the order of their codes")
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
        references=tuple(_reference(r, shared) for r in entry.rows("references", "reference")),
        spot=_spot(entry.table("spot")) if "spot" in entry else None,
    )


def _character(code: str, entry: Entry) -> CharacterScript:
    entry.check_keys(*_CHARACTER)
    subject = entry.choice("subject", Subject)
    person = None
    if subject.has_face:
        seed = entry.whole("seed")
        if seed not in STUDIO_SEEDS:
            raise entry.refuse("seed", f"a number from {STUDIO_SEEDS.start} to {STUDIO_SEEDS[-1]}")
        drawn = draw_person(seed, kind=Kind(subject.value))
        person = _altered(drawn, entry.table("person"))
    return CharacterScript(
        code=code,
        name=entry.text("name"),
        subject=subject,
        person=person,
        wardrobe=_wardrobe(entry.table("wears"), Wardrobe()),
        mask=entry.mask("mask"),
        life=entry.choice("life", Life, Life.FICTIONAL),
        is_minor=entry.flag("is_minor"),
        performer=entry.text("performer", ""),
    )


def _altered(person: Person, entry: Entry) -> Person:
    """Return a person with a few parameters set otherwise, as a casting director or a memory would."""
    entry.check_keys(*sorted(_NUMBERS), "beard")
    changes: dict[str, object] = {
        key: entry.number(key, 0.0) for key in entry.items() if key in _NUMBERS
    }
    if "beard" in entry:
        changes["beard"] = entry.choice("beard", Beard)
    return replace(person, **changes)  # type: ignore[arg-type]


def _wardrobe(entry: Entry, usual: Wardrobe) -> Wardrobe:
    entry.check_keys(*_WEARS)
    return Wardrobe(
        garment=entry.choice("garment", Garment, usual.garment),
        colour=entry.choice("colour", Colour, usual.colour),
        scarf=entry.choice("scarf", Colour) if "scarf" in entry else usual.scarf,
        hat=entry.choice("hat", Hat) if "hat" in entry else usual.hat,
        hat_colour=entry.choice("hat_colour", Colour, usual.hat_colour),
    )


def _shot(entry: Entry, film: _Film) -> ShotScript:
    entry.check_keys(*_SHOT)
    code = entry.text("code")
    HOUSE_NAMING.check(code)
    sequence = HOUSE_NAMING.sequence_of(code)
    if sequence not in film.scenes:
        raise entry.refuse("code", f"a shot of a scene that exists, or add [scenes.{sequence}]")
    scene = film.scenes[sequence]
    people = entry.rows("figures", "figure")
    for row in people:
        row.where = f"{entry.where}, {row.where.rsplit(', ', 1)[-1]}"
    figures = tuple(_figure(row, film.characters) for row in people)
    characters = tuple(row.text("who") for row in people)
    brief = _brief(scene, entry=entry, figures=figures, is_letterboxed=film.is_letterboxed)
    policy = scene.choice("policy", ArtifactPolicy, ArtifactPolicy.AVOID)
    embraces = scene.texts("embraces")
    if embraces:
        policy = ArtifactPolicy.EMBRACE
    return ShotScript(
        code=code,
        sequence=sequence,
        prompt=entry.text("prompt"),
        brief=brief,
        frame_count=entry.whole("frames", film.frame_count),
        method=entry.choice("method", Method, Method.AI),
        is_hero=entry.flag("hero"),
        policy=entry.choice("policy", ArtifactPolicy, policy),
        embraces=embraces,
        embrace_reason=scene.text("embrace_reason", ""),
        characters=characters,
        exposures=_exposures(entry.table("exposure"), characters, brief=brief),
        takes=tuple(_take(row) for row in entry.rows("takes", "take")),
    )


def _brief(
    scene: Entry, *, entry: Entry, figures: tuple[Figure, ...], is_letterboxed: bool
) -> Brief:
    try:
        return Brief(
            setting=scene.choice("setting", Setting),
            layout=scene.whole("layout", 1),
            time=scene.choice("time", Time, Time.DAY),
            weather=scene.choice("weather", Weather, Weather.CLEAR),
            light=scene.choice("light", Light, Light.NATURAL),
            figures=figures,
            props=entry.props("props"),
            size=entry.choice("size", ShotSize, ShotSize.MEDIUM),
            camera=entry.choice("camera", CameraMove, CameraMove.STATIC),
            is_letterboxed=is_letterboxed,
        )
    except MisuseError as error:
        raise _placed(error, entry) from None


def _figure(entry: Entry, characters: Mapping[str, CharacterScript]) -> Figure:
    entry.check_keys(*_FIGURE)
    who = entry.text("who")
    if who not in characters:
        raise entry.refuse("who", f"one of {', '.join(characters)}")
    character = characters[who]
    # A mask that the film gives is worn unless the shot says otherwise; "" takes it off.
    mask = entry.mask("mask") if "mask" in entry else character.mask
    try:
        return Figure(
            subject=character.subject,
            person=character.person,
            wardrobe=_wardrobe(entry.table("wears"), character.wardrobe),
            holds=entry.prop("holds"),
            mask=mask,
            facing=entry.choice("facing", Facing, Facing.CAMERA),
            beats=entry.choices("beats", (Action.STAND,)),
            x=entry.number("x", 0.0),
        )
    except MisuseError as error:
        raise _placed(error, entry) from None


def _placed(error: MisuseError, entry: Entry) -> MisuseError:
    text = str(error)
    return (
        error
        if text.startswith(entry.where.split(",")[0])
        else MisuseError(f"{entry.where}: {text}")
    )


def _exposures(entry: Entry, characters: tuple[str, ...], *, brief: Brief) -> dict[str, Exposure]:
    """What the shot declares, or what its staging implies."""
    entry.check_keys(*characters)
    return {
        code: entry.choice(code, Exposure, _implied(figure, brief.size))
        for code, figure in zip(characters, brief.figures, strict=True)
        if figure.subject.has_face
    }


def _implied(figure: Figure, size: ShotSize) -> Exposure:
    is_hidden = figure.facing is Facing.AWAY and Action.TURN_BACK not in figure.beats
    if size is ShotSize.EXTREME_WIDE or is_hidden:
        return Exposure.NONE
    is_masked = figure.mask is not None and not {Action.MASK, Action.UNMASK} & set(figure.beats)
    return Exposure.MASKED if is_masked else Exposure.REVEALED


def _take(entry: Entry) -> ScriptedTake:
    entry.check_keys("generator", "flaws", "is_cut_off")
    return ScriptedTake(
        generator=entry.text("generator"),
        flaws=tuple(_ordered(entry, text) for text in entry.texts("flaws")),
        is_cut_off=entry.flag("is_cut_off"),
    )


def _ordered(entry: Entry, text: str) -> OrderedFlaw:
    kind, _, step = text.partition(" ")
    if step in set(Step):
        if kind in set(WorldFlawKind):
            return OrderedFlaw(WorldFlawKind(kind), Step(step))
        if kind in set(FlawKind):
            return OrderedFlaw(FlawKind(kind), Step(step))
    raise entry.refuse(
        "flaws", f"a kind of flaw and one of {', '.join(Step)}, like 'freeze strong'"
    )


def _reveal(entry: Entry, film: _Film) -> RevealScript:
    entry.check_keys("character", "sequence", "exposure")
    return RevealScript(
        character=_known(entry, film),
        sequence=entry.text("sequence", ""),
        exposure=entry.choice("exposure", Exposure),
    )


def _reference(entry: Entry, film: _Film) -> ReferenceScript:
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
        person=_altered(character.person, entry.table("remembers")),
        wardrobe=character.wardrobe,
    )
    portrait = Entry({"size": "close"}, place.where)
    return ReferenceScript(
        character=character.code,
        set_name=entry.text("set"),
        contributed_by=entry.text("contributed_by"),
        picture=entry.text("picture"),
        caption=entry.text("caption"),
        brief=_brief(place, entry=portrait, figures=(figure,), is_letterboxed=False),
    )


def _known(entry: Entry, film: _Film) -> str:
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
