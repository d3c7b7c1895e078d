"""Packs with weights small enough to make on the spot."""

from __future__ import annotations

import hashlib
import json
import socket
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from evals.packs._triple import triple
from evals.packs.backend import torch
from evals.packs.manifest import PackManifest, read_pack

TINY = {
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
    },
}

PREPROCESS = {
    "size": 64,
    "mean": [0.4, 0.45, 0.5],
    "std": [0.2, 0.25, 0.3],
    "interpolation": "bicubic",
    "resize_mode": "shortest",
}


def toml(value: object) -> str:
    """Write a value as TOML; JSON's spelling is the same for texts, numbers, booleans and lists."""
    return json.dumps(value)


def write_manifest(folder: Path, **tables: dict[str, object]) -> PackManifest:
    """Write a manifest from tables and read it back."""
    lines = [f'name = "{folder.name}"', 'version = "1"', "is_demo = true", 'description = "Trial."']
    for table, values in tables.items():
        inner = dict(values)
        preprocess = inner.pop("preprocess", None)
        lines += [f"[{table}]", *(f"{k} = {toml(v)}" for k, v in inner.items())]
        if preprocess:
            lines += [f"[{table}.preprocess]", *(f"{k} = {toml(v)}" for k, v in preprocess.items())]
    (folder / "pack.toml").write_text("\n".join(lines))
    return read_pack(folder)


def write_lpips(folder: Path, state: dict[str, object], **spec: object) -> PackManifest:
    """Write a pack whose [perceptual] is `backbone.pth` with the given tensors."""
    torch.save(state, folder / "backbone.pth")
    table = {
        "library": "lpips",
        "backbone": "alex",
        "weights": "backbone.pth",
        "sha256": sha256(folder / "backbone.pth"),
        "licence": "CC0-1.0",
    }
    return write_manifest(folder, perceptual={**table, **spec})


@pytest.fixture
def write_pack(tmp_path) -> Callable[..., PackManifest]:
    """Write a manifest from tables into a folder of its own, and read it back."""

    def write(*, name: str = "trial", **tables: dict[str, object]) -> PackManifest:
        (tmp_path / name).mkdir(exist_ok=True)
        return write_manifest(tmp_path / name, **tables)

    return write


@pytest.fixture(scope="session")
def tiny_model():
    """An open_clip model of 2 layers, random weights, the oracle of the tests."""
    from open_clip.model import CLIP

    torch.manual_seed(3)
    model = CLIP(**TINY).eval()
    # Freshly initialised towers answer nearly alike to everything; louder weights tell inputs apart.
    with torch.no_grad():
        model.visual.conv1.weight.mul_(3)
        model.token_embedding.weight.mul_(30)
        model.positional_embedding.mul_(20)
    return model


@pytest.fixture
def tiny_pack(tmp_path, tiny_model, write_pack) -> Callable[..., PackManifest]:
    """Write a pack whose [text_image] is a local folder; keywords change its tables and its weights."""
    from safetensors.torch import save_file

    def write(*, preprocess=None, model_cfg=None, pth_state=None, **spec) -> PackManifest:
        folder = tmp_path / "trial" / "clip"
        folder.mkdir(parents=True, exist_ok=True)
        config = {"model_cfg": model_cfg or TINY, "preprocess_cfg": {"mean": [0, 0, 0]}}
        (folder / "open_clip_config.json").write_text(json.dumps(config))
        if pth_state is None:
            weights = folder / "open_clip_model.safetensors"
            save_file({k: v.contiguous() for k, v in tiny_model.state_dict().items()}, weights)
        else:
            weights = folder / "model.pth"
            torch.save(pth_state, weights)
        table = {
            "library": "open_clip",
            "folder": "clip",
            "sha256": sha256(weights),
            "context_length": 77,
            "licence": "CC0-1.0",
            "preprocess": {**PREPROCESS, **(preprocess or {})},
        }
        return write_pack(text_image={**table, **spec})

    return write


@pytest.fixture
def empty_caches(monkeypatch, tmp_path) -> Path:
    """Point every library's cache at an empty folder; return the hub's."""
    from huggingface_hub import constants

    hub = tmp_path / "caches" / "hub"
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(hub))
    monkeypatch.setenv("HOME", str(tmp_path / "caches"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "caches" / "torch"))
    return hub


@pytest.fixture
def tiny_tag(monkeypatch, empty_caches, tiny_model) -> dict[str, object]:
    """Teach open_clip a tag of the tiny model and put its weights into the hub's cache."""
    from open_clip import factory, pretrained
    from safetensors.torch import save_file

    source = {"url": "", "hf_hub": "invented/tiny/", "mean": (0, 0, 0), "std": (1, 1, 1)}
    monkeypatch.setitem(factory._MODEL_CONFIGS, "Tiny", TINY)
    monkeypatch.setitem(pretrained._PRETRAINED, "Tiny", {"made": source})
    repository = empty_caches / "models--invented--tiny"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("abc")
    snapshot = repository / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    weights = snapshot / "open_clip_model.safetensors"
    save_file({k: v.contiguous() for k, v in tiny_model.state_dict().items()}, weights)
    return {"architecture": "Tiny", "tag": "made", "context_length": 77}


@pytest.fixture
def word_tokenizer(tmp_path) -> None:
    """Put a tokenizer of whole words, with an end token, into the tiny model's folder."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    words = ["<pad>", "<unk>", "a", "red", "blue", "door", "night", "rain", ".", "<eos>"]
    made = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="$A <eos>", special_tokens=[("<eos>", len(words) - 1)]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>"
    )
    folder = tmp_path / "trial" / "clip"
    folder.mkdir(parents=True)
    tokenizer.save_pretrained(str(folder))


@pytest.fixture(scope="session")
def taught_backbone() -> dict[str, object]:
    """AlexNet features, from a seed, taught for a few steps to put the three known pictures in order."""
    import lpips

    pictures = torch.from_numpy(triple().copy()).permute(0, 3, 1, 2).float() / 127.5 - 1
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torchvision's deprecations, lpips 0.1.4
        model = lpips.LPIPS(net="alex", pnet_rand=True, pnet_tune=True, verbose=False)
    optimiser = torch.optim.Adam(model.net.parameters(), lr=1e-3)
    for _ in range(60):
        near, far = model(pictures[:1], pictures[1:2]), model(pictures[:1], pictures[2:])
        if (near < 0.35 * far).all():
            break
        optimiser.zero_grad()
        (near / far).sum().backward()
        optimiser.step()
    state = model.net.state_dict()
    return {"features." + k.partition(".")[2]: v.detach().clone() for k, v in state.items()}


@pytest.fixture(scope="session")
def taught_pack(tmp_path_factory, taught_backbone) -> PackManifest:
    """A pack whose [perceptual] is the taught backbone, in a local file."""
    folder = tmp_path_factory.mktemp("packs") / "taught"
    folder.mkdir()
    return write_lpips(folder, taught_backbone)


@pytest.fixture
def lpips_pack(tmp_path, taught_backbone) -> Callable[..., PackManifest]:
    """Write a pack whose [perceptual] is a local file; `state` replaces the taught backbone."""
    (tmp_path / "trial").mkdir()
    return lambda *, state=None, **spec: write_lpips(
        tmp_path / "trial", taught_backbone if state is None else state, **spec
    )


@pytest.fixture
def connections(monkeypatch) -> list[object]:
    """Everything that tried to open a connection, or to ask for an address; nothing gets through."""
    tried: list[object] = []

    def refuse(*address: object, **_: object) -> None:
        tried.append(address)
        raise OSError("no connections in tests")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tried


class Payload:
    """Pickles to a call that writes a file: what a hostile weights file would do."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self):
        return (Path.touch, (self.target,))


@pytest.fixture
def hostile(tmp_path) -> tuple[object, Path]:
    """Return (weights that write a file when they are unpickled, that file)."""
    return {"weight": Payload(tmp_path / "ran")}, tmp_path / "ran"


@pytest.fixture
def pictures() -> list[np.ndarray]:
    """Coloured pictures with edges, of several ordinary shapes, red first."""
    rng = np.random.default_rng(5)
    made = []
    for height, width in ((90, 160), (72, 96), (160, 90), (64, 64)):
        blocks = rng.integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), dtype=np.uint8)
        blocks[..., 0] //= 4  # far from grey: exchanged channels must show
        made.append(np.kron(blocks, np.ones((8, 8, 1), np.uint8))[:height, :width])
    return made


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
