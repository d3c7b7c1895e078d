"""A small film whose takes are every kind of file, imported once and copied for each test."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from evals.packs.manifest import find_pack
from evals.runs.execute import RunRequest, RunSummary, run
from tracker.actions.shots import import_shots
from tracker.actions.takes import import_takes
from tracker.domain.addresses import Address
from tracker.domain.production import Production, ProductionKind
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.productions import add_production

SHOTS = """Film,Shot,FPS,Prompt
F01,SQ010_SH0010,24,A red door in the rain
F01,SQ010_SH0020,24,A lantern swings over a boat
F01,SQ010_SH0030,24,A long corridor with one open window
F01,SQ010_SH0040,24,A harbour seen from above
F01,SQ010_SH0050,24,Two hands tie a knot
F01,SQ010_SH0060,24,A bell tower at noon
"""
TAKES = """Film,Shot,Take,File
F01,SQ010_SH0010,1,pan.mp4
F01,SQ010_SH0020,1,swing.gif
F01,SQ010_SH0030,1,walk.####.png
F01,SQ010_SH0040,1,above.png
F01,SQ010_SH0050,1,half.mp4
F01,SQ010_SH0060,1,notes.mp4
"""
BARE = """name = "bare"
version = "1"
is_demo = true
description = "No models at all."
uses_morph = false
"""
TOWERS = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "patch_size": 16, "head_width": 16},
    "text_cfg": {
        "context_length": 77,
        "vocab_size": 49408,
        "width": 16,
        "heads": 1,
        "layers": 1,
    },
}
MANIFEST = """name = "tiny"
version = "1"
is_demo = true
description = "Random weights."
uses_morph = false
[text_image]
library = "open_clip"
folder = "clip"
sha256 = "{sha256}"
context_length = 77
licence = "CC0-1.0"
[text_image.preprocess]
size = 32
mean = [0.5, 0.5, 0.5]
std = [0.5, 0.5, 0.5]
interpolation = "bicubic"
resize_mode = "squash"
"""
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
ENTRY = "from tracker.cli.main import main; main()"


def pictures(count: int, *, size: tuple[int, int] = (96, 64), seed: int = 1) -> list[np.ndarray]:
    """Coloured blocks that move two pixels per frame, softened so that motion can be followed."""
    width, height = size
    rng = np.random.default_rng(seed)
    blocks = rng.integers(30, 226, (height // 8, width // 4, 3), dtype=np.uint8)
    wide = Image.fromarray(blocks).resize((width * 2, height), Image.Resampling.BICUBIC)
    return [np.roll(np.asarray(wide), -2 * i, axis=1)[:, :width].copy() for i in range(count)]


def write_mp4(path: Path, frames: list[np.ndarray]) -> Path:
    """Encode frames with the index in front, so that a file cut in half still opens."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=24, options={"crf": "20", "g": "6"})
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for picture in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="session")
def make_clip() -> Callable[..., Path]:
    """Write a film of 24 frames; `black` names frames without light, `seed` makes it another film."""

    def make(path: Path, *, seed: int = 1, count: int = 24, black: Iterable[int] = ()) -> Path:
        frames = pictures(count, seed=seed)
        for index in black:
            frames[index] = np.zeros_like(frames[index])
        return write_mp4(path, frames)

    return make


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a film, a loop, numbered frames, a still, half a film, and a text named .mp4."""
    folder = tmp_path_factory.mktemp("clips")
    write_mp4(folder / "pan.mp4", pictures(24))
    whole = write_mp4(folder / "whole.mp4", pictures(24, seed=2)).read_bytes()
    (folder / "half.mp4").write_bytes(whole[: len(whole) // 2])
    (folder / "notes.mp4").write_text("Call the composer about the second reel.\n" * 40)
    first, *rest = [Image.fromarray(p) for p in pictures(12, seed=3)]
    first.save(folder / "swing.gif", save_all=True, append_images=rest, duration=40)
    for index, picture in enumerate(pictures(12, seed=4)):
        Image.fromarray(picture).save(folder / f"walk.{1001 + index}.png")
    Image.fromarray(pictures(1, seed=5)[0]).save(folder / "above.png")
    (folder / "shots.csv").write_text(SHOTS)
    (folder / "takes.csv").write_text(TAKES)
    return folder


def imported(settings: Settings, folder: Path) -> Settings:
    """Make a workspace and import `shots.csv` and `takes.csv` of a folder."""
    store = Store.create(settings)
    with store.write() as tx:
        add_production(tx, Production(code="REEL01", kind=ProductionKind.ANTHOLOGY, title="Reel"))
    assert not import_shots(store, folder / "shots.csv", "REEL01").problems
    assert not import_takes(settings, folder / "takes.csv", "REEL01").problems
    return settings


def evaluate(
    settings: Settings,
    *,
    pack: str = "bare",
    scope: str = "REEL01",
    force: bool = False,
    workers: int = 1,
) -> RunSummary:
    """Score what is missing, with one reading process unless told otherwise."""
    request = RunRequest(
        scopes=[Address.parse(scope)],
        pack=find_pack(pack, settings.packs),
        device="cpu",
        force=force,
        workers=workers,
    )
    return run(settings, request)


@pytest.fixture(scope="session")
def _imported_once(tmp_path_factory: pytest.TempPathFactory, clips: Path) -> Path:
    return imported(Settings(home=tmp_path_factory.mktemp("template")), clips).home


@pytest.fixture(scope="session")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a pack that has no models; torch stays out of these tests."""
    folder = tmp_path_factory.mktemp("packs")
    (folder / "bare").mkdir()
    (folder / "bare" / "pack.toml").write_text(BARE)
    return folder


@pytest.fixture(scope="session")
def tiny_pack(packs: Path) -> str:
    """A pack of a few thousand random weights beside the one without models."""
    from open_clip.model import CLIP
    from safetensors.torch import save_file

    from evals.packs.backend import torch

    folder = packs / "tiny" / "clip"
    folder.mkdir(parents=True)
    torch.manual_seed(3)
    model = CLIP(**TOWERS).eval()
    weights = folder / "open_clip_model.safetensors"
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, weights)
    (folder / "open_clip_config.json").write_text(
        json.dumps({"model_cfg": TOWERS, "preprocess_cfg": {}})
    )
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    (packs / "tiny" / "pack.toml").write_text(MANIFEST.format(sha256=digest))
    return "tiny"


@pytest.fixture
def workspace(tmp_path: Path, packs: Path, _imported_once: Path) -> Settings:
    """A workspace with the six takes, nothing scored."""
    shutil.copytree(_imported_once, tmp_path / "home")
    return Settings(home=tmp_path / "home", packs=(packs,), actor="Ines Calloway")


@pytest.fixture(scope="session")
def _scored_once(
    tmp_path_factory: pytest.TempPathFactory, packs: Path, _imported_once: Path
) -> tuple[Path, RunSummary]:
    home = tmp_path_factory.mktemp("scored") / "home"
    shutil.copytree(_imported_once, home)
    return home, evaluate(Settings(home=home, packs=(packs,), actor="Ines Calloway"))


@pytest.fixture
def scored(
    tmp_path: Path, packs: Path, _scored_once: tuple[Path, RunSummary]
) -> tuple[Settings, RunSummary]:
    """A workspace after one run, and what the run said."""
    shutil.copytree(_scored_once[0], tmp_path / "scored")
    settings = Settings(home=tmp_path / "scored", packs=(packs,), actor="Ines Calloway")
    return settings, _scored_once[1]


@pytest.fixture(scope="session")
def import_tables() -> Callable[[Settings, Path], Settings]:
    """Make a workspace of a folder's own tables, for tests that need other takes."""
    return imported


@pytest.fixture(scope="session")
def score() -> Callable[..., RunSummary]:
    """Run the evaluation of a workspace in this process."""
    return evaluate


@pytest.fixture
def record() -> Callable[[Settings], dict[str, list[tuple[object, ...]]]]:
    """Read every row of every table, in an order that does not depend on storage."""

    def read(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
        with Store.open(settings).read() as tx:
            return {t: sorted(tx.rows(f"SELECT * FROM {t}"), key=repr) for (t,) in tx.rows(TABLES)}

    return read


@pytest.fixture
def start(workspace: Settings) -> Callable[..., subprocess.Popen[str]]:
    """Start `roundtable …` in a process group of its own, on the workspace."""

    def begin(*arguments: str, settings: Settings = workspace) -> subprocess.Popen[str]:
        env = os.environ | {
            "ROUNDTABLE_HOME": str(settings.home),
            "ROUNDTABLE_PACKS": os.pathsep.join(str(p) for p in settings.packs),
        }
        return subprocess.Popen(
            [sys.executable, "-c", ENTRY, *arguments],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    return begin


@pytest.fixture
def roundtable(start: Callable[..., subprocess.Popen[str]]) -> Callable[..., tuple[int, str, str]]:
    """Run `roundtable …` to its end; return exit code, stdout, stderr."""

    def command(*arguments: str, **facts: Settings) -> tuple[int, str, str]:
        process = start(*arguments, **facts)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    return command


@pytest.fixture
def rows_of(
    roundtable: Callable[..., tuple[int, str, str]],
) -> Callable[..., list[dict[str, object]]]:
    """Run a reading command with --json and return its rows."""

    def read(*arguments: str) -> list[dict[str, object]]:
        code, out, err = roundtable(*arguments, "--json")
        assert code == 0, err
        found: list[dict[str, object]] = json.loads(out)
        return found

    return read
