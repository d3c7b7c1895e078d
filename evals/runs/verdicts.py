"""Verdicts for every take of a film, from the rows that its scores are."""

from __future__ import annotations

from evals.audits.cases import film_cases
from evals.audits.covered import covered_takes, end_what_changed, uncovered_takes
from evals.decisions.triage import triage
from tracker.domain.addresses import Address
from tracker.store import Store, Tx
from tracker.store import evals as table
from tracker.store.board import films
from tracker.store.changes import record_judgement
from tracker.store.verdicts import current_verdicts, give_verdicts

__all__ = ["judge", "judge_within"]


def judge(store: Store, scope: Address, *, run_id: int | None) -> int:
    """Give every scored take of a film, or of a production's films, its verdict.

    Returns how many verdicts changed. Without a run, one is opened only when something changed.
    """
    with store.write() as tx:
        return judge_within(tx, scope, run_id=run_id)


def judge_within(tx: Tx, scope: Address, *, run_id: int | None = None) -> int:
    """Judge in a transaction that is open, see `judge`."""
    changed = 0
    wanted = [f for f in films(tx, scope.production) if scope.film in {None, f.code}]
    for film in wanted:
        address = Address(film.production, film.code)
        end_what_changed(tx, address)
        cases = list(film_cases(tx, address).cases.values())
        verdicts = triage(cases, covered_takes(tx, address), uncovered=uncovered_takes(tx, address))
        present = current_verdicts(tx, verdicts)
        record_judgement(tx, address)
        if all(present.get(take) == verdict for take, verdict in verdicts.items()):
            continue
        if run_id is None:
            run_id, _ = table.start_run(tx, scope=str(scope), pack="", device="")
            table.finish_run(tx, run_id, summary={"verdicts_only": True})
        changed += give_verdicts(tx, verdicts, run_id=run_id)
    return changed
