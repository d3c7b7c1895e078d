"""The take table: one row per file, with where it came from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from tracker.domain.addresses import take_number
from tracker.domain.stages import Stage
from tracker.domain.takes import Provenance
from tracker.errors import MisuseError
from tracker.interchange.tables import Column, TableRow, choice

__all__ = ["TAKE_COLUMNS", "TakeRow", "read_take_row"]

TAKE_COLUMNS = (
    Column("Film", ("Episode", "Spot"), required=True),
    Column("Shot", ("Shot code", "Shot name"), required=True),
    Column("Take", ("Version", "Take code"), required=True),
    Column("File", ("Path", "Media", "Filename"), required=True),
    Column("Stage", ("Step",)),
    Column("Generator", ("Model", "Tool")),
    Column("Generator version", ("Model version",)),
    Column("Weights", ("Weights sha256", "Weights hash")),
    Column("Seed"),
    Column("Prompt"),
    Column("Parameters", ("Params", "Settings")),
    Column("References", ("Reference images",)),
    Column("Cost EUR", ("Cost", "Cost (EUR)")),
)


@dataclass(frozen=True)
class TakeRow:
    """What a row says of a take; the file has not been opened yet."""

    film: str
    shot: str
    number: int
    path: Path
    stage: Stage | None
    """None: what the file is decides, a still is `img` and anything longer `vid`."""
    provenance: Provenance


def read_take_row(row: TableRow, folder: Path) -> TakeRow:
    """Make a take's facts of a row; paths are relative to `folder`, where the CSV lies."""
    return TakeRow(
        film=row.need("Film"),
        shot=row.need("Shot"),
        number=row.read("Take", _number, 0) if row.need("Take") else 0,
        path=(folder / row.need("File")).absolute(),
        stage=row.read("Stage", lambda text: Stage(choice(*Stage)(text)), None),
        provenance=Provenance(
            generator=row.get("Generator"),
            generator_version=row.get("Generator version"),
            weights_sha256=row.get("Weights"),
            seed=row.read("Seed", int, None),
            prompt=row.get("Prompt"),
            parameters=row.read("Parameters", _parameters, {}),
            references=tuple(t.strip() for t in row.get("References").split(";") if t.strip()),
            cost_eur=row.read("Cost EUR", _cost, None),
        ),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and int(text) > 0 else take_number(text)


def _parameters(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise MisuseError(f"'{text}' is not a JSON object; write it like {{\"steps\": 40}}.")
    return found


def _cost(text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or value < 0:
        raise MisuseError(f"'{text}' is not a cost in euros; write it like 0.42.")
    return value
