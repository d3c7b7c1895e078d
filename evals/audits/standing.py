"""What to tell a producer of a film's audit: where it stands, why, and what to type next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from evals.audits.agreement import why_unreachable
from evals.audits.close import kept_audits
from evals.audits.draw import plan_of, smallest_lot
from evals.audits.freeze import DEFAULT_ALPHA, DEFAULT_DELTA
from evals.audits.progress import LotProgress, progress_of
from evals.decisions.plans import WORTHWHILE, Plan
from evals.decisions.reviewers import Reviewers, in_words
from tracker.domain.addresses import Address
from tracker.domain.board import FilmRow
from tracker.domain.lots import Certificate, CertificateState, Lot, LotState, LotTake, Purpose
from tracker.store import Tx

__all__ = ["Standing", "Told", "alarm", "tell"]


class Standing(StrEnum):
    """Where an audit stands."""

    CERTIFIED = "certified"
    ENDED = "ended"
    """It was certified; the certificate was revoked or is void."""
    REFUSED = "refused"
    WAITING = "waiting"
    """Drawn; verdicts are missing."""
    READY = "ready"
    """Drawn, and every verdict is there."""
    PLANNED = "planned"
    POSSIBLE = "possible"
    """Nothing is open; an audit would pay."""
    LOOK = "look"
    """Every take must be looked at."""


@dataclass(frozen=True)
class Told:
    """A card's words."""

    standing: Standing
    headline: str
    details: tuple[str, ...]
    command: str


def tell(
    tx: Tx,
    film: FilmRow,
    lot: Lot | None,
    *,
    frozen: Sequence[LotTake],
    certificates: Sequence[Certificate],
    shift: float,
) -> Told:
    """Say where a film's audit stands.

    `frozen` are the takes that could be frozen now, `shift` is what earlier audits taught, see `experience`.
    """
    address = Address(film.production, film.code)
    if film.director is None and (lot is None or not lot.panel):
        return Told(
            Standing.LOOK,
            "Nobody is named whose verdict would count.",
            ("An audit counts the verdicts of the film's director of record.",),
            "roundtable films import films.csv --production " + film.production,
        )
    if lot is not None and lot.state is LotState.REFUSED:
        return _refused(film, lot)
    if lot is not None and lot.state is LotState.CERTIFIED:
        newest = certificates[0]
        if newest.state is CertificateState.VALID:
            return _certified(film, newest)
        return _ended(film, newest, frozen)
    alpha = DEFAULT_ALPHA[Purpose.PASS] if lot is None else lot.alpha
    reviewers = (
        Reviewers.director(film.director or "") if lot is None else Reviewers.of_scope(lot.scope)
    )
    why = why_unreachable(tx, address, reviewers=reviewers, alpha=alpha)
    if lot is None:
        return _unreachable(film, why) if why else _possible(film, frozen, alpha=alpha, shift=shift)
    told = _planned(lot, reviewers)
    if lot.state is LotState.DRAWN:
        told = _drawn(reviewers, progress_of(tx, lot))
    if not why:
        return told
    # Of a panel it must be said whom it is about; else the card says whose film it is.
    return replace(told, details=(*told.details, why if lot.panel else _only_why(why)))


def _queue(film: FilmRow) -> str:
    """Return the command for what is left to direct."""
    where = f"roundtable queue {film.production}/{film.code}"
    return where if film.director is None else f'{where} --for "{film.director}"'


def _unreachable(film: FilmRow, why: str) -> Told:
    where = f"{film.production}/{film.code}"
    return Told(
        Standing.LOOK,
        "Alpha unreachable: the director turns round too often.",
        (_only_why(why),),
        f"roundtable evals agreement show {where}",
    )


def _only_why(why: str) -> str:
    """Leave out whose film it is: the card says it."""
    return why.rsplit("alpha unreachable. ", maxsplit=1)[-1]


def _unscored(film: FilmRow) -> Told:
    where = f"{film.production}/{film.code}"
    if film.takes == 0:
        return Told(
            Standing.LOOK,
            "No take yet.",
            ("There is nothing to audit before the first takes are in and scored.",),
            f"roundtable takes import takes.csv --production {film.production}",
        )
    return Told(
        Standing.LOOK,
        "No take has a verdict yet.",
        (f"{_takes(film.takes)} {'waits' if film.takes == 1 else 'wait'} to be scored.",),
        f"roundtable evals run {where}",
    )


def _possible(film: FilmRow, frozen: Sequence[LotTake], *, alpha: float, shift: float) -> Told:
    queue = _queue(film)
    if film.passes + film.directs + film.regenerates == 0:
        return _unscored(film)
    if not frozen:
        return Told(
            Standing.LOOK,
            "No take is left to certify.",
            ("Each is decided, or somebody looks at it whatever the score says.",),
            queue,
        )
    found = plan_of(frozen, alpha=alpha, delta=DEFAULT_DELTA, shift=shift)
    if found is None:
        least = smallest_lot(alpha=alpha, delta=DEFAULT_DELTA)
        return Told(
            Standing.LOOK,
            "Every take of this film is looked at.",
            (
                (
                    f"{_takes(len(frozen))} could be certified, and with fewer than {least} an audit "
                    f"at {alpha:.0%} saves no look."
                ),
            ),
            queue,
        )
    plan = found[1]
    if plan.expected_saving < WORTHWHILE * len(frozen):
        return Told(
            Standing.LOOK,
            "An audit is not worth making: direct all.",
            (f"It would save about {plan.expected_saving:.0f} of {len(frozen)} looks on average.",),
            queue,
        )
    return Told(
        Standing.POSSIBLE,
        f"{plan.labels} more verdicts certify this film and save about {plan.unseen} looks.",
        (_odds(plan), f"The verdicts are {film.director}'s, in the ordinary queue and blind."),
        "",
    )


def _odds(plan: Plan) -> str:
    allowed = "None" if plan.tolerated == 0 else f"At most {plan.tolerated}"
    return (
        f"{allowed} of them may be a rejection; as decisions went so far that is "
        f"{plan.chance:.0%} likely, so {plan.expected_saving:.0f} looks are saved on average."
    )


def _planned(lot: Lot, reviewers: Reviewers) -> Told:
    where = lot.film
    if lot.state is LotState.FROZEN:
        return Told(
            Standing.PLANNED, "The cut is frozen; how many to look at is not planned yet.", (),
            f"roundtable evals lots plan {where}",
        )  # fmt: skip
    unseen = (lot.zone_takes or 0) - (lot.labels or 0)
    return Told(
        Standing.PLANNED,
        f"{lot.labels} verdicts would certify this film and save {unseen} looks.",
        (f"{_tolerated(lot.tolerated)}. Draw them by lot: then they lie in {_queues(reviewers)}.",),
        f"roundtable evals lots draw {where}",
    )


def _queues(reviewers: Reviewers) -> str:
    if reviewers.is_panel:
        return f"the queues of {in_words(reviewers.people)}"
    return f"{reviewers.people[0]}'s queue"


def _drawn(reviewers: Reviewers, progress: LotProgress) -> Told:
    lot = progress.lot
    unseen = len(progress.unseen)
    if not progress.missing or not progress.can_certify:
        return Told(
            Standing.READY, progress.sentence(), (), f"roundtable evals lots close {lot.film}"
        )
    lacking = progress.lacking()
    of_whom = ", ".join(f"{name} ({count})" for name, count in lacking.items())
    # The director of record sees all that waits for them; of a panel the one who has most to do is next.
    person = next(iter(lacking)) if reviewers.is_panel else reviewers.people[0]
    return Told(
        Standing.WAITING,
        f"{len(progress.missing)} more verdicts certify this film and save {unseen} looks.",
        (
            (
                f"{len(progress.verdicts)} of {len(progress.drawn)} are there, {progress.wrong} of them a "
                f"rejection. {_tolerated(lot.tolerated)}."
            ),
            *((f"They are missing from {of_whom}.",) if reviewers.is_panel else ()),
        ),
        f'roundtable queue --for "{person}"',
    )


def _certified(film: FilmRow, certificate: Certificate) -> Told:
    kept = kept_audits(certificate.boundary)
    scope = certificate.scope
    made = ", ".join(scope["generators"])
    changing = "" if Reviewers.of_scope(scope).is_panel else "the director, "
    return Told(
        Standing.CERTIFIED,
        f"{film.passes} takes pass with nobody looking.",
        (
            str(certificate.document["claim"]),
            (
                f"{kept} of them {'stays' if kept == 1 else 'stay'} in the queue, blind, as kept "
                f"audits: {certificate.audited} are answered, {certificate.wrong} against it. "
                f"{alarm(certificate)}"
            ),
            (
                f"It ends at once when {changing}the scores or their packs change, or a take comes "
                f"from anything but {made}. A take whose shot is meant otherwise now waits for a person."
            ),
        ),
        f"roundtable evals certificates show {certificate.uid[:8]}",
    )


def alarm(certificate: Certificate) -> str:
    """Say how many of the kept audits that are left would revoke a valid certificate, or that none can."""
    left = kept_audits(certificate.boundary) - certificate.audited
    word = "rejection" if certificate.purpose is Purpose.PASS else "acceptance"
    for more in range(1, left + 1):
        if certificate.wrong + more >= certificate.boundary[certificate.audited + more - 1]:
            words = word if more == 1 else f"{word}s in a row"
            return f"{more} more {words} would revoke it."
    if left <= 0:
        none = f"All kept audits are answered, so no more {word}s can revoke it"
    else:
        those = "kept audit that is" if left == 1 else f"{left} kept audits that are"
        none = f"The {those} left cannot revoke it, whatever is said of them"
    return f"{none}; only answers that are changed could."


def _ended(film: FilmRow, certificate: Certificate, frozen: Sequence[LotTake]) -> Told:
    is_revoked = certificate.state is CertificateState.REVOKED
    word = "revoked" if is_revoked else "void"
    because = (
        "The kept audits speak against it, so its takes need somebody after all."
        if is_revoked
        else "It was proved without that, and nobody has measured what is there now."
    )
    return Told(
        Standing.ENDED,
        f"The certificate is {word}: {certificate.takes} takes went back to direction.",
        (
            f"{certificate.ended_why} {because}",
            f"{_takes(len(frozen))} could be audited anew; nobody draws twice for the same take.",
        ),
        _queue(film),
    )


def _refused(film: FilmRow, lot: Lot) -> Told:
    return Told(
        Standing.REFUSED,
        "Not certified: every take goes to direction.",
        (lot.reason,),
        _queue(film),
    )


def _tolerated(number: int | None) -> str:
    if not number:
        return "None of them may be a rejection"
    return f"At most {number} of them may be {'a rejection' if number == 1 else 'rejections'}"


def _takes(number: int) -> str:
    return "1 take" if number == 1 else f"{number} takes" if number else "No take"
