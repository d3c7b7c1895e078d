"""The command line, run in this process as `roundtable` runs it, on a workspace of its own."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tracker.actions.shots import import_shots
from tracker.actions.takes import import_takes
from tracker.cli.main import main
from tracker.domain.production import Production, ProductionKind
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.productions import add_production

SHOTS = (
    "Film,Sequence,Shot,Method,Prompt,FPS,Frames\n"
    "F01,SQ010,SQ010_SH0010,ai,A red door in the rain,24,24\n"
    "F01,SQ010,SQ010_SH0020,ai,A lantern swings over a boat,24,24\n"
)
TAKES = (
    "Film,Shot,Take,File,Generator,Seed,Cost EUR\n"
    "F01,SQ010_SH0010,1,door.mp4,Pelagia,7,0.42\n"
    "F01,SQ010_SH0020,1,notes.mp4,Pelagia,8,0.40\n"
)


@pytest.fixture(autouse=True)
def _hints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide no hint by chance: which file draws one depends on its encoder."""
    monkeypatch.setattr("tracker.store.blind.WITHHELD", 0.0)


BARE = """name = "bare"
version = "1"
is_demo = true
description = "No models at all."
uses_morph = false
"""


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The data on stdout."""
        return json.loads(self.out)


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a shot table, a take table, one film, and one file that is none; read only."""
    folder = tmp_path_factory.mktemp("tables")
    with av.open(str(folder / "door.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for level in range(24):
            picture = np.full((48, 64, 3), 60 + 4 * level, np.uint8)
            picture[10:30, level : level + 20] = (200, 40, 40)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture)))
        container.mux(stream.encode(None))
    (folder / "notes.mp4").write_text("Call the composer about the second reel.\n")
    (folder / "shots.csv").write_text(SHOTS)
    (folder / "takes.csv").write_text(TAKES)
    return folder


@pytest.fixture
def own_tables(tables: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to be changed."""
    return shutil.copytree(tables, tmp_path / "tables")


@pytest.fixture(scope="session")
def _filled_once(tmp_path_factory: pytest.TempPathFactory, tables: Path) -> Path:
    settings = Settings(home=tmp_path_factory.mktemp("filled"), actor="Ines Calloway")
    store = Store.create(settings)
    with store.write() as tx:
        add_production(tx, Production(code="REEL01", kind=ProductionKind.ANTHOLOGY, title="Reel"))
    assert not import_shots(store, tables / "shots.csv", "REEL01").problems
    assert not import_takes(settings, tables / "takes.csv", "REEL01").problems
    return settings.home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for a workspace, with a pack without models."""
    folder = tmp_path / "home"
    pack = tmp_path / "packs" / "bare"
    pack.mkdir(parents=True)
    (pack / "pack.toml").write_text(BARE)
    for name in [name for name in os.environ if name.startswith("ROUNDTABLE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ROUNDTABLE_HOME", str(folder))
    monkeypatch.setenv("ROUNDTABLE_PACKS", str(pack.parent))
    monkeypatch.setenv("ROUNDTABLE_ACTOR", "Ines Calloway")
    return folder


@pytest.fixture
def roundtable(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    """Run `roundtable …` and return exit code, stdout and stderr."""

    def command(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["roundtable", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), out, err)

    return command


@pytest.fixture
def production(roundtable: Callable[..., Outcome]) -> str:
    """The code of a production that is there."""
    added = roundtable("productions", "add", "REEL01", "--kind", "anthology", "--title", "Reel")
    assert added.code == 0, added.err
    return "REEL01"


@pytest.fixture
def filled(home: Path, _filled_once: Path) -> str:
    """A production with two shots, a take that can be read, and one that cannot."""
    shutil.copytree(_filled_once, home)
    return "REEL01"
