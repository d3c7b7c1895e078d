"""A run from its plan to its verdicts: resumable, and never in the way of anyone else.

The database is open for moments only: to read the plan, to fold a finished part, to write the
verdicts. Killed at any point, the same command goes on where the parts end.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from evals.metrics.builtin import BUILTIN, Family
from evals.runs.cast import ProductionCast, load_cast
from evals.runs.collect import Collector
from evals.runs.models import RunModels, pack_names
from evals.runs.parts import PartWriter, fold_parts
from evals.runs.permission import require_permission
from evals.runs.plan import Briefs, TakeWork, WorkItem, plan
from evals.runs.request import RunRequest, RunSummary
from evals.runs.scoring_pass import ScoringPass
from evals.runs.stills import write_evidence_stills
from evals.runs.verdicts import judge
from tracker.actions.report import Progress, SilentProgress
from tracker.domain.addresses import Address, take_code
from tracker.domain.scores import ScoreState
from tracker.settings import Settings
from tracker.store import Store, Tx
from tracker.store import evals as table
from tracker.store.productions import get_production
from tracker.store.shots import list_shots
from tracker.store.takes import list_takes

__all__ = ["RunRequest", "RunSummary", "run"]


def run(settings: Settings, request: RunRequest, progress: Progress | None = None) -> RunSummary:
    """Score what is missing in the scopes, then give every take there its verdict."""
    return _Run(settings, request, progress or SilentProgress()).execute()


class _Run:
    def __init__(self, settings: Settings, request: RunRequest, progress: Progress) -> None:
        self._settings = settings
        self._request = request
        self._progress = progress
        self._store = Store.open(settings)
        self._summary = RunSummary(pack=request.pack.name, is_demo_pack=request.pack.is_demo)
        self._briefs: dict[str, Briefs] = {}
        self._casts: dict[str, ProductionCast] = {}
        self._packs = pack_names(request.pack.name)
        self._run_id = 0

    def execute(self) -> RunSummary:
        started = time.monotonic()
        with self._store.read() as tx:
            codes = [scope.production for scope in self._request.scopes]
            self._summary.remarks += require_permission(tx, self._request.pack, codes)
        self._summary.remarks += fold_parts(self._store, self._settings.runs)
        self._register()
        models = RunModels.load(self._request.pack, self._request.device, self._settings)
        self._summary.device = models.where
        works = self._plan(models)
        todo = [work for work in works if work.families]
        self._summary.takes = len(works)
        self._summary.reused = len(works) - len(todo)
        if todo:
            self._score(todo, models)
        self._bring_forward(works)
        self._summary.errored = self._count_errors()
        self._judge()
        self._summary.seconds = round(time.monotonic() - started, 2)
        if self._run_id:
            with self._store.write() as tx:
                table.finish_run(tx, self._run_id, summary=self._summary.as_json())
        return self._summary

    def _register(self) -> None:
        pack = self._request.pack
        with self._store.read() as tx:
            is_known = not pack.is_demo or pack.name in table.demo_packs(tx)
            if is_known and not table.unregistered_metrics(tx, BUILTIN, packs=self._packs):
                return
        with self._store.write() as tx:
            if pack.is_demo:
                table.declare_demo_pack(tx, pack.name)
            table.register_metrics(tx, BUILTIN, packs=self._packs)

    def _plan(self, models: RunModels) -> list[TakeWork]:
        keys = {Family.ARTIFACTS: "", **models.keys}
        items: dict[int, WorkItem] = {}
        with self._store.read() as tx:
            for scope in self._request.scopes:
                if scope.production not in self._briefs:
                    shots = [shot for _, shot in list_shots(tx, Address(scope.production))]
                    self._briefs[scope.production] = {
                        (shot.film, shot.code): shot.brief for shot in shots
                    }
                    self._casts[scope.production] = load_cast(tx, scope.production)
                by_code = {(s.film, s.code): s for _, s in list_shots(tx, scope)}
                for key, take in list_takes(tx, scope):
                    shot = by_code[take.film, take.shot]
                    cast = self._casts[scope.production].of(shot)
                    items[key] = WorkItem(key, take, shot, cast)
            stored = table.result_keys(tx, list(items))
            self._summary.remarks += self._demo_remarks(tx)
        self._summary.remarks += [text for item in items.values() if (text := _replaced(item))]
        works: list[TakeWork] = []
        for production, briefs in self._briefs.items():
            own = [item for item in items.values() if item.take.production == production]
            works += plan(own, briefs=briefs, models=keys, stored=stored, force=self._request.force)
        return works

    def _demo_remarks(self, tx: Tx) -> list[str]:
        """Say where a demo pack was asked about real films."""
        pack = self._request.pack
        if not pack.is_demo or (pack.text_image is None and pack.perceptual is None):
            return []
        codes = {scope.production for scope in self._request.scopes}
        return [
            f"Pack '{pack.name}' is a DEMO pack: its scores of {code} are marked and "
            "decide nothing; use --pack standard."
            for code in sorted(codes)
            if not get_production(tx, code).is_demo
        ]

    def _bring_forward(self, works: Sequence[TakeWork]) -> None:
        """Show this pack's scores again where another pack was used since they were taken."""
        wanted = {(work.item.take_id, key) for work in works for key in work.keys.values()}
        with self._store.read() as tx:
            hidden = table.superseded(tx, self._request.pack.name)
        again = [(take, metric) for take, metric, key in hidden if (take, key) in wanted]
        if not again:
            return
        if not self._run_id:
            self._start()
        with self._store.write() as tx:
            table.bring_forward(tx, again, run_id=self._run_id)

    def _score(self, todo: Sequence[TakeWork], models: RunModels) -> None:
        self._progress.start("Scoring takes", len(todo))
        way = ScoringPass(
            models,
            Collector(self._store, self._start(), self._packs),
            briefs=self._briefs,
            progress=self._progress,
        )
        try:
            way.score(todo, workers=self._request.workers)
        finally:
            self._summary.decoded, self._summary.scored = way.decoded, way.scored
            self._summary.remarks += models.remarks

    def _start(self) -> PartWriter:
        scope = " ".join(str(s) for s in self._request.scopes)
        with self._store.write() as tx:
            self._run_id, uid = table.start_run(
                tx, scope=scope, pack=self._request.pack.name, device=self._summary.device
            )
        return PartWriter(self._settings.runs, uid)

    def _count_errors(self) -> int:
        errored = set()
        with self._store.read() as tx:
            for scope in self._request.scopes:
                for take_id, scored in table.read_scores(tx, scope).items():
                    if any(score.state is ScoreState.ERROR for _, _, score in scored):
                        errored.add(take_id)
        return len(errored)

    def _judge(self) -> None:
        changed = 0
        for scope in {(s.production, s.film) for s in self._request.scopes}:
            changed += judge(self._store, Address(*scope), run_id=self._run_id or None)
        self._summary.verdicts_changed = changed
        for scope_address in self._request.scopes:
            write_evidence_stills(self._settings, self._store, scope_address, self._progress)


def _replaced(item: WorkItem) -> str:
    """Say when a file was overwritten since it was imported; its old scores would be shown for it."""
    take = item.take
    path = Path(take.path)
    if not path.is_file() or path.stat().st_size == take.size_bytes:
        return ""
    return (
        f"{path} is not the file that was imported as {take.film}/{take.shot}/"
        f"{take_code(take.number)}: its size differs; import it under the next number."
    )
