from __future__ import annotations

import dataclasses
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from evals.errors import PackError
from evals.packs._places import HUB_WEIGHTS, published
from evals.packs.manifest import StateSource, find_pack, list_packs, read_pack
from tracker.errors import ExitCode, MisuseError
from tracker.settings import REPOSITORY_ROOT

SHIPPED = REPOSITORY_ROOT / "data" / "packs"

TEXT_IMAGE = """
[text_image]
library = "open_clip"
architecture = "ViT-B-32"
weights = "vit.safetensors"
sha256 = "{digest}"
context_length = 77
licence = "MIT"

[text_image.preprocess]
size = 224
mean = [0.48, 0.45, 0.40]
std = [0.26, 0.26, 0.27]
interpolation = "bicubic"
resize_mode = "shortest"
""".format(digest="AB" * 32)

PERCEPTUAL = """
[perceptual]
library = "lpips"
backbone = "vgg"
source = "torchvision"
licence = "BSD-3-Clause"
"""

HEAD = """
name = "mine"
version = "3"
is_demo = false
description = "Ours."
"""


@pytest.fixture
def write(tmp_path):
    def write(text: str = HEAD + TEXT_IMAGE + PERCEPTUAL, *, folder: str = "mine"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "pack.toml").write_text(text)
        return tmp_path / folder

    return write


def test_a_manifest_says_where_everything_is(write):
    pack = read_pack(write())
    assert (pack.name, pack.version, pack.is_demo) == ("mine", "3", False)
    assert pack.text_image.weights == pack.folder / "vit.safetensors"
    assert pack.text_image.sha256 == "ab" * 32
    assert pack.text_image.preprocess.mean == (0.48, 0.45, 0.40)
    assert pack.perceptual.weights is None
    assert pack.perceptual.backbone == "vgg"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('licence = "MIT"', 'lisence = "MIT"', "'lisence'; did you mean 'licence'?"),
        ('licence = "MIT"', "", "lacks 'licence'"),
        ('licence = "MIT"', 'licence = " "', "give a text"),
        ("AB" * 32, "AB" * 31, "SHA-256 of 64"),
        ("AB" * 32, "XY" * 32, "SHA-256 of 64"),
        ("size = 224", "size = 224.5", "whole number"),
        ("size = 224", "size = true", "whole number"),
        ("size = 224", "size = 7", "from 16 to 2048"),
        ("mean = [0.48, 0.45, 0.40]", "mean = [123.7, 116.3, 103.5]", "at most 1"),
        ("mean = [0.48, 0.45, 0.40]", "mean = [0.48, 0.45]", "three numbers"),
        ("mean = [0.48, 0.45, 0.40]", "mean = [0.48, 0.45, nan]", "three numbers"),
        ("std = [0.26, 0.26, 0.27]", "std = [0.26, 0.0, 0.27]", "above 0"),
        ('"bicubic"', '"cubic"', "'bicubic', 'bilinear'"),
        ('"shortest"', '"crop"', "'squash', 'shortest', 'longest'"),
        ('"open_clip"', '"clip"', "'open_clip'"),
        ('"vit.safetensors"', '"../vit.safetensors"', "inside it"),
        ('"vit.safetensors"', '"/tmp/vit.safetensors"', "inside it"),
        ('weights = "vit.safetensors"', "", "in one way"),
        ('weights = "vit.safetensors"', 'weights = "a.pth"\ntag = "x"', "in one way"),
        ("[text_image.preprocess]", "[text_image.other]", "unknown key 'other'"),
        (
            'architecture = "ViT-B-32"',
            'architecture = "ViT-B-32"\nrepository = "a/b"',
            "without a 'tag'",
        ),
        ('source = "torchvision"', "", "either source"),
        ('source = "torchvision"', 'source = "hub"', "'torchvision'"),
        ('backbone = "vgg"', 'backbone = "resnet"', "'alex', 'vgg', 'squeeze'"),
        ("is_demo = false", 'is_demo = "no"', "true or false"),
        ('name = "mine"', 'name = "yours"', "'mine'"),
        ('name = "mine"', 'name = "mine', "cannot be read"),
        ("[perceptual]", "[perceptuals]", "did you mean 'perceptual'?"),
        ('description = "Ours."', 'description = "Ours."\nperceptual = 3', "cannot be read"),
    ],
)
def test_a_bad_manifest_is_refused_in_one_sentence(write, old, new, words):
    text = HEAD + TEXT_IMAGE + PERCEPTUAL
    assert old in text
    folder = write(text.replace(old, new))
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    assert words in str(caught.value)
    assert str(folder / "pack.toml") in str(caught.value)
    assert "\n" not in str(caught.value).strip()


def test_a_table_that_is_no_table_is_refused(write):
    with pytest.raises(PackError, match=r"write it as a table, \[perceptual\]"):
        read_pack(write(HEAD + "perceptual = 3"))


def test_a_tag_may_go_without_a_digest_and_a_file_may_not(write):
    with_tag = TEXT_IMAGE.replace('weights = "vit.safetensors"', 'tag = "openai"')
    lines = [line for line in with_tag.splitlines() if not line.startswith("sha256")]
    assert read_pack(write(HEAD + "\n".join(lines))).text_image.sha256 == ""
    lines = [line for line in TEXT_IMAGE.splitlines() if not line.startswith("sha256")]
    with pytest.raises(PackError, match="lacks 'sha256'"):
        read_pack(write(HEAD + "\n".join(lines)))


def test_an_unknown_pack_suggests_the_nearest_name(write):
    folder = write()
    with pytest.raises(PackError, match=r"no model pack 'mime'; did you mean 'mine'\?"):
        find_pack("mime", [folder.parent])
    with pytest.raises(PackError, match="known: none"):
        find_pack("mine", [folder.parent / "nowhere"])


def test_the_first_folder_wins(write, tmp_path):
    first = write().parent
    other = tmp_path / "other" / "mine"
    other.mkdir(parents=True)
    (other / "pack.toml").write_text(HEAD.replace("3", "4"))
    assert find_pack("mine", [first, other.parent]).version == "3"
    assert find_pack("mine", [other.parent, first]).version == "4"
    assert [p.version for p in list_packs([other.parent, first])] == ["4"]


def test_the_fingerprint_follows_every_declaration(write):
    one = read_pack(write()).fingerprint
    assert read_pack(write()).fingerprint == one
    text = HEAD + TEXT_IMAGE.replace("bicubic", "bilinear") + PERCEPTUAL
    assert read_pack(write(text)).fingerprint != one


def test_a_pack_error_is_a_misuse():
    assert issubclass(PackError, MisuseError)
    assert PackError.exit_code is ExitCode.MISUSE


def test_the_shipped_packs_are_valid():
    assert [p.name for p in list_packs([SHIPPED])] == ["demo", "large", "standard"]


@pytest.mark.parametrize("name", ["large", "standard"])
def test_the_shipped_packs_preprocess_as_open_clip_trained_them(name):
    import open_clip
    from open_clip.factory import get_model_config

    spec = find_pack(name, [SHIPPED]).text_image
    source = open_clip.get_pretrained_cfg(spec.architecture, spec.tag)
    config = get_model_config(spec.architecture)
    how = dataclasses.asdict(spec.preprocess)
    assert how.pop("size") == config["vision_cfg"]["image_size"]
    assert how == {key: source[key] for key in how}
    assert spec.context_length == config["text_cfg"]["context_length"]
    assert source["hf_hub"] == spec.repository + "/"


@pytest.mark.parametrize("name", ["large", "standard"])
def test_the_shipped_packs_admit_that_nothing_tells_masked_from_revealed(name):
    spec = find_pack(name, [SHIPPED]).identity
    assert spec.state is StateSource.NONE
    assert spec.unsure == (0, 1)


def test_every_shipped_pack_is_installed_with_the_distribution():
    project = tomllib.loads((REPOSITORY_ROOT / "pyproject.toml").read_text())
    files = {f for some in project["tool"]["setuptools"]["data-files"].values() for f in some}
    for folder in SHIPPED.iterdir():
        assert f"data/packs/{folder.name}/pack.toml" in files


def test_what_is_told_of_libraries_without_importing_them_is_true(monkeypatch, tmp_path):
    from open_clip.constants import HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME
    from torchvision.models import AlexNet_Weights, SqueezeNet1_1_Weights, VGG16_Weights

    from evals.packs.backend import torch

    assert HUB_WEIGHTS == (HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME)
    known = {"alex": AlexNet_Weights, "vgg": VGG16_Weights, "squeeze": SqueezeNet1_1_Weights}
    for variables in ({}, {"XDG_CACHE_HOME": "/tmp/x"}, {"TORCH_HOME": str(tmp_path)}):
        monkeypatch.delenv("TORCH_HOME", raising=False)
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        for key, value in variables.items():
            monkeypatch.setenv(key, value)
        for backbone, weights in known.items():
            address, path, digits = published(backbone)
            assert address == weights.IMAGENET1K_V1.url
            assert path.parent == Path(torch.hub.get_dir()) / "checkpoints"
            assert path.stem.endswith(f"-{digits}")
            assert len(digits) == 8


def test_reading_manifests_loads_no_torch():
    code = (
        "import sys, evals.packs.manifest, evals.packs.availability, evals.packs.devices;"
        "raise SystemExit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("same = [0.1, 0.1]\nother = [0.2, 0.1]", "has same = .* a mean above that of 'other'"),
        ("same = [0.7, 0.0]\nother = [0.2, 0.1]", "spreads above 0"),
        ("same = [0.7]\nother = [0.2, 0.1]", "give 2 numbers from 0 to 1"),
        ("other = [0.2, 0.1]", "lacks 'same'"),
        (
            "same = [0.7, 0.1]\nother = [0.2, 0.1]\nreference_spread = 0.0\nblock_spread = 0.1",
            "has reference_spread = 0.0; give a spread above 0",
        ),
    ],
)
def test_statistics_that_cannot_be_are_refused(tmp_path, table, said):
    shipped = (REPOSITORY_ROOT / "data" / "packs" / "demo" / "pack.toml").read_text()
    start = shipped.index("[identity.statistics]")
    rest = shipped[start + 1 :]
    after = rest[rest.index("\n[") :] if "\n[" in rest else ""
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "pack.toml").write_text(f"{shipped[:start]}[identity.statistics]\n{table}\n{after}")
    with pytest.raises(PackError, match=said):
        read_pack(folder)
