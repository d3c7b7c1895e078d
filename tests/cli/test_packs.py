"""`roundtable packs …` and what `evals run` makes of a pack's licences."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from evals.packs.manifest import read_pack
from evals.runs.permission import require_permission
from tracker.domain.production import Production, ProductionKind
from tracker.errors import BlockedError
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.productions import add_production

FACES = """
name = "faces"
version = "1"
is_demo = false
description = "Faces from elsewhere."
[identity]
state = "none"
detect_at = 0.5
[identity.finder]
library = "yunet"
address = "https://invented.example/finder.onnx"
sha256 = "{digest}"
licence = "MIT"
[identity.embedder]
library = "sface"
address = "https://invented.example/embedder.onnx"
licence = "{licence}"
note = "Ask its author."
"""


@pytest.fixture
def faces(home: Path, tmp_path: Path):
    """Write the pack `faces` among the packs of the command line; return its folder."""

    def write(licence: str = "Apache-2.0") -> Path:
        folder = tmp_path / "packs" / "faces"
        folder.mkdir(exist_ok=True)
        digest = hashlib.sha256(b"finder").hexdigest()
        (folder / "pack.toml").write_text(FACES.format(digest=digest, licence=licence))
        return folder

    return write


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    (folder / "finder.onnx").write_bytes(b"finder")
    (folder / "embedder.onnx").write_bytes(b"embedder")
    return folder


def listed(roundtable, name: str) -> dict[str, object]:
    (row,) = [r for r in roundtable("packs", "list", "--json").json if r["name"] == name]
    return row


def test_a_pull_from_a_mirror_lands_in_the_workspace(roundtable, home, faces, mirror):
    folder = faces()
    assert listed(roundtable, "faces")["weights"] == "2 missing: roundtable packs pull faces"
    done = roundtable("packs", "pull", "faces", "--mirror", mirror, "--json")
    assert done.code == 0, done.err
    assert [(r["model"], r["path"]) for r in done.json] == [
        ("identity.finder", str(home / "packs" / "faces" / "finder.onnx")),
        ("identity.embedder", str(home / "packs" / "faces" / "embedder.onnx")),
    ]
    lock = json.loads((home / "packs" / "faces.lock.json").read_text())
    assert lock["files"]["identity.embedder"]["sha256"] == done.json[1]["sha256"]
    assert "identity.finder" not in lock["files"]  # the manifest vouches for it
    assert [p.name for p in folder.iterdir()] == ["pack.toml"]  # shipped packs are not written to
    assert listed(roundtable, "faces")["weights"] == "here"


def test_a_mirror_without_the_file_is_misuse(roundtable, faces, mirror):
    faces()
    (mirror / "finder.onnx").unlink()
    done = roundtable("packs", "pull", "faces", "--mirror", mirror)
    assert done.code == 2
    assert "has no 'finder.onnx'" in done.err


def test_the_list_says_that_nothing_tells_masked_from_revealed(roundtable, faces):
    faces()
    assert listed(roundtable, "faces")["face_state"] == "none"
    assert listed(roundtable, "demo")["face_state"] == "embedder"
    assert "face unsure" in roundtable("packs", "list").out


def test_a_sound_pack_is_verified(roundtable):
    done = roundtable("packs", "verify", "demo", "--device", "cpu", "--json")
    assert done.code == 0, done.err
    assert done.json["passed"] is True
    assert [(m["model"], m["passed"], m["digest"]) for m in done.json["models"]] == [
        ("text_image", True, "manifest"),
        ("perceptual", True, "manifest"),
        ("identity", True, "manifest"),
    ]


def test_a_pack_that_cannot_be_used_does_not_hold(roundtable, faces, mirror):
    faces()
    absent = roundtable("packs", "verify", "faces", "--device", "cpu", "--json")
    assert absent.code == 10
    assert absent.json["models"][0]["digest"] == "nobody"
    assert "roundtable packs pull faces" in absent.json["models"][0]["reason"]
    assert roundtable("packs", "pull", "faces", "--mirror", mirror).code == 0
    done = roundtable("packs", "verify", "faces", "--device", "cpu", "--json")
    assert done.code == 10
    (found,) = done.json["models"]
    assert (found["passed"], found["digest"]) == (False, "lock")
    assert "cannot be run by OpenCV" in found["reason"]
    assert "FAIL" in roundtable("packs", "verify", "faces", "--device", "cpu").out


def test_licences_are_listed_with_what_they_ask(roundtable, faces):
    faces("custom")
    rows = {r["model"]: r for r in roundtable("packs", "licences", "faces", "--json").json}
    assert rows["identity.finder"]["commercial"] == "allowed"
    assert rows["identity.embedder"]["commercial"] == "unknown"
    assert rows["identity.embedder"]["note"].startswith("Ask its author.")
    shown = roundtable("packs", "licences").out
    assert "MIT: Keep the copyright notice" in shown
    assert "standard" in shown
    assert roundtable("packs", "licences", "face").code == 2


def test_a_studios_production_is_not_scored_without_permission(roundtable, filled, faces):
    faces("CC-BY-NC-4.0")
    done = roundtable("evals", "run", "--production", filled, "--pack", "faces", "--device", "cpu")
    assert done.code == 10
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert "'faces' may not score REEL01: its identity.embedder is under CC-BY-NC-4.0" in done.err
    assert listed(roundtable, "faces")["commercial"] == "forbidden"


def test_a_demo_may_be_scored_by_any_pack_and_unknown_licences_are_told(home, faces):
    store = Store.create(Settings(home=home))
    with store.write() as tx:
        for code, is_demo in (("REEL01", False), ("DEMO01", True)):
            kind = ProductionKind.ANTHOLOGY
            add_production(tx, Production(code=code, kind=kind, title=code, is_demo=is_demo))
    forbidden, unknown = (read_pack(faces(name)) for name in ("CC-BY-NC-4.0", "custom"))
    with store.read() as tx:
        assert require_permission(tx, forbidden, ["DEMO01"]) == []
        with pytest.raises(BlockedError, match="forbids commercial use"):
            require_permission(tx, forbidden, ["DEMO01", "REEL01"])
        (told,) = require_permission(tx, unknown, ["REEL01"])
        assert "custom of identity.embedder" in told
        assert require_permission(tx, unknown, ["DEMO01"]) == []
        assert require_permission(tx, read_pack(faces()), ["REEL01"]) == []
