"""The demo's audits, on rows alone: the film as it is planned, with scores that know what was planted."""

from __future__ import annotations

import hashlib

import pytest

from evals.metrics.builtin import BUILTIN
from evals.runs.parts import PartWriter, Result, fold_part
from evals.runs.verdicts import judge
from evals.studio.audits import AUDITS, hold_audits
from evals.studio.build import demo_studio
from tracker.domain.addresses import Address
from tracker.domain.lots import CertificateState, LotState
from tracker.domain.production import Brief, Film, Production, ProductionKind, Shot
from tracker.domain.scores import Score, ScoreState
from tracker.domain.takes import Provenance, Take
from tracker.settings import Settings
from tracker.store import Store
from tracker.store import evals as table
from tracker.store.asks import answers_of_lot
from tracker.store.lots import certificates, lots
from tracker.store.productions import add_film, add_production
from tracker.store.shots import insert_shot
from tracker.store.takes import insert_take

SCORED = ("flicker", "prompt_own")


def film_at(address: str):
    return next(film for film in demo_studio() if str(film.address) == address)


@pytest.fixture
def workspace(tmp_path):
    """A workspace with one planned film; a take without flaws scores better."""

    def fill(film) -> Store:
        settings = Settings(home=tmp_path / film.address.film, actor="Nika Brandt")
        store = Store.create(settings)
        results = []
        with store.write() as tx:
            code = film.production.code
            add_production(tx, Production(code=code, kind=ProductionKind.ANTHOLOGY, is_demo=True))
            add_film(
                tx, Film(production=code, code=film.address.film, director=film.script.director)
            )
            table.register_metrics(tx, BUILTIN, packs=dict.fromkeys((f.name for f in BUILTIN), "x"))
            for shot in film.shots:
                own = shot.script.code
                insert_shot(
                    tx, code,
                    Shot(
                        film=film.address.film, code=own, sequence=own[:5],
                        is_hero=shot.script.is_hero, brief=Brief(prompt=f"A lamp in {own}"),
                    ),
                )  # fmt: skip
                for take in shot.takes:
                    results += submit(tx, film, shot, take)
        score(store, settings.runs, results)
        return store

    return fill


def submit(tx, film, shot, take):
    """Record a planned take and return what is measured of it."""
    key = insert_take(
        tx,
        Take(
            production=film.production.code, film=film.address.film, shot=shot.script.code,
            number=take.number, path="/media/x.mp4", size_bytes=10, probe_error="not read",
            sha256=hashlib.sha256(f"{shot.script.code} {take.number}".encode()).hexdigest(),
            provenance=Provenance(generator=take.generator, generator_version=take.version),
        ),
    )  # fmt: skip
    count = len(take.flaws)
    values = {"flicker": 0.001 * (1 + count)} | dict.fromkeys(SCORED[1:], 0.95 - 0.1 * count)
    return [
        Result(
            take_id=key, facts=facts, pack="x", result_key=f"{key} {facts.name}",
            score=Score(metric=facts.name, state=ScoreState.OK, value=values[facts.name]),
        )
        for facts in BUILTIN
        if facts.name in SCORED
    ]  # fmt: skip


def score(store, runs, results):
    with store.write() as tx:
        _, uid = table.start_run(tx, scope="ANTH01", pack="x", device="cpu")
    fold_part(store, PartWriter(runs, uid).write(results))


@pytest.mark.parametrize("audit", AUDITS, ids=lambda audit: audit.film)
def test_an_audit_is_held_once_and_ends(workspace, audit):
    film = film_at(audit.film)
    store = workspace(film)
    (lot,) = hold_audits(store, film)
    assert lot.state in {LotState.CERTIFIED, LotState.REFUSED}
    with store.read() as tx:
        answers = answers_of_lot(tx, lot.lot_id)
        issued = certificates(tx, film.address)
    assert {answer.by for answer in answers} == {film.script.director}
    assert len(answers) == round(audit.answered * lot.labels)
    assert len(issued) == (lot.state is LotState.CERTIFIED)
    assert hold_audits(store, film) == []


def test_a_part_of_the_verdicts_refuses(workspace):
    audit = next(a for a in AUDITS if a.answered < 1)
    film = film_at(audit.film)
    (lot,) = hold_audits(workspace(film), film)
    assert lot.state is LotState.REFUSED
    assert lot.wrong >= round((1 - audit.answered) * lot.labels)  # each missing one counts


def test_a_film_without_scores_is_not_audited(tmp_path):
    film = film_at(AUDITS[0].film)
    store = Store.create(Settings(home=tmp_path / "empty", actor="Nika Brandt"))
    with store.write() as tx:
        add_production(
            tx, Production(code=film.production.code, kind=ProductionKind.ANTHOLOGY, is_demo=True)
        )
        add_film(
            tx,
            Film(
                production=film.production.code,
                code=film.address.film,
                director=film.script.director,
            ),
        )
    assert hold_audits(store, film) == []
    with store.read() as tx:
        assert lots(tx, Address(film.production.code)) == []


def test_a_later_take_of_a_new_generator_makes_the_certificate_void(workspace, tmp_path):
    film = film_at("ANTH01/F05")
    store = workspace(film)
    (lot,) = hold_audits(store, film)
    assert lot.state is LotState.CERTIFIED
    (shot,) = [shot for shot in film.shots if shot.later is not None]
    with store.write() as tx:
        results = submit(tx, film, shot, shot.later)
    score(store, tmp_path / "later", results)
    judge(store, film.address, run_id=None)
    with store.read() as tx:
        (ended,) = certificates(tx, film.address)
    assert ended.state is CertificateState.VOID
    assert ended.ended_why == "The generators now include Loomlight 4."
