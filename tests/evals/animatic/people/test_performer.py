"""People as they are drawn: seen faces, poses, masks, and the same bits every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from evals.animatic.brief import (
    Action,
    Brief,
    Facing,
    Figure,
    Garment,
    Hat,
    Light,
    Mask,
    MaskKind,
    Prop,
    PropKind,
    Setting,
    Subject,
    Time,
    Wardrobe,
)
from evals.animatic.canvas import Moment, Set, Stage, skia
from evals.animatic.cast import Kind, Person, draw_person
from evals.animatic.palette import palette_for
from evals.animatic.people.glitches import Glitch, GlitchKind
from evals.animatic.people.performer import Performer, Seen
from tracker.domain.likeness import Exposure
from tracker.errors import MisuseError

PERSON = draw_person(2_000_001, kind=Kind.WOMAN)
Pixels = NDArray[np.uint8]


def _at(progress: float) -> Moment:
    return Moment(frame=round(progress * 48), seconds=2 * progress, progress=progress)


def _figure(**fields: object) -> Figure:
    person = fields.pop("person", PERSON)
    assert isinstance(person, Person)
    return Figure(subject=Subject(person.kind.value), person=person, **fields)  # type: ignore[arg-type]


def _performer(
    figure: Figure, *, height_m: float = 2.4, brief: Brief | None = None, **options: object
) -> Performer:
    brief = brief or Brief(setting=Setting.HILLS, time=Time.DUSK)
    stage = Stage(
        brief=brief, palette=palette_for(brief), half_width_m=6.0, seed=3, picture_height_m=height_m
    )
    return Performer(figure, stage, Set(back=()), **options)  # type: ignore[arg-type]


def _drawn(
    performer: Performer, progress: float = 0.5, *, height_m: float = 2.4
) -> tuple[Pixels, Seen | None]:
    pixels = np.zeros((180, 320, 4), np.uint8)
    surface = skia.Surface(pixels)
    x, y = performer.head_at(_at(progress))
    with surface as canvas:
        canvas.clear(skia.ColorGRAY)
        canvas.translate(160, 90)
        canvas.scale(180 / height_m, 180 / height_m)
        canvas.translate(-x, -y - 0.25 * height_m if height_m > 1 else -y)
        seen = performer.paint(canvas, _at(progress))
    return pixels, seen


def _close(person: Person, **options: object) -> Pixels:
    return _drawn(_performer(_figure(person=person), **options), height_m=0.5)[0]


@pytest.mark.parametrize("subject", list(Subject))
def test_every_subject_acts_every_beat(subject: Subject) -> None:
    person = draw_person(2_000_005, kind=Kind(subject.value)) if subject.has_face else None
    seen = set()
    for action in Action:
        figure = Figure(subject=subject, person=person, beats=(action,))
        pixels, _ = _drawn(_performer(figure))
        assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 8
        seen.add(pixels.tobytes())
    assert len(seen) >= 6


@pytest.mark.parametrize(
    ("facing", "yaw"), [(Facing.CAMERA, 0.0), (Facing.LEFT, -60.0), (Facing.RIGHT, 60.0)]
)
def test_a_face_is_seen_where_it_looks(facing: Facing, yaw: float) -> None:
    performer = _performer(_figure(facing=facing))
    _, seen = _drawn(performer)
    assert seen is not None
    assert seen.yaw_deg == pytest.approx(yaw, abs=6)
    left, top, width, height = seen.box
    x, y = performer.head_at(_at(0.5))
    assert left < x < left + width
    assert top < y < top + height
    assert 0.15 < height < 0.35
    assert all(
        left - 0.06 < px < left + width + 0.06 and top < py < top + height for px, py in seen.points
    )
    assert seen.points[0][0] < seen.points[1][0]


def test_a_face_that_is_turned_away_is_not_seen() -> None:
    assert _drawn(_performer(_figure(facing=Facing.AWAY)))[1] is None
    turning = _performer(_figure(beats=(Action.TURN_AWAY, Action.TURN_BACK)))
    shown = [
        turning_seen is not None for turning_seen in (_drawn(turning, p)[1] for p in (0, 0.5, 1))
    ]
    assert shown == [True, False, True]


def test_masks_go_on_and_come_off_with_their_beats() -> None:
    mask = Mask(kind=MaskKind.UPPER)
    states = {
        (): (Exposure.MASKED, Exposure.MASKED),
        (Action.MASK,): (Exposure.REVEALED, Exposure.MASKED),
        (Action.UNMASK,): (Exposure.MASKED, Exposure.REVEALED),
    }
    for beats, expected in states.items():
        performer = _performer(_figure(mask=mask, beats=beats or (Action.STAND,)))
        seen = [_drawn(performer, progress)[1] for progress in (0.0, 1.0)]
        assert tuple(face.state for face in seen if face) == expected


def test_beats_take_equal_parts_in_order() -> None:
    performer = _performer(_figure(beats=(Action.WALK, Action.WAVE, Action.SIT)))
    actions = [performer.action(_at(p)) for p in (0.0, 0.3, 0.34, 0.7, 1.0)]
    assert actions == [Action.WALK, Action.WALK, Action.WAVE, Action.SIT, Action.SIT]


def test_only_walkers_travel_and_runners_go_further() -> None:
    ways = {
        beat: _performer(_figure(beats=(beat,), facing=Facing.RIGHT)).travelled(_at(1.0))[0]
        for beat in (Action.STAND, Action.WALK, Action.RUN)
    }
    assert ways[Action.STAND] == 0
    assert 1 < ways[Action.WALK] < ways[Action.RUN]


def test_frames_have_the_same_bits_in_any_order() -> None:
    figure = _figure(
        beats=(Action.TURN_AWAY, Action.WAVE, Action.SIT),
        holds=Prop(kind=PropKind.CUP, colour=Wardrobe().colour),
    )
    moments = (0.1, 0.45, 0.9, 0.2)
    forward = _performer(figure)
    first = {p: _drawn(forward, p)[0] for p in moments}
    backward = _performer(figure)
    for progress in reversed(moments):
        assert np.array_equal(_drawn(backward, progress)[0], first[progress])


_OTHER = {
    "skin_0_1": 0.9, "skin_warmth": 1.0, "hair_volume": 1.0, "age_0_1": 1.0, "eye_colour": 3,
    "freckles": True, "scar": True, "mole": (0.4, 0.5), "height_m": 1.5,
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [name for name, value in vars(PERSON).items() if isinstance(value, float)]
    + ["eye_colour", "freckles", "scar", "mole"],
)
def test_every_parameter_of_a_person_shows(name: str) -> None:
    plain = replace(
        PERSON,
        **{key: 0.0 for key, value in vars(PERSON).items() if isinstance(value, float) and key != "height_m"},
        freckles=False, scar=False, mole=None, eye_colour=0,
    )  # fmt: skip
    other = replace(plain, **{name: _OTHER.get(name, 1.0)})
    assert not np.array_equal(_close(plain), _close(other))


@pytest.mark.parametrize("garment", list(Garment))
def test_garments_hats_and_scarves_differ_from_every_side(garment: Garment) -> None:
    pictures = set()
    for facing in Facing:
        for hat in (None, *Hat):
            wardrobe = Wardrobe(garment=garment, hat=hat)
            pictures.add(_drawn(_performer(_figure(wardrobe=wardrobe, facing=facing)))[0].tobytes())
    assert len(pictures) == (4 if garment is Garment.HOODIE else 16)


def test_two_people_differ_more_than_one_person_in_two_lamps() -> None:
    def face(seed: int, light: Light) -> NDArray[np.float64]:
        brief = Brief(setting=Setting.HILLS, time=Time.DAY, light=light)
        shades = _close(draw_person(seed), brief=brief)[40:140, 110:210, :3].mean(-1)
        return (shades - shades.mean()) / shades.std()

    same = [
        np.abs(face(s, Light.LAMP) - face(s, Light.CANDLE)).mean()
        for s in range(2_000_010, 2_000_016)
    ]
    other = [
        np.abs(face(s, Light.LAMP) - face(s + 1, Light.LAMP)).mean()
        for s in range(2_000_010, 2_000_016)
    ]
    assert max(same) < min(other)


@pytest.mark.parametrize("kind", list(GlitchKind))
def test_a_glitch_grows_with_its_severity(kind: GlitchKind) -> None:
    height_m = 0.6 if kind is GlitchKind.MELTING_FACE else 2.4
    clean = _drawn(_performer(_figure()), height_m=height_m)[0].astype(int)

    def damage(severity: float) -> float:
        performer = _performer(_figure(), glitch=Glitch(kind=kind, severity=severity))
        return float(np.abs(_drawn(performer, height_m=height_m)[0] - clean).mean())

    assert damage(0.0) == 0.0
    assert 0 < damage(0.3) < damage(1.0)


def test_a_glitch_keeps_to_its_time() -> None:
    glitch = Glitch(kind=GlitchKind.EXTRA_LIMB, start=0.6, end=0.9)
    broken, clean = _performer(_figure(), glitch=glitch), _performer(_figure())
    changed = [
        not np.array_equal(_drawn(broken, p)[0], _drawn(clean, p)[0]) for p in (0.3, 0.7, 0.95)
    ]
    assert changed == [False, True, False]


def test_an_impossible_glitch_is_refused() -> None:
    with pytest.raises(MisuseError, match="extra_limb needs a severity"):
        Glitch(kind=GlitchKind.EXTRA_LIMB, severity=2.0)


def test_another_person_can_take_over_during_the_shot() -> None:
    other = draw_person(2_000_099, kind=Kind.WOMAN)
    swapped = _performer(_figure(), person_at=lambda m: PERSON if m.progress < 0.5 else other)
    assert np.array_equal(_drawn(swapped, 0.2)[0], _drawn(_performer(_figure()), 0.2)[0])
    assert np.array_equal(
        _drawn(swapped, 0.8)[0], _drawn(_performer(_figure(person=other)), 0.8)[0]
    )


@settings(max_examples=25)
@given(
    seed=st.integers(2_000_000, 2_999_999),
    facing=st.sampled_from(Facing),
    beats=st.lists(st.sampled_from(Action), min_size=1, max_size=3),
    progress=st.floats(0, 1),
)
def test_anybody_can_play_anything(
    seed: int, facing: Facing, beats: list[Action], progress: float
) -> None:
    figure = _figure(person=draw_person(seed), facing=facing, beats=tuple(beats))
    _, seen = _drawn(_performer(figure), progress)
    assert seen is None or np.isfinite([*seen.box, *np.ravel(seen.points)]).all()
