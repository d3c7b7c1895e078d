"""Look whenever you like: confidence sequences for a rejection rate, and the alarm that revokes.

Testing again whenever a label arrives is invalid with a fixed-size test: it certifies falsely several times
as often as it says. The prior-posterior ratio (Waudby-Smith & Ramdas 2020, arXiv 2006.04347) holds at all
times at once: whatever the true value, the chance that it is *ever* left out is at most `delta`.

    R(value) = prior(value) / posterior(value | rejected, labelled)      kept while R < 1 / delta

The prior is Beta(.5, 20) for a stream and its beta-binomial for a lot: takes are expected to be good. The
alarm has a prior of its own, every number of bad takes alike, since it exists for lots that are not good:
whoever expects one bad take in forty cannot be told otherwise by a fifth of a lot.
R needs only how many labels there were and how many rejections, not their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betaln, expit, gammaln

from evals.decisions.bounds import allowed_among, check_rates

__all__ = [
    "Interval",
    "certifies_lot",
    "certifies_stream",
    "lot_counts",
    "revocation_boundary",
    "stream_interval",
    "stream_labels_needed",
]

_MOST_LABELS = 100_000

_A, _B = 0.5, 20.0
"""The prior: one bad take in about forty, with little weight."""

Prior = tuple[float, float]
"""The two parameters of a beta distribution."""

_EXPECTS_GOOD: Prior = (_A, _B)
_EXPECTS_NOTHING: Prior = (1.0, 1.0)

Interval = tuple[float, float]
"""Lowest and highest rejection rate that are still believed, 0-1."""


def lot_counts(
    rejected: int, labelled: int, *, takes: int, delta: float, prior: Prior = _EXPECTS_GOOD
) -> tuple[int, int]:
    """Return the least and the most bad takes that a lot may hold, at any time, with confidence 1 - delta.

    Labels come without putting back, in an order drawn at random. Any prior keeps the promise if it was
    chosen before; it only decides how fast the bounds close in.
    """
    counts = np.arange(rejected, takes - labelled + rejected + 1)
    a, b = prior
    ratio = _log_prior(counts, takes, a=a, b=b) - _log_prior(
        counts - rejected, takes - labelled, a=a + rejected, b=b + labelled - rejected
    )
    kept = counts[ratio < -np.log(delta)]
    return int(kept[0]), int(kept[-1])


def certifies_lot(rejected: int, labelled: int, *, takes: int, alpha: float, delta: float) -> bool:
    """Say whether at most `alpha` of the takes nobody looked at are bad; may be asked after every label."""
    _, most = lot_counts(rejected, labelled, takes=takes, delta=delta)
    return most - rejected <= allowed_among(takes - labelled, alpha)


def stream_interval(rejected: int, labelled: int, *, delta: float) -> Interval:
    """Return the lowest and highest rejection rate of a stream, at any time, with confidence 1 - delta."""
    accepted = labelled - rejected
    if labelled == 0:
        return 0.0, 1.0
    # log R(rate) + log(delta) = least - rejected * log(rate) - accepted * log(1 - rate)
    least = float(betaln(_A + rejected, _B + accepted) - betaln(_A, _B) + np.log(delta))
    if rejected == 0:
        return 0.0, float(-np.expm1(least / accepted))
    if accepted == 0:
        return float(np.exp(least / rejected)), 1.0

    def excess(log_odds: float) -> float:
        return float(
            least + rejected * np.logaddexp(0.0, -log_odds) + accepted * np.logaddexp(0.0, log_odds)
        )

    # Smallest at the share of rejections. In log odds, since a bound may lie nearer to 0 or 1 than any rate
    # that can be written; there each term alone outweighs `least` from some point on, so both ends bracket.
    centre = float(np.log(rejected / accepted))
    low = brentq(excess, min(centre, least / rejected) - 1, centre)
    high = brentq(excess, centre, max(centre, -least / accepted) + 1)
    return float(expit(low)), float(expit(high))


def certifies_stream(rejected: int, labelled: int, *, alpha: float, delta: float) -> bool:
    """Say whether the rate is at most `alpha`; may be asked after every label."""
    return stream_interval(rejected, labelled, delta=delta)[1] <= alpha


@lru_cache(maxsize=1024)
def stream_labels_needed(rejected: int, *, alpha: float, delta: float) -> int | None:
    """Return the least number of labels with which so many rejections certify, whenever they are looked at.

    None where even 100000 would not do.

    >>> stream_labels_needed(0, alpha=0.10, delta=0.10)
    26
    """
    check_rates(alpha, delta)
    low, high = rejected, _MOST_LABELS
    if not certifies_stream(rejected, high, alpha=alpha, delta=delta):
        return None
    while high - low > 1:  # more labels with as many rejections only lower the interval
        middle = (low + high) // 2
        if certifies_stream(rejected, middle, alpha=alpha, delta=delta):
            high = middle
        else:
            low = middle
    return high


@lru_cache(maxsize=256)
def revocation_boundary(*, takes: int, alpha: float, delta: float) -> tuple[int, ...]:
    """Return the rejections at which a certificate is revoked after 1, 2, ... takes audited later.

    `takes` are those that a certificate lets pass; entry m - 1 is the least number of rejections among
    m of them, drawn at random, that leaves no believable number of bad takes within
    floor(alpha * takes). A certificate that is right is ever revoked with probability at most `delta`.
    m + 1 stands where no number of rejections is enough yet.
    """
    check_rates(alpha, delta)
    allowed = allowed_among(takes, alpha)
    return tuple(
        _least_alarm(audited, takes=takes, allowed=allowed, delta=delta)
        for audited in range(1, takes + 1)
    )


def _least_alarm(audited: int, *, takes: int, allowed: int, delta: float) -> int:
    low, high = 0, audited + 1  # the alarm is monotone in the rejections
    while high - low > 1:
        middle = (low + high) // 2
        least, _ = lot_counts(middle, audited, takes=takes, delta=delta, prior=_EXPECTS_NOTHING)
        if least > allowed:
            high = middle
        else:
            low = middle
    return high


def _log_prior(
    counts: Sequence[int] | NDArray[np.int64], takes: int, *, a: float, b: float
) -> NDArray[np.float64]:
    """Return the log of the beta-binomial probability of each count among `takes`."""
    k = np.asarray(counts, float)
    choose = gammaln(takes + 1) - gammaln(k + 1) - gammaln(takes - k + 1)
    return np.asarray(choose + betaln(k + a, takes - k + b) - betaln(a, b), float)
