from __future__ import annotations

import warnings
from dataclasses import replace

import lpips
import numpy as np
import pytest
from torchvision.models import alexnet
from torchvision.transforms.v2 import functional as v2

from evals.packs._triple import triple
from evals.packs.availability import Unavailable
from evals.packs.backend import torch
from evals.packs.perceptual import PerceptualModel, load_perceptual
from tracker.errors import MisuseError


@pytest.fixture(scope="session")
def model(taught_pack) -> PerceptualModel:
    """Our path, loaded once."""
    loaded = load_perceptual(taught_pack, "cpu")
    assert isinstance(loaded, PerceptualModel)
    return loaded


@pytest.fixture(scope="session")
def own_lpips(taught_backbone):
    """The lpips package's own model, its backbone filled through torchvision's AlexNet."""
    backbone = alexnet(weights=None)
    backbone.features.load_state_dict(
        {k.removeprefix("features."): v for k, v in taught_backbone.items()}
    )
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")  # lpips 0.1.4 uses torchvision's old argument names
        patch.setattr(lpips.pretrained_networks.tv, "alexnet", lambda **_: backbone)
        return lpips.LPIPS(net="alex", pnet_rand=True, verbose=False)


def own_distances(model, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    def signed(frames: np.ndarray):
        return torch.from_numpy(frames.copy()).permute(0, 3, 1, 2).float() / 127.5 - 1

    with torch.inference_mode():
        return model(signed(first), signed(second)).flatten().numpy()


@pytest.fixture
def take() -> tuple[np.ndarray, np.ndarray]:
    """Return (frames, compensated): a texture that drifts, brightens and is replaced at frame 5."""
    rng = np.random.default_rng(2)
    blocks = rng.integers(0, 256, (14, 22, 3), dtype=np.uint8)
    wide = np.kron(blocks, np.ones((6, 6, 1), np.uint8))
    frames = np.stack([wide[:72, i : i + 96] // 2 + 8 * i for i in range(9)]).astype(np.uint8)
    frames[5] = frames[5][:, ::-1]
    return frames, np.roll(frames, 1, axis=0)[:, ::1] // 2 + 60


def test_the_distance_is_the_lpips_packages_own(model, own_lpips, take):
    expected = own_distances(own_lpips, take[0], take[1])
    np.testing.assert_allclose(model.distances(*take), expected, atol=1e-5)
    assert expected.min() > 0.01


@pytest.mark.parametrize("chunks", [(9,), (1, 8), (4, 5), (2, 1, 3, 3)])
def test_a_session_equals_the_package_at_every_border(model, own_lpips, take, chunks):
    frames, compensated = take
    session = model.session()
    start = 0
    for length in chunks:
        session.feed(frames[start : start + length], compensated[start : start + length])
        start += length
    raw, moved = session.distances()
    np.testing.assert_allclose(raw, own_distances(own_lpips, frames[:-1], frames[1:]), atol=1e-5)
    expected = own_distances(own_lpips, compensated[1:], frames[1:])
    np.testing.assert_allclose(moved, expected, atol=1e-5)


def test_chunks_do_not_change_a_bit(model, take):
    results = []
    for cuts in ([], [3], [1, 2, 7]):
        session = model.session()
        for frames, moved in zip(np.split(take[0], cuts), np.split(take[1], cuts), strict=True):
            session.feed(frames, moved)
        results.append(np.concatenate(session.distances()))
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])


def test_the_backbone_runs_once_per_picture(model, take, monkeypatch):
    seen = []
    forward = model._network.net.forward
    monkeypatch.setattr(model._network.net, "forward", lambda x: seen.append(len(x)) or forward(x))
    session = model.session()
    session.feed(take[0][:4], take[1][:4])
    session.feed(take[0][4:], take[1][4:])
    assert sum(seen) == 2 * len(take[0])  # frames and compensated frames, not two per pair


def test_the_first_compensated_row_does_not_count(model, take):
    other = take[1].copy()
    other[0] = 255
    results = []
    for moved in (take[1], other):
        session = model.session()
        session.feed(take[0], moved)
        results.append(session.distances())
    assert np.array_equal(results[0][1], results[1][1])


def test_a_session_of_one_frame_has_no_distances(model, take):
    session = model.session()
    assert [len(d) for d in session.distances()] == [0, 0]
    session.feed(take[0][:1], take[0][:1])
    assert [len(d) for d in session.distances()] == [0, 0]


def test_channel_order_matters(model, take):
    red_first = model.distances(*take)
    blue_first = model.distances(take[0][..., ::-1], take[1][..., ::-1])
    assert np.abs(red_first - blue_first).max() > 1e-3


def test_high_frames_are_shrunk_to_a_short_side_of_256(model, own_lpips):
    rng = np.random.default_rng(4)
    pair = np.kron(rng.integers(0, 256, (2, 40, 70, 3), dtype=np.uint8), np.ones((1, 8, 8, 1)))
    pair = pair.astype(np.uint8)[:, :288, :512]
    small = v2.resize(
        torch.from_numpy(pair.copy()).permute(0, 3, 1, 2).float(), [256], antialias=True
    )
    with torch.inference_mode():
        expected = own_lpips(small[:1] / 127.5 - 1, small[1:] / 127.5 - 1).item()
    ours = model.distances(pair[:1], pair[1:])
    assert ours[0] == pytest.approx(expected, abs=1e-5)


def test_a_pack_may_ask_for_smaller_frames(taught_pack, own_lpips):
    smaller = replace(taught_pack, perceptual=replace(taught_pack.perceptual, short_side_px=64))
    loaded = load_perceptual(smaller, "cpu")
    usual = load_perceptual(taught_pack, "cpu")
    assert loaded.key != usual.key
    rng = np.random.default_rng(4)
    pair = rng.integers(0, 256, (2, 128, 256, 3), dtype=np.uint8)
    small = v2.resize(
        torch.from_numpy(pair.copy()).permute(0, 3, 1, 2).float(), [64], antialias=True
    )
    with torch.inference_mode():
        expected = own_lpips(small[:1] / 127.5 - 1, small[1:] / 127.5 - 1).item()
    assert loaded.distances(pair[:1], pair[1:])[0] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_random_backbone_is_uncalibrated(lpips_pack, seed):
    torch.manual_seed(seed)
    answer = load_perceptual(lpips_pack(state=alexnet(weights=None).state_dict()), "cpu")
    assert isinstance(answer, Unavailable)
    assert "uncalibrated" in answer.reason
    assert "use trained backbone weights" in answer.reason


def test_torchvisions_own_digest_stands_for_the_trial(lpips_pack, monkeypatch):
    torch.manual_seed(0)
    pack = lpips_pack(state=alexnet(weights=None).state_dict())
    first_digits = pack.perceptual.sha256[:8]
    own = ("https://invented.example/alex.pth", pack.perceptual.weights, first_digits)
    monkeypatch.setattr("evals.packs.perceptual.published", lambda _: own)
    assert isinstance(load_perceptual(pack, "cpu"), PerceptualModel)


def test_a_missing_file_names_its_place(lpips_pack):
    pack = lpips_pack()
    pack.perceptual.weights.unlink()
    answer = load_perceptual(pack, "cpu")
    assert isinstance(answer, Unavailable)
    assert f"put it at {pack.perceptual.weights}" in answer.reason


def test_a_wrong_digest_is_refused(lpips_pack):
    answer = load_perceptual(lpips_pack(sha256="ab" * 32), "cpu")
    assert isinstance(answer, Unavailable)
    assert "SHA-256" in answer.reason


@pytest.mark.parametrize(
    ("drop", "add"), [("features.3.bias", None), (None, "features.99.weight"), (None, "head.0")]
)
def test_every_tensor_has_exactly_one_place(lpips_pack, taught_backbone, drop, add):
    state = {k: v for k, v in taught_backbone.items() if k != drop}
    if add:
        state[add] = torch.zeros(1)
    answer = load_perceptual(lpips_pack(state=state), "cpu")
    assert isinstance(answer, Unavailable)
    assert f"'{drop or add}' has no counterpart" in answer.reason


def test_a_tensor_of_another_shape_is_refused(lpips_pack, taught_backbone):
    answer = load_perceptual(
        lpips_pack(state={**taught_backbone, "features.0.bias": torch.zeros(7)}), "cpu"
    )
    assert isinstance(answer, Unavailable)
    assert "size mismatch" in answer.reason


def test_weights_that_run_code_are_refused_unrun(lpips_pack, hostile):
    state, traces = hostile
    answer = load_perceptual(lpips_pack(state=state), "cpu")
    assert isinstance(answer, Unavailable)
    assert "could run code" in answer.reason
    assert not traces.exists()


def test_the_usual_source_is_read_from_the_cache_only(write_pack, connections, empty_caches):
    pack = write_pack(name="far", perceptual=USUAL)
    answer = load_perceptual(pack, "cpu")
    assert isinstance(answer, Unavailable)
    assert "run `roundtable packs pull far`" in answer.reason
    assert connections == []


def test_a_cached_file_must_have_the_published_digest(write_pack, empty_caches, taught_backbone):
    folder = empty_caches.parent / "torch" / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    torch.save(taught_backbone, folder / "alexnet-owt-7be5be79.pth")
    answer = load_perceptual(write_pack(perceptual=USUAL), "cpu")
    assert isinstance(answer, Unavailable)
    assert "7be5be79" in answer.reason


@pytest.mark.parametrize("backbone", ["squeeze", pytest.param("vgg", marks=pytest.mark.proof)])
def test_other_backbones_find_their_places(lpips_pack, backbone):
    import torchvision

    make = {"squeeze": torchvision.models.squeezenet1_1, "vgg": torchvision.models.vgg16}[backbone]
    torch.manual_seed(0)
    features = make(weights=None).features.state_dict()
    state = {f"features.{k}": v for k, v in features.items()}
    answer = load_perceptual(lpips_pack(state=state, backbone=backbone), "cpu")
    assert isinstance(answer, Unavailable)
    assert "uncalibrated" in answer.reason  # so it was filled, and then tried


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((2, 64, 64, 3), np.float32),
        np.zeros((64, 64, 3), np.uint8),
        np.zeros((2, 16, 64, 3), np.uint8),
    ],
)
def test_frames_of_another_kind_are_refused(model, frames):
    session = model.session()
    with pytest.raises(MisuseError, match="uint8"):
        session.feed(frames, frames)


def test_pixels_alone_would_order_the_known_pictures_wrongly():
    reference, near, far = triple().astype(float)
    assert np.square(reference - near).mean() > np.square(reference - far).mean()


def test_the_key_names_the_weights(model, taught_pack, lpips_pack, taught_backbone):
    changed = {**taught_backbone, "features.0.bias": taught_backbone["features.0.bias"] + 1e-4}
    other = load_perceptual(lpips_pack(state=changed), "cpu").key
    assert load_perceptual(taught_pack, "cpu").key == model.key != other


def test_a_pack_without_the_model_says_so(tiny_pack):
    answer = load_perceptual(tiny_pack(), "cpu")
    assert isinstance(answer, Unavailable)
    assert "no [perceptual] model" in answer.reason


USUAL = {
    "library": "lpips",
    "backbone": "alex",
    "source": "torchvision",
    "licence": "BSD-3-Clause",
}
