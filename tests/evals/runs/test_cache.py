from __future__ import annotations

import numpy as np
import pytest

from evals.runs.cache import EmbeddingCache


@pytest.fixture
def cache(tmp_path):
    return EmbeddingCache(tmp_path, "model-a", "decode-1")


def test_vectors_come_back_bit_for_bit_with_their_places(cache):
    vectors = np.random.default_rng(1).standard_normal((3, 8)).astype(np.float32)
    cache.keep_frames("a" * 64, vectors, indices=(0, 7, 23))
    kept, places = cache.frames("a" * 64)
    assert np.array_equal(kept, vectors)
    assert places.tolist() == [0, 7, 23]


def test_texts_and_takes_do_not_meet(cache):
    cache.keep_text("a red door", np.ones(4, np.float32))
    assert cache.text("a red door").tolist() == [1, 1, 1, 1]
    assert cache.text("a blue door") is None
    assert not cache.has_frames("a red door")


@pytest.mark.parametrize(("model", "decode"), [("model-b", "decode-1"), ("model-a", "decode-2")])
def test_another_model_or_another_decoding_is_a_miss(cache, tmp_path, model, decode):
    cache.keep_frames("a" * 64, np.ones((1, 4), np.float32), indices=(0,))
    assert not EmbeddingCache(tmp_path, model, decode).has_frames("a" * 64)


@pytest.mark.parametrize("size", [0, 30, 200])
def test_a_file_that_was_cut_is_a_miss_and_can_be_kept_again(cache, tmp_path, size):
    cache.keep_frames("a" * 64, np.ones((4, 64), np.float32), indices=(0, 1, 2, 3))
    (file,) = tmp_path.rglob("*.npz")
    file.write_bytes(file.read_bytes()[:size])
    assert cache.frames("a" * 64) is None
    cache.keep_frames("a" * 64, np.ones((4, 64), np.float32), indices=(0, 1, 2, 3))
    assert cache.has_frames("a" * 64)


def test_a_flipped_bit_is_a_miss(cache, tmp_path):
    cache.keep_text("a red door", np.ones(64, np.float32))
    (file,) = tmp_path.rglob("*.npz")
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)
    assert cache.text("a red door") is None
