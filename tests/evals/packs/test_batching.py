"""Batches that shrink where memory runs out, and give the same answers at any size."""

from __future__ import annotations

import weakref

import numpy as np
import pytest

from evals.errors import OutOfMemory
from evals.packs import batching
from evals.packs.availability import Unavailable
from evals.packs.backend import torch
from evals.packs.batching import Batcher
from evals.packs.identity import load_identity
from evals.packs.manifest import read_pack
from evals.packs.morph import load_morph
from evals.packs.perceptual import load_perceptual
from evals.packs.text_image import load_text_image
from tracker.settings import SHARE_ROOT

WHAT = "text-image model"
LIKE = 1e-5
"""How far the same row may be apart in batches of different sizes."""


@pytest.fixture(scope="module")
def demo():
    return read_pack(SHARE_ROOT / "data" / "packs" / "demo")


@pytest.fixture
def rows(monkeypatch):
    """Set how many rows a model takes at once on a CPU."""

    def set_rows(what: str, count: int) -> None:
        monkeypatch.setitem(batching.ROWS["cpu"], what, count)

    return set_rows


def tight(monkeypatch, owner: object, name: str, *, most: int) -> list[int]:
    """Let a network run out of memory with more than so many rows; return the sizes it was asked for."""
    real, asked = getattr(owner, name), []

    def forward(pixels, *rest, **named):
        asked.append(len(pixels))
        if len(pixels) > most:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return real(pixels, *rest, **named)

    monkeypatch.setattr(owner, name, forward)
    return asked


def test_rows_are_halved_until_they_fit_and_stay_so():
    batcher, tried = Batcher(WHAT, "cpu"), []

    def forward(span: slice) -> list[int]:
        tried.append(span.stop - span.start)
        if tried[-1] > 3:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return list(range(span.start, span.stop))

    assert [i for some in batcher.over(9, forward) for i in some] == list(range(9))
    assert tried == [8, 4, 2, 2, 2, 2, 1]
    assert "'cpu' with 8 rows at a time and went on with 2." in batcher.remark
    tried.clear()
    batcher.over(4, forward)
    assert tried == [2, 2]


def test_nothing_is_remarked_while_memory_lasts():
    batcher = Batcher(WHAT, "cpu")
    assert batcher.over(20, lambda span: span.stop) == [8, 16, 20]
    assert batcher.over(0, lambda span: span.stop) == []
    assert batcher.remark == ""


def test_a_row_that_does_not_fit_alone_is_one_sentence():
    batcher = Batcher(WHAT, "cpu")
    with pytest.raises(OutOfMemory, match="text-image model does not fit into the memory of 'cpu'"):
        batcher.over(3, lambda span: torch.empty(1 << 50))  # the CPU's own way to refuse
    assert "close other programs" in batcher.remark


def test_other_failures_are_not_taken_for_a_lack_of_memory():
    batcher = Batcher(WHAT, "cpu")
    with pytest.raises(RuntimeError, match="size of tensor"):
        batcher.over(3, lambda span: torch.zeros(2) + torch.zeros(3))
    assert batcher.remark == ""


def test_what_a_failed_pass_held_is_free_before_the_next():
    held: list[weakref.ref[torch.Tensor]] = []

    def forward(span: slice) -> bool:
        is_free = all(tensor() is None for tensor in held)
        activations = torch.zeros(span.stop - span.start)
        held.append(weakref.ref(activations))
        if len(activations) > 4:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return is_free

    assert Batcher(WHAT, "cpu").over(8, forward) == [True, True]


def test_pictures_are_embedded_alike_one_by_one_and_by_sixteen(demo, rows, pictures):
    found = []
    for count in (1, 8, 16):
        rows(WHAT, count)
        found.append(load_text_image(demo, "cpu").encode_frames(pictures * 5))
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], atol=LIKE)
    assert np.abs(found[0][0] - found[0][1]).max() > 100 * LIKE


def test_takes_that_share_a_batch_are_embedded_as_alone(demo, pictures):
    model = load_text_image(demo, "cpu")
    wide = np.ascontiguousarray(np.concatenate([pictures[0]] * 2, axis=1))  # four views
    takes = [model.views([wide, pictures[1]]), model.views(pictures[2:3]), model.views(pictures)]
    together = model.encode_views(takes)
    assert [len(vectors) for vectors in together] == [2, 1, 4]
    for vectors, take in zip(together, takes, strict=True):
        assert np.array_equal(vectors, model.encode_views([take])[0])


def test_the_text_image_model_goes_on_with_fewer_rows(demo, pictures, monkeypatch):
    model = load_text_image(demo, "cpu")
    expected = model.encode_frames(pictures * 2)
    asked = tight(monkeypatch, model._model, "encode_image", most=3)
    np.testing.assert_allclose(model.encode_frames(pictures * 2), expected, atol=LIKE)
    assert asked == [8, 4, 2, 2, 2, 2]
    assert "went on with 2" in model.batcher.remark


def test_lpips_goes_on_within_a_take(demo, rows, monkeypatch):
    frames = np.random.default_rng(3).integers(0, 256, (9, 64, 96, 3), dtype=np.uint8)
    moved = np.roll(frames, 1, axis=0)
    found = []
    for count, most in ((1, 1), (16, 16), (16, 3)):
        rows("LPIPS model", count)
        model = load_perceptual(demo, "cpu")
        asked = tight(monkeypatch, model._network.net, "forward", most=most)
        session = model.session()
        session.feed(frames[:5], moved[:5])
        session.feed(frames[5:], moved[5:])
        found.append(np.stack(session.distances()))
        assert max(asked) <= max(most, 5)
    assert found[0].shape == (2, 8)
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], rtol=1e-4, atol=LIKE)


def test_faces_and_morphing_go_on_with_fewer_rows(demo, monkeypatch):
    rng = np.random.default_rng(4)
    frames = rng.integers(0, 256, (5, 90, 160, 3), dtype=np.uint8)
    crops = rng.integers(0, 256, (9, 64, 64, 3), dtype=np.uint8)
    maps = rng.normal(0, 1, (5, 6, 32, 64)).astype(np.float32)
    faces, morph = load_identity(demo, "cpu"), load_morph("cpu")
    before = faces.find(frames), faces.embed(crops), morph.chances(maps)
    tight(monkeypatch, faces._finder._net._net, "forward", most=2)
    tight(monkeypatch, faces._embedder._net._net, "forward", most=2)
    tight(monkeypatch, morph._net, "forward", most=2)
    assert [len(some) for some in faces.find(frames)] == [len(some) for some in before[0]]
    np.testing.assert_allclose(faces.embed(crops), before[1], atol=LIKE)
    np.testing.assert_allclose(morph.chances(maps), before[2], atol=LIKE)
    remarks = [batcher.remark for batcher in (*faces.batchers, morph.batcher)]
    assert all("went on with 2" in remark for remark in remarks)


@pytest.mark.parametrize("load", [load_text_image, load_perceptual, load_identity])
def test_a_model_that_does_not_fit_when_it_is_loaded_is_unavailable(demo, load, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(torch.nn.Module, "to", refuse)
    answer = load(demo, "cpu")
    assert isinstance(answer, Unavailable)
    assert "does not fit into the memory of 'cpu'" in answer.reason


def test_the_morph_detector_that_does_not_fit_is_unavailable(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(torch.nn.Module, "to", refuse)
    assert "morph detector does not fit" in load_morph("cpu").reason
