"""Read models: what lists, the board of a film and the sheet of a take show."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from tracker.domain.addresses import Address, take_code
from tracker.domain.board import (
    BoardRow,
    FilmRow,
    HistoryRow,
    ProductionRow,
    ScoredMetric,
    TakeSheet,
)
from tracker.domain.production import Method
from tracker.domain.stages import ShotStatus
from tracker.errors import NotFoundError
from tracker.store.blind import withheld_takes
from tracker.store.changes import outdated_shots
from tracker.store.connection import Tx
from tracker.store.evals import demo_packs, read_scores
from tracker.store.lookup import film_id, production_id, shot_id, take_id
from tracker.store.productions import get_production
from tracker.store.shots import list_shots
from tracker.store.takes import list_takes
from tracker.store.verdicts import CURRENT_VERDICTS, current_verdicts, read_verdict

__all__ = ["films", "productions", "rows", "take_sheet"]

_LATEST = (
    "SELECT * FROM takes QUALIFY row_number() OVER (PARTITION BY shot_id ORDER BY number DESC) = 1"
)


def productions(tx: Tx) -> list[ProductionRow]:
    """List all productions with their counts."""
    return [
        ProductionRow(**row)
        for row in tx.records(
            "SELECT p.code, p.title, p.kind, p.is_demo, count(DISTINCT f.film_id) AS films, "
            "count(DISTINCT s.shot_id) AS shots, count(t.take_id) AS takes FROM productions p "
            "LEFT JOIN films f USING (production_id) LEFT JOIN shots s USING (film_id) "
            "LEFT JOIN takes t USING (shot_id) GROUP BY ALL ORDER BY p.code"
        )
    ]


def films(tx: Tx, production: str | None = None) -> list[FilmRow]:
    """List films with the verdicts of their latest takes, of one production or of all."""
    if production is not None:
        production_id(tx, production)
    records = tx.records(
        f"WITH latest AS ({_LATEST}), verdict AS ({CURRENT_VERDICTS}) "  # noqa: S608 # constants
        "SELECT p.code AS production, f.code, f.title, d.name AS director, "
        "count(s.shot_id) AS shots, (SELECT count(*) FROM takes t JOIN shots h USING (shot_id) "
        "WHERE h.film_id = f.film_id) AS takes, "
        "count(*) FILTER (v.outcome = 'pass') AS passes, "
        "count(*) FILTER (v.outcome = 'direct') AS directs, "
        "count(*) FILTER (v.outcome = 'regenerate') AS regenerates, "
        "count(s.shot_id) FILTER (v.outcome IS NULL) AS unscored "
        "FROM films f JOIN productions p USING (production_id) "
        "LEFT JOIN people d ON d.person_id = f.director_id "
        "LEFT JOIN shots s USING (film_id) LEFT JOIN latest l ON l.shot_id = s.shot_id "
        "LEFT JOIN verdict v ON v.take_id = l.take_id "
        "WHERE ? IS NULL OR p.code = ? "
        "GROUP BY f.film_id, p.code, f.code, f.title, d.name ORDER BY p.code, f.code",
        [production, production],
    )
    return [FilmRow(**record) for record in records]


def rows(tx: Tx, scope: Address) -> list[BoardRow]:
    """List the shots of a film or production with their latest take, in story order.

    A take that is to be judged without hints has no verdict here.
    """
    if scope.film is None:
        production_id(tx, scope.production)
    elif scope.shot is None:
        film_id(tx, scope.production, scope.film)
    else:
        shot_id(tx, scope)
    records = tx.records(
        f"WITH latest AS ({_LATEST}), verdict AS ({CURRENT_VERDICTS}), "  # noqa: S608 # constants
        "counts AS (SELECT shot_id, count(*) AS takes FROM takes GROUP BY shot_id), "
        "assessed AS (SELECT take_id, count(DISTINCT m.name) AS expected, "
        "count(DISTINCT m.name) FILTER (state = 'ok') AS scored "
        "FROM scores JOIN metrics m USING (metric_id) WHERE run_id > 0 GROUP BY take_id) "
        "SELECT p.code AS production, f.code AS film, q.code AS sequence, s.code AS shot, s.method, "
        "s.status, s.is_hero, s.prompt, s.first_frame, s.fps_num, s.fps_den, "
        "coalesce(c.takes, 0) AS takes, l.take_id AS latest_id, l.number, l.sha256, l.generator, "
        "l.probe_error, l.probe, "
        "coalesce(a.scored, 0) AS scored, coalesce(a.expected, 0) AS expected, v.* "
        "FROM shots s JOIN films f USING (film_id) JOIN productions p USING (production_id) "
        "JOIN sequences q USING (sequence_id) LEFT JOIN counts c ON c.shot_id = s.shot_id "
        "LEFT JOIN latest l ON l.shot_id = s.shot_id "
        "LEFT JOIN assessed a ON a.take_id = l.take_id LEFT JOIN verdict v ON v.take_id = l.take_id "
        "WHERE p.code = ? AND (? IS NULL OR f.code = ?) AND (? IS NULL OR s.code = ?) "
        "ORDER BY f.code, q.code, s.code",
        [scope.production, scope.film, scope.film, scope.shot, scope.shot],
    )
    withheld, outdated = withheld_takes(tx, scope), outdated_shots(tx, scope)
    return [
        _board_row(
            row,
            is_withheld=row["latest_id"] in withheld,
            is_outdated=(row["film"], row["shot"]) in outdated and row["outcome"] is not None,
        )
        for row in records
    ]


def _board_row(row: dict[str, Any], *, is_withheld: bool, is_outdated: bool) -> BoardRow:
    fps = Fraction(row["fps_num"], row["fps_den"])
    if row["probe"] is not None:
        fps = Fraction(json.loads(row["probe"])["fps"])
    return BoardRow(
        production=row["production"],
        film=row["film"],
        sequence=row["sequence"],
        shot=row["shot"],
        method=Method(row["method"]),
        status=ShotStatus(row["status"]),
        is_hero=row["is_hero"],
        prompt=row["prompt"],
        first_frame=row["first_frame"],
        fps=fps,
        takes=row["takes"],
        take=None if row["number"] is None else take_code(row["number"]),
        sha256=row["sha256"],
        generator=row["generator"] or "",
        probe_error=row["probe_error"] or "",
        verdict=None if row["outcome"] is None or is_withheld else read_verdict(row),
        is_withheld=is_withheld,
        is_outdated=is_outdated,
        scored_metrics=row["scored"],
        expected_metrics=row["expected"],
    )


def take_sheet(tx: Tx, address: Address, *, is_unblinded: bool = False) -> TakeSheet:
    """Read everything that the take page shows, or raise NotFoundError.

    A take that is to be judged without hints comes without verdict, scores and history, unless it is
    unblinded.
    """
    key = take_id(tx, address)
    shot_address = Address(address.production, address.film, address.shot)
    take = dict(list_takes(tx, address)).get(key)
    if take is None:
        raise NotFoundError(f"There is no take '{address}'; see `roundtable takes list`.")
    shot = list_shots(tx, shot_address)[0][1]
    is_withheld = not is_unblinded and key in withheld_takes(tx, address)
    scores = [] if is_withheld else read_scores(tx, address, with_series=True).get(key, [])
    demos = demo_packs(tx)
    return TakeSheet(
        take=take,
        is_demo=get_production(tx, address.production).is_demo,
        first_frame=shot.first_frame,
        fps=shot.fps if take.probe is None else take.probe.fps,
        method=shot.method,
        artifact_policy=shot.artifact_policy,
        brief=shot.brief,
        siblings=tuple(take_code(t.number) for _, t in list_takes(tx, shot_address)),
        verdict=None if is_withheld else current_verdicts(tx, [key]).get(key),
        scores=tuple(
            ScoredMetric(facts=f, pack=p, score=s, is_demo_pack=p in demos) for f, p, s in scores
        ),
        history=() if is_withheld else _history(tx, str(address)),
        effects=shot.effects,
        is_withheld=is_withheld,
    )


def _history(tx: Tx, subject: str) -> tuple[HistoryRow, ...]:
    found = tx.rows(
        "SELECT happened_ts, actor, action, detail FROM events WHERE subject = ? "
        "ORDER BY event_id DESC LIMIT 50",
        [subject],
    )
    return tuple(HistoryRow(when=w, who=a, what=x, detail=d) for w, a, x, d in found)
