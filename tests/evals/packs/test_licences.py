from __future__ import annotations

import pytest

from evals.packs.licences import Commercial, known_licence, licences, non_commercial
from evals.packs.manifest import find_pack, list_packs
from tracker.settings import REPOSITORY_ROOT

SHIPPED = REPOSITORY_ROOT / "data" / "packs"
FACES = {"state": "none", "detect_at": 0.5}


def face(library: str, licence: str, **extra: object) -> dict[str, object]:
    file = {"weights": f"{library}.onnx", "sha256": "ab" * 32}
    return {"library": library, "licence": licence, **file, **extra}


def faces_pack(write_pack, *, finder="MIT", embedder="Apache-2.0", **extra):
    tables = {
        "identity.finder": face("yunet", finder),
        "identity.embedder": face("sface", embedder, **extra),
    }
    return write_pack(identity=FACES, **tables)


@pytest.mark.parametrize("name", ["Apache-2.0", "mit", " BSD-3-Clause", "CC0-1.0", "CC-BY-4.0"])
def test_usual_licences_allow_commercial_use(name):
    found = known_licence(name)
    assert found.commercial is Commercial.ALLOWED
    assert found.conditions.endswith(".")


@pytest.mark.parametrize(
    "name",
    [
        "CC-BY-NC-4.0",
        "cc-by-nc-sa-4.0",
        "CC-BY-NC-ND-3.0",
        "PolyForm-Noncommercial-1.0.0",
        "Custom, non commercial use only",
    ],
)
def test_non_commercial_licences_forbid_it(name):
    assert known_licence(name).commercial is Commercial.FORBIDDEN


@pytest.mark.parametrize("name", ["custom", "LicenseRef-Studio", "Apache", "NCSA"])
def test_what_the_table_does_not_know_is_unknown_and_to_be_read(name):
    found = known_licence(name)
    assert found.commercial is Commercial.UNKNOWN
    assert "read it" in found.conditions


def test_shipped_packs_allow_commercial_use_in_code_and_weights():
    for pack in list_packs([SHIPPED]):
        rows = licences(pack)
        assert len(rows) == 4
        assert {row.commercial for row in rows} == {Commercial.ALLOWED}, pack.name


def test_a_pack_that_cannot_tell_masks_says_so():
    rows = {row.model: row for row in licences(find_pack("standard", [SHIPPED]))}
    assert "every face is unsure" in rows["identity.embedder"].note
    rows = {row.model: row for row in licences(find_pack("demo", [SHIPPED]))}
    assert rows["identity.embedder"].note == ""


def test_the_worse_of_two_licences_counts(write_pack):
    pack = faces_pack(write_pack, finder="CC-BY-NC-4.0", embedder="custom", note="Ask them.")
    found = {row.model: row for row in licences(pack)}
    assert found["identity.finder"].commercial is Commercial.FORBIDDEN
    assert found["identity.embedder"].commercial is Commercial.UNKNOWN
    assert found["identity.embedder"].note.startswith("Ask them.")
    assert [row.model for row in non_commercial(pack)] == ["identity.finder"]
    assert non_commercial(faces_pack(write_pack)) == ()
