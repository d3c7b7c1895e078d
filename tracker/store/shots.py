"""Shots with their briefs, the effects that they declare, and the traces that the story embraces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from tracker.domain.addresses import Address
from tracker.domain.effects import EffectKind, ShotEffect, distinct, show_effects
from tracker.domain.production import ArtifactPolicy, Brief, Embrace, Method, Shot
from tracker.domain.stages import ShotStatus, Stage
from tracker.domain.units import FrameRange
from tracker.store.changes import record_change
from tracker.store.connection import Tx
from tracker.store.lookup import film_id, shot_id
from tracker.store.productions import ensure_sequence

__all__ = [
    "declare_effects",
    "embrace",
    "find_shot",
    "insert_shot",
    "list_shots",
    "shot_columns",
    "shot_keys",
    "unembrace",
    "update_shot",
]

_COLUMNS = (
    "code", "first_frame", "duration_frames", "fps_num", "fps_den", "method", "stage", "status",
    "is_hero", "artifact_policy", "prompt", "subject", "wardrobe", "action", "setting",
    "time_of_day", "light", "camera", "style",
)  # fmt: skip
_SELECT = "SELECT " + ", ".join(f"s.{name}" for name in _COLUMNS)


def shot_columns(shot: Shot) -> dict[str, object]:
    """Return a shot's own columns by name, without keys."""
    brief = shot.brief
    values = (
        shot.code, shot.first_frame, shot.duration_frames, shot.fps.numerator,
        shot.fps.denominator, shot.method.value, shot.stage.value, shot.status.value,
        shot.is_hero, shot.artifact_policy.value, brief.prompt, brief.subject, brief.wardrobe,
        brief.action, brief.setting, brief.time, brief.light, brief.camera, brief.style,
    )  # fmt: skip
    return dict(zip(_COLUMNS, values, strict=True))


def insert_shot(tx: Tx, production: str, shot: Shot) -> int:
    """Insert a shot, making its sequence when it is new; the film must exist."""
    film_key = film_id(tx, production, shot.film)
    sequence_key = ensure_sequence(tx, film_key, shot.sequence)
    columns = shot_columns(shot)
    names = ", ".join(columns)
    marks = ", ".join("?" for _ in columns)
    row = tx.rows(
        f"INSERT INTO shots (film_id, sequence_id, {names}) VALUES (?, ?, {marks}) "  # noqa: S608 # names are constants of this module
        "RETURNING shot_id",
        [film_key, sequence_key, *columns.values()],
    )
    tx.event("shot.created", f"{production}/{shot.film}/{shot.code}")
    return int(row[0][0])


def update_shot(tx: Tx, address: Address, changes: dict[str, object]) -> None:
    """Change some of a shot's columns, keeping the old values in the event history."""
    unknown = set(changes) - set(_COLUMNS)
    if unknown:
        raise ValueError(f"Shots have no column {sorted(unknown)}.")
    key = shot_id(tx, address)
    before = tx.records(f"{_SELECT} FROM shots s WHERE s.shot_id = ?", [key])[0]
    assignments = ", ".join(f"{name} = ?" for name in changes)
    tx.run(
        f"UPDATE shots SET {assignments} WHERE shot_id = ?",  # noqa: S608 # checked against _COLUMNS
        [*changes.values(), key],
    )
    record_change(
        tx,
        address,
        "shot.changed",
        {name: {"from": before[name], "to": value} for name, value in changes.items()},
    )


def find_shot(tx: Tx, production: str, film: str, *, code: str) -> Shot | None:
    """Read a shot, or return None where there is none."""
    found = [s for _, s in list_shots(tx, Address(production, film, code))]
    return found[0] if found else None


def list_shots(tx: Tx, scope: Address) -> list[tuple[str, Shot]]:
    """List (production, shot) of everything under an address, in story order."""
    rows = tx.records(
        f"{_SELECT}, s.shot_id, p.code AS production, f.code AS film, q.code AS sequence "
        "FROM shots s JOIN films f USING (film_id) JOIN productions p USING (production_id) "
        "JOIN sequences q USING (sequence_id) "
        "WHERE p.code = ? AND (? IS NULL OR f.code = ?) AND (? IS NULL OR s.code = ?) "
        "ORDER BY f.code, q.code, s.code",
        [scope.production, scope.film, scope.film, scope.shot, scope.shot],
    )
    embraced, effects = _embraces(tx), _effects(tx)
    return [
        (
            r["production"],
            replace(
                _shot(r),
                embraced=embraced.get(r["shot_id"], ()),
                effects=effects.get(r["shot_id"], ()),
            ),
        )
        for r in rows
    ]


def shot_keys(tx: Tx, film: Address) -> dict[str, int]:
    """Return shot code -> key of one film's shots."""
    rows = tx.rows(
        "SELECT code, shot_id FROM shots WHERE film_id = ?",
        [film_id(tx, film.production, film.film or "")],
    )
    return dict(rows)


def _embraces(tx: Tx) -> dict[int, tuple[Embrace, ...]]:
    found: dict[int, tuple[Embrace, ...]] = {}
    for key, kind, by, reason in tx.rows(
        "SELECT shot_id, kind, by_name, reason FROM shot_embraces ORDER BY shot_id, kind"
    ):
        found[key] = (*found.get(key, ()), Embrace(kind=kind, by=by, reason=reason))
    return found


def _effects(tx: Tx) -> dict[int, tuple[ShotEffect, ...]]:
    found: dict[int, tuple[ShotEffect, ...]] = {}
    for key, kind, start, end in tx.rows(
        "SELECT shot_id, kind, start_index, end_index FROM shot_effects "
        "ORDER BY shot_id, kind, start_index"
    ):
        frames = None if end is None else FrameRange(start, end)
        found[key] = (*found.get(key, ()), ShotEffect(kind=EffectKind(kind), frames=frames))
    return found


def _shot(row: dict[str, Any]) -> Shot:
    brief_fields = (
        "prompt",
        "subject",
        "wardrobe",
        "action",
        "setting",
        "light",
        "camera",
        "style",
    )
    return Shot(
        film=row["film"],
        code=row["code"],
        sequence=row["sequence"],
        first_frame=row["first_frame"],
        duration_frames=row["duration_frames"],
        fps=Fraction(row["fps_num"], row["fps_den"]),
        method=Method(row["method"]),
        stage=Stage(row["stage"]),
        status=ShotStatus(row["status"]),
        is_hero=row["is_hero"],
        artifact_policy=ArtifactPolicy(row["artifact_policy"]),
        brief=Brief(**{f: row[f] for f in brief_fields}, time=row["time_of_day"]),
    )


def embrace(tx: Tx, address: Address, embraced: Embrace) -> bool:
    """Record that a shot embraces a kind of trace; False when it does already."""
    key = shot_id(tx, address)
    if tx.one("SELECT 1 FROM shot_embraces WHERE shot_id = ? AND kind = ?", [key, embraced.kind]):
        return False
    tx.run(
        "INSERT INTO shot_embraces (shot_id, kind, by_name, reason) VALUES (?, ?, ?, ?)",
        [key, embraced.kind, embraced.by, embraced.reason],
    )
    record_change(
        tx,
        address,
        "shot.embraced",
        {"kind": embraced.kind, "by": embraced.by, "reason": embraced.reason},
    )
    return True


def unembrace(tx: Tx, address: Address, kind: str) -> None:
    """Take an embrace back; its history stays in the events."""
    key = shot_id(tx, address)
    tx.run("DELETE FROM shot_embraces WHERE shot_id = ? AND kind = ?", [key, kind])
    record_change(tx, address, "shot.unembraced", {"kind": kind})


def declare_effects(tx: Tx, address: Address, effects: Iterable[ShotEffect]) -> bool:
    """Record which effects a shot means to have, instead of those declared before; False if unchanged."""
    key = shot_id(tx, address)
    shot = list_shots(tx, address)[0][1]
    wanted = distinct(effects)
    if wanted == shot.effects:
        return False
    tx.run("DELETE FROM shot_effects WHERE shot_id = ?", [key])
    for effect in wanted:
        start, end = (
            (-1, None) if effect.frames is None else (effect.frames.start, effect.frames.end)
        )
        tx.run(
            "INSERT INTO shot_effects (shot_id, kind, start_index, end_index) VALUES (?, ?, ?, ?)",
            [key, effect.kind.value, start, end],
        )
    record_change(
        tx,
        address,
        "shot.effects",
        {
            "from": show_effects(shot.effects, shot.first_frame),
            "to": show_effects(wanted, shot.first_frame),
        },
    )
    return True
