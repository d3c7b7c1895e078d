"""Takes into the record: hash, probe, row, then the proxy and thumbnail that screens show.

Files are opened only in a separate process, so a decoder that crashes costs one take, not the
command.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from tracker.actions.report import Effect, ImportReport, Progress, SilentProgress
from tracker.domain.addresses import Address, take_code
from tracker.domain.stages import Stage
from tracker.domain.takes import Probe, Take
from tracker.errors import ConflictError, MediaError, MisuseError, NotFoundError
from tracker.interchange.tables import RowProblem, read_table
from tracker.interchange.takes_csv import TAKE_COLUMNS, TakeRow, read_take_row
from tracker.media.derived import DerivedMedia, make_proxy_and_thumbnail
from tracker.media.isolation import IsolatedMedia
from tracker.media.probe import probe
from tracker.media.source import digest, locate
from tracker.settings import Settings
from tracker.store import Store, takes
from tracker.store.lookup import shot_id
from tracker.store.shots import list_shots

__all__ = ["Submitted", "derive_media", "import_takes", "submit"]


@dataclass(frozen=True)
class Submitted:
    """What submitting one file did."""

    effect: Effect
    take: Take
    remark: str = ""


def import_takes(
    settings: Settings,
    path: Path,
    production: str,
    *,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a take table; paths are relative to it, shots must exist, nothing is replaced."""
    store = Store.open(settings)
    watcher = progress or SilentProgress()
    table = read_table(path, TAKE_COLUMNS)
    report = ImportReport(problems=list(table.problems))
    if table.ignored_columns:
        report.remarks.append(f"Columns not used: {', '.join(table.ignored_columns)}.")
    watcher.start("Importing takes", len(table.rows))
    with IsolatedMedia() as media:
        for line, found in table.parse(lambda row: read_take_row(row, path.absolute().parent)):
            if isinstance(found, RowProblem):
                report.problems.append(found)
            else:
                _import_row(
                    settings, store, production, line=line, row=found, media=media, report=report
                )
            watcher.advance(1)
    for index, problem in enumerate(report.problems):
        column = table.spelling.get(problem.column, problem.column)
        report.problems[index] = RowProblem(problem.line, column, problem.message)
    return report


def _import_row(
    settings: Settings,
    store: Store,
    production: str,
    *,
    line: int,
    row: TakeRow,
    media: IsolatedMedia,
    report: ImportReport,
) -> None:
    """Submit one row and enter the outcome in the report."""
    try:
        done = submit(store, production, row, media=media)
    except MediaError as error:
        report.problems.append(RowProblem(line, "File", str(error)))
        return
    except (NotFoundError, ConflictError) as error:
        column = "Shot" if isinstance(error, NotFoundError) else "Take"
        report.problems.append(RowProblem(line, column, str(error)))
        return
    except MisuseError as error:
        report.problems.append(RowProblem(line, "", str(error)))
        return
    report.add(done.effect)
    remark = done.remark or derive_media(settings, done.take, media=media)
    if remark:
        report.remarks.append(f"line {line}: {remark}")


def submit(store: Store, production: str, row: TakeRow, *, media: IsolatedMedia) -> Submitted:
    """Record one file as a take of its shot.

    A file that cannot be probed is recorded all the same, with the reason: a broken take is a fact
    that the board must show. Raises MediaError when there is no file, NotFoundError when there is
    no shot, ConflictError when the take number holds another file.
    """
    address = Address(production, row.film, row.shot, take_code(row.number))
    with store.read() as tx:
        shot_id(tx, address)
        shot = list_shots(tx, Address(production, row.film, row.shot))[0][1]
        present = takes.find_take(tx, address)
    source = locate(row.path)
    sha256 = digest(row.path)
    if present is not None:
        return _compare(store, address, present=present, path=row.path, sha256=sha256)
    facts, problem = _probe(row.path, media, sequence_fps=shot.fps)
    is_still = facts is not None and facts.is_still
    take = Take(
        production=production,
        film=row.film,
        shot=row.shot,
        number=row.number,
        path=str(row.path),
        sha256=sha256,
        size_bytes=source.size_bytes,
        stage=row.stage or (Stage.IMAGE if is_still else Stage.VIDEO),
        probe=facts,
        probe_error=problem,
        provenance=row.provenance,
    )
    with store.write() as tx:
        takes.insert_take(tx, take)
    return Submitted(Effect.NEW, take, f"{address} cannot be read: {problem}" if problem else "")


def _probe(path: Path, media: IsolatedMedia, *, sequence_fps: Fraction) -> tuple[Probe | None, str]:
    """Numbered frames carry no rate of their own: they run at the shot's."""
    try:
        return media.call(probe, path, sequence_fps=sequence_fps), ""
    except MediaError as error:
        return None, str(error)


def _compare(
    store: Store, address: Address, *, present: Take, path: Path, sha256: str
) -> Submitted:
    if present.sha256 != sha256:
        raise ConflictError(
            f"{address} is another file already ({Path(present.path).name}); takes are never "
            f"replaced: import {path.name} under the next number."
        )
    if present.path != str(path) and not Path(present.path).exists():
        with store.write() as tx:
            takes.relocate_take(tx, address, str(path))
        return Submitted(Effect.CHANGED, present)
    return Submitted(Effect.UNCHANGED, present)


def derive_media(settings: Settings, take: Take, *, media: IsolatedMedia) -> str:
    """Make the proxy and thumbnail of a take where they are missing; return why not, or nothing."""
    if take.probe is None:
        return ""
    derived = DerivedMedia(settings.media, take.sha256)
    if derived.proxy.exists() or (take.probe.is_still and derived.thumbnail.exists()):
        return ""
    try:
        path, fps = Path(take.path), take.probe.fps
        media.call(make_proxy_and_thumbnail, path, derived, sequence_fps=fps)
    except MediaError as error:
        return f"no proxy for {take.film}/{take.shot}: {error}"
    return ""
