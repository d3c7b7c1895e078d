"""Half precision stays within the stated tolerances, and never passes for single precision."""

from __future__ import annotations

import numpy as np
import pytest

from evals.animatic.sampler import Split, draw_brief
from evals.animatic.shoot import shoot
from evals.packs.backend import torch
from evals.packs.devices import COSINE_TOLERANCE, NEAR_TOLERANCE, PRECISION
from evals.packs.identity import load_identity
from evals.packs.manifest import read_pack
from evals.packs.morph import load_morph
from evals.packs.perceptual import load_perceptual
from evals.packs.text_image import load_text_image
from tests.evals.conftest import need_cuda
from tracker.settings import SHARE_ROOT


@pytest.fixture(scope="module")
def demo():
    return read_pack(SHARE_ROOT / "data" / "packs" / "demo")


@pytest.fixture(scope="module")
def frames():
    """Twelve frames of scenes that the demo pack has never seen."""
    rng = np.random.default_rng(7)
    shown = []
    for seed in range(6):
        brief = draw_brief(rng, split=Split.EVALUATION)
        shots = shoot(brief, frame_count=24, size=(320, 180), seed=seed, frames=[0, 12])
        shown += [one.picture for one in shots]
    return shown


@pytest.fixture
def halved(demo, monkeypatch):
    """Load the demo pack's text-image model onto a CPU that works as CUDA does."""

    def load(precision: str = PRECISION["cuda"]):
        monkeypatch.setitem(PRECISION, "cpu", precision)
        return load_text_image(demo, "cpu")

    return load


def off_one(first: np.ndarray, second: np.ndarray) -> float:
    """Return the largest distance of a row's cosine from 1."""
    return float((1 - (first.astype(float) * second).sum(axis=1)).max())


def test_vectors_in_half_precision_are_within_the_tolerance(demo, halved, frames):
    whole = load_text_image(demo, "cpu").encode_frames(frames)
    half = halved().encode_frames(frames)
    assert 0 < off_one(whole, half) < COSINE_TOLERANCE / 10
    np.testing.assert_allclose(np.linalg.norm(half, axis=1), 1, atol=1e-6)


def test_bfloat16_would_be_far_less_exact(demo, halved, frames):
    """Why CUDA computes in float16; should this fail, choose again."""
    whole = load_text_image(demo, "cpu").encode_frames(frames)
    coarse, fine = (halved(name).encode_frames(frames) for name in ("bfloat16", "float16"))
    assert off_one(whole, coarse) > 20 * off_one(whole, fine)


def test_texts_keep_single_precision(demo, halved):
    texts = ["a red door in the rain", "two hands tie a knot"]
    whole = load_text_image(demo, "cpu").encode_texts(texts)
    assert np.array_equal(halved().encode_texts(texts), whole)


def test_keys_name_a_precision_that_is_not_single(demo, halved):
    single = load_text_image(demo, "cpu")
    half = halved()
    assert (single.precision, half.precision) == ("float32", "float16")
    assert half.key != single.key


def test_a_row_beyond_the_range_of_half_precision_is_computed_again(demo, halved, frames):
    whole = load_text_image(demo, "cpu").encode_frames(frames[:4])
    model = halved()
    expected, real = model.encode_frames(frames[:4]), model._model.encode_image

    def overflow(pixels):
        features = real(pixels).clone()
        if torch.is_autocast_enabled("cpu"):
            features[1] = torch.inf
        return features

    model._model.encode_image = overflow
    found = model.encode_frames(frames[:4])
    assert np.array_equal(found[1], whole[1])
    assert np.array_equal(found[[0, 2, 3]], expected[[0, 2, 3]])


def test_a_promised_cuda_that_is_absent_fails(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.delenv("ROUNDTABLE_REQUIRE_CUDA", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no CUDA"):
        need_cuda()
    monkeypatch.setenv("ROUNDTABLE_REQUIRE_CUDA", "1")
    with pytest.raises(pytest.fail.Exception, match="no CUDA"):
        need_cuda()


@pytest.mark.gpu
def test_vectors_on_cuda_agree_with_the_cpus(cuda, demo, frames):
    on_cpu, on_cuda = (load_text_image(demo, device) for device in ("cpu", cuda))
    assert on_cuda.precision == "float16"
    assert off_one(on_cpu.encode_frames(frames), on_cuda.encode_frames(frames)) < COSINE_TOLERANCE
    texts = ["a red door in the rain", "two hands tie a knot"]
    assert off_one(on_cpu.encode_texts(texts), on_cuda.encode_texts(texts)) < NEAR_TOLERANCE


@pytest.mark.gpu
def test_takes_that_share_a_batch_on_cuda_are_embedded_as_alone(cuda, demo, frames):
    model = load_text_image(demo, cuda)
    takes = [model.views(frames[:1]), model.views(frames[1:4]), model.views(frames[4:])]
    for vectors, take in zip(model.encode_views(takes), takes, strict=True):
        assert off_one(vectors, model.encode_views([take])[0]) < COSINE_TOLERANCE / 100


@pytest.mark.gpu
def test_lpips_faces_and_morphing_on_cuda_agree_with_the_cpus(cuda, demo, frames):
    rng = np.random.default_rng(4)
    pictures = np.stack(frames)
    crops = rng.integers(0, 256, (9, 64, 64, 3), dtype=np.uint8)
    maps = rng.normal(0, 1, (9, 6, 32, 64)).astype(np.float32)
    answers = []
    for device in ("cpu", cuda):
        lpips, faces = load_perceptual(demo, device), load_identity(demo, device)
        answers.append(
            (
                lpips.distances(pictures[:-1], pictures[1:]),
                faces.embed(crops),
                load_morph(device).chances(maps),
                np.array([len(some) for some in faces.find(pictures)]),
            )
        )
    for on_cpu, on_cuda in zip(*answers, strict=True):
        np.testing.assert_allclose(on_cuda, on_cpu, atol=NEAR_TOLERANCE)


@pytest.mark.gpu
def test_a_batch_that_is_too_large_for_cuda_is_halved(cuda, demo, frames):
    model = load_text_image(demo, cuda)
    expected = model.encode_frames(frames)
    free, total = torch.cuda.mem_get_info()
    model.batcher.rows = 1 << 20  # views of 96 px: 116 GB of float32 pixels alone
    if free > 100e9:
        torch.cuda.set_per_process_memory_fraction(50e9 / total)
    try:
        found = model.encode_frames(frames)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert "ran out of memory" in model.batcher.remark
    assert off_one(expected, found) < COSINE_TOLERANCE
