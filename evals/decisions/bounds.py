"""Exact tests and bounds on a rejection rate; every other module of the decision builds on these.

| claim  | reads                                                        | exact for               |
|--------|--------------------------------------------------------------|-------------------------|
| stream | future takes of a zone are rejected at a rate <= alpha       | binomial draws          |
| lot    | of N takes at most alpha of those nobody looked at are bad   | draws without putting back |

They must not be mixed: a stream speaks of takes that do not exist yet and trusts that they will be like
the labelled ones; a lot speaks of these very takes and trusts only that the draw was random.

A label is 1 where the decision maker rejects the take and 0 where not. Throughout, `alpha` is the rejection
rate that is tolerated, `delta` the probability with which a certificate may be wrong, both inside (0, 1).
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import numpy as np
from scipy.stats import beta, binom, hypergeom

from tracker.errors import MisuseError

__all__ = [
    "allowed_among",
    "check_rates",
    "confidence",
    "labels_needed",
    "lot_p_value",
    "percent",
    "stream_p_value",
    "upper_bound",
]

_MOST_LABELS = 100_000


def check_rates(alpha: float, delta: float) -> None:
    """Raise MisuseError unless both rates lie strictly between 0 and 1."""
    _check_rate("alpha", alpha)
    _check_rate("delta", delta)


def percent(rate: float) -> str:
    """Write a rate in percent with every digit that it was given: rounded, a claim could say too much.

    >>> percent(0.1), percent(0.125)
    ('10%', '12.5%')
    """
    return _percent(Decimal(str(rate)))


def confidence(delta: float) -> str:
    """Write 1 - delta in percent, likewise.

    >>> confidence(0.1), confidence(0.004)
    ('90%', '99.6%')
    """
    return _percent(1 - Decimal(str(delta)))


def stream_p_value(rejected: int, labelled: int, alpha: float) -> float:
    """Return how likely so few rejections are if the true rate were just above `alpha`.

    p = BinomCDF(rejected; labelled, alpha), 1 without labels. Clopper & Pearson 1934.
    Raises MisuseError for counts that cannot be.
    """
    _check_counts(rejected, labelled)
    return 1.0 if labelled == 0 else float(binom.cdf(rejected, labelled, alpha))


def upper_bound(rejected: int, labelled: int, delta: float) -> float:
    """Return the one-sided Clopper-Pearson upper bound of the rejection rate, 0-1.

    beta.ppf(1 - delta, rejected + 1, labelled - rejected): the rates above it would show so few
    rejections with a probability below `delta`. 1 without labels and where all were rejected.

    >>> round(upper_bound(0, 22, 0.10), 4)
    0.0994
    """
    _check_counts(rejected, labelled)
    if rejected == labelled:
        return 1.0
    return float(beta.ppf(1 - delta, rejected + 1, labelled - rejected))


def allowed_among(unseen: int, alpha: float) -> int:
    """Return how many of `unseen` takes may be bad: floor(alpha * unseen), without rounding errors.

    >>> allowed_among(100, 0.29), int(0.29 * 100)
    (29, 28)
    """
    return int(Fraction(str(alpha)) * unseen)


def lot_p_value(
    rejected: int, labelled: int, *, takes: int, alpha: float, seen: int = 0, known: int = 0
) -> float:
    """Return how likely so few rejections are if the takes nobody looked at held one bad take too many.

    Of `takes` in the zone a simple random sample of `labelled` was looked at. With
    B0 = rejected + floor(alpha * (takes - labelled)) + 1 bad takes in all, p = HypergeomCDF(rejected;
    takes, B0, labelled): the exact finite-population test. 0 where all were looked at.

    `seen` other takes were looked at outside the sample, `known` of them are bad. Then the claim is about
    the rest, and B0 = rejected + known + floor(alpha * (takes - labelled - seen)) + 1. Whoever looked may
    have chosen them by what the sample showed: the claim is false only if there are B >= B0 bad takes, the
    p-value falls as B0 grows, and that of the true B is at most delta with probability delta.
    """
    _check_rate("alpha", alpha)
    _check_counts(rejected, labelled)
    if labelled > takes:
        raise MisuseError(f"{labelled} labels cannot come from {takes} takes.")
    if not 0 <= known <= seen <= takes - labelled:
        raise MisuseError(
            f"{known} of {seen} takes beside {labelled} labels of {takes} cannot be; count again."
        )
    if labelled + seen == takes:
        return 0.0
    bad = rejected + known + allowed_among(takes - labelled - seen, alpha) + 1
    return float(hypergeom.cdf(rejected, takes, bad, labelled))


@lru_cache(maxsize=4096)
def labels_needed(
    rejected: int, *, alpha: float, delta: float, takes: int | None = None
) -> int | None:
    """Return the least number of labels with which so many rejections still certify.

    For a stream without `takes`, for a lot of so many with. None where a lot is too small: then every
    take of it must be looked at.

    >>> labels_needed(0, alpha=0.10, delta=0.10), labels_needed(1, alpha=0.10, delta=0.10, takes=100)
    (22, 40)
    """
    check_rates(alpha, delta)
    most = _MOST_LABELS if takes is None else takes - 1
    if takes is None:
        return _first(rejected, most, alpha=alpha, delta=delta)
    labels = np.arange(max(1, rejected), most + 1)
    unseen = takes - labels
    bad = rejected + 1 + np.array([allowed_among(int(n), alpha) for n in unseen], int)
    p_values = hypergeom.cdf(rejected, takes, bad, labels)
    # The allowed number falls in steps as labels are added, so p does not fall steadily.
    enough = labels[p_values <= delta]
    return int(enough[0]) if len(enough) else None


def _first(rejected: int, most: int, *, alpha: float, delta: float) -> int | None:
    """Find where the binomial tail, which falls with every label, reaches `delta`."""
    low, high = rejected, most
    if stream_p_value(rejected, high, alpha) > delta:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if stream_p_value(rejected, middle, alpha) <= delta:
            high = middle
        else:
            low = middle
    return high


def _check_rate(name: str, rate: float) -> None:
    if not 0 < rate < 1:
        raise MisuseError(f"{name} is {rate}; give a rate between 0 and 1, like 0.10.")


def _check_counts(rejected: int, labelled: int) -> None:
    if not 0 <= rejected <= labelled:
        raise MisuseError(f"{rejected} rejections of {labelled} labels cannot be; count again.")


def _percent(rate: Decimal) -> str:
    return f"{(100 * rate).normalize():f}%"
