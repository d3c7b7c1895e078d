"""The takes of a run that miss a score: read once each, scored, and handed on, whatever happens to one.

Killed at any point, it has handed on whole takes only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evals.metrics.builtin import FAMILIES
from evals.runs.batches import WaitingRoom
from evals.runs.collect import Collector
from evals.runs.engines.local import LocalReaders
from evals.runs.film import AcrossShots
from evals.runs.job import Answer, ChangeMaps, Chunk, FaceFrames, Finished, Job, Unreadable
from evals.runs.models import RunModels
from evals.runs.plan import Briefs, TakeWork
from evals.runs.scoring import TakeScoring
from tracker.actions.report import Progress
from tracker.domain.scores import Score
from tracker.errors import MisuseError

__all__ = ["ScoringPass"]


class ScoringPass:
    """Reads takes and scores them with a run's models; counts what it does."""

    def __init__(
        self,
        models: RunModels,
        results: Collector,
        *,
        across: AcrossShots,
        briefs: Mapping[str, Briefs],
        progress: Progress,
    ) -> None:
        self._models, self._results, self._across = models, results, across
        self._briefs, self._progress = briefs, progress
        self._room = WaitingRoom(models.text_image)
        self.decoded = 0
        """Takes whose file was read."""
        self.scored = 0
        """Takes that got their scores."""
        self._alone: frozenset[int] = frozenset()
        self.failed: dict[int, Unreadable] = {}
        """Take id -> why it could not be read."""

    def score(
        self, todo: Sequence[TakeWork], *, workers: int, alone: frozenset[int] = frozenset()
    ) -> None:
        """Score takes with so many reading processes; whatever ends it, what was scored is kept.

        `alone` are the takes that get their scores across shots here: they need no other take's faces.
        """
        self._alone = alone
        try:
            jobs: dict[int, tuple[TakeWork, Job]] = {}
            for work in todo:
                job = self._job(work)
                if job.wants_anything:
                    jobs[job.take_id] = work, job
                    continue
                self._finish(self._scoring(work), None)  # embeddings are kept: nothing to read
                self._results.flush(only_if_due=True)
            self._read(jobs, workers=workers)
        finally:
            self._results.flush()

    def _job(self, work: TakeWork) -> Job:
        models = self._models
        samples, faces = models.wants_samples(work), models.wants_faces(work)
        return work.job(streams=models.streams, samples=samples, faces=faces)

    def _scoring(self, work: TakeWork) -> TakeScoring:
        return TakeScoring(work, self._models, self._briefs[work.item.take.production])

    def _read(self, jobs: Mapping[int, tuple[TakeWork, Job]], *, workers: int) -> None:
        if not jobs:
            return
        scorings: dict[int, TakeScoring] = {}
        with LocalReaders(min(workers, len(jobs))) as readers:
            for job, answer in readers.read(job for _, job in jobs.values()):
                if job.take_id not in scorings:
                    scorings[job.take_id] = self._scoring(jobs[job.take_id][0])
                self._take_in(scorings[job.take_id], answer)
                if not isinstance(answer, ChangeMaps | Chunk | FaceFrames):
                    del scorings[job.take_id]
                self._let_go()
        self._let_go(everyone=True)

    def _let_go(self, *, everyone: bool = False) -> None:
        for scoring, read in self._room.leave(everyone=everyone):
            self._finish(scoring, read)
        self._results.flush(only_if_due=True)

    def _take_in(self, scoring: TakeScoring, answer: Answer) -> None:
        if isinstance(answer, Chunk):
            scoring.feed(answer)
        elif isinstance(answer, FaceFrames):
            scoring.look(answer)
        elif isinstance(answer, ChangeMaps):
            scoring.watch(answer)
        elif isinstance(answer, Finished):
            self.decoded += 1
            self._receive(scoring, answer)
        else:
            self._fail(scoring.work, answer)

    def _receive(self, scoring: TakeScoring, read: Finished) -> None:
        try:
            self._room.enter(scoring, read)
        except MisuseError as error:
            self._fail(scoring.work, Unreadable(f"The take cannot be scored: {error}"))

    def _finish(self, scoring: TakeScoring, read: Finished | None) -> None:
        work = scoring.work
        try:
            scores = scoring.finish(read)
        except MisuseError as error:  # one odd take never stops a run
            self._fail(work, Unreadable(f"The take cannot be scored: {error}"))
            return
        self.scored += 1
        self._hand_on(work, scores, scoring.keys)

    def _fail(self, work: TakeWork, answer: Unreadable) -> None:
        self.failed[work.item.take_id] = answer
        # What was scored before, while the file could be read, stays.
        missing = [facts for family in work.families for facts in FAMILIES[family]]
        scores = [Score.failed(facts.name, answer.reason) for facts in missing]
        self._hand_on(work, scores, dict.fromkeys(work.keys, "") if answer.is_absent else work.keys)

    def _hand_on(self, work: TakeWork, scores: Sequence[Score], keys: Mapping[str, str]) -> None:
        """Hand on what was found, with what the comparison of shots need not wait for."""
        if work.item.take_id in self._alone:
            failed = self.failed.get(work.item.take_id)
            more, named = self._across.result(work.item, failed)
            scores, keys = [*scores, *more], {**keys, **named}
        self._results.add(work, scores, keys=keys)
        take = work.item.take
        self._progress.advance(1, f"{take.film}/{take.shot}")
