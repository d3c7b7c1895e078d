from __future__ import annotations

import hashlib
import json

import numpy as np
import open_clip
import pytest
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image

from evals.packs._pictures import views
from evals.packs.availability import Unavailable
from evals.packs.backend import torch
from evals.packs.manifest import Preprocess
from evals.packs.text_image import TextImageModel, load_text_image
from tracker.errors import MisuseError

MODES = [
    ("shortest", "bicubic"),
    ("squash", "bicubic"),
    ("longest", "bicubic"),
    ("squash", "bilinear"),
]

OPENAI = {
    "mean": [0.48145466, 0.4578275, 0.40821073],
    "std": [0.26862954, 0.26130258, 0.27577711],
}
PREPROCESS = {**OPENAI, "size": 64, "interpolation": "bicubic", "resize_mode": "shortest"}
SIGLIP2 = {
    "library": "open_clip",
    "architecture": "ViT-B-16-SigLIP2-256",
    "tag": "webli",
    "context_length": 64,
    "licence": "Apache-2.0",
    "preprocess": {**PREPROCESS, "size": 256},
}

TINY_TEXT = {
    "embed_dim": 32,
    "vision_cfg": {
        "image_size": 64,
        "layers": 2,
        "width": 64,
        "patch_size": 16,
        "head_width": 32,
    },
    "text_cfg": {
        "context_length": 77,
        "vocab_size": 49408,
        "width": 32,
        "heads": 2,
        "layers": 2,
        "hf_tokenizer_name": "invented/tiny",
    },
}


def own_features(model, frame: np.ndarray, how: dict[str, object]) -> np.ndarray:
    """open_clip's own way: PIL picture, its evaluation transform, its encoder."""
    keys = ("size", "mean", "std", "interpolation", "resize_mode")
    transform = image_transform_v2(PreprocessCfg(**{k: how[k] for k in keys}), is_train=False)
    with torch.inference_mode():
        batch = transform(Image.fromarray(frame))[None]
        return model.encode_image(batch, normalize=True)[0].numpy()


def preprocess_of(pack) -> dict[str, object]:
    how = pack.text_image.preprocess
    return {
        "size": how.size,
        "mean": how.mean,
        "std": how.std,
        "interpolation": how.interpolation,
        "resize_mode": how.resize_mode,
    }


@pytest.mark.parametrize(("mode", "interpolation"), MODES)
def test_frames_are_embedded_as_open_clip_does(
    tiny_pack, tiny_model, pictures, mode, interpolation
):
    pack = tiny_pack(preprocess={"resize_mode": mode, "interpolation": interpolation})
    model = load_text_image(pack, "cpu")
    assert isinstance(model, TextImageModel)
    ours = model.encode_frames(pictures)
    theirs = np.array([own_features(tiny_model, p, preprocess_of(pack)) for p in pictures])
    assert ours.dtype == np.float32
    assert np.abs(ours - theirs).max() < 2e-3  # one level of 255 between tensors and PIL
    assert np.abs(theirs - theirs.mean(0)).max() > 0.05  # the pictures differ by far more


def test_texts_are_embedded_as_open_clip_does(tiny_pack, tiny_model):
    texts = ["a red door at night", "Two women run along a harbour wall."]
    model = load_text_image(tiny_pack(), "cpu")
    with torch.inference_mode():
        tokens = open_clip.SimpleTokenizer(context_length=77)(texts)
        theirs = tiny_model.encode_text(tokens, normalize=True).numpy()
    np.testing.assert_allclose(model.encode_texts(texts), theirs, atol=1e-6)
    assert model.logit_scale == pytest.approx(float(tiny_model.logit_scale.detach().exp()))


def test_red_comes_first(tiny_pack, tiny_model, pictures):
    pack = tiny_pack()
    model = load_text_image(pack, "cpu")
    swapped = np.ascontiguousarray(pictures[0][..., ::-1])
    reference = own_features(tiny_model, pictures[0], preprocess_of(pack))
    assert np.abs(model.encode_frames([pictures[0]])[0] - reference).max() < 2e-3
    assert np.abs(model.encode_frames([swapped])[0] - reference).max() > 0.02


def test_wide_frames_are_seen_whole_and_in_three_crops(tiny_pack, tiny_model):
    rng = np.random.default_rng(9)
    wide = np.kron(rng.integers(0, 256, (8, 20, 3), dtype=np.uint8), np.ones((8, 8, 1), np.uint8))
    pack = tiny_pack(preprocess={"resize_mode": "squash"})
    how = preprocess_of(pack)
    border = tuple(round(255 * m) for m in how["mean"])
    letterbox = Image.new("RGB", (64, 64), border)
    small = Image.fromarray(wide).resize((64, 26), Image.Resampling.BICUBIC)
    letterbox.paste(small, (0, (64 - 26) // 2))
    seen = [np.asarray(letterbox), wide[:, :64], wide[:, 48:112], wide[:, 96:]]
    expected = np.mean([own_features(tiny_model, np.asarray(v), how) for v in seen], axis=0)
    expected /= np.linalg.norm(expected)
    ours = load_text_image(pack, "cpu").encode_frames([wide])[0]
    assert np.abs(ours - expected).max() < 2e-3
    assert np.abs(ours - own_features(tiny_model, wide, how)).max() > 0.01


def test_the_sides_of_a_wide_frame_count(tiny_pack):
    wide = np.full((64, 160, 3), 90, np.uint8)
    changed = wide.copy()
    changed[:, :30] = (200, 30, 30)  # outside every centre crop
    model = load_text_image(tiny_pack(preprocess={"resize_mode": "shortest"}), "cpu")
    plain, other = model.encode_frames([wide, changed])
    assert np.abs(plain - other).max() > 0.01


def test_a_row_does_not_depend_on_its_company(tiny_pack, pictures):
    model = load_text_image(tiny_pack(), "cpu")
    together = model.encode_frames(pictures * 3)
    alone = np.concatenate([model.encode_frames([p]) for p in pictures])
    assert np.array_equal(together[: len(pictures)], alone)
    assert np.array_equal(together[-len(pictures) :], alone)


def test_texts_that_differ_only_after_the_context_differ(tiny_pack):
    start = "A woman in a green coat walks through the rain past a row of closed shops, " * 5
    red, blue = start + "carrying a red umbrella.", start + "carrying a blue umbrella."
    tokenizer = open_clip.SimpleTokenizer(context_length=77)
    assert torch.equal(tokenizer(red), tokenizer(blue))  # what open_clip would make of them
    model = load_text_image(tiny_pack(), "cpu")
    assert model.count_tokens(red) > 77
    one, other = model.encode_texts([red, blue])
    assert np.abs(one - other).max() > 1e-3
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-6)


def test_pieces_of_a_long_text_weigh_by_their_tokens_and_their_place(tiny_pack):
    text = "Night. " + "A woman in a green coat walks past a row of closed shops, slowly. " * 6
    model = load_text_image(tiny_pack(), "cpu")
    pieces = model.pieces(text)
    assert len(pieces) > 1
    assert all(model.count_tokens(p) <= 77 for p in pieces)
    assert " ".join(pieces).split() == text.split()
    summed = sum(
        model.count_tokens(p) * (1 + 1 / (8 * i)) * model.encode_texts([p])[0]
        for i, p in enumerate(pieces, 1)
    )
    np.testing.assert_allclose(
        model.encode_texts([text])[0], summed / np.linalg.norm(summed), atol=1e-5
    )


def test_a_long_text_told_in_another_order_is_another_text(tiny_pack):
    one = "A woman in a green coat walks past a row of closed shops, slowly and alone. " * 4
    other = "A dog sleeps in the doorway of the bakery while the rain runs down the glass. " * 4
    model = load_text_image(tiny_pack(), "cpu")
    assert model.count_tokens(one) < 77 < model.count_tokens(one + other)
    first, second = model.encode_texts([one + other, other + one])
    assert np.abs(first - second).max() > 1e-4


def test_a_models_own_tokenizer_is_read_from_its_folder(
    tiny_pack, tiny_model, word_tokenizer, connections
):
    model = load_text_image(tiny_pack(model_cfg=TINY_TEXT), "cpu")
    assert isinstance(model, TextImageModel)
    assert connections == []
    assert model.count_tokens("a red door.") == 5
    long = "a red door in rain at night . " * 12
    assert model.count_tokens(long) > 77
    assert all(model.count_tokens(piece) <= 77 for piece in model.pieces(long + "blue"))
    one, other = model.encode_texts([long + "red", long + "blue"])
    assert np.abs(one - other).max() > 1e-3
    padded = torch.zeros((1, 77), dtype=torch.long)
    padded[0, :5] = torch.tensor([2, 3, 5, 8, 9])
    with torch.inference_mode():
        expected = tiny_model.encode_text(padded, normalize=True)[0].numpy()
    np.testing.assert_allclose(model.encode_texts(["a red door."])[0], expected, atol=1e-6)


@pytest.mark.parametrize("mode", ["shortest", "squash", "longest"])
def test_resized_pixels_are_pils_to_a_level_or_two(mode):
    rng = np.random.default_rng(8)
    coarse = Image.fromarray(rng.integers(50, 206, (30, 53, 3), dtype=np.uint8))
    for size in ((512, 288), (400, 214), (640, 480)):
        frame = np.asarray(coarse.resize(size, Image.Resampling.BICUBIC))
        how = Preprocess(
            size=224, mean=(0, 0, 0), std=(1, 1, 1), interpolation="bicubic", resize_mode=mode
        )
        plain = PreprocessCfg(size=224, mean=(0, 0, 0), std=(1, 1, 1), resize_mode=mode)
        picture = Image.fromarray(frame)
        for step in image_transform_v2(plain, is_train=False).transforms[:-2]:
            picture = step(picture)  # all but the last two, which make a normalised tensor
        ours = views(torch.from_numpy(frame.transpose(2, 0, 1).copy()), how)
        theirs = np.asarray(picture).astype(int).transpose(2, 0, 1)
        apart = np.abs(ours[0].numpy().astype(int) - theirs)
        assert apart.max() <= 2  # two passes, each rounded
        assert (apart > 1).mean() < 1e-3


def test_tokens_are_counted_with_both_ends(tiny_pack):
    assert load_text_image(tiny_pack(), "cpu").count_tokens("a red door") == 5


def test_a_folder_without_weights_is_not_a_random_model(tiny_pack):
    pack = tiny_pack()
    (pack.text_image.folder / "open_clip_model.safetensors").unlink()
    answer = load_text_image(pack, "cpu")
    assert isinstance(answer, Unavailable)
    assert "exactly one weights file" in answer.reason


def test_two_weights_files_are_refused(tiny_pack):
    pack = tiny_pack()
    (pack.text_image.folder / "other.pth").write_bytes(b"")
    answer = load_text_image(pack, "cpu")
    assert isinstance(answer, Unavailable)
    assert "other.pth" in answer.reason


def test_a_wrong_digest_is_refused(tiny_pack):
    answer = load_text_image(tiny_pack(sha256="0" * 64), "cpu")
    assert isinstance(answer, Unavailable)
    assert "SHA-256" in answer.reason


def test_weights_that_run_code_are_refused_unrun(tiny_pack, hostile):
    state, traces = hostile
    answer = load_text_image(tiny_pack(pth_state=state), "cpu")
    assert isinstance(answer, Unavailable)
    assert "could run code" in answer.reason
    assert not traces.exists()
    torch.load(answer_path(answer), weights_only=False)
    assert traces.exists()  # the file was a real threat


def test_a_pth_of_tensors_equals_safetensors(tiny_pack, tiny_model, pictures):
    pack = tiny_pack()
    expected = load_text_image(pack, "cpu").encode_frames(pictures)
    (pack.text_image.folder / "open_clip_model.safetensors").unlink()
    model = load_text_image(tiny_pack(pth_state={"state_dict": tiny_model.state_dict()}), "cpu")
    assert np.array_equal(model.encode_frames(pictures), expected)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"preprocess": {"size": 96}}, "size = 96"),
        ({"context_length": 64}, "context_length = 64"),
        ({"model_cfg": {"embed_dim": 32}}, "cannot be loaded"),
    ],
)
def test_a_manifest_that_does_not_fit_the_model_is_refused(tiny_pack, change, words):
    answer = load_text_image(tiny_pack(**change), "cpu")
    assert isinstance(answer, Unavailable)
    assert words in answer.reason


def test_weights_of_another_shape_are_refused(tiny_pack):
    pack = tiny_pack()
    config = json.loads((pack.text_image.folder / "open_clip_config.json").read_text())["model_cfg"]
    config["vision_cfg"]["layers"] = 3
    answer = load_text_image(tiny_pack(model_cfg=config), "cpu")
    assert isinstance(answer, Unavailable)
    assert "cannot be loaded" in answer.reason


def test_a_tag_that_is_not_cached_names_the_remedy_without_a_connection(
    write_pack, connections, empty_caches
):
    answer = load_text_image(write_pack(name="far", text_image=SIGLIP2), "cpu")
    assert isinstance(answer, Unavailable)
    assert "run `roundtable packs pull far`" in answer.reason
    assert connections == []


def test_a_cached_tag_is_loaded_without_a_connection(
    write_pack, connections, empty_caches, tiny_model, tiny_tag, pictures
):
    pack = write_pack(text_image={**SIGLIP2, **tiny_tag, "preprocess": PREPROCESS})
    model = load_text_image(pack, "cpu")
    assert isinstance(model, TextImageModel)
    expected = own_features(tiny_model, pictures[0], PREPROCESS)
    assert np.abs(model.encode_frames(pictures[:1])[0] - expected).max() < 2e-3
    assert connections == []


def test_a_tag_trained_with_another_activation_is_refused(write_pack, empty_caches):
    table = {**SIGLIP2, "architecture": "ViT-B-32", "tag": "openai"}
    answer = load_text_image(write_pack(text_image=table), "cpu")
    assert isinstance(answer, Unavailable)
    assert "QuickGELU" in answer.reason


def test_a_misspelt_tag_is_named(write_pack, empty_caches):
    answer = load_text_image(write_pack(text_image={**SIGLIP2, "tag": "webly"}), "cpu")
    assert isinstance(answer, Unavailable)
    assert "webly" in answer.reason
    assert "it has webli" in answer.reason


def test_a_pack_without_the_model_says_so(lpips_pack):
    answer = load_text_image(lpips_pack(), "cpu")
    assert isinstance(answer, Unavailable)
    assert "no [text_image] model" in answer.reason


def test_the_key_names_what_decides_a_vector(tiny_pack):
    keys = [load_text_image(tiny_pack(), "cpu").key for _ in range(2)]
    other = load_text_image(tiny_pack(preprocess={"interpolation": "bilinear"}), "cpu").key
    assert keys[0] == keys[1] != other


def test_loading_leaves_random_numbers_alone(tiny_pack):
    pack = tiny_pack()
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    load_text_image(pack, "cpu")
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("frame", [np.zeros((8, 8)), np.zeros((8, 8, 4), np.uint8)])
def test_a_frame_of_another_kind_is_refused(tiny_pack, frame):
    with pytest.raises(MisuseError, match="uint8"):
        load_text_image(tiny_pack(), "cpu").encode_frames([frame])


@pytest.mark.proof
def test_a_built_in_architecture_equals_open_clip(write_pack, tmp_path, pictures):
    from safetensors.torch import save_file

    torch.manual_seed(1)
    reference = open_clip.create_model("ViT-B-32").eval()
    path = tmp_path / "trial" / "vit.safetensors"
    path.parent.mkdir()
    save_file({k: v.contiguous() for k, v in reference.state_dict().items()}, path)
    how = {**OPENAI, "size": 224, "interpolation": "bicubic", "resize_mode": "shortest"}
    table = {
        "library": "open_clip",
        "architecture": "ViT-B-32",
        "weights": "vit.safetensors",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "context_length": 77,
        "licence": "MIT",
        "preprocess": how,
    }
    model = load_text_image(write_pack(text_image=table), "cpu")
    theirs = np.array([own_features(reference, p, how) for p in pictures])
    assert np.abs(model.encode_frames(pictures) - theirs).max() < 2e-3
    with torch.inference_mode():
        tokens = open_clip.get_tokenizer("ViT-B-32")(["a red door"])
        text = reference.encode_text(tokens, normalize=True).numpy()
    np.testing.assert_allclose(model.encode_texts(["a red door"]), text, atol=1e-5)


def answer_path(answer: Unavailable) -> str:
    return answer.reason.split(" holds more")[0]
