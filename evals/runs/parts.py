"""Results as append-only Parquet parts: the checkpoint of a run.

A part is written under another name, flushed to the disk, and renamed: it is whole or it is not
there. Folding takes it into the database exactly once. Workers on other machines write the same
parts and never see the database.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tracker.domain.scores import MetricFacts, Score
from tracker.errors import NotFoundError, StoreBusyError, StoreError
from tracker.store import Store
from tracker.store import evals as table

__all__ = ["PartWriter", "Result", "fold_part", "fold_parts"]

_SCHEMA = pa.schema(
    [
        ("take_id", pa.int32()),
        ("metric", pa.string()),
        ("version", pa.string()),
        ("pack", pa.string()),
        ("state", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("reason", pa.string()),
        ("result_key", pa.string()),
        ("series", pa.list_(pa.float32())),
        (
            "evidence",
            pa.list_(
                pa.struct(
                    [
                        ("start", pa.int32()),
                        ("end", pa.int32()),
                        ("kind", pa.string()),
                        ("severity", pa.float64()),
                        ("region", pa.list_(pa.float64())),
                    ]
                )
            ),
        ),
        ("scored_ts", pa.timestamp("us", tz="UTC")),
    ]
)


@dataclass(frozen=True, kw_only=True)
class Result:
    """One score of one take, with what makes it reusable."""

    take_id: int
    facts: MetricFacts
    pack: str
    score: Score
    result_key: str
    """Hash of everything that the score depends on; empty when it must be tried again."""


class PartWriter:
    """Writes the parts of one run into the run's folder."""

    def __init__(self, folder: Path, run_uid: str) -> None:
        self._folder = folder / run_uid
        self._run_uid = run_uid
        self._count = 0

    def write(self, results: Iterable[Result]) -> Path:
        """Write one part durably and return its path."""
        self._folder.mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC)
        rows = pa.Table.from_pylist([_row(result, now) for result in results], schema=_SCHEMA)
        path = self._folder / f"{self._run_uid}.{self._count:06d}.parquet"
        self._count += 1
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            pq.write_table(rows, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        _sync_folder(self._folder)
        return path


def _row(result: Result, now: datetime) -> dict[str, object]:
    score = result.score
    return {
        "take_id": result.take_id,
        "metric": result.facts.name,
        "version": result.facts.version,
        "pack": result.pack,
        "state": score.state.value,
        "value": score.value,
        "low": score.low,
        "high": score.high,
        "reason": score.reason,
        "result_key": result.result_key,
        "series": list(score.series) or None,
        "evidence": [
            {
                "start": e.frames.start,
                "end": e.frames.end,
                "kind": e.kind,
                "severity": e.severity,
                "region": None if e.region is None else astuple(e.region),
            }
            for e in score.evidence
        ],
        "scored_ts": now,
    }


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fold_parts(store: Store, folder: Path) -> list[str]:
    """Fold every finished part under `folder` that was not folded yet; done when a run starts.

    A part that cannot be read is set aside as `*.corrupt`, one of a run that the database does not
    know (it was restored from a backup) as `*.foreign`; the scores in it are taken again. One
    sentence for each such part is returned.
    """
    with store.read() as tx:
        done = table.folded_parts(tx)
    complaints = []
    for part in sorted(folder.glob("*/*.parquet")):
        if part.name in done:
            continue
        try:
            fold_part(store, part)
        except StoreBusyError:
            raise
        except NotFoundError:
            part.rename(part.with_suffix(".foreign"))
            complaints.append(
                f"{part.name} belongs to a run that this database does not know and was set aside; "
                "what is missing is scored again."
            )
        except (StoreError, pa.ArrowException) as error:
            part.rename(part.with_suffix(".corrupt"))
            complaints.append(
                f"{part.name} was damaged and set aside; its takes are scored again. {error}"
            )
    return complaints


def fold_part(store: Store, part: Path) -> None:
    """Fold one part into the database, unless that was done before."""
    pq.read_schema(part)  # a damaged part is refused before the database is asked
    sha256 = hashlib.sha256(part.read_bytes()).hexdigest()
    with store.write() as tx:
        run_id = table.run_key(tx, part.name.split(".", 1)[0])
        table.fold_part(tx, part, run_id=run_id, sha256=sha256)
