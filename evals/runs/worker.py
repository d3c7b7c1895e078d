"""Serves what pages asked for, one request after the other: claim, do, write what came of it.

The database is open for moments only. Whatever goes wrong with a request is written into it as one sentence,
and the next one is served; an interruption puts the request back, and so does a database that
is held for too long.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from evals.audits.draw import plan
from evals.audits.freeze import freeze
from evals.packs.devices import choose_device
from evals.packs.manifest import find_pack
from evals.runs.execute import RunRequest, RunSummary, run
from evals.runs.verdicts import judge
from tracker.actions.report import Progress, SilentProgress
from tracker.domain.addresses import Address
from tracker.domain.lots import Purpose, VerdictOf
from tracker.errors import MisuseError, RoundtableError, StoreBusyError, UndecidedError
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.requests import (
    RequestKind,
    RequestState,
    WorkRequest,
    claim_request,
    claimable,
    end_request,
    request_lock,
    return_request,
)

__all__ = ["POLL_S", "STALE_MINUTES", "Served", "Worker"]

POLL_S = 2.0
"""How often the worker looks for requests, in seconds."""

STALE_MINUTES = 2.0
"""How long a request may be in work before anybody looks whether its worker is alive."""

_DEFAULT_PACK = "standard"


@dataclass(frozen=True)
class Served:
    """A request and what came of it."""

    request: WorkRequest
    state: RequestState
    note: str


class Worker:
    """Serves the requests of one workspace; several workers may run at once."""

    def __init__(
        self,
        settings: Settings,
        progress: Progress | None = None,
        *,
        stale_minutes: float = STALE_MINUTES,
    ) -> None:
        self._settings = settings
        self._store = Store.open(settings)
        self._progress = progress or SilentProgress()
        self._stale_minutes = stale_minutes

    def serve_next(self) -> Served | None:
        """Serve the oldest request that nobody serves; None where there is none.

        Raises StoreBusyError where the database is held for too long; then the request waits again.
        """
        with self._store.read() as tx:
            found = claimable(tx, stale_minutes=self._stale_minutes)
        for request in found:
            with request_lock(self._settings.home / "requests", request) as is_free:
                if not is_free:
                    continue
                with self._store.write() as tx:
                    is_mine = claim_request(tx, request)
                if is_mine:
                    return self._serve(request)
        return None

    def serve_for_ever(self, tell: Callable[[Served], None], *, poll_s: float = POLL_S) -> None:
        """Serve requests as they come, until the process is interrupted."""
        while True:
            try:
                served = self.serve_next()
            except StoreBusyError:  # somebody's long import: it will be over
                served = None
            if served is None:
                time.sleep(poll_s)
            else:
                tell(served)

    def _serve(self, request: WorkRequest) -> Served:
        try:
            state, note = RequestState.DONE, self._do(request)
        except StoreBusyError:  # no fault of the request
            self._return(request)
            raise
        except RoundtableError as error:
            state, note = RequestState.FAILED, str(error)
        except Exception as error:  # noqa: BLE001  # one bad request never stops the others
            text = " ".join(str(error).split())
            what = f"{type(error).__name__}: {text}" if text else type(error).__name__
            state, note = RequestState.FAILED, f"This is a defect of the program ({what})."
        except BaseException:  # interrupted: another worker, or this one later, does it
            self._return(request)
            raise
        self._end(request, state, note)
        return Served(request, state, note)

    def _return(self, request: WorkRequest) -> None:
        """Put a request back; while the database is held it stays in work, and is taken when it is stale."""
        with suppress(StoreBusyError), self._store.write() as tx:
            return_request(tx, request)

    def _end(self, request: WorkRequest, state: RequestState, note: str) -> None:
        """Write what came of a request, however long that takes: what is done must not be done again."""
        while True:
            try:
                with self._store.write() as tx:
                    end_request(tx, request, state, note)
                return
            except StoreBusyError:
                time.sleep(POLL_S)

    def _do(self, request: WorkRequest) -> str:
        scope = Address.parse(request.scope)
        if request.kind is RequestKind.RUN:
            return self._run(scope, request.parameters)
        if request.kind is RequestKind.JUDGE:
            changed = judge(self._store, scope, run_id=None)
            return f"{_counted(changed, 'verdict')} changed."
        return self._freeze(scope, request.parameters)

    def _run(self, scope: Address, asked: Mapping[str, Any]) -> str:
        settings = self._settings
        name = str(asked.get("pack", _DEFAULT_PACK))
        request = RunRequest(
            scopes=[scope],
            pack=find_pack(name, settings.packs, store=settings.pulled),
            device=choose_device(str(asked.get("device", "auto"))),
            is_adopted=bool(asked.get("is_adopted", True)),
        )
        done = run(settings, request, self._progress)
        return _summary(done)

    def _freeze(self, film: Address, asked: Mapping[str, Any]) -> str:
        """Freeze and plan in one transaction: what cannot be planned is not left frozen."""
        purpose = Purpose(str(asked.get("purpose", Purpose.PASS)))
        alpha = asked.get("alpha")
        if alpha is not None and not isinstance(alpha, int | float):
            raise MisuseError(f"alpha is '{alpha}'; give a rate between 0 and 1, like 0.10.")
        verdict_of = VerdictOf(str(asked.get("verdict_of", VerdictOf.DIRECTOR)))
        panel = [str(name) for name in asked.get("panel", ())]
        with self._store.write() as tx:
            freeze(tx, film, purpose=purpose, alpha=alpha, verdict_of=verdict_of, panel=panel)
            planned = plan(tx, film, purpose=purpose)
            if not planned.is_worthwhile:
                raise UndecidedError(
                    f"{film}: not worth certifying, since fewer than a tenth of the looks would be "
                    "saved; direct all, or allow a larger alpha."
                )
        return planned.sentence()


def _summary(done: RunSummary) -> str:
    """Say what a run did, for whoever asked for it on a page."""
    counts = (
        (done.scored, "scored"),
        (done.reused, "as before"),
        (done.errored, "cannot be read"),
    )
    told = ", ".join(f"{number} {word}" for number, word in counts if number)
    changed = f"{_counted(done.verdicts_changed, 'verdict')} changed."
    return f"{_counted(done.takes, 'take')}: {told}; {changed}" if told else changed


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
