"""Reads the shots of a film of the demo: the scene's place, the figures, what is declared to be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evals.animatic.brief import (
    Action,
    Brief,
    CameraMove,
    Facing,
    Figure,
    Light,
    Setting,
    ShotSize,
    Time,
    Weather,
)
from evals.animatic.flaws import FlawKind, Step
from evals.animatic.world_flaws import WorldFlawKind
from evals.studio._cast import read_wardrobe
from evals.studio._entry import Entry
from evals.studio.records import (
    CharacterScript,
    LaterTake,
    OrderedFlaw,
    ScriptedTake,
    ShotScript,
)
from tracker.domain.addresses import HOUSE_NAMING
from tracker.domain.effects import parse_effects, show_effects
from tracker.domain.likeness import Exposure
from tracker.domain.production import ArtifactPolicy, Method
from tracker.errors import MisuseError

__all__ = ["FilmDefaults", "read_brief", "read_shot"]

_SHOT = (
    "code", "size", "camera", "frames", "method", "hero", "policy", "figures", "props", "exposure",
    "takes", "prompt", "effects", "later",
)  # fmt: skip
_FIGURE = ("who", "beats", "facing", "x", "holds", "mask", "wears")


@dataclass(frozen=True, kw_only=True)
class FilmDefaults:
    """What shots share."""

    characters: Mapping[str, CharacterScript]
    scenes: Mapping[str, Entry]
    frame_count: int
    is_letterboxed: bool


def read_shot(entry: Entry, film: FilmDefaults) -> ShotScript:
    """Read one shot; raises MisuseError with the place and the remedy."""
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
    brief = read_brief(scene, entry=entry, figures=figures, is_letterboxed=film.is_letterboxed)
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
        effects=_effects(entry),
        characters=characters,
        exposures=_exposures(entry.table("exposure"), characters, brief=brief),
        takes=tuple(_take(row) for row in entry.rows("takes", "take")),
        later=_later(entry.table("later")) if "later" in entry else None,
    )


def _effects(entry: Entry) -> str:
    try:
        return show_effects(parse_effects(entry.text("effects", "")))
    except MisuseError as error:
        raise _placed(error, entry) from None


def read_brief(
    scene: Entry, *, entry: Entry, figures: tuple[Figure, ...], is_letterboxed: bool
) -> Brief:
    """Make the order for a picture of a scene and of what a shot adds to it."""
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
            wardrobe=read_wardrobe(entry.table("wears"), character.wardrobe),
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


def _later(entry: Entry) -> LaterTake:
    entry.check_keys("generator", "version")
    return LaterTake(generator=entry.text("generator"), version=entry.text("version"))


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
