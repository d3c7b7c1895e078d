"""Evaluation runs, their Parquet parts, and the scores folded from them.

Workers never see the database. They write results as Parquet parts, one row per score: take_id,
metric, version, pack, state, value, low, high, reason, result_key, series, evidence (a list of start,
end, kind, severity, region) and scored_ts. `fold_part` takes one finished part in, exactly once, however
often a process dies.

The packs of several runs lie side by side; screens and verdicts read the newest run's. A run that only tries
a pack has a key below 0: nothing reads its scores unless it asks for that pack, until a run that adopts the
pack brings them forward.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tracker.domain.addresses import Address
from tracker.domain.scores import Axis, Direction, Evidence, MetricFacts, Region, Score, ScoreState
from tracker.domain.units import FrameRange
from tracker.errors import NotFoundError
from tracker.store.connection import Tx

__all__ = [
    "bring_forward",
    "declare_demo_pack",
    "demo_packs",
    "finish_run",
    "fold_part",
    "folded_parts",
    "known_kinds",
    "read_facts",
    "read_scores",
    "register_metrics",
    "result_keys",
    "run_key",
    "score_devices",
    "start_run",
    "superseded",
    "unregistered_metrics",
]


def unregistered_metrics(
    tx: Tx, facts: Iterable[MetricFacts], *, packs: Mapping[str, str]
) -> list[MetricFacts]:
    """Return the metrics that the record does not know, or knows with other facts."""
    known = {
        (row["name"], row["version"], row["pack"]): read_facts(row)
        for row in tx.records("SELECT * FROM metrics")
    }
    return [f for f in facts if known.get((f.name, f.version, packs[f.name])) != f]


def register_metrics(tx: Tx, facts: Iterable[MetricFacts], *, packs: Mapping[str, str]) -> None:
    """Store the facts of metrics; `packs` says for each name which pack takes it.

    A limit or a title may change without a new version: values stay, verdicts follow the facts.
    """
    for fact in unregistered_metrics(tx, facts, packs=packs):
        key = [fact.name, fact.version, packs[fact.name]]
        values = [
            fact.axis, fact.title, fact.unit, fact.direction, fact.low, fact.high, fact.fails_at,
            fact.decides,
        ]  # fmt: skip
        tx.run(
            "INSERT INTO metrics (name, version, pack, axis, title, unit, direction, range_low, "
            "range_high, fails_at, decides) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (name, version, pack) DO UPDATE SET axis = excluded.axis, "
            "title = excluded.title, unit = excluded.unit, direction = excluded.direction, "
            "range_low = excluded.range_low, range_high = excluded.range_high, "
            "fails_at = excluded.fails_at, decides = excluded.decides",
            [*key, *values],
        )
        tx.event(
            "metric.registered", fact.name, {"version": fact.version, "fails_at": fact.fails_at}
        )


def declare_demo_pack(tx: Tx, pack: str) -> None:
    """Remember that a pack calls itself a demo; from then on its name is one, whatever it says."""
    if pack not in demo_packs(tx):
        tx.run("INSERT INTO demo_packs (pack) VALUES (?)", [pack])
        tx.event("pack.is_demo", pack)


def demo_packs(tx: Tx) -> set[str]:
    """Return the names of packs whose scores decide nothing outside demo productions."""
    return {row[0] for row in tx.rows("SELECT pack FROM demo_packs")}


def start_run(
    tx: Tx, *, scope: str, pack: str, device: str, is_adopted: bool = True
) -> tuple[int, str]:
    """Open a run and return its key, below 0 where its scores are not to be adopted, and public id."""
    number = "nextval('ids')" if is_adopted else "least(min(run_id), 0) - 1"
    key, uid = tx.rows(
        "INSERT INTO eval_runs (run_id, scope, pack, device) "  # one of two constants
        f"SELECT {number}, ?, ?, ? {'' if is_adopted else 'FROM eval_runs'} RETURNING run_id, uid",
        [scope, pack, device],
    )[0]
    return int(key), str(uid)


def run_key(tx: Tx, uid: str) -> int:
    """Return the key of a run, or raise NotFoundError."""
    row = tx.one("SELECT run_id FROM eval_runs WHERE uid::TEXT = ?", [uid])
    if row is None:
        raise NotFoundError(f"There is no run '{uid}' in this workspace; is it another's folder?")
    return int(row[0])


def finish_run(tx: Tx, run_id: int, *, summary: Mapping[str, object]) -> None:
    """Close a run with its summary."""
    tx.run(
        "UPDATE eval_runs SET finished_ts = now(), summary = ? WHERE run_id = ?",
        [json.dumps(dict(summary)), run_id],
    )
    tx.event("evals.finished", f"run {run_id}", summary)


def folded_parts(tx: Tx) -> set[str]:
    """Return the names of the parts that were folded."""
    return {row[0] for row in tx.rows("SELECT name FROM eval_parts")}


def fold_part(tx: Tx, part: Path, *, run_id: int, sha256: str) -> bool:
    """Take the scores of a finished part in; False when that was done before.

    A score replaces the one that the same metric, version and pack gave the same take.
    """
    if tx.one("SELECT 1 FROM eval_parts WHERE name = ?", [part.name]):
        return False
    tx.run(
        "CREATE OR REPLACE TEMP TABLE staged AS "
        "SELECT r.*, m.metric_id FROM read_parquet(?) r JOIN metrics m "
        "ON m.name = r.metric AND m.version = r.version AND m.pack = r.pack "
        "JOIN takes t ON t.take_id = r.take_id",
        [str(part)],
    )
    for table in ("scores", "evidence"):
        tx.run(
            f"DELETE FROM {table} x USING staged s "  # noqa: S608 # two constants
            "WHERE x.take_id = s.take_id AND x.metric_id = s.metric_id"
        )
    tx.run(
        "INSERT INTO scores (take_id, metric_id, run_id, result_key, state, value, low, high, "
        "reason, series, scored_ts) SELECT take_id, metric_id, ?, result_key, state, value, low, "
        "high, reason, series, scored_ts FROM staged ORDER BY take_id, metric_id",
        [run_id],
    )
    # A part from before there were regions is folded all the same.
    kind = tx.one("SELECT typeof(evidence) FROM staged LIMIT 1")
    region = "e.region" if kind is not None and "region" in kind[0] else "NULL"
    tx.run(
        "INSERT INTO evidence (take_id, metric_id, start_index, end_index, kind, severity, region) "  # noqa: S608 # two constants
        f'SELECT take_id, metric_id, e."start", e."end", e.kind, e.severity, {region} FROM '
        "(SELECT take_id, metric_id, unnest(evidence) AS e FROM staged)"
    )
    tx.run(
        "INSERT INTO eval_parts (name, run_id, sha256, row_count) "
        "SELECT ?, ?, ?, count(*) FROM staged",
        [part.name, run_id, sha256],
    )
    tx.run("DROP TABLE staged")
    return True


def result_keys(tx: Tx, take_ids: Iterable[int]) -> dict[tuple[int, str], set[str]]:
    """Return (take key, metric name) -> the result keys that are stored."""
    found: dict[tuple[int, str], set[str]] = {}
    for take, name, key in tx.rows(
        "SELECT s.take_id, m.name, s.result_key FROM scores s JOIN metrics m USING (metric_id) "
        "WHERE list_contains(?, s.take_id)",
        [list(take_ids)],
    ):
        found.setdefault((take, name), set()).add(key)
    return found


def superseded(tx: Tx, pack: str) -> list[tuple[int, int, str]]:
    """Return (take key, metric key, result key) of a pack's scores that another pack's hide, or a trial."""
    return tx.rows(
        "SELECT take_id, metric_id, result_key FROM (SELECT s.*, m.pack FROM scores s "
        "JOIN metrics m USING (metric_id) QUALIFY s.run_id < 0 OR row_number() OVER "
        "(PARTITION BY s.take_id, m.name ORDER BY s.run_id DESC, s.metric_id DESC) > 1) "
        "WHERE pack = ?",
        [pack],
    )


def bring_forward(tx: Tx, scores: Iterable[tuple[int, int]], *, run_id: int) -> None:
    """Make stored scores, by (take key, metric key), the ones that screens show again."""
    pairs = list(scores)
    tx.run(
        "UPDATE scores SET run_id = ? WHERE (take_id, metric_id) IN "
        "(SELECT (unnest(?), unnest(?)))",
        [run_id, [take for take, _ in pairs], [metric for _, metric in pairs]],
    )


def read_facts(row: Mapping[str, Any]) -> MetricFacts:
    """Make a metric's facts of a row of the table `metrics`."""
    return MetricFacts(
        name=row["name"],
        version=row["version"],
        axis=Axis(row["axis"]),
        low=row["range_low"],
        high=row["range_high"],
        direction=Direction(row["direction"]),
        unit=row["unit"],
        title=row["title"],
        fails_at=row["fails_at"],
        decides=row["decides"],
    )


def read_scores(
    tx: Tx, scope: Address, *, with_series: bool = False, pack: str | None = None
) -> dict[int, list[tuple[MetricFacts, str, Score]]]:
    """Return take key -> (facts, pack, score), one per metric name: the newest run's.

    With a pack its scores come first, as they would if it were adopted.
    """
    number = None if scope.take is None else int(scope.take[1:])
    series = "s.series" if with_series else "NULL AS series"
    rows = tx.records(
        f"SELECT s.take_id, s.state, s.value, s.low AS score_low, s.high AS score_high, "  # noqa: S608 # two constants
        f"s.reason, {series}, m.* FROM scores s JOIN metrics m USING (metric_id) "
        "JOIN takes t USING (take_id) JOIN shots h USING (shot_id) JOIN films f USING (film_id) "
        "JOIN productions p USING (production_id) "
        "WHERE p.code = ? AND (? IS NULL OR f.code = ?) AND (? IS NULL OR h.code = ?) "
        "AND (? IS NULL OR t.number = ?) AND (s.run_id > 0 OR m.pack = ?) "
        "QUALIFY row_number() OVER (PARTITION BY s.take_id, m.name ORDER BY "
        "(m.pack IS NOT DISTINCT FROM ?) DESC, s.run_id DESC, m.metric_id DESC) = 1 "
        "ORDER BY s.take_id, m.axis, m.name",
        [
            scope.production,
            scope.film,
            scope.film,
            scope.shot,
            scope.shot,
            number,
            number,
            pack,
            pack,
        ],
    )
    evidence = _evidence(tx, {row["take_id"] for row in rows})
    found: dict[int, list[tuple[MetricFacts, str, Score]]] = {}
    for row in rows:
        score = _read_score(row, evidence.get((row["take_id"], row["metric_id"]), ()))
        found.setdefault(row["take_id"], []).append((read_facts(row), row["pack"], score))
    return found


def score_devices(tx: Tx, take_ids: Iterable[int]) -> dict[tuple[int, str], str]:
    """Return (take key, metric name) -> the device of the run whose score is shown."""
    rows = tx.rows(
        "SELECT s.take_id, m.name, r.device FROM scores s JOIN metrics m USING (metric_id) "
        "JOIN eval_runs r USING (run_id) WHERE list_contains(?, s.take_id) "
        "QUALIFY row_number() OVER (PARTITION BY s.take_id, m.name ORDER BY s.run_id DESC, "
        "m.metric_id DESC) = 1",
        [list(take_ids)],
    )
    return {(take, name): device for take, name, device in rows}


def _read_score(row: Mapping[str, Any], evidence: tuple[Evidence, ...]) -> Score:
    return Score(
        metric=row["name"],
        state=ScoreState(row["state"]),
        value=row["value"],
        low=row["score_low"],
        high=row["score_high"],
        reason=row["reason"],
        evidence=evidence,
        series=tuple(row["series"] or ()),
    )


def _evidence(tx: Tx, takes: set[int]) -> dict[tuple[int, int], tuple[Evidence, ...]]:
    found: dict[tuple[int, int], tuple[Evidence, ...]] = {}
    for take, metric, start, end, kind, severity, region in tx.rows(
        "SELECT take_id, metric_id, start_index, end_index, kind, severity, region FROM evidence "
        "WHERE list_contains(?, take_id) ORDER BY take_id, metric_id, start_index",
        [list(takes)],
    ):
        one = Evidence(
            frames=FrameRange(start, end),
            kind=kind,
            severity=severity,
            region=None if region is None else Region(*region),
        )
        found[take, metric] = (*found.get((take, metric), ()), one)
    return found


def known_kinds(tx: Tx) -> set[str]:
    """Return the kinds of trace that metrics name: their own names, and those in their evidence."""
    rows = tx.rows(
        "SELECT DISTINCT name FROM metrics WHERE axis = 'artifacts' UNION "
        "SELECT DISTINCT e.kind FROM evidence e JOIN metrics m USING (metric_id) "
        "WHERE m.axis = 'artifacts' AND e.kind <> ''"
    )
    return {row[0] for row in rows}
