"""Verdicts for every take of a film, from the rows that its scores are."""

from __future__ import annotations

from collections.abc import Sequence

from evals.decisions.triage import TakeCase, triage
from tracker.domain.addresses import Address
from tracker.domain.board import FilmRow
from tracker.domain.scores import Score, ScoreState
from tracker.store import Store, Tx
from tracker.store import evals as table
from tracker.store.board import films
from tracker.store.cast import protected_shots
from tracker.store.productions import get_production
from tracker.store.shots import list_shots, shot_keys
from tracker.store.takes import list_takes
from tracker.store.verdicts import current_verdicts, give_verdicts

__all__ = ["judge"]


def judge(store: Store, scope: Address, *, run_id: int | None) -> int:
    """Give every scored take of a film, or of a production's films, its verdict.

    Returns how many verdicts changed. Without a run, one is opened only when something changed.
    """
    changed = 0
    with store.write() as tx:
        wanted = [f for f in films(tx, scope.production) if scope.film in {None, f.code}]
        protected = protected_shots(tx, scope.production)
        is_demo = get_production(tx, scope.production).is_demo
        unfit = frozenset() if is_demo else frozenset(table.demo_packs(tx))
        for film in wanted:
            verdicts = triage(_cases(tx, film, protected, unfit=unfit))
            present = current_verdicts(tx, verdicts)
            if all(present.get(take) == verdict for take, verdict in verdicts.items()):
                continue
            if run_id is None:
                run_id, _ = table.start_run(tx, scope=str(scope), pack="", device="")
                table.finish_run(tx, run_id, summary={"verdicts_only": True})
            changed += give_verdicts(tx, verdicts, run_id=run_id)
    return changed


def _cases(
    tx: Tx, film: FilmRow, protected: dict[int, str], *, unfit: frozenset[str]
) -> Sequence[TakeCase]:
    scope = Address(film.production, film.code)
    shots = {shot.code: shot for _, shot in list_shots(tx, scope)}
    scores = table.read_scores(tx, scope)
    guarded = {code: protected.get(key, "") for code, key in shot_keys(tx, scope).items()}
    cases = []
    for take_id, take in list_takes(tx, scope):
        if take_id not in scores:
            continue
        shot = shots[take.shot]
        cases.append(
            TakeCase(
                take_id=take_id,
                shot=take.shot,
                number=take.number,
                method=shot.method,
                scores=tuple(
                    (facts, _undecided(score, pack) if pack in unfit else score)
                    for facts, pack, score in scores[take_id]
                ),
                policy=shot.artifact_policy,
                embraced=frozenset(e.kind for e in shot.embraced),
                effects=shot.effects,
                is_hero=shot.is_hero,
                protected=guarded[take.shot],
                director=film.director,
                first_frame=shot.first_frame,
                frame_count=0 if take.probe is None else take.probe.frame_count,
            )
        )
    return cases


def _undecided(score: Score, pack: str) -> Score:
    """Take a demo pack's word out of a verdict on a real film; what could not be read stays so."""
    if score.state is ScoreState.ERROR:
        return score
    return Score.missing(
        score.metric,
        f"Pack '{pack}' is a DEMO pack and decides nothing here; run `roundtable evals run --pack "
        "standard`.",
    )
