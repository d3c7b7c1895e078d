"""A run from its plan to its verdicts: resumable, and never in the way of anyone else.

The database is open for moments only: to read the plan, to fold a finished part, to write the
verdicts. Killed at any point, the same command goes on where the parts end.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from evals.metrics.builtin import BUILTIN, FAMILIES, Family
from evals.packs.manifest import PackManifest
from evals.runs.cast import ProductionCast, load_cast
from evals.runs.engines.local import LocalReaders
from evals.runs.job import Answer, ChangeMaps, Chunk, FaceFrames, Finished, Job, Unreadable
from evals.runs.models import RunModels, TakeScoring, pack_names
from evals.runs.parts import PartWriter, Result, fold_part, fold_parts
from evals.runs.permission import require_permission
from evals.runs.plan import Briefs, TakeWork, WorkItem, plan
from evals.runs.stills import write_evidence_stills
from evals.runs.verdicts import judge
from tracker.actions.report import Progress, SilentProgress
from tracker.domain.addresses import Address, take_code
from tracker.domain.scores import Score, ScoreState
from tracker.errors import MisuseError
from tracker.settings import Settings
from tracker.store import Store, Tx
from tracker.store import evals as table
from tracker.store.productions import get_production
from tracker.store.shots import list_shots
from tracker.store.takes import list_takes

__all__ = ["RunRequest", "RunSummary", "run"]

_PART_TAKES = 8
_PART_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """What to score, and with what."""

    scopes: Sequence[Address]
    pack: PackManifest
    device: str
    """`cpu` or `cuda`."""
    force: bool = False
    """Score again what is there already."""
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    """Reading processes."""
    is_adopted: bool = True
    """False: the pack is only tried. Its scores are kept aside for `evals preview`, verdicts stay."""


@dataclass
class RunSummary:
    """What a run did, counted in takes."""

    takes: int = 0
    decoded: int = 0
    """Takes whose file was read in this run."""
    reused: int = 0
    """Takes of which every result was there already."""
    scored: int = 0
    """Takes that got at least one new result with no error."""
    errored: int = 0
    """Takes of the scope that cannot be read, whether found out now or before."""
    verdicts_changed: int = 0
    seconds: float = 0.0
    pack: str = ""
    device: str = ""
    is_demo_pack: bool = False
    remarks: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """Return the summary with stable keys."""
        return asdict(self)


@dataclass
class _Batch:
    """Results that are not yet in a part."""

    results: list[Result] = field(default_factory=list)
    takes: int = 0
    since: float = field(default_factory=time.monotonic)

    @property
    def is_due(self) -> bool:
        return self.takes >= _PART_TAKES or time.monotonic() - self.since > _PART_SECONDS


def run(settings: Settings, request: RunRequest, progress: Progress | None = None) -> RunSummary:
    """Score what is missing in the scopes, then give every take there its verdict."""
    return _Run(settings, request, progress or SilentProgress()).execute()


class _Run:
    def __init__(self, settings: Settings, request: RunRequest, progress: Progress) -> None:
        self._settings = settings
        self._request = request
        self._progress = progress
        self._store = Store.open(settings)
        self._summary = RunSummary(
            pack=request.pack.name, device=request.device, is_demo_pack=request.pack.is_demo
        )
        self._briefs: dict[str, Briefs] = {}
        self._casts: dict[str, ProductionCast] = {}
        self._packs = pack_names(request.pack.name)
        self._run_id = 0
        self._batch = _Batch()

    def execute(self) -> RunSummary:
        started = time.monotonic()
        with self._store.read() as tx:
            codes = [scope.production for scope in self._request.scopes]
            self._summary.remarks += require_permission(tx, self._request.pack, codes)
            self._require_trial(tx)
        self._summary.remarks += fold_parts(self._store, self._settings.runs)
        self._register()
        models = RunModels.load(self._request.pack, self._request.device, self._settings)
        works = self._plan(models)
        todo = [work for work in works if work.families]
        self._summary.takes = len(works)
        self._summary.reused = len(works) - len(todo)
        if todo:
            self._score(todo, models)
        elif not self._request.is_adopted:
            self._summary.remarks.append(
                f"Pack '{self._request.pack.name}' had nothing to score: its scores are there, or "
                "its models are those in use."
            )
        if self._request.is_adopted:
            self._bring_forward(works)
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
        writer = self._start()
        jobs = {work.item.take_id: self._job(work, models) for work in todo}
        self._progress.start("Scoring takes", len(todo))
        self._batch = _Batch()
        try:
            without = [w for w in todo if jobs[w.item.take_id] is None]
            for work in without:  # embeddings are kept: nothing needs to be read
                self._finish(work, TakeScoring(work, models, self._briefs_of(work)), None)
                self._flush(writer, only_if_due=True)
            wanted = [job for job in jobs.values() if job is not None]
            self._read({w.item.take_id: w for w in todo}, wanted, models=models, writer=writer)
        finally:
            # Whatever ends the run, an interruption too: what was scored is kept.
            self._flush(writer, only_if_due=False)

    def _start(self) -> PartWriter:
        scope = " ".join(str(s) for s in self._request.scopes)
        with self._store.write() as tx:
            self._run_id, uid = table.start_run(
                tx,
                scope=scope,
                pack=self._request.pack.name,
                device=self._request.device,
                is_adopted=self._request.is_adopted,
            )
        return PartWriter(self._settings.runs, uid)

    def _job(self, work: TakeWork, models: RunModels) -> Job | None:
        samples = models.wants_samples(work)
        faces = models.wants_faces(work)
        job = work.job(streams=models.streams, samples=samples, faces=faces)
        return job if job.wants_anything else None

    def _briefs_of(self, work: TakeWork) -> Briefs:
        return self._briefs[work.item.take.production]

    def _read(
        self,
        works: Mapping[int, TakeWork],
        jobs: Sequence[Job],
        *,
        models: RunModels,
        writer: PartWriter,
    ) -> None:
        if not jobs:
            return
        scorings: dict[int, TakeScoring] = {}
        with LocalReaders(min(self._request.workers, len(jobs))) as readers:
            for job, answer in readers.read(jobs):
                work = works[job.take_id]
                if job.take_id not in scorings:
                    scorings[job.take_id] = TakeScoring(work, models, self._briefs_of(work))
                self._take_in(work, scorings[job.take_id], answer)
                if not isinstance(answer, ChangeMaps | Chunk | FaceFrames):
                    del scorings[job.take_id]
                    self._flush(writer, only_if_due=True)

    def _take_in(self, work: TakeWork, scoring: TakeScoring, answer: Answer) -> None:
        if isinstance(answer, Chunk):
            scoring.feed(answer)
        elif isinstance(answer, FaceFrames):
            scoring.look(answer)
        elif isinstance(answer, ChangeMaps):
            scoring.watch(answer)
        elif isinstance(answer, Finished):
            self._summary.decoded += 1
            self._finish(work, scoring, answer)
        else:
            self._fail(work, answer)

    def _finish(self, work: TakeWork, scoring: TakeScoring, read: Finished | None) -> None:
        try:
            scores = scoring.finish(read)
        except MisuseError as error:  # one odd take never stops a run
            self._fail(work, Unreadable(f"The take cannot be scored: {error}"))
            return
        self._summary.scored += 1
        self._collect(work, scores, work.keys)

    def _fail(self, work: TakeWork, answer: Unreadable) -> None:
        # What was scored before, while the file could be read, stays.
        missing = [facts for family in work.families for facts in FAMILIES[family]]
        scores = [Score.failed(facts.name, answer.reason) for facts in missing]
        keys = dict.fromkeys(work.keys, "") if answer.is_absent else work.keys
        self._collect(work, scores, keys)

    def _collect(self, work: TakeWork, scores: Sequence[Score], keys: Mapping[str, str]) -> None:
        facts = {fact.name: fact for fact in BUILTIN}
        self._batch.results += [
            Result(
                take_id=work.item.take_id,
                facts=facts[score.metric],
                pack=self._packs[score.metric],
                score=score,
                result_key=keys[score.metric],
            )
            for score in scores
            # A trial leaves alone what the pack does not measure itself.
            if self._request.is_adopted or self._packs[score.metric] == self._request.pack.name
        ]
        self._batch.takes += 1
        take = work.item.take
        self._progress.advance(1, f"{take.film}/{take.shot}")

    def _flush(self, writer: PartWriter, *, only_if_due: bool) -> None:
        if not self._batch.results or (only_if_due and not self._batch.is_due):
            return
        fold_part(self._store, writer.write(self._batch.results))
        self._batch = _Batch()

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
