"""A pack that is only tried: its scores are kept aside until a run adopts them, with nothing read again."""

from __future__ import annotations

import pytest

from evals.audits.preview import preview
from evals.packs.manifest import find_pack
from evals.runs.execute import RunRequest, run
from tracker.domain.addresses import Address
from tracker.errors import MisuseError
from tracker.store import Store
from tracker.store.board import rows
from tracker.store.evals import read_scores
from tracker.store.verdicts import current_verdicts

REEL = Address("REEL01")
FILM = Address("REEL01", "F01")
OTHER = """name = "other"
version = "2"
description = "No models at all, under another name."
uses_morph = false
is_demo = true
"""


@pytest.fixture
def settings(scored, packs):
    (packs / "other").mkdir(exist_ok=True)
    (packs / "other" / "pack.toml").write_text(OTHER)
    return scored[0]


def score_with(settings, pack: str, *, is_adopted: bool):
    return run(
        settings,
        RunRequest(
            scopes=[REEL],
            pack=find_pack(pack, settings.packs),
            device="cpu",
            workers=1,
            is_adopted=is_adopted,
        ),
    )


def seen(settings):
    with Store.open(settings).read() as tx:
        shown = read_scores(tx, REEL)
        return shown, current_verdicts(tx, shown), rows(tx, REEL)


def packs_of(settings) -> set[str]:
    return {pack for scored in seen(settings)[0].values() for _, pack, _ in scored}


def test_a_trial_is_seen_by_nobody_but_the_preview(settings):
    before = seen(settings)
    summary = score_with(settings, "other", is_adopted=False)
    assert summary.scored > 0
    assert summary.verdicts_changed == 0
    assert seen(settings) == before
    with Store.open(settings).read() as tx:
        tried = read_scores(tx, REEL, pack="other")
        assert preview(tx, FILM, pack="other").compared > 0
    assert any(pack == "other" for scored in tried.values() for _, pack, _ in scored)


def test_a_run_that_adopts_reads_nothing_again(settings):
    score_with(settings, "other", is_adopted=False)
    summary = score_with(settings, "other", is_adopted=True)
    assert summary.decoded == 0
    assert "other" in packs_of(settings)
    assert "bare" not in packs_of(settings)
    with pytest.raises(MisuseError, match="leave --no-adopt out"):
        score_with(settings, "other", is_adopted=False)


def test_what_is_in_use_is_not_tried(settings):
    with pytest.raises(MisuseError, match="'bare' is the one that judges REEL01 already"):
        score_with(settings, "bare", is_adopted=False)
