"""Trials, on models simple enough to see that they are right or wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evals.errors import PackError
from evals.packs._trials import COLOURS, squares, try_faces, try_text_image
from evals.packs.availability import Unavailable
from evals.packs.identity import load_identity
from evals.packs.manifest import read_pack
from evals.packs.text_image import load_text_image
from tracker.settings import REPOSITORY_ROOT


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


class ByColour:
    """Sees the colour in the middle of a picture, and reads the colour's name."""

    def __init__(self, names: dict[str, str] | None = None) -> None:
        self.names = names or {}

    def encode_frames(self, frames):
        return unit(np.array([f[f.shape[0] // 2, f.shape[1] // 2] for f in frames], float) - 100)

    def encode_texts(self, texts):
        meant = [next(c for c in COLOURS if f" {c} " in text) for text in texts]
        return unit(np.array([COLOURS[self.names.get(c, c)] for c in meant], float) - 100)


def test_a_model_that_knows_its_colours_passes():
    try_text_image(ByColour(), "It", is_demo=False)


def test_channels_in_the_wrong_order_do_not():
    class BlueFirst(ByColour):
        def encode_frames(self, frames):
            return super().encode_frames([f[..., ::-1] for f in frames])

    with pytest.raises(PackError, match="It cannot tell a red square from a blue one"):
        try_text_image(BlueFirst(), "It", is_demo=False)
    try_text_image(BlueFirst(), "It", is_demo=True)


def test_one_exchanged_pair_is_enough_to_fail():
    with pytest.raises(PackError, match="cannot tell a green square from a yellow one"):
        names = {"green": "yellow", "yellow": "green"}
        try_text_image(ByColour(names), "It", is_demo=False)


def test_a_liking_for_one_word_is_no_fault():
    class Fond(ByColour):
        def encode_frames(self, frames):
            return unit(np.hstack([super().encode_frames(frames), np.ones((len(frames), 1))]))

        def encode_texts(self, texts):
            fond = [[1.5] if "red" in text else [-0.5] for text in texts]
            return unit(np.hstack([super().encode_texts(texts) * 1.0, fond]))

    try_text_image(Fond(), "It", is_demo=False)


def test_the_squares_are_of_their_colours_on_white():
    for picture, colour in zip(squares(), COLOURS.values(), strict=True):
        assert tuple(picture[128, 128]) == colour
        assert tuple(picture[0, 0]) == (255, 255, 255)


class Faces:
    """Embeds crops by chosen vectors, and finds what it is told to find."""

    crop_px = 8

    def __init__(self, vectors, *, found=()) -> None:
        self.vectors, self.found = vectors, found

    def find(self, frames):
        return [self.found for _ in frames]

    def embed(self, crops):
        return np.asarray(self.vectors, np.float32)


def test_faces_pass_with_unit_vectors_that_follow_the_crop():
    try_faces(Faces([[1, 0], [0, 1], [1, 0]]), "It", is_demo=False)


@pytest.mark.parametrize(
    ("vectors", "said"),
    [
        ([[1, 0], [0, 2], [1, 0]], "not of length one"),
        ([[1, 0], [np.nan, 0], [1, 0]], "not finite"),
        ([[1, 0], [1, 0], [1, 0]], "all the same"),
        ([[1, 0], [0, 1], [0, 1]], "same face twice as different"),
    ],
)
def test_vectors_without_sense_fail_in_demo_packs_too(vectors, said):
    for is_demo in (True, False):
        with pytest.raises(PackError, match=said):
            try_faces(Faces(vectors), "It", is_demo=is_demo)


def test_a_face_on_a_grey_wall_fails_a_real_pack():
    model = Faces([[1, 0], [0, 1], [1, 0]], found=("a face",))
    with pytest.raises(PackError, match="grey wall"):
        try_faces(model, "It", is_demo=False)
    try_faces(model, "It", is_demo=True)


def test_random_weights_of_a_real_pack_are_refused_on_loading(tiny_pack):
    pack = tiny_pack()
    assert not isinstance(load_text_image(pack, "cpu"), Unavailable)
    answer = load_text_image(replace(pack, is_demo=False), "cpu")
    assert isinstance(answer, Unavailable)
    assert "square" in answer.reason


def test_the_demo_packs_trained_models_pass_what_is_asked_of_real_ones():
    pack = read_pack(REPOSITORY_ROOT / "data" / "packs" / "demo")
    try_text_image(load_text_image(pack, "cpu"), "The demo pack", is_demo=False)
    try_faces(load_identity(pack, "cpu"), "The demo pack", is_demo=False)
