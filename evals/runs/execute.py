"""A run from its plan to its verdicts: resumable, and never in the way of anyone else.

The database is open for moments only: to read the plan, to fold a finished part, to write the
verdicts. Killed at any point, the same command goes on where the parts end.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from evals.metrics.builtin import BUILTIN, Family
from evals.runs.cast import ProductionCast, load_cast
from evals.runs.collect import Collector
from evals.runs.film import AcrossShots, speaking_takes
from evals.runs.job import Unreadable
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
from tracker.errors import MisuseError
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
        self._results: Collector | None = None
        self._speaking: dict[tuple[str, str], Sequence[WorkItem]] = {}
        self._failed: Mapping[int, Unreadable] = {}
        self._stored: Mapping[tuple[int, str], Collection[str]] = {}

    def execute(self) -> RunSummary:
        started = time.monotonic()
        with self._store.read() as tx:
            codes = [scope.production for scope in self._request.scopes]
            self._summary.remarks += require_permission(tx, self._request.pack, codes)
            self._require_trial(tx)
        self._summary.remarks += fold_parts(self._store, self._settings.runs)
        self._register()
        models = RunModels.load(self._request.pack, self._request.device, self._settings)
        self._summary.device = models.where
        works = self._plan(models)
        todo = [work for work in works if work.families]
        self._summary.takes = len(works)
        self._summary.reused = len(works) - len(todo)
        identity = models.keys[Family.IDENTITY]
        across = AcrossShots(models.faces, identity, self._speaking)
        if todo:
            self._score(todo, models, across=across)
        elif not self._request.is_adopted:
            self._summary.remarks.append(
                f"Pack '{self._request.pack.name}' had nothing to score: its scores are there, or "
                "its models are those in use."
            )
        wanted = {(w.item.take_id, key) for w in works for key in w.keys.values()}
        wanted |= self._compare_shots(works, across)
        if self._request.is_adopted:
            self._bring_forward(wanted)
        self._summary.errored = self._count_errors()
        if self._request.is_adopted:
            self._judge()
        self._summary.seconds = round(time.monotonic() - started, 2)
        if self._run_id:
            with self._store.write() as tx:
                table.finish_run(tx, self._run_id, summary=self._summary.as_json())
        return self._summary

    def _require_trial(self, tx: Tx) -> None:
        """Refuse to try what is in use: its scores would be replaced by ones that nobody reads."""
        name = self._request.pack.name
        if self._request.is_adopted:
            return
        for scope in self._request.scopes:
            shown = table.read_scores(tx, scope).values()
            if any(pack == name for scored in shown for _, pack, _ in scored):
                raise MisuseError(
                    f"Pack '{name}' is the one that judges {scope} already; leave --no-adopt out."
                )

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
                films = {shot.film for shot in by_code.values()}
                self._read_speaking(tx, scope.production, films)
            self._stored = table.result_keys(tx, list(items))
            self._summary.remarks += self._demo_remarks(tx)
        self._summary.remarks += [text for item in items.values() if (text := _replaced(item))]
        works: list[TakeWork] = []
        for production, briefs in self._briefs.items():
            own = [item for item in items.values() if item.take.production == production]
            works += plan(
                own, briefs=briefs, models=keys, stored=self._stored, force=self._request.force
            )
        return works

    def _read_speaking(self, tx: Tx, production: str, films: Collection[str]) -> None:
        """Read by which takes the shots of some films speak."""
        for film in sorted(films):
            found = speaking_takes(tx, Address(production, film), self._casts[production])
            self._speaking[production, film] = found

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

    def _compare_shots(
        self, works: Sequence[TakeWork], across: AcrossShots
    ) -> set[tuple[int, str]]:
        """Score what needs the faces of other shots; return all (take key, result key) of it."""
        missing = across.missing(works, self._stored, force=self._request.force)
        todo = [work for work in missing if not (work.families and across.is_alone(work.item))]
        if todo:
            self._progress.start("Comparing shots", len(todo))
            self._compare(todo, across)
        return {(w.item.take_id, key) for w in works for key in across.keys(w.item).values()}

    def _compare(self, todo: Sequence[TakeWork], across: AcrossShots) -> None:
        results = self._start()
        try:
            for work in todo:
                scores, keys = across.result(work.item, self._failed.get(work.item.take_id))
                results.add(work, scores, keys=keys)
                self._progress.advance(1, f"{work.item.take.film}/{work.item.take.shot}")
                if not work.families:
                    self._summary.reused -= 1
                    self._summary.scored += 1
                results.flush(only_if_due=True)
        finally:
            results.flush()

    def _bring_forward(self, wanted: Collection[tuple[int, str]]) -> None:
        """Show this pack's scores again where another pack was used since they were taken."""
        with self._store.read() as tx:
            hidden = table.superseded(tx, self._request.pack.name)
        again = [(take, metric) for take, metric, key in hidden if (take, key) in wanted]
        if not again:
            return
        self._start()
        with self._store.write() as tx:
            table.bring_forward(tx, again, run_id=self._run_id)

    def _score(self, todo: Sequence[TakeWork], models: RunModels, *, across: AcrossShots) -> None:
        self._progress.start("Scoring takes", len(todo))
        way = ScoringPass(
            models, self._start(), across=across, briefs=self._briefs, progress=self._progress
        )
        try:
            alone = across.alone(todo, self._stored, force=self._request.force)
            way.score(todo, workers=self._request.workers, alone=alone)
        finally:
            self._failed = way.failed
            self._summary.decoded, self._summary.scored = way.decoded, way.scored
            self._summary.remarks += models.remarks

    def _start(self) -> Collector:
        """Open the run in the record, once, and return where its results go."""
        if self._results is not None:
            return self._results
        scope = " ".join(str(s) for s in self._request.scopes)
        with self._store.write() as tx:
            self._run_id, uid = table.start_run(
                tx,
                scope=scope,
                pack=self._request.pack.name,
                device=self._summary.device,
                is_adopted=self._request.is_adopted,
            )
        writer = PartWriter(self._settings.runs, uid)
        # A trial leaves alone what the pack does not measure itself.
        only = None if self._request.is_adopted else self._request.pack.name
        self._results = Collector(self._store, writer, self._packs, only_pack=only)
        return self._results

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
