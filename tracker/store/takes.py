"""Takes as rows; a take is never replaced and never deleted."""

from __future__ import annotations

import json
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from tracker.domain.addresses import Address, take_code
from tracker.domain.lots import CertificateState
from tracker.domain.stages import Stage, TakeStatus
from tracker.domain.takes import Probe, Provenance, Take, speaking_take
from tracker.errors import ConflictError
from tracker.store.connection import Tx
from tracker.store.lookup import shot_id
from tracker.store.lots import certificates, end_certificate

__all__ = ["TAKE_SELECT", "find_take", "insert_take", "list_takes", "read_take", "relocate_take"]

TAKE_SELECT = (
    "SELECT t.take_id, t.shot_id, t.number, t.path, t.sha256, t.size_bytes, t.stage AS take_stage, "
    "t.status AS take_status, t.probe, t.probe_error, t.generator, t.generator_version, "
    't.weights_sha256, t.seed, t.prompt AS take_prompt, t.parameters, t."references", t.cost_eur, '
    "p.code AS production, f.code AS film, s.code AS shot "
    "FROM takes t JOIN shots s USING (shot_id) JOIN films f USING (film_id) "
    "JOIN productions p USING (production_id) "
)
"""Start of every query whose rows `read_take` understands."""


def insert_take(tx: Tx, take: Take) -> int:
    """Insert a take and return its key; ConflictError when the number holds another file."""
    address = Address(take.production, take.film, take.shot, take_code(take.number))
    key = shot_id(tx, Address(take.production, take.film, take.shot))
    if tx.one("SELECT 1 FROM takes WHERE shot_id = ? AND number = ?", [key, take.number]):
        raise ConflictError(
            f"{address} exists already; takes are never replaced: use the next number."
        )
    made = take.provenance
    row = tx.rows(
        "INSERT INTO takes (shot_id, number, path, sha256, size_bytes, stage, status, probe, "
        "probe_error, generator, generator_version, weights_sha256, seed, prompt, parameters, "
        '"references", cost_eur) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) '
        "RETURNING take_id",
        [
            key, take.number, take.path, take.sha256, take.size_bytes, take.stage, take.status,
            None if take.probe is None else _probe_json(take.probe), take.probe_error,
            made.generator, made.generator_version, made.weights_sha256, made.seed, made.prompt,
            json.dumps(dict(made.parameters)), json.dumps(list(made.references)), made.cost_eur,
        ],
    )  # fmt: skip
    detail = {"sha256": take.sha256, "path": take.path, "generator": made.generator}
    tx.event("take.submitted", str(address), detail)
    _end_what_it_changes(tx, take)
    return int(row[0][0])


def _end_what_it_changes(tx: Tx, take: Take) -> None:
    """End the film's certificates where a shot of theirs now speaks by a take that was made otherwise."""
    if tx.one("SELECT 1 FROM certificates WHERE state = 'valid' LIMIT 1") is None:
        return  # as nearly always, and an import brings thousands
    for certificate in certificates(tx, Address(take.production, take.film)):
        scope = certificate.scope
        if certificate.state is not CertificateState.VALID or scope.get("is_batch"):
            continue
        if take.shot not in scope["shots"] or not _speaks(tx, take):
            continue
        made = take.provenance
        for words, now, before in (
            ("generators", made.made_by, scope["generators"]),
            ("workflows", made.workflow, scope["workflows"]),
            ("stages", take.stage.value, scope["stages"]),
        ):
            if now not in before:
                why = f"The {words} now include {now}."
                end_certificate(tx, certificate, CertificateState.VOID, why)
                break


def _speaks(tx: Tx, take: Take) -> bool:
    takes = list_takes(tx, Address(take.production, take.film, take.shot))
    speaking = speaking_take(takes)
    return speaking is not None and speaking[1].number == take.number


def find_take(tx: Tx, address: Address) -> Take | None:
    """Read one take, or return None where there is none."""
    found = list_takes(tx, address)
    return found[0][1] if found else None


def list_takes(tx: Tx, scope: Address) -> list[tuple[int, Take]]:
    """List (key, take) of everything under an address, in story order."""
    number = None if scope.take is None else int(scope.take[1:])
    rows = tx.records(
        TAKE_SELECT
        + "WHERE p.code = ? AND (? IS NULL OR f.code = ?) AND (? IS NULL OR s.code = ?) "
        "AND (? IS NULL OR t.number = ?) ORDER BY f.code, s.code, t.number",
        [scope.production, scope.film, scope.film, scope.shot, scope.shot, number, number],
    )
    return [(row["take_id"], read_take(row)) for row in rows]


def relocate_take(tx: Tx, address: Address, path: str) -> None:
    """Record that a take's file, unchanged, lies elsewhere now."""
    key = shot_id(tx, address)
    number = int((address.take or "v0")[1:])
    tx.run("UPDATE takes SET path = ? WHERE shot_id = ? AND number = ?", [path, key, number])
    tx.event("take.relocated", str(address), {"path": path})


def read_take(row: dict[str, Any]) -> Take:
    """Make a take of a row that begins with `TAKE_SELECT`."""
    return Take(
        production=row["production"],
        film=row["film"],
        shot=row["shot"],
        number=row["number"],
        path=row["path"],
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        stage=Stage(row["take_stage"]),
        status=TakeStatus(row["take_status"]),
        probe=None if row["probe"] is None else _read_probe(row["probe"]),
        probe_error=row["probe_error"],
        provenance=Provenance(
            generator=row["generator"],
            generator_version=row["generator_version"],
            weights_sha256=row["weights_sha256"],
            seed=row["seed"],
            prompt=row["take_prompt"],
            parameters=json.loads(row["parameters"]),
            references=tuple(json.loads(row["references"])),
            cost_eur=row["cost_eur"],
        ),
    )


def _probe_json(probe: Probe) -> str:
    return json.dumps(asdict(probe) | {"fps": str(probe.fps)})


def _read_probe(text: str) -> Probe:
    fields = json.loads(text)
    fields["fps"] = Fraction(fields["fps"])
    fields["remarks"] = tuple(fields["remarks"])
    return Probe(**fields)
