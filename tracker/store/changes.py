"""Changes of what a verdict was given for: the shot as it was meant then, its faces, its director.

Whoever changes a shot's brief, or whose word counts, sends back to direction what passes by a certificate, in
the same transaction; and until the film is judged again its other verdicts are known to be out of date.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracker.domain.addresses import Address
from tracker.domain.meaning import ASPECTS, JUDGED_BY_PEOPLE, changed_since
from tracker.domain.production import BRIEF_FIELDS
from tracker.store.asks import close_kept_audits
from tracker.store.connection import Tx
from tracker.store.verdicts import CURRENT_VERDICTS, withdraw_certified

__all__ = [
    "outdated_shots",
    "record_change",
    "record_judgement",
    "rewritten_since",
    "unattended",
]

_COLUMNS = {
    **dict.fromkeys(("prompt", "time_of_day", *BRIEF_FIELDS), "brief"),
    **dict.fromkeys(("fps_num", "fps_den"), "fps"),
    "is_hero": "hero",
    "artifact_policy": "policy",
    "method": "method",
}
"""Column of a shot -> the aspect of its meaning; the other columns are judged by nobody."""

_ACTIONS = {
    "shot.embraced": "embraced",
    "shot.unembraced": "embraced",
    "shot.effects": "effects",
    "shot.exposure_declared": "faces",
    "film.reveal_planned": "reveals",
    "film.director_named": "director",
}


def record_change(tx: Tx, subject: Address, action: str, detail: Mapping[str, object]) -> None:
    """Append a change of a film or a shot to the history; what passes unseen there waits for a person.

    Changes of what no verdict is given for, such as a status, are appended alone.
    """
    tx.event(action, str(subject), detail)
    what = _what(action, detail)
    if not what:
        return
    shots = _shots_about(tx, subject, detail)
    for certificate, takes in _unattended_by(tx, subject).items():
        about = [take_id for take_id, shot in takes if shot in shots]
        withdraw_certified(tx, certificate, changed_since(certificate, what), only=about)
        close_kept_audits(tx, about)


def record_judgement(tx: Tx, film: Address) -> None:
    """Append that a film's takes were judged with the record as it is now, where that is news."""
    known = "SELECT 1 FROM events WHERE action = 'film.judged' AND subject = ?"
    if tx.one(known, [str(film)]) is None or outdated_shots(tx, film):
        tx.event("film.judged", str(film))


def outdated_shots(tx: Tx, scope: Address) -> set[tuple[str, str]]:
    """Return (film, shot) of the shots that have changed since their film was judged last.

    Of a film or a production; nothing of films that were never judged.
    """
    under = [str(scope), f"{scope}/"]
    where = "(subject = ? OR starts_with(subject, ?))"
    judged = {
        Address.parse(subject).film: event_id
        for subject, event_id in tx.rows(
            "SELECT subject, max(event_id) FROM events "  # noqa: S608 # a constant
            f"WHERE action = 'film.judged' AND {where} GROUP BY subject",
            under,
        )
    }
    found: set[tuple[str, str]] = set()
    for event_id, action, subject, text in tx.rows(
        "SELECT event_id, action, subject, detail FROM events "  # noqa: S608 # a constant
        f"WHERE list_contains(?, action) AND {where}",
        [["shot.changed", *_ACTIONS], *under],
    ):
        address, detail = Address.parse(subject), json.loads(text)
        if event_id > judged.get(address.film, event_id) and _what(action, detail):
            film = address.film or ""
            found |= {(film, shot) for shot in _shots_about(tx, address, detail)}
    return found


def rewritten_since(tx: Tx, film: Address, since: datetime) -> dict[str, list[datetime]]:
    """Return shot code -> when what a person judges there has changed since a moment, in order.

    That is the brief, the method, and the faces: a trace that is embraced, or a hero mark, is judged alike.
    """
    found: dict[str, list[datetime]] = {}
    for when, action, subject, text in tx.rows(
        "SELECT happened_ts, action, subject, detail FROM events WHERE list_contains(?, action) "
        "AND (subject = ? OR starts_with(subject, ?)) AND happened_ts > ? ORDER BY event_id",
        [["shot.changed", *_ACTIONS], str(film), f"{film}/", since],
    ):
        address, detail = Address.parse(subject), json.loads(text)
        if _aspects(action, detail) & JUDGED_BY_PEOPLE:
            for shot in _shots_about(tx, address, detail):
                found.setdefault(shot, []).append(when)
    return found


def unattended(tx: Tx) -> int:
    """Count the takes with a verdict by which nobody has to look at them."""
    return int(
        tx.rows(f"SELECT count(*) FROM ({CURRENT_VERDICTS}) WHERE certificate IS NOT NULL")[0][0]  # noqa: S608 # a constant
    )


def _what(action: str, detail: Mapping[str, Any]) -> str:
    """Say in words what has changed; empty where verdicts do not depend on it."""
    changed = _aspects(action, detail)
    return next((words for aspect, words in ASPECTS.items() if aspect in changed), "")


def _aspects(action: str, detail: Mapping[str, Any]) -> set[str]:
    if action != "shot.changed":
        return {_ACTIONS[action]}
    return {_COLUMNS[column] for column in detail if column in _COLUMNS}


def _shots_about(tx: Tx, subject: Address, detail: Mapping[str, Any]) -> set[str]:
    """Return the codes of the shots that a change is about.

    All of a film, or those of the sequence and with the character that it names.
    """
    if subject.shot is not None:
        return {subject.shot}
    rows = tx.rows(
        "SELECT s.code FROM shots s JOIN films f USING (film_id) JOIN productions p "
        "USING (production_id) JOIN sequences q USING (sequence_id) WHERE p.code = ? AND f.code = ? "
        "AND (? IS NULL OR q.code = ?) AND (? IS NULL OR EXISTS (SELECT 1 FROM exposures e "
        "JOIN characters c USING (character_id) WHERE e.shot_id = s.shot_id AND c.code = ?))",
        [
            subject.production,
            subject.film,
            *[detail.get("sequence")] * 2,
            *[detail.get("character")] * 2,
        ],
    )
    return {row[0] for row in rows}


def _unattended_by(tx: Tx, scope: Address) -> dict[str, list[tuple[int, str]]]:
    """Return certificate -> (take, shot) of the takes under an address that it speaks for."""
    found: dict[str, list[tuple[int, str]]] = {}
    for certificate, take_id, shot in tx.rows(
        f"SELECT v.certificate, v.take_id, s.code FROM ({CURRENT_VERDICTS}) v "  # noqa: S608 # a constant
        "JOIN takes t USING (take_id) JOIN shots s USING (shot_id) JOIN films f USING (film_id) "
        "JOIN productions p USING (production_id) WHERE v.certificate IS NOT NULL "
        "AND p.code = ? AND f.code = ? AND (? IS NULL OR s.code = ?)",
        [scope.production, scope.film, scope.shot, scope.shot],
    ):
        found.setdefault(certificate, []).append((take_id, shot))
    return found
