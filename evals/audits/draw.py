"""Planning a lot's zone, drawing the seed, and putting the audit into the queues of those who judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.audits.agreement import why_unreachable
from evals.audits.covered import why_void
from evals.audits.experience import experience
from evals.audits.freeze import require_film
from evals.decisions.bounds import labels_needed
from evals.decisions.plans import WORTHWHILE, Plan, best_plan, choose_zone, shifted
from evals.decisions.reviewers import Reviewers, in_words
from evals.decisions.tickets import draw_seed, draws, ticket
from tracker.domain.addresses import Address
from tracker.domain.lots import AskKind, Lot, LotState, LotTake, Purpose, VerdictOf
from tracker.errors import MisuseError, NotFoundError, UndecidedError
from tracker.store import Tx
from tracker.store import lots as table
from tracker.store.asks import ask

__all__ = ["Planned", "draw", "newest_lot", "open_lot", "plan", "plan_of", "smallest_lot"]


@dataclass(frozen=True)
class Planned:
    """A lot with the plan of its audit."""

    lot: Lot
    plan: Plan
    threshold: float
    is_worthwhile: bool
    """Whether at least a tenth of the lot is expected to need no look."""

    def sentence(self) -> str:
        """Say it as a producer would ask for it."""
        saved = f"about {self.plan.expected_saving:.0f} looks saved on average"
        tolerated = "none" if self.plan.tolerated == 0 else f"at most {self.plan.tolerated}"
        happens = "go unseen" if self.lot.purpose is Purpose.PASS else "be made again unseen"
        return (
            f"{self.plan.labels} verdicts, {tolerated} of them against it, let "
            f"{self.plan.unseen} of {self.plan.takes} takes {happens} "
            f"({self.plan.chance:.0%} likely to certify, {saved}).{self._looks()}"
        )

    def _looks(self) -> str:
        people = self.lot.panel
        if self.lot.verdict_of is not VerdictOf.MAJORITY:
            return ""
        looks = self.plan.labels * len(people)
        return f" Each verdict is asked of {in_words(people)}: up to {looks} looks."


def newest_lot(tx: Tx, film: Address, purpose: Purpose) -> Lot:
    """Return a film's newest lot that was not dropped.

    Raises NotFoundError without one and for a film that is not there, MisuseError for what is no film.
    """
    require_film(tx, film)
    for lot in table.lots(tx, film):
        if lot.purpose is purpose and lot.state is not LotState.DROPPED:
            return lot
    raise NotFoundError(
        f"{film} has no lot; freeze one with `roundtable evals lots freeze {film}{purpose.option}`."
    )


def open_lot(tx: Tx, film: Address, purpose: Purpose) -> Lot:
    """Return a film's open lot; NotFoundError where there is none."""
    lot = newest_lot(tx, film, purpose)
    if lot.state in {LotState.CERTIFIED, LotState.REFUSED}:
        raise NotFoundError(
            f"The lot of {film} is {lot.state}; freeze a new one with "
            f"`roundtable evals lots freeze {film}{purpose.option}`."
        )
    return lot


def plan(
    tx: Tx, film: Address, *, purpose: Purpose = Purpose.PASS, threshold: float | None = None
) -> Planned:
    """Choose the zone and the number of takes to draw, and write them down.

    With a threshold that zone is planned, without one the zone that is expected to save most.
    Raises UndecidedError where no zone can be certified without looking at all of it, and where the
    director, or a member of the panel, turns round too often for any certificate at this alpha.
    """
    lot = open_lot(tx, film, purpose)
    unreachable = why_unreachable(
        tx, film, reviewers=Reviewers.of_scope(lot.scope), alpha=lot.alpha
    )
    if unreachable:
        raise UndecidedError(unreachable)
    takes = table.lot_takes(tx, lot.lot_id)
    shift = experience(tx, film, purpose, besides=lot)
    found = (
        plan_of(takes, alpha=lot.alpha, delta=lot.delta, shift=shift)
        if threshold is None
        else _at(takes, lot, threshold, shift=shift)
    )
    if found is None:
        raise UndecidedError(_too_few(lot, takes, threshold))
    at, chosen = found
    planned = table.plan_lot(
        tx, lot, threshold=at, takes=chosen.takes, labels=chosen.labels, tolerated=chosen.tolerated
    )
    worthwhile = chosen.expected_saving >= WORTHWHILE * len(takes)
    return Planned(planned, chosen, at, worthwhile)


def plan_of(
    takes: Sequence[LotTake], *, alpha: float, delta: float, shift: float = 0.0
) -> tuple[float, Plan] | None:
    """Return the threshold and the plan that are expected to save most; None where nothing is saved.

    `shift` is what earlier audits taught, see `experience`.
    """
    return choose_zone(
        [take.score for take in takes],
        [shifted(take.expected_rejection, shift) for take in takes],
        alpha=alpha,
        delta=delta,
    )


def _at(
    takes: list[LotTake], lot: Lot, threshold: float, *, shift: float
) -> tuple[float, Plan] | None:
    zone = [shifted(take.expected_rejection, shift) for take in takes if take.score >= threshold]
    if not zone:
        raise MisuseError(f"No take of the lot reaches {threshold:g}; choose a lower threshold.")
    rate = sum(zone) / len(zone)
    found = best_plan(len(zone), alpha=lot.alpha, delta=lot.delta, rate=rate)
    return None if found is None else (threshold, found)


def _too_few(lot: Lot, takes: list[LotTake], threshold: float | None) -> str:
    count = sum(threshold is None or take.score >= threshold for take in takes)
    needed = smallest_lot(alpha=lot.alpha, delta=lot.delta)
    return (
        f"{lot.film} has {count} takes to certify; at alpha {lot.alpha:g} fewer than {needed} must "
        "all be looked at: direct them, or allow a larger alpha."
    )


def smallest_lot(*, alpha: float, delta: float) -> int:
    """Return how many takes a lot needs so that not all of them must be looked at."""
    return next(
        n
        for n in range(1, 100_000)
        if labels_needed(0, alpha=alpha, delta=delta, takes=n) is not None
    )


def draw(tx: Tx, film: Address, *, purpose: Purpose = Purpose.PASS, seed: str | None = None) -> Lot:
    """Draw the seed of a planned lot and ask those who judge it about the first takes in ticket order.

    `seed` is for demo productions and tests alone: a seed that somebody chose proves nothing.
    """
    lot = open_lot(tx, film, purpose)
    if lot.state is not LotState.PLANNED:
        raise MisuseError(f"The lot of {film} is {lot.state}; plan it first.")
    reviewers = Reviewers.of_scope(lot.scope)
    changed = why_void(tx, film, lot.scope, lot_id=lot.lot_id)
    if changed:
        raise MisuseError(
            f"{film} is not as it was frozen: {changed[:1].lower()}{changed[1:-1]}; drop the lot with "
            f"`roundtable evals lots drop {film}{purpose.option}` and freeze it again."
        )
    drawn = seed or draw_seed()
    zone = table.zone_takes(lot, table.lot_takes(tx, lot.lot_id))
    ordered = draws(drawn, zone, sha256_of=lambda take: take.sha256)
    lot = table.draw_lot(tx, lot, seed=drawn, order=[take.take_id for take in ordered])
    for take in ordered[: lot.labels]:
        # The ticket also says where in the queue the take lies: nobody can tell it from the rest.
        mark = ticket(drawn, take.sha256)
        for person in reviewers.asked_about(mark):
            place = reviewers.place(mark, person)
            ask(tx, AskKind.AUDIT, take.take_id, person=person, place=place, lot_id=lot.lot_id)
    return lot
