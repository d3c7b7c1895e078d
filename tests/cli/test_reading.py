"""Reading commands: keys that scripts may rely on, data on stdout alone."""

from __future__ import annotations

import pytest

from evals.metrics.builtin import BUILTIN

KEYS = {
    ("productions", "list"): {
        "code", "title", "kind", "is_demo", "films", "shots", "takes",
    },
    ("films", "list"): {
        "production", "code", "address", "title", "director", "release_on", "is_demo", "shots",
        "takes", "pass", "direct", "regenerate", "unscored",
    },
    ("shots", "list"): {
        "production", "film", "sequence", "code", "address", "method", "stage", "status", "state",
        "is_hero", "first_frame", "last_frame", "frames", "fps", "fps_rational", "artifact_policy",
        "embraced", "prompt", "brief",
    },
    ("takes", "list"): {
        "production", "film", "shot", "code", "address", "stage", "status", "path", "sha256",
        "frames", "fps", "size", "codec", "color", "remarks", "generator", "generator_version",
        "seed", "cost_eur", "error",
    },
    ("board",): {
        "production", "film", "sequence", "shot", "take", "takes", "method", "status", "is_hero",
        "is_demo", "generator", "outcome", "is_proposed", "axis", "reason", "frames", "severity",
        "scored_metrics", "registered_metrics",
    },
    ("evals", "scores"): {
        "production", "film", "shot", "take", "metric", "axis", "value", "low", "high", "state",
        "reason", "range", "direction", "unit", "fails_at", "version", "pack", "evidence",
        "device",
    },
}  # fmt: skip
VERDICT = {
    "production", "film", "shot", "take", "outcome", "is_proposed", "is_error", "axis", "metric",
    "reason", "frames", "certificate", "severity",
}  # fmt: skip
PACK = {
    "name", "version", "is_demo", "description", "text_image", "text_image_licence", "perceptual",
    "perceptual_licence", "missing",
}  # fmt: skip
FINDING = {"what", "found", "ok", "optional", "remedy"}
SUMMARY = {
    "takes", "decoded", "reused", "scored", "errored", "verdicts_changed", "seconds", "pack",
    "device", "is_demo_pack", "remarks",
}  # fmt: skip


@pytest.mark.parametrize("command", KEYS, ids=" ".join)
def test_every_row_has_these_keys_at_least(roundtable, filled, command):
    done = roundtable(*command, "--json")
    assert done.code == 0
    assert done.err == ""
    assert done.json
    for row in done.json:
        assert set(row) >= KEYS[command]


@pytest.mark.parametrize("command", KEYS, ids=" ".join)
def test_an_empty_workspace_gives_an_empty_list_and_a_hint_for_people(roundtable, home, command):
    assert roundtable("init").code == 0
    assert roundtable(*command, "--json").json == []
    for_people = roundtable(*command)
    assert (for_people.code, for_people.out) == (0, "")
    assert for_people.err.strip().endswith(".")


def test_what_is_known_of_a_take_is_listed(roundtable, filled, tables):
    good, bad = roundtable("takes", "list", "--json").json
    assert good["address"] == "REEL01/F01/SQ010_SH0010/v001"
    assert (good["frames"], good["size"], good["codec"]) == (24, "64x48", "h264")
    assert (good["generator"], good["seed"], good["cost_eur"]) == ("Pelagia", 7, 0.42)
    assert good["path"] == str(tables / "door.mp4")
    assert "notes.mp4" in bad["error"]
    assert bad["frames"] is None


def test_a_run_is_partial_scores_the_rest_and_is_read_back(roundtable, filled):
    done = roundtable("evals", "run", "--pack", "bare", "--workers", "1", "--json")
    assert done.code == 3
    assert set(done.json) >= SUMMARY
    assert (done.json["decoded"], done.json["errored"]) == (1, 1)
    rows = roundtable("evals", "scores", "--json").json
    assert len(rows) == 2 * len(BUILTIN)
    assert {row["state"] for row in rows} == {"ok", "not_assessable", "error"}
    assert all(row["reason"] for row in rows if row["state"] != "ok")
    first, second = roundtable("evals", "verdicts", "--json").json
    assert set(first) >= VERDICT
    assert (first["is_error"], second["is_error"]) == (False, True)
    assert roundtable("evals", "run", "--pack", "bare", "--workers", "1").out.startswith("2 takes")


def test_a_scope_narrows_what_is_read(roundtable, filled):
    shots = roundtable("shots", "list", "REEL01/F01/SQ010_SH0020", "--json").json
    assert [row["code"] for row in shots] == ["SQ010_SH0020"]
    takes = roundtable("takes", "list", "REEL01/F01/SQ010_SH0020/v001", "--json").json
    assert [row["shot"] for row in takes] == ["SQ010_SH0020"]


def test_tables_for_people_name_what_they_list(roundtable, filled):
    shown = roundtable("takes", "list").out
    assert "REEL01/F01/SQ010_SH0010/v001" in shown
    assert "64x48" in shown
    board = roundtable("board").out
    assert board.startswith("2 shots:")
    assert "SQ010_SH0020" in board


def test_packs_are_listed_with_licences_and_what_is_missing(roundtable, home):
    rows = {row["name"]: row for row in roundtable("packs", "list", "--json").json}
    assert set(rows["standard"]) >= PACK
    assert rows["standard"]["text_image_licence"] == "Apache-2.0"
    assert rows["bare"]["text_image"] is None


def test_the_doctor_says_what_it_found(roundtable, filled):
    well = roundtable("doctor", "--json")
    assert well.code == 0, well.out
    assert all(set(finding) == FINDING for finding in well.json)
    assert {"python", "duckdb", "record", "workspace", "torch"} <= {f["what"] for f in well.json}


def test_the_doctor_is_blocked_by_a_file_that_is_gone(roundtable, production, own_tables):
    for noun in ("shots", "takes"):
        table = own_tables / f"{noun}.csv"
        assert roundtable(noun, "import", table, "--production", production).code == 0
    (own_tables / "door.mp4").unlink()
    ill = roundtable("doctor")
    assert ill.code == 10
    assert "BAD  take files: 1 files are gone" in ill.out
    assert "door.mp4" in ill.out
