"""Freezing a lot: takes, scores and scope are fixed before anybody knows the order of the draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evals.audits.cut import Candidate, Cut, read_cut, scores_digest
from evals.audits.scope import scope_of
from evals.decisions.acceptance import Acceptance, accept
from evals.decisions.bounds import check_rates
from evals.decisions.certificates import manifest_of
from evals.decisions.reviewers import Reviewers
from evals.decisions.tickets import digest_of
from tracker.domain.addresses import Address
from tracker.domain.lots import Lot, LotTake, Purpose, VerdictOf
from tracker.domain.production import Film
from tracker.errors import MisuseError, UndecidedError
from tracker.store import Tx
from tracker.store import lots as table
from tracker.store.lookup import person_id, take_id
from tracker.store.meaning import meanings
from tracker.store.productions import get_film, people

__all__ = [
    "DEFAULT_ALPHA",
    "DEFAULT_DELTA",
    "decision_maker_of",
    "freezable",
    "freeze",
    "frozen_row",
    "require_film",
]

DEFAULT_ALPHA = {Purpose.PASS: 0.10, Purpose.REGENERATE: 0.25}
"""A wrong pass is seen by the audience; a take that is made again for nothing costs a render."""

DEFAULT_DELTA = 0.10


def freeze(
    tx: Tx,
    film: Address,
    *,
    purpose: Purpose = Purpose.PASS,
    alpha: float | None = None,
    delta: float = DEFAULT_DELTA,
    batch: Sequence[Address] = (),
    verdict_of: VerdictOf = VerdictOf.DIRECTOR,
    panel: Sequence[str] = (),
) -> tuple[Lot, Cut]:
    """Freeze the eligible takes of a film's cut as a lot, and return it with the cut it came from.

    With a batch, exactly these takes of the film instead of its cut: for takes that are made unattended.

    `panel` names those whose majority, or a member of whom, judges instead of the director. Takes that
    were in the zone of an earlier draw are left out: nobody draws twice for the same take.
    Raises UndecidedError where nothing is left, MisuseError for a film without a director of record and
    for a panel that cannot decide, NotFoundError for a person who is not known.
    """
    rate = DEFAULT_ALPHA[purpose] if alpha is None else alpha
    check_rates(rate, delta)
    reviewers = _reviewers(tx, film, verdict_of=verdict_of, panel=panel)
    strangers = [
        take for take in batch if (take.production, take.film) != (film.production, film.film)
    ]
    if strangers:
        raise MisuseError(f"{strangers[0]} is no take of {film}; a lot holds takes of one film.")
    cut = read_cut(tx, film, purpose, batch={take_id(tx, take) for take in batch})
    takes = freezable(tx, cut, purpose=purpose, alpha=rate)
    if not takes:
        raise UndecidedError(
            f"No take of {film} can be frozen: every one is looked at anyway or was drawn for "
            f"before; see `roundtable evals lots status {film}{purpose.option}`."
        )
    scope = scope_of(
        cut,
        {take.take_id for take in takes},
        purpose=purpose,
        alpha=rate,
        delta=delta,
        reviewers=reviewers,
        is_batch=bool(batch),
    )
    lot = table.freeze_lot(
        tx,
        film,
        takes,
        purpose=purpose,
        alpha=rate,
        delta=delta,
        scope=scope,
        scope_sha256=digest_of(scope),
        manifest_sha256=manifest_of(scope, [frozen_row(take) for take in takes]),
        verdict_of=verdict_of,
        panel=reviewers.people if reviewers.is_panel else (),
    )
    return lot, cut


def freezable(tx: Tx, cut: Cut, *, purpose: Purpose, alpha: float) -> list[LotTake]:
    """Return the takes of a cut that may be frozen now, as they would be."""
    scores = accept([c.case for c in cut.candidates], cut.history)
    drawn_before = table.once_in_zone(tx, cut.film, purpose)
    meant = meanings(tx, cut.film)
    return [
        _frozen(
            cut,
            candidate,
            scores[candidate.case.take_id],
            meant=meant[candidate.case.shot],
            purpose=purpose,
            alpha=alpha,
        )
        for candidate in cut.eligible
        if candidate.case.take_id in scores and candidate.take.sha256 not in drawn_before
    ]


def decision_maker_of(tx: Tx, film: Address) -> str:
    """Return the film's director of record; MisuseError where nobody is named."""
    director = require_film(tx, film).director
    if director is None:
        raise MisuseError(
            f"{film} has no director of record, whose verdicts an audit counts; name one with "
            "`roundtable films import`, column Director."
        )
    return director


def _reviewers(tx: Tx, film: Address, *, verdict_of: VerdictOf, panel: Sequence[str]) -> Reviewers:
    require_film(tx, film)
    if verdict_of is VerdictOf.DIRECTOR:
        if panel:
            raise MisuseError(
                "The director's verdict takes no panel; leave out --panel, or add "
                "`--verdict majority` or `--verdict member`."
            )
        return Reviewers.director(decision_maker_of(tx, film))
    # By name: the same people are the same scope, in whatever order they were given.
    reviewers = Reviewers(verdict_of, tuple(sorted(panel)))
    at_table = {person.name for person in people(tx) if person.roles}
    for name in reviewers.people:
        person_id(tx, name)
        if name not in at_table:
            raise MisuseError(
                f"{name} has no role at the table and cannot judge on a panel; give one with "
                "`roundtable people import`."
            )
    return reviewers


def require_film(tx: Tx, film: Address) -> Film:
    """Return the film that an address names; MisuseError where it names something else."""
    if film.film is None or film.shot is not None:
        raise MisuseError(f"'{film}' does not name a film; write PRODUCTION/FILM, like ANTH01/F02.")
    return get_film(tx, film.production, film.film)


def frozen_row(take: LotTake) -> dict[str, object]:
    """Return what a manifest and a certificate hold of a take."""
    return {
        "address": take.address,
        "sha256": take.sha256,
        "score": take.score,
        "scores_sha256": take.scores_sha256,
    }


def _frozen(
    cut: Cut,
    candidate: Candidate,
    acceptance: Acceptance,
    *,
    meant: Mapping[str, Any],
    purpose: Purpose,
    alpha: float,
) -> LotTake:
    rejection = acceptance.expected_rejection
    is_pass = purpose is Purpose.PASS
    if rejection is None:  # no history: a third of what is tolerated, where an audit usually pays
        rejection = alpha / 3 if is_pass else 1 - alpha / 3
    wrong = rejection if is_pass else 1 - rejection
    score = acceptance.score if is_pass else round(1 - acceptance.score, 6)
    return LotTake(
        take_id=candidate.case.take_id,
        address=candidate.address,
        sha256=candidate.take.sha256,
        score=score,
        scores_sha256=scores_digest(cut.scores[candidate.case.take_id]),
        expected_rejection=wrong,
        meant=meant,
    )
