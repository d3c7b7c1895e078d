from __future__ import annotations

import hashlib

import open_clip
import pytest

from evals.errors import PackError
from evals.packs.backend import torch
from evals.packs.download import pull
from evals.packs.perceptual import load_perceptual

SIGLIP2 = {
    "library": "open_clip",
    "architecture": "ViT-B-16-SigLIP2-256",
    "tag": "webli",
    "context_length": 64,
    "licence": "Apache-2.0",
    "preprocess": {
        "size": 256,
        "mean": [0.5, 0.5, 0.5],
        "std": [0.5, 0.5, 0.5],
        "interpolation": "bicubic",
        "resize_mode": "squash",
    },
}
ALEX = {"library": "lpips", "backbone": "alex", "source": "torchvision", "licence": "BSD-3-Clause"}


def test_without_a_connection_one_sentence_says_so(write_pack, empty_caches, connections):
    with pytest.raises(PackError, match=r"could not be fetched .*; connect this machine"):
        pull(write_pack(perceptual=ALEX), lambda _: None)
    assert connections  # it did try
    assert not list(empty_caches.parent.glob("**/*.pth"))


def test_open_clips_downloader_fails_in_one_sentence(write_pack, empty_caches, monkeypatch):
    def fail(_: object) -> str:
        raise FileNotFoundError("Failed to download file\nLast error: no route")

    monkeypatch.setattr(open_clip, "download_pretrained", fail)  # its own client retries for 45 s
    with pytest.raises(PackError, match=r"\(webli\) could not be fetched \(Failed to") as caught:
        pull(write_pack(text_image=SIGLIP2), lambda _: None)
    assert "\n" not in str(caught.value)


def test_a_misspelt_tag_is_refused_before_anything_is_fetched(
    write_pack, empty_caches, connections
):
    with pytest.raises(PackError, match="it has webli"):
        pull(write_pack(text_image={**SIGLIP2, "tag": "weblix"}), lambda _: None)
    assert connections == []


def test_the_backbone_comes_through_torch_hub_with_its_published_digest(
    write_pack, empty_caches, monkeypatch
):
    asked = []

    def fetch(address: str, target: str, *, hash_prefix: str, progress: bool) -> None:
        asked.append((address.rpartition("/")[2], hash_prefix))
        torch.save({}, target)

    monkeypatch.setattr(torch.hub, "download_url_to_file", fetch)
    with pytest.raises(PackError, match="7be5be79"):  # torch hub checks too; we do not rely on it
        pull(write_pack(perceptual=ALEX), lambda _: None)
    assert asked == [("alexnet-owt-7be5be79.pth", "7be5be79")]


def test_a_pulled_tag_reports_the_digest_to_pin(write_pack, tmp_path, monkeypatch):
    weights = tmp_path / "weights.safetensors"
    weights.write_bytes(b"tensors")
    monkeypatch.setattr(open_clip, "download_pretrained", lambda _: str(weights))
    monkeypatch.setattr(open_clip, "get_tokenizer", lambda _: None)
    lines: list[str] = []
    (pulled,) = pull(write_pack(text_image=SIGLIP2), lines.append)
    assert pulled.sha256 == hashlib.sha256(b"tensors").hexdigest()
    assert pulled.sha256 in lines[-1]
    with pytest.raises(PackError, match="SHA-256"):
        pull(write_pack(text_image={**SIGLIP2, "sha256": "0" * 8}), lines.append)


def test_files_of_the_pack_itself_are_left_alone(lpips_pack, connections):
    pack = lpips_pack()
    assert pull(pack, lambda _: None) == ()
    assert connections == []
    assert load_perceptual(pack, "cpu")
