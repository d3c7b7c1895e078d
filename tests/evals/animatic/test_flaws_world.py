"""Flawed films against their clean twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evals.animatic.brief import (
    Action,
    Brief,
    Colour,
    Facing,
    Figure,
    Mask,
    MaskKind,
    Prop,
    PropKind,
    Setting,
    ShotSize,
    Subject,
    Time,
    Wardrobe,
)
from evals.animatic.cast import EVALUATION_SEEDS, Kind, draw_person
from evals.animatic.flawed import (
    SSIM_STEPS,
    SSIM_TOLERANCE,
    Flaw,
    applicable,
    plan_flaw,
    shoot_with,
    together,
)
from evals.animatic.flaws import STEPS, FlawKind, Step
from evals.animatic.shoot import shoot
from evals.animatic.world_flaws import GRADED, WorldFlawKind, objection, other_person
from tracker.domain.likeness import Exposure
from tracker.domain.units import FrameRange
from tracker.errors import MisuseError

COUNT, SIZE, SEED = 16, (160, 90), 3
OWNER = draw_person(EVALUATION_SEEDS.start + 7, kind=Kind.WOMAN)
ACTRESS = Figure(
    subject=Subject.WOMAN,
    person=OWNER,
    wardrobe=Wardrobe(colour=Colour.RED),
    holds=Prop(kind=PropKind.LANTERN, colour=Colour.YELLOW),
    beats=(Action.STAND, Action.WAVE),
)
BRIEF = Brief(
    setting=Setting.PLATFORM,
    time=Time.DUSK,
    figures=(ACTRESS,),
    size=ShotSize.FULL,
)
MASKED = replace(
    BRIEF,
    size=ShotSize.MEDIUM,
    figures=(replace(ACTRESS, holds=None, mask=Mask(kind=MaskKind.UPPER), beats=(Action.STAND,)),),
)
EMPTY = replace(BRIEF, figures=(), setting=Setting.HILLS)
WORLD = [kind for kind in WorldFlawKind if kind is not WorldFlawKind.MASK_REVEALED]


def brief_for(kind) -> Brief:
    return MASKED if kind is WorldFlawKind.MASK_REVEALED else BRIEF


def flawed(*flaws: Flaw, brief: Brief = BRIEF):
    return shoot_with(brief, flaws, frame_count=COUNT, size=SIZE, seed=SEED)


def clean(brief: Brief = BRIEF, count: int = COUNT):
    shown = list(shoot(brief, frame_count=count, size=SIZE, seed=SEED))
    return np.stack([s.picture for s in shown]), tuple(s.truth for s in shown)


@pytest.fixture(scope="module")
def twins():
    return {id(brief): clean(brief) for brief in (BRIEF, MASKED)}


@pytest.mark.parametrize("kind", list(WorldFlawKind))
def test_only_the_range_differs_from_the_clean_twin(twins, kind):
    brief, where = brief_for(kind), FrameRange(9, 12)
    film, truth = twins[id(brief)]
    got = flawed(Flaw(kind=kind, frames=where, seed=1), brief=brief)
    inside = np.arange(where.start, where.end)
    outside = np.setdiff1d(np.arange(COUNT), inside)
    assert np.array_equal(got.film[outside], film[outside])
    assert [got.frames[i] for i in outside] == [truth[i] for i in outside]
    assert all(not np.array_equal(got.film[i], film[i]) for i in inside)
    assert got.flaws[0].frames == where
    assert got.flaws[0].ssim < 1


@pytest.mark.parametrize("kind", list(FlawKind))
def test_frame_flaw_reports_its_range_and_keeps_one_truth_per_frame(twins, kind):
    film, _ = twins[id(BRIEF)]
    got = flawed(Flaw(kind=kind, severity=STEPS[kind][-1] if kind is not FlawKind.FREEZE else 6))
    where = got.flaws[0].frames
    assert np.array_equal(got.film[: where.start], film[: where.start])
    assert [truth.frame for truth in got.frames] == list(range(len(got.film)))
    assert got.flaws[0].ssim < 1


def test_film_without_flaws_is_the_clean_twin(twins):
    film, truth = twins[id(BRIEF)]
    got = flawed()
    assert np.array_equal(got.film, film)
    assert got.frames == truth
    assert got.flaws == ()


def test_same_order_gives_the_same_bits():
    order = [
        Flaw(kind=WorldFlawKind.MELTING_FACE, severity=0.6),
        Flaw(kind=FlawKind.FREEZE, severity=3),
    ]
    one, two = flawed(*order), flawed(*order)
    assert np.array_equal(one.film, two.film)
    assert one.frames == two.frames
    assert one.flaws == two.flaws


def test_swapped_identity_is_told_frame_by_frame():
    other = draw_person(EVALUATION_SEEDS.start + 90, kind=Kind.WOMAN)
    got = flawed(Flaw(kind=WorldFlawKind.IDENTITY_SWAP, frames=FrameRange(10, 16), performer=other))
    owners = [truth.faces[0].person for truth in got.frames]
    assert owners == [OWNER.seed] * 10 + [other.seed] * 6


def test_drawn_performer_comes_from_the_same_cast():
    for seed in range(40):
        other = other_person(OWNER, seed=seed)
        assert other.seed != OWNER.seed
        assert other.seed in EVALUATION_SEEDS
        assert other.kind is OWNER.kind


def test_revealed_mask_is_told(twins):
    _, truth = twins[id(MASKED)]
    got = flawed(Flaw(kind=WorldFlawKind.MASK_REVEALED, seed=2), brief=MASKED)
    where = got.flaws[0].frames
    for i, frame in enumerate(got.frames):
        inside = where.start <= i < where.end
        assert frame.faces[0].state is (Exposure.REVEALED if inside else Exposure.MASKED)
    assert {frame.faces[0].state for frame in truth} == {Exposure.MASKED}


def test_ignored_beat_starts_where_the_second_would():
    got = flawed(Flaw(kind=WorldFlawKind.IGNORED_BEAT))
    _, truth = clean()
    where = got.flaws[0].frames
    assert truth[where.start].beats == (Action.WAVE,)
    assert truth[where.start - 1].beats == (Action.STAND,)
    assert {frame.beats for frame in got.frames} == {(Action.STAND,)}


def test_frozen_dropped_and_black_frames_move_the_truth(twins):
    _, truth = twins[id(BRIEF)]
    frozen = flawed(Flaw(kind=FlawKind.FREEZE, severity=3, frames=FrameRange(5, 8)))
    dropped = flawed(Flaw(kind=FlawKind.DROPPED_FRAMES, severity=4, frames=FrameRange(5, 6)))
    black = flawed(Flaw(kind=FlawKind.BLACK_FRAMES, severity=2, frames=FrameRange(5, 7)))
    assert all(replace(frozen.frames[i], frame=4) == truth[4] for i in (5, 6, 7))
    assert len(dropped.film) == len(dropped.frames) == COUNT - 4
    assert replace(dropped.frames[5], frame=9) == truth[9]
    assert [len(frame.faces) for frame in black.frames[4:8]] == [1, 0, 0, 1]


def test_dropping_frames_moves_the_flaw_after_them():
    swap = Flaw(kind=WorldFlawKind.IDENTITY_SWAP, frames=FrameRange(8, 14))
    drop = Flaw(kind=FlawKind.DROPPED_FRAMES, severity=3, frames=FrameRange(4, 5))
    got = flawed(swap, drop)
    assert [flaw.frames for flaw in got.flaws] == [FrameRange(5, 11), FrameRange(4, 5)]
    inside = [i for i, f in enumerate(got.frames) if f.faces[0].person != OWNER.seed]
    assert inside == list(range(5, 11))
    with pytest.raises(MisuseError, match="lost to a later flaw"):
        flawed(replace(swap, frames=FrameRange(5, 6)), drop)


def test_cut_ends_the_world_flaw_before_it():
    got = flawed(
        Flaw(kind=WorldFlawKind.WRONG_COLOUR),
        Flaw(kind=FlawKind.HARD_CUT, frames=FrameRange(9, 10)),
    )
    assert [flaw.frames for flaw in got.flaws] == [FrameRange(0, 9), FrameRange(9, 10)]


def test_flaws_that_rule_each_other_out_are_left_out():
    melt = Flaw(kind=WorldFlawKind.MELTING_FACE, frames=FrameRange(2, 8))
    limb = Flaw(kind=WorldFlawKind.EXTRA_LIMB, frames=FrameRange(6, 12))
    cut = Flaw(kind=FlawKind.HARD_CUT, frames=FrameRange(9, 10))
    drop = Flaw(kind=FlawKind.DROPPED_FRAMES, severity=7, frames=FrameRange(1, 2))
    apart = replace(limb, frames=FrameRange(8, 12))
    assert together([melt, limb, cut, drop], brief=BRIEF, frame_count=COUNT) == (melt, cut)
    assert together([melt, apart], brief=BRIEF, frame_count=COUNT) == (melt, apart)
    with pytest.raises(MisuseError, match="cannot have a"):
        flawed(melt, limb)


def test_two_flaws_of_the_world_meet():
    melt = Flaw(kind=WorldFlawKind.MELTING_FACE, frames=FrameRange(2, 8))
    wrong = Flaw(kind=WorldFlawKind.WRONG_TIME)
    both = flawed(melt, wrong)
    assert np.array_equal(both.film[8:], flawed(wrong).film[8:])
    assert not np.array_equal(both.film[2:8], flawed(wrong).film[2:8])


@pytest.mark.parametrize("kind", sorted(GRADED))
def test_planned_steps_reach_their_ssim(kind):
    brief = SEEN_IN[kind]
    reached = []
    for step in (Step.MILD, Step.STRONG):
        flaw = plan_flaw(kind, step, brief=brief, frame_count=COUNT, seed=SEED, size=SIZE)
        truth = flawed(flaw, brief=brief).flaws[0]
        assert truth.step is step
        wanted = SSIM_STEPS[kind][step]
        assert truth.ssim_in_box == pytest.approx(wanted, abs=SSIM_TOLERANCE + 1e-4) or (
            truth.severity == 1 and truth.ssim_in_box > wanted
        )
        reached.append(truth.ssim_in_box)
    assert reached == sorted(reached, reverse=True)


SEEN_IN = {
    WorldFlawKind.EXTRA_LIMB: replace(BRIEF, size=ShotSize.MEDIUM),
    WorldFlawKind.GARBLED_SIGN: replace(BRIEF, setting=Setting.STREET, size=ShotSize.WIDE),
    WorldFlawKind.IDENTITY_DRIFT: replace(BRIEF, size=ShotSize.CLOSE),
    WorldFlawKind.MELTING_FACE: replace(BRIEF, size=ShotSize.CLOSE),
    WorldFlawKind.MORPHING_LIMB: replace(BRIEF, size=ShotSize.MEDIUM),
}


@pytest.mark.parametrize("kind", list(FlawKind))
@pytest.mark.parametrize("step", list(Step))
def test_frame_flaws_are_planned_at_their_published_steps(kind, step):
    flaw = plan_flaw(kind, step, brief=BRIEF, frame_count=48, seed=SEED)
    assert flaw.severity in STEPS[kind]
    assert flaw.step is step
    assert flaw.frames is not None
    assert flaw.frames.end <= 48


def test_what_applies_follows_from_the_brief():
    assert set(WORLD) <= set(applicable(BRIEF))
    assert WorldFlawKind.MASK_REVEALED in applicable(MASKED)
    bare = {WorldFlawKind.WRONG_SETTING, WorldFlawKind.WRONG_TIME}
    assert set(applicable(EMPTY)) == bare | set(FlawKind)


@pytest.mark.parametrize(
    ("kind", "figure"),
    [
        (WorldFlawKind.IGNORED_BEAT, {"beats": (Action.STAND,)}),
        (WorldFlawKind.MISSING_PROP, {"holds": None}),
        (WorldFlawKind.MASK_REVEALED, {"mask": None}),
        (
            WorldFlawKind.MASK_REVEALED,
            {"mask": Mask(kind=MaskKind.FOX), "beats": (Action.UNMASK, Action.STAND)},
        ),
        (WorldFlawKind.MELTING_FACE, {"facing": Facing.AWAY}),
        (WorldFlawKind.IDENTITY_SWAP, {"mask": Mask(kind=MaskKind.FOX)}),
        (WorldFlawKind.WRONG_PERFORMER, {"subject": Subject.DOG, "person": None}),
        (WorldFlawKind.EXTRA_LIMB, {"subject": Subject.ROBOT, "person": None}),
    ],
)
def test_what_a_brief_has_no_room_for_is_refused(kind, figure):
    brief = replace(BRIEF, figures=(replace(ACTRESS, **figure),))
    assert objection(kind, brief) is not None
    assert kind not in applicable(brief)
    with pytest.raises(MisuseError, match="cannot be planted into this brief, since"):
        plan_flaw(kind, Step.VISIBLE, brief=brief, frame_count=COUNT, seed=SEED, size=SIZE)


def test_what_can_hardly_be_seen_is_not_planned():
    far = replace(BRIEF, size=ShotSize.WIDE)
    with pytest.raises(MisuseError, match="can hardly be seen in this brief"):
        plan_flaw(
            WorldFlawKind.IDENTITY_DRIFT,
            Step.MILD,
            brief=far,
            frame_count=COUNT,
            seed=SEED,
            size=(64, 36),
        )


@pytest.mark.parametrize(
    ("flaw", "message"),
    [
        (Flaw(kind=WorldFlawKind.WRONG_TIME, frames=FrameRange(9, 17)), "end the range earlier"),
        (Flaw(kind=WorldFlawKind.MELTING_FACE, severity=1.5), "not above 0 and up to 1"),
        (Flaw(kind=FlawKind.FREEZE, severity=15), "do not fit into 16"),
    ],
)
def test_orders_that_cannot_be_met_are_refused(flaw, message):
    with pytest.raises(MisuseError, match=message):
        flawed(flaw)
