"""The studio's plan: generators with flaws of their own, a director with a stated temper."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from evals.animatic.flaws import FlawKind, Step
from evals.animatic.world_flaws import WorldFlawKind
from evals.studio.director import FLIP_PROBABILITY, SimulatedDirector, perceived
from evals.studio.generators import CAMERA, GENERATORS, choose_generator, draw_flaws, find_generator
from evals.studio.plan import MAX_TAKES, plan_studio, small_studio, within
from evals.studio.records import OrderedFlaw
from evals.studio.script import load_productions
from tracker.domain.addresses import Address
from tracker.domain.production import ArtifactPolicy, Method
from tracker.domain.reviews import DecisionOutcome
from tracker.domain.stages import ShotStatus
from tracker.errors import MisuseError, NotFoundError

EVERY_KIND = (*WorldFlawKind, *FlawKind)
STRONG_FLICKER = OrderedFlaw(FlawKind.FLICKER, Step.STRONG)


@pytest.fixture(scope="module")
def studio():
    return plan_studio(load_productions())


@pytest.fixture(scope="module")
def takes(studio):
    return [(shot, take) for film in studio for shot in film.shots for take in shot.takes]


@pytest.fixture(scope="module")
def plain_shot(studio):
    """A shot without rank or policy."""
    return next(s.script for s in studio[2].shots if not s.script.is_hero)


def test_there_are_300_takes_of_a_second_and_a_half_to_three(takes):
    assert len(takes) >= 300
    seconds = [shot.script.frame_count / shot.fps for shot, _ in takes]
    assert 1.5 <= min(seconds) <= max(seconds) <= 3
    assert max(Counter(f"{s.film}{s.script.code}" for s, _ in takes).values()) == MAX_TAKES


def test_planning_again_gives_the_same_plan(studio):
    assert repr(plan_studio(load_productions())) == repr(studio)


def test_every_generator_works_and_has_its_own_faults(takes):
    used = Counter(take.generator for _, take in takes)
    assert set(used) == {g.name for g in GENERATORS} | {CAMERA.name}
    flawed = Counter(take.generator for _, take in takes if take.flaws)
    shares = {name: flawed[name] / used[name] for name in used}
    assert shares["Loomlight"] < 0.4 < min(shares[n] for n in ("Tessera", "Marchpane", "Pelagia"))
    costs = [g.cost_eur for g in GENERATORS]
    assert costs == sorted(costs)


def test_flaws_are_drawn_from_the_profile_and_from_what_the_brief_has_room_for():
    rng = np.random.default_rng(3)
    for generator in GENERATORS:
        drawn = [flaw for _ in range(200) for flaw in draw_flaws(generator, EVERY_KIND, rng)]
        assert {flaw.kind for flaw in drawn} <= set(generator.weights)
        assert 0.15 < len(drawn) / 200 < 1.2
    only = draw_flaws(find_generator("Tessera"), [FlawKind.FREEZE], np.random.default_rng(1))
    assert {flaw.kind for flaw in only} <= {FlawKind.FREEZE}


def test_retakes_go_to_the_dear_generator_more_often():
    rng = np.random.default_rng(5)
    first = Counter(choose_generator(1, rng).name for _ in range(500))
    later = Counter(choose_generator(3, rng).name for _ in range(500))
    assert later["Loomlight"] > 2 * first["Loomlight"]


def test_an_unknown_generator_is_refused_with_those_that_there_are():
    with pytest.raises(MisuseError, match="Loomlight"):
        find_generator("Loomlite")


def test_live_action_comes_from_a_camera(takes):
    for shot, take in takes:
        is_live = shot.script.method is Method.LIVE_ACTION
        assert (take.generator == CAMERA.name) == is_live


def test_a_director_accepts_what_stays_below_the_threshold_but_for_the_coin(plain_shot):
    director = SimulatedDirector("Ada Quill")
    assert 0.30 <= director.threshold <= 0.42
    assert director.threshold == SimulatedDirector("Ada Quill").threshold
    rng = np.random.default_rng(11)
    clean = [director.judge(plain_shot, [], rng) for _ in range(600)]
    bad = [director.judge(plain_shot, [STRONG_FLICKER], rng) for _ in range(600)]
    for judgements, usual in ((clean, True), (bad, False)):
        odd = sum(j.accepts is not usual for j in judgements)
        assert odd == sum(j.is_flipped for j in judgements)
        assert 0.01 < odd / 600 < 0.06, FLIP_PROBABILITY
    assert np.median([j.minutes for j in bad]) > np.median([j.minutes for j in clean])
    assert all(j.note.startswith("Simulated director: ") for j in (*clean, *bad))


def test_rank_and_policy_change_how_strongly_a_flaw_is_perceived(plain_shot):
    usual = perceived(STRONG_FLICKER, plain_shot)
    assert perceived(STRONG_FLICKER, replace(plain_shot, is_hero=True)) > usual
    tolerant = replace(plain_shot, policy=ArtifactPolicy.TOLERATE)
    assert perceived(STRONG_FLICKER, tolerant) < usual
    assert perceived(STRONG_FLICKER, replace(plain_shot, embraces=("flicker",))) == 0
    wrong_face = OrderedFlaw(WorldFlawKind.WRONG_PERFORMER, Step.STRONG)
    assert perceived(wrong_face, tolerant) == perceived(wrong_face, plain_shot)


def test_technical_faults_are_taken_again_and_wrong_ones_are_directed(plain_shot):
    director, rng = SimulatedDirector("Ada Quill"), np.random.default_rng(2)
    again = director.judge(plain_shot, [STRONG_FLICKER], rng, flip_probability=0)
    assert again.outcome is DecisionOutcome.REGENERATE
    ignored = OrderedFlaw(WorldFlawKind.IGNORED_BEAT, Step.STRONG)
    told = director.judge(plain_shot, [ignored], rng, flip_probability=0)
    assert told.outcome is DecisionOutcome.DIRECT
    memory = replace(plain_shot, embraces=("flicker",))
    kept = director.judge(memory, [STRONG_FLICKER], rng, flip_probability=0)
    assert (kept.outcome, kept.kind) == (DecisionOutcome.EMBRACE, "flicker")


def test_decisions_lead_to_retakes_and_some_takes_wait(studio, takes):
    undecided = sum(take.judgement is None for _, take in takes)
    assert 0.1 < undecided / len(takes) < 0.5  # audits need takes that nobody has looked at
    for film in studio:
        for shot in film.shots:
            said = [take.judgement for take in shot.takes]
            accepted = [j is not None and j.accepts for j in said]
            if shot.status is ShotStatus.APPROVED:
                assert any(accepted)
            if shot.status is ShotStatus.NEEDS_DIRECTION:
                assert len(said) == MAX_TAKES
    assert {s.status for film in studio for s in film.shots} == {
        ShotStatus.APPROVED,
        ShotStatus.PENDING_REVIEW,
        ShotStatus.NEEDS_DIRECTION,
    }


def test_the_small_studio_is_a_part_of_the_first_film(studio):
    (film,) = small_studio(studio)
    assert film.address == Address("ANTH01", "F01")
    assert [len(shot.takes) for shot in film.shots] == [2, 2, 0]
    assert sum(take.is_cut_off for shot in film.shots for take in shot.takes) == 1
    full = {shot.script.code: shot.takes for shot in studio[0].shots}
    assert all(full[s.script.code][: len(s.takes)] == s.takes for s in film.shots)


def test_a_scope_names_a_production_or_a_film(studio):
    assert len(within(studio, [])) == len(studio)
    assert [f.script.code for f in within(studio, [Address("CAMP01")])] == ["SP06", "SP15", "SP30"]
    for wrong in (Address("ANTH09"), Address("ANTH01", "F01", "SQ010_SH0010")):
        with pytest.raises(NotFoundError, match="ANTH01/F01"):
            within(studio, [wrong])
