"""A shot is reproducible to the bit, goes where its camera goes, and knows what it shows."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from evals.animatic.brief import (
    Action,
    Brief,
    CameraMove,
    Facing,
    Figure,
    Mask,
    MaskKind,
    Setting,
    ShotSize,
    Subject,
    Time,
    Weather,
)
from evals.animatic.cast import EVALUATION_SEEDS, Kind, draw_person
from evals.animatic.shoot import Casting, shoot
from tracker.domain.likeness import Exposure
from tracker.errors import MisuseError

SMALL = (192, 108)
WOMAN = draw_person(EVALUATION_SEEDS[7], kind=Kind.WOMAN)
MAN = draw_person(EVALUATION_SEEDS[8], kind=Kind.MAN)
STREET = Brief(
    setting=Setting.STREET,
    time=Time.DUSK,
    weather=Weather.SNOW,
    figures=(Figure(person=WOMAN),),
    size=ShotSize.MEDIUM,
    camera=CameraMove.HANDHELD,
    layout=4,
)


def film(brief: Brief, *, frame_count: int = 6, **options):
    return list(shoot(brief, frame_count=frame_count, size=SMALL, **options))


def pictures(brief: Brief, **options) -> np.ndarray:
    return np.stack([shown.picture for shown in film(brief, **options)])


def test_the_same_order_gives_the_same_bits():
    assert (pictures(STREET, seed=3) == pictures(STREET, seed=3)).all()


def test_a_fresh_process_gives_the_same_bits():
    code = (
        "import hashlib\nfrom evals.animatic.brief import *\nfrom evals.animatic.cast import *\n"
        "from evals.animatic.shoot import shoot\n"
        f"who = Figure(person=draw_person({WOMAN.seed}, kind=Kind.WOMAN))\n"
        "brief = Brief(setting=Setting.STREET, time=Time.DUSK, weather=Weather.SNOW, figures=(who,),"
        " size=ShotSize.MEDIUM, camera=CameraMove.HANDHELD, layout=4)\n"
        f"shown = shoot(brief, frame_count=6, size={SMALL}, seed=3)\n"
        "print(hashlib.sha256(b''.join(s.picture.tobytes() for s in shown)).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = hashlib.sha256(pictures(STREET, seed=3).tobytes()).hexdigest()
    assert other.stdout.strip() == here


def test_frames_do_not_depend_on_the_order_in_which_they_are_drawn():
    straight = film(STREET, seed=3)
    jumping = film(STREET, seed=3, frames=(4, 1))
    assert (jumping[0].picture == straight[4].picture).all()
    assert (jumping[1].picture == straight[1].picture).all()
    assert [shown.truth for shown in jumping] == [straight[4].truth, straight[1].truth]


def test_another_seed_is_another_performance_in_the_same_place():
    empty = replace(STREET, figures=(), camera=CameraMove.STATIC, weather=Weather.CLEAR)
    here, there = pictures(empty, seed=3)[0], pictures(empty, seed=4)[0]
    elsewhere = pictures(replace(empty, layout=5), seed=3)[0]
    apart = np.abs(here.astype(int) - there).mean()
    assert 0 < apart < 6 < np.abs(here.astype(int) - elsewhere).mean()


@pytest.mark.parametrize(("kind", "is_masked"), [(None, False), (MaskKind.SIDE, True)])
def test_faces_are_listed_with_their_owner_and_state(kind, is_masked):
    figure = Figure(person=WOMAN, mask=None if kind is None else Mask(kind=kind))
    (face,) = film(replace(STREET, figures=(figure,)))[0].truth.faces
    assert face.person == WOMAN.seed
    assert face.state is (Exposure.MASKED if is_masked else Exposure.REVEALED)
    left, top, width, height = face.box
    for x, y in face.points:
        assert left <= x <= left + width
        assert top <= y <= top + height
    assert face.points[0][0] < face.points[1][0] < SMALL[0]


def test_a_mask_that_comes_down_changes_the_truth_on_the_way():
    figure = Figure(person=WOMAN, mask=Mask(kind=MaskKind.FOX), beats=(Action.STAND, Action.UNMASK))
    states = [
        face.state
        for shown in film(replace(STREET, figures=(figure,)), frame_count=24)
        for face in shown.truth.faces
    ]
    assert states[0] is Exposure.MASKED
    assert states[-1] is Exposure.REVEALED
    assert sum(a is not b for a, b in pairwise(states)) == 1


def test_nobody_is_seen_from_behind():
    figure = Figure(person=WOMAN, facing=Facing.AWAY)
    assert all(not shown.truth.faces for shown in film(replace(STREET, figures=(figure,))))


def test_animals_have_no_face_to_consent_with():
    fox = Figure(subject=Subject.FOX)
    assert not film(replace(STREET, figures=(fox,)))[0].truth.faces


def test_beats_come_in_order():
    figure = Figure(person=MAN, subject=Subject.MAN, beats=(Action.STAND, Action.WAVE))
    played = [shown.truth.beats for shown in film(replace(STREET, figures=(figure,)))]
    assert played == [(Action.STAND,)] * 3 + [(Action.WAVE,)] * 3


@pytest.mark.parametrize(
    ("move", "axis", "sign"),
    [
        (CameraMove.PAN_RIGHT, 0, -1),
        (CameraMove.PAN_LEFT, 0, 1),
        (CameraMove.TILT_UP, 1, 1),
        (CameraMove.TILT_DOWN, 1, -1),
    ],
)
def test_the_subject_drifts_against_the_camera(move, axis, sign):
    shown = film(replace(STREET, camera=move), frame_count=12)
    first, last = (shown[i].truth.faces[0].box[axis] for i in (2, 9))
    assert sign * (last - first) > 0.05 * SMALL[1]


@pytest.mark.parametrize("move", [CameraMove.DOLLY_IN, CameraMove.ZOOM_IN])
def test_coming_nearer_makes_faces_larger(move):
    shown = film(replace(STREET, camera=move), frame_count=12)
    assert shown[-1].truth.faces[0].box[3] > 1.15 * shown[0].truth.faces[0].box[3]


def test_shot_sizes_frame_ever_smaller_parts_of_the_subject():
    heights = []
    for size in (ShotSize.FULL, ShotSize.MEDIUM, ShotSize.CLOSE):
        brief = replace(STREET, size=size, camera=CameraMove.STATIC)
        heights.append(film(brief)[0].truth.faces[0].box[3] / SMALL[1])
    assert heights[0] < heights[1] < heights[2]
    assert 0.2 < heights[2] < 0.6


def test_a_wide_print_has_black_bars():
    wide = pictures(replace(STREET, is_letterboxed=True))
    bar = round((SMALL[1] - SMALL[0] / 2.39) / 2)
    assert not wide[:, :bar].any()
    assert not wide[:, -bar:].any()
    assert wide[:, bar:-bar].any(axis=(1, 2, 3)).all()


def test_another_performer_can_wear_the_part():
    casting = Casting(person_at={0: lambda moment: MAN if moment.frame >= 3 else WOMAN})
    owners = [shown.truth.faces[0].person for shown in film(STREET, casting=casting)]
    assert owners == [WOMAN.seed] * 3 + [MAN.seed] * 3


@pytest.mark.parametrize(
    "options", [{"size": (191, 108)}, {"size": (16, 16)}, {"frame_count": 0}, {"fps": 0}]
)
def test_unusable_orders_are_refused_in_one_sentence(options):
    with pytest.raises(MisuseError, match=r"Cannot render .*give even sides"):
        shoot(STREET, **{"frame_count": 2, "size": SMALL, **options})


def test_a_brief_is_refused_when_it_contradicts_itself():
    with pytest.raises(MisuseError, match="needs face"):
        Figure(subject=Subject.WOMAN)
    with pytest.raises(MisuseError, match="has no face"):
        Figure(subject=Subject.DOG, person=WOMAN)
    with pytest.raises(MisuseError, match="at most two"):
        Brief(setting=Setting.CAFE, figures=(Figure(person=WOMAN),) * 3)
