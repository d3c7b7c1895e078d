"""Checks that foreign keys would make: rows that point nowhere, scores counted twice, changed flags."""

from __future__ import annotations

from tracker.store.connection import Tx

__all__ = ["integrity_problems"]

_REFERENCES = (
    ("films", "production_id", "productions", "production_id"),
    ("films", "director_id", "people", "person_id"),
    ("person_roles", "person_id", "people", "person_id"),
    ("sequences", "film_id", "films", "film_id"),
    ("shots", "film_id", "films", "film_id"),
    ("shots", "sequence_id", "sequences", "sequence_id"),
    ("shot_embraces", "shot_id", "shots", "shot_id"),
    ("shot_effects", "shot_id", "shots", "shot_id"),
    ("characters", "production_id", "productions", "production_id"),
    ("cast_members", "film_id", "films", "film_id"),
    ("cast_members", "character_id", "characters", "character_id"),
    ("reference_sets", "character_id", "characters", "character_id"),
    ("reference_pictures", "reference_set_id", "reference_sets", "reference_set_id"),
    ("exposures", "shot_id", "shots", "shot_id"),
    ("exposures", "character_id", "characters", "character_id"),
    ("reveal_moments", "film_id", "films", "film_id"),
    ("reveal_moments", "character_id", "characters", "character_id"),
    ("takes", "shot_id", "shots", "shot_id"),
    ("eval_parts", "run_id", "eval_runs", "run_id"),
    ("scores", "take_id", "takes", "take_id"),
    ("scores", "metric_id", "metrics", "metric_id"),
    ("scores", "run_id", "eval_runs", "run_id"),
    ("evidence", "take_id", "takes", "take_id"),
    ("evidence", "metric_id", "metrics", "metric_id"),
    ("verdicts", "take_id", "takes", "take_id"),
    ("verdicts", "run_id", "eval_runs", "run_id"),
    ("decisions", "take_id", "takes", "take_id"),
    ("decisions", "person_id", "people", "person_id"),
    ("decisions", "undoes", "decisions", "uid"),
    ("decision_effects", "decision_id", "decisions", "decision_id"),
    ("lots", "film_id", "films", "film_id"),
    ("lot_takes", "lot_id", "lots", "lot_id"),
    ("lot_takes", "take_id", "takes", "take_id"),
    ("certificates", "lot_id", "lots", "lot_id"),
    ("certificates", "film_id", "films", "film_id"),
    ("certificate_takes", "certificate_id", "certificates", "certificate_id"),
    ("certificate_takes", "take_id", "takes", "take_id"),
    ("asks", "lot_id", "lots", "lot_id"),
    ("asks", "certificate_id", "certificates", "certificate_id"),
    ("asks", "take_id", "takes", "take_id"),
    ("asks", "person_id", "people", "person_id"),
    ("answers", "ask_id", "asks", "ask_id"),
    ("answers", "decision_id", "decisions", "decision_id"),
)


def integrity_problems(tx: Tx) -> list[str]:
    """Return one sentence per kind of problem; an empty list means that the record is whole."""
    problems = [_dangling(tx, *reference) for reference in _REFERENCES]
    problems += [_scored_twice(tx), _changed_demo_flag(tx), _other_panel(tx)]
    return [problem for problem in problems if problem]


def _dangling(
    tx: Tx, child: str, column: str, parent: str, key: str
) -> str:  # one row of the table above
    count = tx.rows(
        f"SELECT count(*) FROM {child} c ANTI JOIN {parent} p ON c.{column} = p.{key} "  # noqa: S608 # constants above
        f"WHERE c.{column} IS NOT NULL"
    )[0][0]
    return f"{count} rows of {child} point at {parent} that do not exist." if count else ""


def _scored_twice(tx: Tx) -> str:
    count = tx.rows(
        "SELECT count(*) FROM (SELECT 1 FROM scores GROUP BY take_id, metric_id HAVING count(*) > 1)"
    )[0][0]
    return f"{count} takes have two scores of one metric." if count else ""


def _changed_demo_flag(tx: Tx) -> str:
    rows = tx.rows(
        "SELECT p.code FROM productions p ANTI JOIN events e ON e.action = 'production.created' "
        "AND e.subject = p.code AND (e.detail->>'$.is_demo')::BOOLEAN = p.is_demo ORDER BY 1"
    )
    codes = ", ".join(row[0] for row in rows)
    return f"The demo flag of {codes} is not the one it was created with." if codes else ""


def _other_panel(tx: Tx) -> str:
    """A lot's columns say whose verdict it counts, and so does its scope, which is fingerprinted."""
    rows = tx.rows(
        "SELECT uid::TEXT FROM lots WHERE coalesce(scope->>'$.verdict_of', 'director') <> verdict_of "
        "OR coalesce(scope->'$.panel', '[]')::VARCHAR[] <> panel::VARCHAR[] ORDER BY lot_id"
    )
    lots = ", ".join(row[0][:8] for row in rows)
    return f"The verdict of lot {lots} is somebody else's in its scope." if lots else ""
