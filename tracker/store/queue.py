"""The queue of a person as rows: takes without a decision, and what they are asked about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tracker.domain.addresses import Address, take_code
from tracker.domain.queue import EarlierTake, QueueItem, arrange
from tracker.domain.reviews import Decision
from tracker.domain.verdicts import Outcome, Verdict
from tracker.store.asks import open_asks
from tracker.store.blind import shown_takes, withheld_takes
from tracker.store.connection import Tx
from tracker.store.lookup import person_id, take_id
from tracker.store.reviews import decisions_under, standing_decisions
from tracker.store.shots import list_shots
from tracker.store.takes import list_takes
from tracker.store.verdicts import current_verdicts

__all__ = ["earlier_takes", "queue_of"]


def queue_of(
    tx: Tx, person: str | None = None, *, scope: Address | None = None, today: date | None = None
) -> list[QueueItem]:
    """Return what waits for a person, in order; for nobody in particular, what waits for anybody.

    A director sees the films that they direct, others see all films. A take that a certificate passes, or
    has made again, is not there, nor is one of a shot that is omitted or on hold, unless somebody is asked
    about it blind: an audit stays open until it is answered. Then neither its verdict nor its scores are.
    """
    if person is not None:
        person_id(tx, person)
    asks = open_asks(tx, person)
    found = _rows(tx, scope)
    is_director = any(row["director"] == person for row in found)
    rows = [
        row
        for row in found
        if not is_director or row["director"] == person or row["take_id"] in asks
    ]
    verdicts = current_verdicts(tx, [row["take_id"] for row in rows])
    shown, withheld = shown_takes(tx, scope), withheld_takes(tx, scope)
    decided: dict[int, object] = {}
    for production in {row["production"] for row in rows}:
        decided |= standing_decisions(tx, Address(production))
    items = []
    for row in rows:
        take_id = row["take_id"]
        verdict = verdicts.get(take_id)
        asked = asks.get(take_id)
        is_waiting = row["is_live"] and take_id in shown and take_id not in decided
        if asked is None and (not is_waiting or _is_settled(verdict)):
            continue
        items.append(_item(row, verdict, asked, is_withheld=take_id in withheld))
    return arrange(items, today or date.today())  # noqa: DTZ011 # a release date is a local day


def earlier_takes(tx: Tx, take: Address) -> list[EarlierTake]:
    """List the takes of a shot that were made before one of them, newest first.

    Later takes, and what was said of the take itself, stay out: both would tell whoever is asked about it
    blind that the take was decided before. So does what was said of an earlier take that somebody is still
    asked about: another member of a panel would read it before they judge, and whoever is asked again
    would read their own word.
    """
    shot = Address(take.production, take.film, take.shot)
    key = take_id(tx, take)
    found = list_takes(tx, shot)
    number = next(t.number for k, t in found if k == key)
    said: dict[int, list[Decision]] = {}
    hidden = open_asks(tx)
    for of, decision in decisions_under(tx, shot):
        if of not in hidden:
            said.setdefault(of, []).append(decision)
    first_frame = list_shots(tx, shot)[0][1].first_frame
    earlier = [
        EarlierTake(
            code=take_code(t.number),
            sha256=t.sha256,
            first_frame=first_frame,
            frame_count=0 if t.probe is None else t.probe.frame_count,
            decisions=tuple(said.get(k, ())),
        )
        for k, t in found
        if t.number < number
    ]
    return earlier[::-1]


def _rows(tx: Tx, scope: Address | None) -> list[dict[str, Any]]:
    production = None if scope is None else scope.production
    film = None if scope is None else scope.film
    return tx.records(
        "SELECT t.take_id, t.number, t.sha256, t.probe, s.code AS shot, s.is_hero, s.prompt, "
        "s.first_frame, s.fps_num, s.fps_den, f.code AS film, f.title, f.release_on, "
        "d.name AS director, p.code AS production, p.is_demo, "
        "s.status NOT IN ('hld', 'omt') AS is_live "
        "FROM takes t JOIN shots s USING (shot_id) JOIN films f USING (film_id) "
        "JOIN productions p USING (production_id) LEFT JOIN people d ON d.person_id = f.director_id "
        "WHERE (? IS NULL OR p.code = ?) AND (? IS NULL OR f.code = ?)",
        [production, production, film, film],
    )


def _is_settled(verdict: Verdict | None) -> bool:
    """Say whether nobody needs to look: it passes, or is made again without anybody's agreement."""
    if verdict is None or verdict.is_proposed:
        return False
    return verdict.outcome is not Outcome.DIRECT


def _item(
    row: Mapping[str, Any],
    verdict: Verdict | None,
    asked: tuple[str, float] | None,
    *,
    is_withheld: bool,
) -> QueueItem:
    probe = json.loads(row["probe"]) if row["probe"] else {}
    fps = Fraction(probe["fps"]) if probe else Fraction(row["fps_num"], row["fps_den"])
    return QueueItem(
        take=f"{row['production']}/{row['film']}/{row['shot']}/v{row['number']:03d}",
        take_id=row["take_id"],
        sha256=row["sha256"],
        film_title=row["title"],
        prompt=row["prompt"],
        is_hero=row["is_hero"],
        is_demo=row["is_demo"],
        director=row["director"],
        release_on=row["release_on"],
        first_frame=row["first_frame"],
        frame_count=int(probe.get("frame_count", 0)),
        fps=fps,
        severity=None if verdict is None else verdict.severity,
        verdict=None if is_withheld else verdict,
        is_withheld=is_withheld,
        place=None if asked is None else asked[1],
    )
