"""What the drawn places promise: every brief has a set, and a layout is one place."""

from __future__ import annotations

import functools
import itertools
from dataclasses import replace

import numpy as np
import pytest

from evals.animatic.air import air_layers
from evals.animatic.brief import (
    Action,
    Brief,
    CameraMove,
    Figure,
    Light,
    Setting,
    ShotSize,
    Subject,
    Time,
    Weather,
)
from evals.animatic.camera import HEIGHTS_M, Camera
from evals.animatic.canvas import Moment, Stage, colour4f, skia
from evals.animatic.palette import palette_for
from evals.animatic.places.sets import build_set
from evals.media.types import Picture

_WIDTH, _HEIGHT = 96, 54
_SITTER = Figure(subject=Subject.DOG, beats=(Action.SIT,))


def _stage(brief: Brief, *, seed: int = 5, sign_garble: float = 0.0) -> Stage:
    height_m = HEIGHTS_M[brief.size]
    return Stage(
        brief=brief,
        palette=palette_for(brief),
        half_width_m=height_m * 1.8,
        seed=seed,
        picture_height_m=height_m,
        sign_garble=sign_garble,
    )


def _shown(brief: Brief, *, progress: float = 0.5, seed: int = 5, garble: float = 0.0) -> Picture:
    return _drawn(_stage(brief, seed=seed, sign_garble=garble), progress=progress)


@functools.cache
def _once(brief: Brief) -> Picture:
    return _shown(brief)


def _drawn(stage: Stage, *, progress: float = 0.5) -> Picture:
    surface = skia.Surface(_WIDTH, _HEIGHT)
    canvas = surface.getCanvas()
    canvas.clear(colour4f("#ff00ff"))
    moment = Moment(frame=0, seconds=2 * progress, progress=progress)
    brief = stage.brief
    view = Camera(brief.size, brief.camera, focus=(0.0, -1.6), seed=1).view(moment)
    place = build_set(stage)
    for layer in (*place.back, *place.front, *air_layers(stage)):
        scale, x, y = view.layer(layer.depth, _HEIGHT)
        canvas.save()
        canvas.translate(x + _WIDTH / 2, y + _HEIGHT / 2)
        canvas.scale(scale, scale)
        layer.paint(canvas, moment)
        canvas.restore()
    return surface.toarray(colorType=skia.kRGBA_8888_ColorType)[..., :3].copy()


def _apart(a: Picture, b: Picture) -> float:
    return float(np.abs(a.astype(float) - b).mean())


@pytest.mark.parametrize("setting", Setting)
def test_nothing_is_left_unpainted_at_any_size(setting: Setting) -> None:
    for size in (ShotSize.EXTREME_WIDE, ShotSize.WIDE, ShotSize.CLOSE):
        shown = _once(Brief(setting=setting, size=size))
        bare = (shown[..., 0] > 250) & (shown[..., 1] < 5) & (shown[..., 2] > 250)
        assert not bare.any()


@pytest.mark.parametrize("setting", Setting)
def test_hours_weathers_and_lights_can_be_told_apart(setting: Setting) -> None:
    hours = [_once(Brief(setting=setting, time=time)) for time in Time]
    weathers = [_once(Brief(setting=setting, weather=weather)) for weather in Weather]
    lights = [_once(Brief(setting=setting, time=Time.NIGHT, light=light)) for light in Light]
    for group, least in ((hours, 12.0), (weathers, 1.2), (lights, 2.0)):
        assert min(_apart(a, b) for a, b in itertools.combinations(group, 2)) > least


@pytest.mark.parametrize("size", [ShotSize.WIDE, ShotSize.CLOSE])
def test_settings_can_be_told_apart(size: ShotSize) -> None:
    shown = [_once(Brief(setting=setting, size=size)) for setting in Setting]
    assert min(_apart(a, b) for a, b in itertools.combinations(shown, 2)) > 6.0


@pytest.mark.parametrize("setting", Setting)
def test_the_same_stage_is_drawn_with_the_same_bits(setting: Setting) -> None:
    brief = Brief(setting=setting)
    assert np.array_equal(_once(brief), _shown(brief))


@pytest.mark.parametrize("setting", Setting)
def test_another_layout_is_another_place(setting: Setting) -> None:
    others = [_once(Brief(setting=setting, layout=layout)) for layout in (2, 5)]
    assert max(_apart(_once(Brief(setting=setting)), other) for other in others) > 2.0


@pytest.mark.parametrize("setting", [Setting.HARBOUR, Setting.HILLS, Setting.WORKSHOP])
def test_another_performance_is_the_same_place(setting: Setting) -> None:
    brief = Brief(setting=setting)
    again, other = _shown(brief, seed=77), _once(Brief(setting=setting, layout=2))
    assert _apart(_once(brief), again) < 0.4 * _apart(_once(brief), other)


@pytest.mark.parametrize("setting", [Setting.CAFE, Setting.STAGE, Setting.LIGHTHOUSE])
def test_who_sits_gets_something_to_sit_on(setting: Setting) -> None:
    brief = Brief(setting=setting, size=ShotSize.FULL)
    sitting = replace(brief, figures=(_SITTER,))
    assert _apart(_shown(sitting), _shown(brief)) > 0.2
    assert -0.8 < build_set(_stage(sitting)).seat_y < -0.3


def test_a_pan_shows_what_a_dolly_shows_where_both_look_at_the_same() -> None:
    """A pan lays prints, a dolly is drawn afresh: halfway and at its start they agree."""
    pan = _shown(Brief(setting=Setting.STREET, camera=CameraMove.PAN_LEFT), progress=0.5)
    zoom = Brief(setting=Setting.STREET, camera=CameraMove.ZOOM_IN)
    still = _shown(zoom, progress=0.0)
    assert _apart(pan, still) < 4.0


@pytest.mark.parametrize(
    "setting",
    [Setting.CAFE, Setting.STREET, Setting.PLATFORM, Setting.HARBOUR, Setting.WORKSHOP],
)
def test_a_garbled_sign_changes_its_letters_only(setting: Setting) -> None:
    brief = Brief(setting=setting)
    wrong = _shown(brief, garble=1.0)
    assert 0.02 < _apart(_once(brief), wrong) < 2.0


def test_a_lamp_lights_faces_from_where_it_hangs() -> None:
    lamp = build_set(_stage(Brief(setting=Setting.KITCHEN, light=Light.LAMP))).lamp_at
    spot = build_set(_stage(Brief(setting=Setting.KITCHEN, light=Light.SPOT))).lamp_at
    assert spot[1] < lamp[1] < -1
