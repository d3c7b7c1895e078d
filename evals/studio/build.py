"""Builds the demo: renders the studio's productions and takes them through the house as a user would.

    settings.home/demo/   status.json, build.lock; CODE/people.csv
                          CODE/FILM/*.csv, references/*.png, *.mp4 and for each clip a note of its flaws

First all shots of a production are imported, so that the board shows what is coming and contrast
prompts are known; then film by film: render, import, score, judge, decide. Everything is safe to repeat
and goes on where it was killed. This is the only door that makes demo productions.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from evals.errors import PackError
from evals.metrics.builtin import BUILTIN
from evals.packs.manifest import PackManifest, find_pack
from evals.runs.execute import RunRequest, RunSummary, run
from evals.studio import tables
from evals.studio.audits import hold_audits
from evals.studio.decisions import record_decisions
from evals.studio.performance import Performance, write_portrait
from evals.studio.plan import PlannedFilm, plan_studio, small_studio, within
from evals.studio.rendering import Renderer
from evals.studio.script import DEMO_DATA, load_productions
from evals.studio.status import BuildState, StatusWriter
from tracker.actions import cast
from tracker.actions.report import ImportReport, Progress, SilentProgress
from tracker.actions.shots import import_shots
from tracker.actions.takes import import_takes
from tracker.domain.addresses import Address
from tracker.domain.production import Production
from tracker.errors import ConflictError, NotFoundError
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.productions import add_production
from tracker.store.takes import list_takes

__all__ = ["BuildSummary", "BuiltFilm", "build_demo", "demo_folder", "demo_studio", "is_complete"]

_WORKERS = 2


@dataclass(frozen=True, kw_only=True)
class BuiltFilm:
    """What was done for one film."""

    address: Address
    title: str
    shots: int
    takes: int
    rendered: int = 0
    """Clips rendered in this build; the others were there already."""
    decisions: int = 0
    run: RunSummary | None = None
    """None: the film was complete already and was not looked at again."""


@dataclass(frozen=True, kw_only=True)
class BuildSummary:
    """What building the demo did."""

    films: tuple[BuiltFilm, ...]
    seconds: float
    folder: Path


def demo_folder(settings: Settings) -> Path:
    """Return where the demo's tables and clips lie."""
    return settings.home / "demo"


def demo_studio(*, is_small: bool = False, data: Path = DEMO_DATA) -> tuple[PlannedFilm, ...]:
    """Return everything that the demo has, in the order in which it is made."""
    studio = plan_studio(load_productions(data))
    return small_studio(studio) if is_small else studio


def build_demo(
    settings: Settings,
    progress: Progress | None = None,
    *,
    studio: Sequence[PlannedFilm],
    scopes: Sequence[Address] = (),
    device: str = "cpu",
) -> BuildSummary:
    """Render, import, score and decide what is missing of the demo, or of parts of it.

    Raises NotFoundError for a scope that names nothing, ConflictError when the workspace holds
    something else under the demo's names, or when another build is at work in it.
    """
    started = time.monotonic()
    films = within(studio, scopes)
    store = Store.create(settings)
    folder = demo_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with _only_builder(folder):
        watcher = StatusWriter(
            folder / "status.json",
            progress or SilentProgress(),
            films=len(films),
            takes=sum(film.take_count for film in films),
        )
        work = _Build(settings, store, _demo_pack(settings), watcher=watcher, device=device)
        try:
            built = work.build(studio, films)
        except BaseException:
            watcher.end(BuildState.STOPPED)
            raise
        watcher.end(BuildState.COMPLETE)
    seconds = round(time.monotonic() - started, 1)
    return BuildSummary(films=built, seconds=seconds, folder=folder)


def is_complete(settings: Settings, films: Sequence[PlannedFilm]) -> bool:
    """Say whether every film is rendered, imported, scored and decided in a workspace."""
    if not settings.database.exists():
        return False
    pack = _demo_pack(settings)
    store = Store.open(settings)
    return all(_is_done(demo_folder(settings), store, film, pack=pack) for film in films)


@dataclass
class _Build:
    """One build in one workspace."""

    settings: Settings
    store: Store
    pack: PackManifest
    watcher: StatusWriter = field(kw_only=True)
    device: str = field(kw_only=True)

    @property
    def _folder(self) -> Path:
        return demo_folder(self.settings)

    def build(
        self, studio: Sequence[PlannedFilm], films: Sequence[PlannedFilm]
    ) -> tuple[BuiltFilm, ...]:
        todo = [f for f in films if not _is_done(self._folder, self.store, f, pack=self.pack)]
        # All productions are claimed before anything is made.
        for film in {film.production.code: film for film in films}.values():
            _ensure_production(self.store, film)
        begun = {film.production.code for film in todo}
        for film in studio:
            if film.production.code in begun:
                self._announce(film)
        performances = [p for film in todo for p in _performances(self._folder, film)]
        with Renderer(performances, workers=_WORKERS) as renderer:
            return tuple(
                self._build_film(film, renderer, is_done=film not in todo) for film in films
            )

    def _announce(self, film: PlannedFilm) -> None:
        """Import what is known before a clip is there."""
        code = film.production.code
        tables.write_production_tables(self._folder, film)
        tables.write_film_tables(self._folder, film)
        here = tables.film_folder(self._folder, film)
        store = self.store
        _check(cast.import_people(store, here.parent / "people.csv"))
        _check(cast.import_films(store, here / "films.csv", code))
        _check(import_shots(store, here / "shots.csv", code, update=True))
        _check(cast.import_cast(store, here / "cast.csv", code))
        _check(cast.import_exposures(store, here / "exposures.csv", code))
        _check(cast.import_reveals(store, here / "reveals.csv", code))

    def _build_film(self, film: PlannedFilm, renderer: Renderer, *, is_done: bool) -> BuiltFilm:
        self.watcher.begin(str(film.address))
        rendered, decisions, summary = 0, 0, None
        if not is_done:
            rendered = renderer.finish(_performances(self._folder, film), self.watcher)
            self._import_media(film)
            request = RunRequest(
                scopes=[film.address], pack=self.pack, device=self.device, workers=_WORKERS
            )
            summary = run(self.settings, request, self.watcher)
            decisions = record_decisions(self.store, self._folder, film)
            here = tables.film_folder(self._folder, film)
            code = film.production.code
            _check(import_shots(self.store, here / "statuses.csv", code, update=True))
            hold_audits(self.store, film)
            if any(shot.later is not None for shot in film.shots):
                self._import_takes(film, "later_takes.csv")
                run(self.settings, request, self.watcher)
            _mark_done(self._folder, film, self.pack)
        self.watcher.finish(film.take_count, was_there=is_done)
        return BuiltFilm(
            address=film.address,
            title=film.script.title,
            shots=len(film.shots),
            takes=film.take_count,
            rendered=rendered,
            decisions=decisions,
            run=summary,
        )

    def _import_media(self, film: PlannedFilm) -> None:
        here, code = tables.film_folder(self._folder, film), film.production.code
        for number, reference in enumerate(film.references, 1):
            target = here / "references" / reference.picture
            write_portrait(reference.brief, target, seed=number)
        tables.write_media_tables(self._folder, film)
        _check(cast.import_references(self.store, here / "references.csv", code))
        self._import_takes(film, "takes.csv")

    def _import_takes(self, film: PlannedFilm, table: str) -> None:
        path = tables.film_folder(self._folder, film) / table
        code = film.production.code
        _check(import_takes(self.settings, path, code, progress=self.watcher))


def _performances(folder: Path, film: PlannedFilm) -> list[Performance]:
    return [
        Performance(
            address=str(shot.address(take)),
            brief=shot.script.brief,
            frame_count=shot.script.frame_count,
            fps=shot.fps,
            seed=take.seed,
            flaws=take.flaws,
            is_cut_off=take.is_cut_off,
            target=tables.clip_path(folder, shot, take),
        )
        for shot in film.shots
        for take in (*shot.takes, shot.later)
        if take is not None
    ]


def _demo_pack(settings: Settings) -> PackManifest:
    try:
        return find_pack("demo", settings.packs, store=settings.pulled)
    except PackError:
        return find_pack("standard", settings.packs, store=settings.pulled)


@contextmanager
def _only_builder(folder: Path) -> Iterator[None]:
    with (folder / "build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConflictError(
                f"Another build is at work in {folder}; see `roundtable demo status`."
            ) from None
        yield


def _ensure_production(store: Store, film: PlannedFilm) -> None:
    script = film.production
    production = Production(code=script.code, kind=script.kind, title=script.title, is_demo=True)
    try:
        with store.write() as tx:
            add_production(tx, production)
    except ConflictError:
        raise ConflictError(
            f"This workspace has a production {script.code} that is not the demo; build the demo "
            "in another workspace: set ROUNDTABLE_HOME to an empty folder."
        ) from None


def _check(report: ImportReport) -> None:
    """Refuse a demo that does not fit what the workspace holds."""
    if report.problems:
        raise ConflictError(
            f"The demo does not fit this workspace: {report.problems[0].message} "
            "Build it in a fresh one: set ROUNDTABLE_HOME to an empty folder."
        )


def _fingerprint(film: PlannedFilm, pack: PackManifest) -> str:
    """Change whenever building the film again could change anything."""
    neighbours = [shot.prompt for other in film.production.films for shot in other.shots]
    facts = [repr(film), repr(neighbours), pack.fingerprint]
    facts += [f"{fact.name} {fact.version}" for fact in BUILTIN]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def _mark_done(folder: Path, film: PlannedFilm, pack: PackManifest) -> None:
    marker = tables.film_folder(folder, film) / "done.json"
    unfinished = marker.with_suffix(".part")
    unfinished.write_text(json.dumps({"fingerprint": _fingerprint(film, pack)}))
    unfinished.replace(marker)


def _is_done(folder: Path, store: Store, film: PlannedFilm, *, pack: PackManifest) -> bool:
    marker = tables.film_folder(folder, film) / "done.json"
    try:
        if json.loads(marker.read_text())["fingerprint"] != _fingerprint(film, pack):
            return False
        with store.read() as tx:
            return len(list_takes(tx, film.address)) >= film.take_count
    except (OSError, ValueError, KeyError, NotFoundError):
        return False
