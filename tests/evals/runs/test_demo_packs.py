"""A demo pack's word counts in demo productions and nowhere else."""

from __future__ import annotations

import pytest

from evals.metrics.builtin import BUILTIN
from evals.runs.models import pack_names
from evals.runs.verdicts import judge
from tracker.domain.addresses import Address
from tracker.domain.production import Film, Production, ProductionKind, Shot
from tracker.domain.takes import Take
from tracker.settings import Settings
from tracker.store import Store
from tracker.store import evals as table
from tracker.store.board import take_sheet
from tracker.store.productions import add_film, add_production
from tracker.store.shots import insert_shot
from tracker.store.takes import insert_take
from tracker.store.verdicts import current_verdicts

INSERT = (
    "INSERT INTO scores (take_id, metric_id, run_id, result_key, state, value, reason, scored_ts) "
    "SELECT ?, metric_id, 1, 'key', 'ok', 0.01, '', now() FROM metrics WHERE name = 'prompt_own'"
)


def judged(home, *, is_demo: bool, is_demo_pack: bool):
    """The verdict and the sheet of a take that a pack gave a score for its prompt."""
    store = Store.create(Settings(home=home))
    with store.write() as tx:
        production = Production(code="P01", kind=ProductionKind.CAMPAIGN, is_demo=is_demo)
        add_production(tx, production)
        add_film(tx, Film(production="P01", code="F01"))
        insert_shot(tx, "P01", Shot(film="F01", code="SQ010_SH0010", sequence="SQ010"))
        take = Take(
            production="P01",
            film="F01",
            shot="SQ010_SH0010",
            number=1,
            path="/a.mp4",
            sha256="a" * 64,
            size_bytes=1,
            probe_error="not probed",
        )
        key = insert_take(tx, take)
        table.register_metrics(tx, BUILTIN, packs=pack_names("toy"))
        if is_demo_pack:
            table.declare_demo_pack(tx, "toy")
        tx.run(INSERT, [key])
    judge(store, Address("P01", "F01"), run_id=None)
    with store.read() as tx:
        sheet = take_sheet(tx, Address("P01", "F01", "SQ010_SH0010", "v001"), is_unblinded=True)
        return current_verdicts(tx, [key])[key], sheet


@pytest.mark.parametrize(
    ("is_demo", "is_demo_pack", "counts"),
    [(True, True, True), (False, False, True), (False, True, False)],
)
def test_a_demo_pack_decides_in_demo_productions_alone(tmp_path, is_demo, is_demo_pack, counts):
    verdict, sheet = judged(tmp_path, is_demo=is_demo, is_demo_pack=is_demo_pack)
    assert (verdict.metric == "prompt_own") is counts
    assert ("Not measured: prompt fidelity" in verdict.reason) is not counts
    assert verdict.certificate is None
    (score,) = sheet.scores
    assert score.score.value == 0.01, "the score itself is kept and shown"
    assert score.is_demo_pack is is_demo_pack


def test_a_pack_that_once_was_a_demo_stays_one(tmp_path):
    store = Store.create(Settings(home=tmp_path))
    for _ in range(2):
        with store.write() as tx:
            table.declare_demo_pack(tx, "toy")
    with store.read() as tx:
        assert table.demo_packs(tx) == {"toy"}
        assert tx.rows("SELECT count(*) FROM events WHERE action = 'pack.is_demo'") == [(1,)]
