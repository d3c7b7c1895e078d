from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage
from hypothesis import given
from hypothesis import strategies as st

from evals.media.motion import MotionTracker
from evals.media.types import ClipFacts, Frame, Motion
from evals.metrics.prompt import CameraMeter, find_moves
from evals.metrics.prompt.camera import NO_MOVE
from evals.metrics.prompt.camera_path import pair_motion
from evals.metrics.prompt.camera_words import Move
from tracker.domain.production import Brief
from tracker.domain.scores import ScoreState

SIZE = (320, 180)
FPS = Fraction(24)
COUNT = 24
ASKED = {
    "pan left": "left", "pan right": "right", "tilt up": "up", "tilt down": "down",
    "push in": "in", "pull out": "out", "static camera": "still", "handheld": "handheld",
}  # fmt: skip


def photograph(name: str) -> np.ndarray:
    picture = cv2.imread(str(Path(skimage.__file__).parent / "data" / name), cv2.IMREAD_COLOR)
    assert picture is not None, f"scikit-image no longer ships {name}"
    return picture[..., ::-1]


def clip(move: str, name: str = "coffee.png", *, count: int = COUNT) -> np.ndarray:
    """Look at a photograph through a window that moves as the word says, with some grain."""
    picture, rng = photograph(name), np.random.default_rng(1)
    height, width = picture.shape[:2]
    time = np.arange(count) / 24
    shake = 0.006 * np.stack([np.sin(9 * time) + 0.6 * np.sin(17 * time + 1), np.cos(11 * time)])
    frames = []
    for i in range(count):
        way, zoom = i / (count - 1) - 0.5, 1.0
        x, y = width / 2, height / 2
        span = 0.55 * width  # of the photograph in the picture
        if move in ("left", "right"):
            x += 0.2 * span * way * (1 if move == "right" else -1)
        elif move in ("up", "down"):
            y += 0.15 * span * way * (1 if move == "down" else -1)
        elif move in ("in", "out"):
            zoom = np.exp(0.25 * way * (1 if move == "in" else -1))
        elif move == "handheld":
            x, y = x + span * shake[0, i], y + span * shake[1, i]
        scale = SIZE[0] / span * zoom
        matrix = np.array(
            [[scale, 0, SIZE[0] / 2 - scale * x], [0, scale, SIZE[1] / 2 - scale * y]]
        )
        view = cv2.warpAffine(picture, matrix, SIZE, flags=cv2.INTER_LINEAR,
                              borderMode=cv2.BORDER_REFLECT_101)  # fmt: skip
        frames.append(np.clip(view + rng.normal(0, 1, view.shape), 0, 255).astype(np.uint8))
    return np.array(frames)


def motions(frames: np.ndarray) -> list[Motion | None]:
    tracker = MotionTracker()
    return [tracker.update(rgb) for rgb in frames]


def score(frames: np.ndarray, words: str, moved: list[Motion | None] | None = None):
    """Feed a clip to a fresh meter, as a reading process does."""
    meter = CameraMeter(find_moves(Brief(camera=words)))
    for i, (rgb, motion) in enumerate(zip(frames, moved or motions(frames), strict=True)):
        frame = Frame(
            index=i, pts_s=i / 24, luma=rgb[..., 0], rgb=rgb, full_rgb=lambda rgb=rgb: rgb
        )
        meter.feed(frame, motion)
    facts = ClipFacts(frame_count=len(frames), fps=FPS, width=SIZE[0], height=SIZE[1])
    (found,) = meter.finish(facts)
    return found


@pytest.mark.parametrize("name", ["coffee.png", "chelsea.png", "gravel.png"])
@pytest.mark.parametrize("shown", sorted(ASKED.values()))
def test_a_move_agrees_with_its_own_words_and_with_no_others(shown, name):
    frames = clip(shown, name)
    moved = motions(frames)
    for words, move in ASKED.items():
        found = score(frames, words, moved)
        if move == shown:
            assert found.value > 0.8, (words, found)
        else:
            assert found.value < 0.2, (words, found)


def test_what_was_asked_and_what_is_seen_are_told_in_words():
    found = score(clip("right"), "Wide shot, slow pan to the left")
    assert found.reason == 'Asked for: "slow pan to the left". Seen: right.'
    ((frames, kind),) = [(e.frames, e.kind) for e in found.evidence]
    assert (frames.start, frames.end, kind) == (0, COUNT, "right")


def test_every_asked_move_must_be_there():
    both = clip("right")[:, :, ::-1]  # mirrored: a pan to the left
    assert score(both, "pan left").value > 0.8
    assert score(both, "pan left, then tilt up").value < 0.2


def test_a_pan_that_comes_back_has_both_directions():
    there = clip("right")
    assert score(np.concatenate([there, there[::-1]]), "pan right, then pan left").value > 0.8


def test_something_that_crosses_the_picture_is_no_camera_move():
    frames, thing = clip("still"), clip("still", "chelsea.png")[0, 40:140, 60:150]
    for i, frame in enumerate(frames):
        frame[50:150, 10 * i : 10 * i + 90] = thing[:, : max(0, 320 - 10 * i)][:, :90]
    assert score(frames, "static camera").value > 0.8
    assert score(frames, "pan left").value < 0.2


def test_direction_without_a_word_for_it_may_be_either():
    for shown in ("left", "right"):
        assert score(clip(shown), "slow pan").value > 0.8
    assert score(clip("still"), "slow pan").value < 0.2


@pytest.mark.parametrize(
    ("frames", "words", "reason"),
    [
        (clip("still"), "medium shot, 35mm", NO_MOVE),
        (clip("still")[:1], "pan left", "a still"),
        (clip("still")[:4], "pan left", "4 frames"),
        (np.random.default_rng(0).integers(0, 255, (8, 180, 320, 3), np.uint8), "pan left", "a person"),
    ],
    ids=["no words", "a still", "too short", "noise"],
)  # fmt: skip
def test_what_cannot_be_judged_says_why(frames, words, reason):
    found = score(frames, words)
    assert found.state is ScoreState.NOT_ASSESSABLE
    assert reason in found.reason


@given(
    st.floats(-6, 6), st.floats(-6, 6), st.floats(0.95, 1.05), st.integers(0, 99)
)  # fmt: skip
def test_a_similarity_is_found_again_under_outliers(x, y, scale, seed):
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:180, 0:320].astype(np.float32)
    flow = np.stack([(scale - 1) * (columns - 160) + x, (scale - 1) * (rows - 90) + y], axis=-1)
    flow[:, :100] += rng.uniform(-9, 9, (180, 100, 2))  # a third of the picture goes its own way
    motion = Motion(
        flow=flow.astype(np.float32),
        valid=np.ones((180, 320), np.bool_),
        compensated=np.zeros((180, 320, 3), np.uint8),
        speed_px=0.0,
    )
    found = pair_motion(motion)
    assert found == pytest.approx((x / 320, y / 320, -np.log(scale)), abs=2e-3)


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        ("wide shot, static camera", ["still"]),
        ("Locked off", ["still"]),
        ("no camera movement", ["still"]),
        ("Slow push-in", ["in"]),
        ("slow dolly out", ["out"]),
        ("the camera backs away", ["out"]),
        ("the lens closes in", ["in"]),
        ("pan from left to right", ["right"]),
        ("whip pan to the left and tilt down", ["left", "down"]),
        ("handheld, tracking left", ["handheld", "left"]),
        ("crane up, then zoom in", ["up", "in"]),
        ("slow zoom", ["in or out"]),
        ("no zoom", []),
        ("close-up, 35mm, orbit", []),
        ("", []),
        ("Close-up in low light", []),
        ("close on her face in the window", []),
        ("from the back of the room", []),
        ("medium shot with her back to us", []),
        ("tracking shot in the forest", []),
        ("pull focus out to the garden", []),
        ("tilt up to the cabinet", ["up"]),
        ("pan left to right", ["right"]),
        ("left-to-right pan", ["right"]),
        ("pan from the right of frame to the left", ["left"]),
        ("tilt from top to bottom", ["down"]),
        ("pan from the left", ["right"]),
        ("pan right to the man on the left", ["right"]),
        ("a left pan", ["left"]),
        ("pan up", ["up"]),
        ("pan left without zooming", ["left"]),
        ("not handheld", []),
        ("never static", []),
        ("lock-off", ["still"]),
        ("the camera doesn\u2019t move", ["still"]),
    ],
)
def test_camera_words_become_moves(text, moves):
    assert [asked.move.value for asked in find_moves(Brief(camera=text))] == moves


def test_a_prompt_is_read_only_where_it_speaks_of_the_camera():
    brief = Brief(prompt="She pans for gold and tilts her head up. The camera pans left.")
    assert [(a.move, a.words) for a in find_moves(brief)] == [(Move.LEFT, "The camera pans left")]


@given(st.text(alphabet="panzoom tilt left up and in,. static camera", max_size=60))
def test_whatever_is_written_each_move_comes_once_in_the_directors_words(text):
    found = find_moves(Brief(camera=text))
    assert len({asked.move for asked in found}) == len(found)
    assert all(asked.words in " ".join(text.split()) for asked in found)
