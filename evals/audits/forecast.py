"""What an audit says of takes that will be made: the stream's claim, for planning and nothing else.

An audit fixes before anybody labels all that a stream's test needs: takes and scores are frozen, the zone's
takes are drawn at random, alpha and delta are the lot's. So its verdicts are a random sample of the zone,
the thresholds are quantiles of the frozen zone, and how many labels there will be is known.

| audit  | what is said                                                         | may be looked at |
|--------|----------------------------------------------------------------------|------------------|
| drawn  | an interval for the whole zone, prior-posterior ratio                | after each label |
| closed | the loosest zone that fixed-sequence testing certifies, exact binomial | once             |

Each holds with confidence 1 - delta, if future takes are like the labelled ones. The lot's claim assumes no
such thing, and it alone lets takes pass.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np

from evals.audits import forecast_words as words
from evals.audits.draw import newest_lot
from evals.audits.progress import LotProgress, progress_of
from evals.decisions.bounds import labels_needed
from evals.decisions.sequences import certifies_stream, stream_interval, stream_labels_needed
from evals.decisions.zones import Zone, first_zone, fixed_sequence, thresholds_of, zones_of
from tracker.domain.addresses import Address
from tracker.domain.lots import CertificateState, Lot, LotState, Purpose
from tracker.store import Tx
from tracker.store import lots as table

__all__ = ["Forecast", "ForecastZone", "forecast", "forecast_of"]


@dataclass(frozen=True)
class ForecastZone:
    """The frozen takes with at least a score, and what their verdicts show."""

    threshold: float
    takes: int
    labelled: int
    """Drawn takes of the zone."""
    wrong: int
    """Of them, those against the purpose or without a verdict."""
    p_value: float | None
    """None: not tested, since testing starts at a looser zone or has stopped before."""
    is_certified: bool


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What can be said of future takes, or what is missing to say it."""

    lot: Lot
    zones: tuple[ForecastZone, ...] = ()
    """From strict to loose; empty while the audit is open, so that nobody learns where an answer fell."""
    threshold: float | None = None
    """Future takes with at least this score are claimed to be wrong at a rate <= alpha; None: no claim."""
    labelled: int = 0
    """Verdicts that count: of the certified zone, else of the zone where testing starts."""
    wrong: int = 0
    missing: int = 0
    """Drawn takes without a verdict; each counts as wrong once the audit is closed."""
    low: float = 0.0
    """Lowest rate, 0-1, that is still believed; 0 for the one-sided bound of a closed audit."""
    upper: float = 1.0
    """Highest rate, 0-1, that is still believed; 1 without a claim of a closed audit."""
    needed: int | None = None
    """Verdicts that would certify with so many wrong; None with a claim, and where more than alpha are."""
    sentence: str = ""
    """The claim; while the audit is open what is believed so far, claim or not."""
    reason: str = ""
    """Why there is no claim; empty with one."""

    @property
    def holds(self) -> bool:
        """Say whether there is a claim."""
        return self.threshold is not None

    @property
    def is_open(self) -> bool:
        """Say whether labels may still arrive."""
        return self.lot.state in {LotState.FROZEN, LotState.PLANNED, LotState.DRAWN}

    @property
    def line(self) -> str:
        """Return the one line for a card; empty where nothing is drawn."""
        if self.lot.seed is None:
            return ""
        return self.sentence or f"No claim of future takes. {self.reason}"


def forecast(tx: Tx, film: Address, *, purpose: Purpose = Purpose.PASS) -> Forecast:
    """Say what the newest audit of a film that was drawn tells of future takes.

    An audit whose certificate was revoked tells nothing: kept audits contradict it. NotFoundError
    without a lot.
    """
    newest = newest_lot(tx, film, purpose)
    drawn = (x for x in table.lots(tx, film) if x.purpose is purpose and x.seed is not None)
    lot = next(drawn, newest)
    found = forecast_of(progress_of(tx, lot))
    if lot.state is LotState.CERTIFIED:
        certificate = next(c for c in table.certificates(tx, film) if c.purpose is purpose)
        if certificate.state is CertificateState.REVOKED:
            return replace(
                found,
                zones=(),
                threshold=None,
                upper=1.0,
                sentence="",
                reason=f"Its certificate was revoked. {certificate.ended_why}".rstrip(),
            )
    return found


def forecast_of(progress: LotProgress) -> Forecast:
    """Say what an audit tells of future takes, from its frozen takes, its draw and its verdicts.

    A closed audit is tested from the strictest zone that is expected to bear two rejections, else one;
    where the draw is too small for either, the whole zone alone. All of it is known before the draw.
    """
    lot = progress.lot
    if lot.seed is None:
        least = labels_needed(0, alpha=lot.alpha, delta=lot.delta)
        reason = f"Nothing is drawn yet; a claim of future takes needs at least {least} verdicts."
        return Forecast(lot=lot, needed=least, reason=reason)
    return _so_far(progress) if lot.state is LotState.DRAWN else _tested(progress)


def _so_far(progress: LotProgress) -> Forecast:
    lot = progress.lot
    answered = progress.answered()
    labelled, wrong = len(answered), sum(answered)
    low, upper = stream_interval(wrong, labelled, delta=lot.delta)
    found = Forecast(
        lot=lot,
        labelled=labelled,
        wrong=wrong,
        missing=len(progress.missing),
        low=low,
        upper=upper,
    )
    if labelled == 0:
        return replace(found, reason="No verdict is there yet.")
    threshold = min(take.score for take in table.zone_takes(lot, progress.takes))
    said = words.so_far(progress, threshold, low=low, upper=upper)
    if certifies_stream(wrong, labelled, alpha=lot.alpha, delta=lot.delta):
        return replace(found, threshold=threshold, sentence=said)
    if wrong > lot.alpha * labelled:
        return replace(found, sentence=said, reason=words.too_many(progress, labelled, wrong))
    needed = stream_labels_needed(wrong, alpha=lot.alpha, delta=lot.delta)
    reason = words.open_needs(lot, needed, labelled=labelled, wrong=wrong)
    return replace(found, needed=needed, sentence=said, reason=reason)


def _tested(progress: LotProgress) -> Forecast:
    lot = progress.lot
    pool = [take.score for take in table.zone_takes(lot, progress.takes)]
    thresholds = thresholds_of(pool)
    zones = zones_of(
        thresholds,
        np.array([take.score for take in progress.drawn], float),
        np.array([_is_wrong(progress, take.take_id) for take in progress.drawn], bool),
    )
    start = _start(thresholds, pool, lot)
    test = fixed_sequence(zones, alpha=lot.alpha, delta=lot.delta, start=start)
    spoken = test.zone or zones[-1 if start is None else start]
    found = Forecast(
        lot=lot,
        zones=_zones(zones, pool, start=start or 0, p_values=test.p_values, delta=lot.delta),
        labelled=spoken.labelled,
        wrong=spoken.rejected,
        missing=len(progress.missing),
        upper=test.upper,
    )
    if test.zone is not None:
        said = words.claimed(progress, spoken.threshold)
        return replace(found, threshold=spoken.threshold, sentence=said)
    if spoken.rejected > lot.alpha * spoken.labelled:
        return replace(found, reason=words.too_many(progress, spoken.labelled, spoken.rejected))
    needed = labels_needed(spoken.rejected, alpha=lot.alpha, delta=lot.delta)
    reason = words.zone_needs(lot, needed, zone=spoken)
    return replace(found, needed=needed, reason=reason)


def _start(thresholds: tuple[float, ...], pool: list[float], lot: Lot) -> int | None:
    """Return where testing starts; None where even all of the drawn takes are too few."""
    labels = lot.labels or 0
    start = first_zone(thresholds, pool, labels=labels, alpha=lot.alpha, delta=lot.delta)
    if start is not None:
        return start
    least = labels_needed(0, alpha=lot.alpha, delta=lot.delta)
    # Every drawn take lies in the whole zone, so there the number of labels is known, not expected.
    return len(thresholds) - 1 if least is not None and labels >= least else None


def _zones(
    zones: list[Zone], pool: list[float], *, start: int, p_values: tuple[float, ...], delta: float
) -> tuple[ForecastZone, ...]:
    padded = [*[None] * start, *p_values]
    return tuple(
        ForecastZone(
            threshold=zone.threshold,
            takes=sum(score >= zone.threshold for score in pool),
            labelled=zone.labelled,
            wrong=zone.rejected,
            p_value=p_value,
            is_certified=p_value is not None and p_value <= delta,
        )
        for zone, p_value in zip_longest(zones, padded[: len(zones)])
    )


def _is_wrong(progress: LotProgress, take_id: int) -> bool:
    return progress.wrong_of(take_id) is not False  # what nobody said counts as wrong
