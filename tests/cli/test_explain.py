"""`roundtable evals explain`: one page, one path on stdout, and a clear way out of every state."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
import pytest

from tracker.domain.addresses import Address
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.board import take_sheet

DOOR = "REEL01/F01/SQ010_SH0010/v001"
NOTES = "REEL01/F01/SQ010_SH0020/v001"
PAGE = {"page", "address", "verdict", "axes", "packs", "is_demo", "takes", "remark", "error"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Where the first scored workspace is kept for the other tests."""
    return tmp_path_factory.mktemp("kept") / "home"


@pytest.fixture
def scored(roundtable, filled, home, kept):
    if not kept.exists():
        done = roundtable("evals", "run", "--pack", "bare", "--workers", "1")
        assert done.code == 3, done.err
        shutil.copytree(home, kept)
    shutil.copytree(kept, home, dirs_exist_ok=True)
    return filled


@pytest.fixture
def media(home):
    """The folder of the readable take's derived media."""

    def folder():
        with Store.open(Settings.from_env()).read() as tx:
            sheet = take_sheet(tx, Address.parse(DOOR))
        return home / "media" / sheet.take.sha256

    return folder


def is_one_sentence(err):
    return err.startswith("roundtable: ") and err.count("\n") == 1 and err[-2:] in {".\n", "?\n"}


def test_a_scored_take_gets_its_page(roundtable, scored, home, media):
    done = roundtable("evals", "explain", DOOR)
    assert done.code == 0, done.err
    page = home / "reports" / "REEL01_F01_SQ010_SH0010_v001.html"
    assert done.out == f"{page}\n"
    assert DOOR in done.err
    assert "artifacts" in done.err
    text = page.read_text(encoding="utf-8")
    assert "SQ010_SH0010" in text
    assert text.count("<image ") == len(list(media().glob("still_*.jpg"))) > 0
    assert [f.name for f in page.parent.iterdir()] == [page.name]


def test_a_shot_means_its_latest_take_and_says_so(roundtable, scored, home):
    done = roundtable("evals", "explain", "REEL01/F01/SQ010_SH0010")
    assert done.code == 0
    assert done.err.startswith("v001 is the only take.\n")
    assert done.out.endswith("_v001.html\n")


def test_a_take_to_be_judged_without_hints_is_explained_only_if_unblinded(
    roundtable, scored, monkeypatch
):
    monkeypatch.setattr("tracker.store.blind.WITHHELD", 1.0)
    refused = roundtable("evals", "explain", DOOR)
    assert refused.code == 11
    assert is_one_sentence(refused.err)
    assert "--unblind" in refused.err
    done = roundtable("evals", "explain", DOOR, "--unblind")
    assert (done.code, "artifacts" in done.err) == (0, True)
    with Store.open(Settings.from_env()).read() as tx:
        history = take_sheet(tx, Address.parse(DOOR), is_unblinded=True).history
    assert history[0].what == "take.unblinded"


def test_json_has_the_content_and_the_page(roundtable, scored, tmp_path):
    out = tmp_path / "new" / "why.html"
    done = roundtable("evals", "explain", DOOR, "--json", "--out", out)
    assert (done.code, done.err) == (0, "")
    assert set(done.json) >= PAGE
    assert done.json["page"] == str(out)
    assert out.is_file()
    assert [part["axis"] for part in done.json["axes"]] == ["prompt", "identity", "artifacts"]
    assert {m["metric"] for m in done.json["axes"][2]["measures"]} >= {"flicker", "freeze"}
    stills = [
        s["path"] for part in done.json["axes"] for m in part["measures"] for s in m["stills"]
    ]
    assert all(Path(path).is_file() for path in stills)


def test_a_demo_pack_on_a_real_film_is_marked(roundtable, scored):
    shown = roundtable("evals", "explain", DOOR, "--json").json
    assert shown["is_demo"] is False
    assert any(pack["name"] == "bare" and pack["is_demo"] for pack in shown["packs"])


def test_an_unreadable_take_has_a_page_and_exit_code_3(roundtable, scored):
    done = roundtable("evals", "explain", NOTES)
    assert done.code == 3
    assert "notes.mp4" in done.err
    assert "Unreadable" in Path(done.out.strip()).read_text(encoding="utf-8")


def test_without_a_proxy_the_page_lacks_pictures_and_says_so(roundtable, scored, media):
    shutil.rmtree(media())
    done = roundtable("evals", "explain", DOOR)
    assert done.code == 3
    assert "roundtable takes import" in done.err
    text = Path(done.out.strip()).read_text(encoding="utf-8")
    assert "no picture" in text
    assert "no review proxy" in text


def test_a_broken_proxy_or_still_costs_pictures_only(roundtable, scored, media):
    for still in media().glob("still_*.jpg"):
        still.unlink()
    (media() / "proxy.mp4").write_bytes(b"no film")
    done = roundtable("evals", "explain", DOOR)
    assert done.code == 3
    assert "No pictures of some frames" in done.err
    assert Path(done.out.strip()).is_file()


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        (DOOR, 11, "roundtable evals run REEL01/F01"),
        (NOTES, 3, "notes.mp4"),
        ("REEL01/F01/SQ010_SH0010/v002", 2, "v001"),
        ("REEL01/F01/SQ010_SH0011", 2, "SQ010_SH0010"),
        ("REEL02", 2, "names a production"),
        ("REEL01/F01", 2, "names a film"),
        ("REEL01/F01/SQ010_SH0010/v1", 2, "v001"),
    ],
)
def test_what_cannot_be_explained_is_one_sentence(roundtable, filled, home, address, code, words):
    done = roundtable("evals", "explain", address)
    assert (done.code, done.out) == (code, "")
    assert is_one_sentence(done.err), done.err
    assert words in done.err
    assert not (home / "reports").exists()


def test_a_shot_without_a_take_says_how_to_bring_one(roundtable, production, own_tables):
    assert (
        roundtable("shots", "import", own_tables / "shots.csv", "--production", production).code
        == 0
    )
    done = roundtable("evals", "explain", "REEL01/F01/SQ010_SH0010")
    assert done.code == 2
    assert "roundtable takes import" in done.err


def test_a_page_that_cannot_be_written_is_misuse(roundtable, scored, tmp_path):
    (tmp_path / "file").write_text("")
    done = roundtable("evals", "explain", DOOR, "--out", tmp_path / "file" / "why.html")
    assert (done.code, done.out) == (2, "")
    assert "choose another --out" in done.err


def test_the_page_is_opened_only_when_asked(roundtable, scored, monkeypatch):
    opened = []
    monkeypatch.setattr(click, "launch", lambda path: opened.append(path) or 1)
    assert roundtable("evals", "explain", DOOR).code == 0
    assert opened == []
    done = roundtable("evals", "explain", DOOR, "--open")
    assert opened == [done.out.strip()]
    assert "open" in done.err.splitlines()[-1]
