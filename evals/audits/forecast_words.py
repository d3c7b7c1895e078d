"""How the claim of future takes is told, and what is missing to make it."""

from __future__ import annotations

from math import ceil, floor

from evals.audits.progress import LotProgress
from evals.decisions.bounds import confidence, percent
from evals.decisions.zones import Zone
from tracker.domain.lots import Lot, LotState, Purpose

__all__ = ["claimed", "open_needs", "so_far", "too_many", "zone_needs"]


def claimed(progress: LotProgress, threshold: float) -> str:
    """Say what a closed audit shows of future takes with at least a score."""
    lot = progress.lot
    return (
        f"Future takes{_described(progress, threshold)} are {_verb(lot)} by {_who(lot)} at most "
        f"{percent(lot.alpha)} of the time, with {confidence(lot.delta)} confidence, if they are like "
        "the labelled ones."
    )


def so_far(progress: LotProgress, threshold: float, *, low: float, upper: float) -> str:
    """Say what is believed while the audit is open; the interval is rounded outwards."""
    lot = progress.lot
    return (
        f"So far between {floor(100 * low)}% and {ceil(100 * upper)}% of future takes"
        f"{_described(progress, threshold)} are {_verb(lot)} by {_who(lot)}, with "
        f"{confidence(lot.delta)} confidence whenever you look, if they are like the labelled ones."
    )


def open_needs(lot: Lot, needed: int | None, *, labelled: int, wrong: int) -> str:
    """Say how many verdicts would make a claim before the audit is closed."""
    return (
        f"While the audit is open, {needed} verdicts {_with(lot, wrong)} would show at most "
        f"{percent(lot.alpha)}; {labelled} are there."
    )


def zone_needs(lot: Lot, needed: int | None, *, zone: Zone) -> str:
    """Say how many verdicts the zone where testing starts would need."""
    return (
        f"Takes with {_score(lot, zone.threshold)} would need {needed} verdicts "
        f"{_with(lot, zone.rejected)}, they have {zone.labelled}."
    )


def too_many(progress: LotProgress, labelled: int, wrong: int) -> str:
    """Say that more than alpha are wrong, so that more verdicts like these would not do."""
    lot, missing = progress.lot, len(progress.missing)
    if not missing or lot.state is LotState.DRAWN:
        are = "is" if wrong == 1 else "are"
        noun = _noun(lot, wrong, has_article=True)
        return f"{wrong} of {labelled} verdicts {are} {noun}, more than {percent(lot.alpha)}."
    lacks = "1 drawn take has" if missing == 1 else f"{missing} drawn takes have"
    return (
        f"{lacks} no verdict, which counts as {_noun(lot, missing, has_article=True)}: {wrong} of "
        f"{labelled} are more than {percent(lot.alpha)}."
    )


def _described(progress: LotProgress, threshold: float) -> str:
    """Say of which takes a claim speaks, with a measure of the score that people can picture."""
    lot = progress.lot
    reach = sum(take.score >= threshold for take in progress.takes)
    made = ", ".join(lot.scope["generators"])
    frozen = len(progress.takes)
    here = (
        f"as {f'all {reach}' if reach == frozen else f'{reach} of the {frozen}'} frozen here have"
    )
    return f" of {lot.film} by {made}, with {_score(lot, threshold)} ({here}),"


def _score(lot: Lot, threshold: float) -> str:
    """Write a threshold, rounded up: the claim holds for no lower score."""
    kind = "a score" if lot.purpose is Purpose.PASS else "a score for another take"
    return f"{kind} of at least {ceil(round(1000 * threshold, 6)) / 1000:g}"


def _verb(lot: Lot) -> str:
    return "rejected" if lot.purpose is Purpose.PASS else "accepted"


def _noun(lot: Lot, number: int, *, has_article: bool = False) -> str:
    article, noun = ("a", "rejection") if lot.purpose is Purpose.PASS else ("an", "acceptance")
    if number != 1:
        return f"{noun}s"
    return f"{article} {noun}" if has_article else noun


def _with(lot: Lot, number: int) -> str:
    if number == 0:
        return f"without {_noun(lot, 1, has_article=True)}"
    return f"with {number} {_noun(lot, number)}"


def _who(lot: Lot) -> str:
    return str(lot.scope["decision_maker"])
