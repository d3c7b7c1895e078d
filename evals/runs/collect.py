"""Scores on their way into parts: several takes in one, none for longer than a few seconds."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from evals.metrics.builtin import BUILTIN
from evals.runs.parts import PartWriter, Result, fold_part
from evals.runs.plan import TakeWork
from tracker.domain.scores import Score
from tracker.store import Store

__all__ = ["Collector"]

_PART_TAKES = 8
_PART_SECONDS = 10.0


class Collector:
    """Gathers the results of whole takes, writes them as parts and folds these."""

    def __init__(
        self,
        store: Store,
        writer: PartWriter,
        packs: Mapping[str, str],
        *,
        only_pack: str | None = None,
    ) -> None:
        self._store, self._writer, self._packs = store, writer, packs
        self._only_pack = only_pack
        self._facts = {facts.name: facts for facts in BUILTIN}
        self._forget()

    def add(self, work: TakeWork, scores: Sequence[Score], *, keys: Mapping[str, str]) -> None:
        """Take in a take's scores; `keys` name what each depends on."""
        self._results += [
            Result(
                take_id=work.item.take_id,
                facts=self._facts[score.metric],
                pack=self._packs[score.metric],
                score=score,
                result_key=keys[score.metric],
            )
            for score in scores
            if self._only_pack in {None, self._packs[score.metric]}
        ]
        self._takes += 1

    def flush(self, *, only_if_due: bool = False) -> None:
        """Write what is gathered and fold it."""
        is_due = self._takes >= _PART_TAKES or time.monotonic() - self._since_s > _PART_SECONDS
        if not self._results or (only_if_due and not is_due):
            return
        fold_part(self._store, self._writer.write(self._results))
        self._forget()

    def _forget(self) -> None:
        self._results: list[Result] = []
        self._takes = 0
        self._since_s = time.monotonic()
