"""A take's identity scores, from faces and a declared cast."""

from __future__ import annotations

import numpy as np
import pytest

from evals.metrics.identity import (
    IDENTITY_METRICS,
    CastInShot,
    KnownSet,
    Yardstick,
    score_identity,
)
from evals.metrics.identity.exposure import settled, stricter
from evals.metrics.identity.seen import pose_of, see, turned_0_1
from evals.packs.faces import Face, FaceState, most_exposing
from evals.packs.manifest import LikenessStatistics
from tests.evals.metrics.identity.conftest import STATISTICS, seen
from tracker.domain.likeness import Exposure
from tracker.domain.scores import Region, ScoreState
from tracker.errors import MisuseError

R, M, U = FaceState.REVEALED, FaceState.MASKED, FaceState.UNSURE


def unit(rows):
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def member(code, sets=(), *, declared=Exposure.REVEALED, allowed=None):
    return CastInShot(
        code=code,
        name=code.title(),
        allowed=allowed or declared,
        declared=declared,
        sets=tuple(
            KnownSet(name=name, vectors=unit(rows), weights=np.ones(len(rows)))
            for name, rows in sets
        ),
    )


def scored(faces, cast, others=None, statistics=STATISTICS, **told):
    yardstick = Yardstick(statistics=statistics, **told)
    scores = score_identity(faces, cast, others=others or {}, yardstick=yardstick)
    assert [score.metric for score in scores] == [fact.name for fact in IDENTITY_METRICS]
    return {score.metric: score for score in scores}


def take_of(world, person, samples=24, **told):
    return seen(unit(person + world.noise(0.25, samples)), **told)


def test_the_right_face_and_the_wrong_one(world):
    nell, pim = world.person(), world.person()
    cast = [member("NELL", [("casting", world.pictures(nell, 4))])]
    right = scored(take_of(world, nell), cast)["identity_same"]
    wrong = scored(take_of(world, pim), cast)["identity_same"]
    assert right.value > 0.95
    assert right.low <= right.value <= right.high
    assert wrong.high < 0.1
    assert "Nell" in wrong.reason
    assert wrong.evidence[0].kind == "not Nell"
    assert wrong.evidence[0].frames.duration_frames == 72


def test_no_face_is_never_a_pass(world):
    nobody = seen(np.zeros((0, 96)))
    cast = [member("NELL", [("casting", world.pictures(world.person(), 4))])]
    scores = scored(nobody, cast)
    for name in ("identity_same", "identity_drift", "identity_swap", "exposure_breach"):
        assert scores[name].state is ScoreState.NOT_ASSESSABLE, name
        assert scores[name].reason
    assert scores["reveal_missed"].value == 0.5
    assert scores["face_seconds"].value == 0


def test_what_is_not_declared_is_not_judged(world):
    scores = scored(take_of(world, world.person()), [])
    assert scores["identity_same"].value is None
    assert "cast exposures" in scores["exposure_breach"].reason
    assert scores["face_seconds"].value == pytest.approx(3.0)


def test_missing_references_and_statistics_name_the_remedy(world):
    faces = take_of(world, world.person())
    assert "cast references" in scored(faces, [member("NELL")])["identity_same"].reason
    known = [member("NELL", [("casting", world.pictures(world.person(), 2))])]
    without = scored(faces, known, statistics=None)["identity_same"]
    assert "[identity.statistics]" in without.reason


def test_masked_faces_never_go_through_the_revealed_threshold(world):
    nell = world.person()
    cast = [member("NELL", [("casting", world.pictures(nell, 4))])]
    masked = scored(take_of(world, nell, states=M), cast)
    assert masked["identity_same"].value is None
    assert "No revealed face" in masked["identity_same"].reason
    assert masked["reveal_missed"].value == 0.5


MASKED_FIGURES = LikenessStatistics(
    same=(0.45, 0.12), other=(0.1, 0.12), reference_spread=0.08, block_spread=0.06
)


def test_behind_a_mask_figures_of_their_own_are_used_and_decide_nothing(world):
    nell, pim = world.person(), world.person()
    cast = [member("NELL", [("casting", world.pictures(nell, 4))], declared=Exposure.MASKED)]
    right, wrong = (
        scored(take_of(world, who, states=M), cast, masked=MASKED_FIGURES)["identity_masked"]
        for who in (nell, pim)
    )
    assert wrong.value < 0.3 < 0.7 < right.value
    assert right.low <= right.value <= right.high
    fact = next(f for f in IDENTITY_METRICS if f.name == "identity_masked")
    assert not fact.decides
    assert fact.fails_at is None
    assert not fact.fails(wrong)


def test_what_lies_behind_a_mask_is_silent_without_what_it_needs(world):
    nell = world.person()
    known = [("casting", world.pictures(nell, 4))]
    cast = [member("NELL", known, declared=Exposure.MASKED)]
    masked, both = take_of(world, nell, states=M), take_of(world, nell, states=[M] * 12 + [R] * 12)

    def reason(faces, cast, **told):
        score = scored(faces, cast, **told)["identity_masked"]
        assert score.state is ScoreState.NOT_ASSESSABLE
        return score.reason

    assert "[identity.masked_statistics]" in reason(masked, cast)
    assert "masked only" in reason(both, cast, masked=MASKED_FIGURES)
    nobody = [member("NELL", declared=Exposure.MASKED)]
    assert "cast references" in reason(masked, nobody, masked=MASKED_FIGURES)
    assert "tells a masked" in reason(take_of(world, nell, states=U), cast, tells_masked=False)


def test_where_nothing_tells_masks_unsure_faces_are_judged_and_none_surely_fails(world):
    nell, pim = world.person(), world.person()
    cast = [member("NELL", [("casting", world.pictures(nell, 4))])]
    same = next(f for f in IDENTITY_METRICS if f.name == "identity_same")
    right, wrong = (
        scored(take_of(world, who, states=U), cast, tells_masked=False)["identity_same"]
        for who in (nell, pim)
    )
    assert right.value > 0.9
    assert same.is_failure(wrong.value)
    assert not same.fails(wrong)
    assert "would see a mask" in wrong.reason
    surer = scored(take_of(world, pim, states=U), cast)["identity_same"]
    assert surer.value is None, "a pack that tells masks waits for a revealed face"


def test_a_face_too_small_to_be_recognised_is_nobodys(world):
    cast = [member("NELL", [("casting", world.pictures(world.person(), 4))])]
    far = scored(take_of(world, world.person(), quality=0.1), cast)["identity_same"]
    assert far.state is ScoreState.NOT_ASSESSABLE
    assert "seen well enough" in far.reason


def test_two_memories_of_one_face_disagree(world):
    family, label = world.person(), world.person()
    sets = [("family", world.pictures(family, 3)), ("label", world.pictures(label, 3))]
    both = scored(take_of(world, family), [member("CORVIN", sets)])["identity_sets"]
    assert both.value < 0.2
    assert "family" in both.reason
    assert "label" in both.reason
    one = scored(take_of(world, family), [member("CORVIN", sets[:1])])["identity_sets"]
    assert one.value is None
    agreeing = [("family", world.pictures(family, 3)), ("label", world.pictures(family, 3))]
    same = scored(take_of(world, family), [member("CORVIN", agreeing)])["identity_sets"]
    assert same.value > 0.9


def test_the_nearest_other_member_of_the_cast_is_named(world):
    nell, pim, ione = (world.person() for _ in range(3))
    cast = [member("NELL", [("casting", world.pictures(nell, 4))])]
    others = {"Pim": pim, "Ione": ione}
    right = scored(take_of(world, nell), cast, others)["identity_others"]
    wrong = scored(take_of(world, pim), cast, others)["identity_others"]
    assert right.value > 0.3
    assert wrong.value < -0.3
    assert wrong.reason == "Nell: nearer to Pim."


def test_two_characters_get_their_own_faces(world):
    nell, pim = world.person(), world.person()
    rows = np.repeat(np.arange(16), 2)
    vectors = np.empty((32, 96))
    vectors[0::2], vectors[1::2] = world.pictures(nell, 16), world.pictures(pim, 16)
    boxes = np.tile([[400.0, 80, 60, 80], [100.0, 80, 60, 80]], (16, 1))
    faces = seen(unit(vectors), rows=rows, boxes=boxes)
    cast = [
        member(code, [("casting", world.pictures(who, 4))])
        for code, who in (("NELL", nell), ("PIM", pim))
    ]
    assert scored(faces, cast)["identity_same"].value > 0.95


def test_a_mask_that_slips_is_a_breach_of_its_length(world):
    states = [M] * 8 + [R] * 4 + [M] * 12
    faces = take_of(world, world.person(), states=states)
    breach = scored(faces, [member("CORVIN", declared=Exposure.MASKED)])["exposure_breach"]
    assert breach.value == pytest.approx(0.5)
    assert breach.low == breach.high == breach.value
    (found,) = breach.evidence
    assert (found.frames.start, found.frames.end) == (23, 35)
    assert found.region == Region(100 / 640, 80 / 360, 60 / 640, 80 / 360)
    plan = member("CORVIN", declared=Exposure.REVEALED, allowed=Exposure.MASKED)
    assert scored(faces, [plan])["exposure_breach"].value == pytest.approx(0.5)
    free = member("CORVIN", declared=Exposure.REVEALED)
    assert scored(faces, [free])["exposure_breach"].value == 0


def test_an_unsure_face_widens_the_interval_only(world):
    states = [M] * 8 + [U] * 4 + [M] * 12
    faces = take_of(world, world.person(), states=states)
    breach = scored(faces, [member("CORVIN", declared=Exposure.MASKED)])["exposure_breach"]
    assert (breach.value, breach.low, breach.high) == (0, 0, pytest.approx(0.5))
    assert "Unsure" in breach.reason
    hidden = scored(faces, [member("CORVIN", declared=Exposure.NONE)])["exposure_breach"]
    assert hidden.value == pytest.approx(3.0)


def test_a_face_too_small_to_be_recognised_may_be_anything(world):
    hidden = member("CORVIN", declared=Exposure.NONE)
    tiny = take_of(world, world.person(), states=M, quality=0.05)
    breach = scored(tiny, [hidden])["exposure_breach"]
    assert (breach.value, breach.low) == (0, 0)
    assert breach.high == pytest.approx(3.0)
    revealed = take_of(world, world.person(), states=R, quality=0.05)
    assert scored(revealed, [hidden])["exposure_breach"].value == pytest.approx(3.0)


def test_each_face_answers_for_its_own_character(world):
    nell, pim = world.person(), world.person()
    rows = np.repeat(np.arange(16), 2)
    vectors = np.empty((32, 96))
    vectors[0::2], vectors[1::2] = world.pictures(nell, 16), world.pictures(pim, 16)
    boxes = np.tile([[400.0, 80, 60, 80], [100.0, 80, 60, 80]], (16, 1))
    cast = [
        member("NELL", [("casting", world.pictures(nell, 4))]),
        member("PIM", [("casting", world.pictures(pim, 4))], declared=Exposure.MASKED),
    ]

    def breach(nell_shows, pim_shows):
        faces = seen(unit(vectors), rows=rows, boxes=boxes, states=[nell_shows, pim_shows] * 16)
        return scored(faces, cast)["exposure_breach"].value

    assert breach(R, M) == 0
    assert breach(M, R) == pytest.approx(2.0)


def test_a_single_slip_of_the_model_is_not_believed():
    assert settled([M, R, M, M]) == (M, M, M, M)
    assert settled([M, R, R, M]) == (M, R, R, M)
    assert settled([R, M]) == (R, M)


def test_the_stricter_word_counts():
    assert stricter(Exposure.REVEALED, Exposure.MASKED) is Exposure.MASKED
    assert stricter(None, Exposure.NONE) is Exposure.NONE
    assert stricter(None, None) is None


def a_face(*, nose=32.0, height=60.0, eyes=(24.0, 40.0)):
    points = ((eyes[0], 28.0), (eyes[1], 28.0), (nose, 37.0), (26.0, 44.5), (38.0, 44.5))
    return Face(box=(0.0, 0.0, 50.0, height), points=points, score=0.9, revealed_0_1=0.9, state=R)


def test_quality_falls_with_turning_size_and_blur():
    assert turned_0_1(a_face()) == pytest.approx(0)
    assert turned_0_1(a_face(nose=24.0)) == 1
    assert turned_0_1(a_face(eyes=(30.0, 30.0))) == 1

    def quality(face, sharpness=6.0):
        found = see(
            [(0, [face])], sharpness=[sharpness], vectors=np.ones((1, 4)), frame_count=1,
            fps=24, size_px=(640, 360),
        )  # fmt: skip
        return float(found.quality[0])

    assert quality(a_face()) == 1
    assert quality(a_face(nose=25.0)) == 0
    assert quality(a_face(height=10.0)) == 0
    assert 0 < quality(a_face(), sharpness=3.0) < 1


def test_pose_follows_turning_and_nodding_but_not_leaning():
    ahead, aside = a_face().points, a_face(nose=36.0).points
    assert pose_of(aside)[0] == pytest.approx(4 / 16)
    assert pose_of(ahead) == pytest.approx((0, 9 / 16, 16.5 / 16))
    angle = np.radians(30)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    leaning = tuple(map(tuple, 2 * np.array(aside) @ turn.T + 7))
    assert pose_of(leaning) == pytest.approx(pose_of(aside))
    assert pose_of(a_face(eyes=(30.0, 30.0)).points) == (0, 0, 0)


def test_faces_that_do_not_belong_together_are_refused():
    with pytest.raises(MisuseError, match="vectors"):
        seen(np.ones((3, 4)), rows=[0, 1, 2], boxes=np.ones((3, 4)), quality=np.ones(2))


def test_no_faces_make_no_state():
    assert most_exposing([]) is FaceState.NONE
    assert seen(np.zeros((0, 4)), samples=3).frame_states == (FaceState.NONE,) * 3
