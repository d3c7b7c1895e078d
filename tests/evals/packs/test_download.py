from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import open_clip
import pytest

from evals.errors import PackError
from evals.packs.download import pull
from evals.packs.identity import load_identity
from evals.packs.lock import Pin, lock_path, pin, read_lock
from evals.packs.manifest import PackManifest, read_pack
from evals.packs.perceptual import load_perceptual
from evals.packs.presence import missing_weights
from evals.packs.text_image import load_text_image
from evals.packs.verify import verify_pack

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


def test_without_a_connection_one_sentence_says_so(
    write_pack, empty_caches, connections, monkeypatch
):
    monkeypatch.setattr("evals.packs._fetch._PAUSE_S", 0)
    with pytest.raises(PackError, match=r"could not be fetched .*; connect this machine"):
        pull(write_pack(perceptual=ALEX), lambda _: None)
    assert connections  # it did try
    assert not list(empty_caches.parent.glob("**/*.pth*"))


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


def test_a_pulled_tag_reports_the_digest_to_pin(write_pack, tmp_path, monkeypatch):
    weights = tmp_path / "weights.safetensors"
    weights.write_bytes(b"tensors")
    monkeypatch.setattr(open_clip, "download_pretrained", lambda _: str(weights))
    monkeypatch.setattr(open_clip, "get_tokenizer", lambda _: None)
    lines: list[str] = []
    (pulled,) = pull(write_pack(text_image=SIGLIP2), lines.append)
    assert pulled.sha256 == hashlib.sha256(b"tensors").hexdigest()
    assert any(pulled.sha256 in line for line in lines)
    with pytest.raises(PackError, match="SHA-256"):
        pull(write_pack(text_image={**SIGLIP2, "sha256": "0" * 8}), lines.append)


def test_files_of_the_pack_itself_are_left_alone(lpips_pack, connections):
    pack = lpips_pack()
    assert pull(pack, lambda _: None) == ()
    assert connections == []
    assert load_perceptual(pack, "cpu")


def test_a_folder_without_weights_lacks_them_though_it_is_there(tiny_pack):
    pack = tiny_pack()
    assert missing_weights(pack) == []
    (pack.text_image.folder / "open_clip_model.safetensors").unlink()
    assert missing_weights(pack) == [f"Put the weights into {pack.text_image.folder}."]


def faces_pack(write_pack, files: dict[str, bytes], **finder: object) -> PackManifest:
    """A pack whose two face models come from elsewhere: an address and the hub."""
    pinned = {
        "library": "yunet",
        "address": "https://invented.example/models/finder.onnx",
        "sha256": hashlib.sha256(files["finder.onnx"]).hexdigest(),
        "licence": "MIT",
    }
    embedder = {
        "library": "sface",
        "repository": "invented/faces",
        "file": "embedder.onnx",
        "revision": "ab" * 20,
        "licence": "Apache-2.0",
    }
    found = {key: value for key, value in {**pinned, **finder}.items() if value is not None}
    tables = {"identity.finder": found, "identity.embedder": embedder}
    return write_pack(identity={"state": "none", "detect_at": 0.5}, **tables)


@pytest.fixture
def mirror(tmp_path) -> Path:
    """A folder with the two files by their names."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    (folder / "finder.onnx").write_bytes(b"finder")
    (folder / "embedder.onnx").write_bytes(b"embedder")
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_a_mirror_gives_files_by_name_without_any_connection(write_pack, mirror, connections):
    pack = faces_pack(write_pack, files_of(mirror))
    pulled = pull(pack, lambda _: None, mirror=mirror)
    assert connections == []
    assert [p.model for p in pulled] == ["identity.finder", "identity.embedder"]
    assert files_of(pack.store / "trial") == {
        "pack.toml": (pack.folder / "pack.toml").read_bytes(),
        **files_of(mirror),
    }
    assert missing_weights(pack) == []


def test_a_digest_that_nobody_gave_is_pinned_and_holds(write_pack, mirror):
    pack = faces_pack(write_pack, files_of(mirror))
    lines: list[str] = []
    pull(pack, lines.append, mirror=mirror)
    assert "identity.embedder is pinned to it from now on." in lines
    assert read_lock(pack.store, "trial") == {
        "identity.embedder": Pin(
            f"hub:invented/faces@{'ab' * 20}/embedder.onnx",
            hashlib.sha256(b"embedder").hexdigest(),
        )
    }
    again = read_pack(pack.folder)
    assert again.identity.embedder.sha256 == hashlib.sha256(b"embedder").hexdigest()
    assert again.locked == {"identity.embedder"}
    again.identity.embedder.weights.write_bytes(b"another")
    assert "SHA-256" in load_identity(again, "cpu").reason
    (mirror / "embedder.onnx").write_bytes(b"another")
    with pytest.raises(PackError, match="SHA-256"):
        pull(again, lambda _: None, mirror=mirror)
    (mirror / "embedder.onnx").write_bytes(b"embedder")
    pull(again, lambda _: None, mirror=mirror)  # mends the damaged file
    assert again.identity.embedder.weights.read_bytes() == b"embedder"


def test_who_vouches_is_the_weakest_of_a_models_files(write_pack, mirror):
    pack = faces_pack(write_pack, files_of(mirror), sha256=None)
    sha256 = hashlib.sha256(b"finder").hexdigest()
    source = "https://invented.example/models/finder.onnx"
    pin(pack.store, "trial", {"identity.finder": Pin(source, sha256)})
    half = read_pack(pack.folder)
    assert half.locked == {"identity.finder"}
    (check,) = verify_pack(half, "cpu", say=lambda _: None)
    assert check.digest == "nobody"  # the embedder's digest is still unknown
    pull(half, lambda _: None, mirror=mirror)
    (check,) = verify_pack(read_pack(pack.folder), "cpu", say=lambda _: None)
    assert check.digest == "lock"


def test_pins_that_processes_add_at_once_are_all_kept(tmp_path):
    code = (
        "import sys; from pathlib import Path; from evals.packs.lock import Pin, pin\n"
        "for i in range(40): pin(Path(sys.argv[1]), 'p', {f'{sys.argv[2]}{i}': Pin('x', 'ab' * 32)})"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in "abc"
    ]
    assert [process.wait(timeout=120) for process in started] == [0, 0, 0]
    assert len(read_lock(tmp_path, "p")) == 3 * 40
    assert [p.name for p in tmp_path.iterdir()] == ["p.lock.json"]


def test_a_pin_ends_with_the_source_it_was_made_for(write_pack, mirror):
    pack = faces_pack(write_pack, files_of(mirror))
    pull(pack, lambda _: None, mirror=mirror)
    path = pack.folder / "pack.toml"
    path.write_text(path.read_text().replace("ab" * 20, "cd" * 20))
    assert read_pack(pack.folder).identity.embedder.sha256 == ""


def test_a_damaged_lock_is_refused(write_pack, mirror):
    pack = faces_pack(write_pack, files_of(mirror))
    for text in ("{", "[]", '{"files": {"identity.embedder": {"source": "x", "sha256": "ab"}}}'):
        lock_path(pack.store, "trial").write_text(text)
        with pytest.raises(PackError, match=r"trial\.lock\.json.*delete it"):
            read_pack(pack.folder)


def test_the_wrong_file_in_a_mirror_is_not_taken(write_pack, mirror):
    pack = faces_pack(write_pack, files_of(mirror))
    (mirror / "finder.onnx").write_bytes(b"another finder")
    with pytest.raises(PackError, match="SHA-256"):
        pull(pack, lambda _: None, mirror=mirror)
    assert not pack.identity.finder.weights.exists()


def test_a_mirror_that_lacks_a_file_is_named(write_pack, mirror, tmp_path):
    pack = faces_pack(write_pack, files_of(mirror))
    (mirror / "embedder.onnx").unlink()
    with pytest.raises(PackError, match=r"has no 'embedder\.onnx'"):
        pull(pack, lambda _: None, mirror=mirror)
    assert pack.identity.finder.weights.is_file()  # what was pulled before stays
    with pytest.raises(PackError, match="is no folder"):
        pull(pack, lambda _: None, mirror=tmp_path / "nowhere")


def test_what_is_here_is_verified_and_not_fetched_again(write_pack, mirror, connections):
    pack = faces_pack(write_pack, files_of(mirror))
    pull(pack, lambda _: None, mirror=mirror)
    pulled = pull(read_pack(pack.folder), lambda _: None)
    assert [p.path.name for p in pulled] == ["finder.onnx", "embedder.onnx"]
    assert connections == []


def test_the_hubs_client_is_asked_for_the_pinned_commit(write_pack, mirror, monkeypatch):
    asked = []

    def fetch(repository: str, file: str, *, revision: str) -> str:
        asked.append((repository, file, revision))
        return str(mirror / file)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", fetch)
    pack = faces_pack(write_pack, files_of(mirror))
    pack.identity.finder.weights.write_bytes(b"finder")
    pull(pack, lambda _: None)
    assert asked == [("invented/faces", "embedder.onnx", "ab" * 20)]
    assert pack.identity.embedder.weights.read_bytes() == b"embedder"


def test_a_backbone_from_a_mirror_goes_where_torch_hub_keeps_it(
    write_pack, empty_caches, mirror, connections
):
    (mirror / "alexnet-owt-7be5be79.pth").write_bytes(b"weights")
    pack = write_pack(perceptual=ALEX)
    with pytest.raises(PackError, match="7be5be79"):  # the publisher's digits count
        pull(pack, lambda _: None, mirror=mirror)
    assert connections == []
    assert missing_weights(pack) != []


def test_a_mirrored_repository_loads_as_the_tag_does(
    write_pack, tiny_tag, empty_caches, mirror, connections, pictures
):
    table = {**SIGLIP2, **tiny_tag, "preprocess": {**SIGLIP2["preprocess"], "size": 64}}
    pack = write_pack(text_image=table)
    cached = load_text_image(pack, "cpu")
    snapshot = empty_caches / "models--invented--tiny" / "snapshots" / "abc"
    shutil.move(snapshot, mirror / "tiny")
    shutil.rmtree(empty_caches)
    assert missing_weights(pack) != []
    (mirror / "tiny" / "open_clip_config.json").write_text(
        json.dumps({"model_cfg": open_clip.get_model_config("Tiny"), "preprocess_cfg": {}})
    )
    (mirror / "tiny" / "README.md").write_text("Not needed.")
    pulled = pull(pack, lambda _: None, mirror=mirror)
    assert [p.model for p in pulled] == ["text_image"]
    again = read_pack(pack.folder)
    assert again.locked == {"text_image"}
    assert missing_weights(again) == []
    assert not (again.text_image.mirrored / "README.md").exists()
    model = load_text_image(again, "cpu")
    assert np.array_equal(model.encode_frames(pictures), cached.encode_frames(pictures))
    assert np.array_equal(model.encode_texts(["a red door"]), cached.encode_texts(["a red door"]))
    assert model.key == cached.key  # so that results are reused across machines
    stale = again.text_image.mirrored / "open_clip_a.bin"
    stale.write_bytes(b"what an earlier pull left")
    assert "exactly one weights file" in load_text_image(again, "cpu").reason
    pull(again, lambda _: None, mirror=mirror)
    assert load_text_image(again, "cpu").key == cached.key
    assert connections == []
