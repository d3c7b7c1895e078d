"""Measures every table of the validation, one after the other, and keeps what is finished.

A table that fails is reported and the others go on. A validation that was stopped goes on where it was:
finished tables lie in the workspace's cache, under the digest of everything that their numbers depend on,
the program included.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evals.packs.manifest import PackManifest
from evals.validation import (
    coverage,
    drawn,
    flaws,
    identities,
    invariances,
    negatives,
    prompts,
    remade,
)
from evals.validation._pool import Bench
from evals.validation.figures import Figure, Report, Table, table_as_json, table_from_json
from evals.validation.scale import Scale
from tracker.errors import RoundtableError
from tracker.settings import REPOSITORY_ROOT, SHARE_ROOT

__all__ = ["PARTS", "Part", "program_digest", "validate"]


@dataclass(frozen=True)
class Part:
    """How one table is measured."""

    title: str
    says: Callable[[Scale], str]
    measure: Callable[[Scale, Bench], tuple[Figure, ...]]


PARTS: dict[str, Part] = {
    "flaws": Part(flaws.TITLE, flaws.says, flaws.measure),
    "drawn": Part(drawn.TITLE, drawn.says, drawn.measure),
    "remade": Part(remade.TITLE, remade.says, remade.measure),
    "negatives": Part(negatives.TITLE, negatives.says, negatives.measure),
    "invariances": Part(invariances.TITLE, invariances.says, invariances.measure),
    "prompts": Part(prompts.TITLE, prompts.says, prompts.measure),
    "identities": Part(identities.TITLE, identities.says, identities.measure),
    "coverage": Part(coverage.TITLE, coverage.says, coverage.measure),
}
"""Tables by name, in the order in which they are measured and shown."""


def validate(
    scale: Scale,
    bench: Bench,
    *,
    only: Sequence[str] = (),
    is_fresh: bool = False,
    say: Callable[[str], None],
    parts: Mapping[str, Part] = PARTS,
) -> Report:
    """Measure the tables (all, or `only` some) and return their figures; `say` hears what happens.

    `is_fresh` measures again what is kept.
    """
    program = program_digest()
    tables = []
    chosen = {name: part for name, part in parts.items() if not only or name in only}
    for number, (name, part) in enumerate(chosen.items(), 1):
        kept = bench.scratch / f"{name}-{_key(name, scale, pack=bench.pack, program=program)}.json"
        table = None if is_fresh else _kept(kept)
        if table is None:
            say(f"{part.title} (table {number} of {len(chosen)}) ...")
            table = _measured(name, part, scale=scale, bench=bench)
            if table.error:
                say(f"{part.title}: {table.error}")
            else:
                _keep(table, kept)
        else:
            say(f"{part.title}: kept from before.")
        tables.append(table)
    return Report(
        scale=scale.name,
        seed=scale.seed,
        pack=f"{bench.pack.name} {bench.pack.version}",
        is_demo=bench.pack.is_demo,
        program=program[:16],
        workers=bench.workers,
        tables=tuple(tables),
    )


def program_digest() -> str:
    """Return a digest of the whole program's source and of the facts of its own detectors."""
    told = hashlib.sha256()
    sources = [
        path
        for package in ("evals", "tracker")
        for path in (REPOSITORY_ROOT / package).rglob("*.py")
    ]
    for path in sorted([*sources, *(SHARE_ROOT / "data" / "detectors").rglob("*.json")]):
        told.update(path.name.encode())
        told.update(path.read_bytes())
    return told.hexdigest()


def _measured(name: str, part: Part, *, scale: Scale, bench: Bench) -> Table:
    begun = time.perf_counter()
    empty = Table(name=name, title=part.title, says=part.says(scale))
    try:
        figures = part.measure(scale, bench)
    except RoundtableError as error:
        return replace(empty, error=str(error), seconds=_since(begun))
    except Exception as error:  # noqa: BLE001 - whatever breaks one table, the others are measured
        reason = f"{type(error).__name__}: {error}"[:300]
        return replace(empty, error=reason, seconds=_since(begun))
    return replace(empty, figures=figures, seconds=_since(begun))


def _since(begun: float) -> float:
    return round(time.perf_counter() - begun, 1)


def _key(name: str, scale: Scale, *, pack: PackManifest, program: str) -> str:
    facts = [name, repr(scale), pack.name, pack.fingerprint, program]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:24]


def _kept(path: Path) -> Table | None:
    try:
        return table_from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(table: Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(table_as_json(table), allow_nan=False), encoding="utf-8")
    unfinished.replace(path)
