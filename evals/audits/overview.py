"""Where a film's audit stands, in sentences for a producer, and the one thing to do next."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from evals.audits.cases import ProductionCases
from evals.audits.cut import Cut, read_cut
from evals.audits.draw import smallest_lot
from evals.audits.experience import experience
from evals.audits.forecast import forecast
from evals.audits.freeze import DEFAULT_ALPHA, DEFAULT_DELTA, freezable
from evals.audits.remaking import remaking
from evals.audits.standing import Standing, tell
from evals.decisions.acceptance import accept
from evals.decisions.bounds import labels_needed
from evals.decisions.curves import CurvePoint, risk_curve
from evals.decisions.triage import TakeCase
from tracker.domain.addresses import Address
from tracker.domain.board import FilmRow
from tracker.domain.lots import Certificate, CertificateState, LotState, Purpose
from tracker.store import Tx
from tracker.store import lots as table
from tracker.store.board import films

__all__ = ["ALPHAS", "CertificateLine", "FilmAudit", "Needed", "film_audits"]

ALPHAS = (0.05, 0.10, 0.20, 0.30)
"""What is offered: from one wrong take in twenty to one in three."""

_TOLERATED = (0, 1, 2)


@dataclass(frozen=True)
class CertificateLine:
    """A certificate in words."""

    uid: str
    purpose: Purpose
    state: CertificateState
    says: str
    ended_why: str
    issued: str
    """Date."""


@dataclass(frozen=True)
class Needed:
    """How many verdicts are needed at one alpha."""

    alpha: float
    verdicts: tuple[int | None, ...]
    """With 0, 1 and 2 rejections; None where every take must be looked at."""


@dataclass(frozen=True, kw_only=True)
class FilmAudit:
    """One film's card."""

    film: str
    title: str
    director: str | None
    standing: Standing
    headline: str
    details: tuple[str, ...]
    command: str
    """What to type next; empty where the one action is to ask for a frozen lot."""
    planning: str
    """What its audit says of takes that will be made; empty where nothing is drawn. No release reads it."""
    takes: int
    """Takes of the cut that are scored."""
    certifiable: int
    """Of them, those that a certificate may cover."""
    is_planned: bool
    """Whether its lot waits for nothing but the draw."""
    can_be_audited: bool
    """Whether an audit at some alpha that is offered would save a look."""
    unseen: int
    """Takes that pass today with nobody looking."""
    alpha: float
    again: tuple[str, ...]
    """Sentences on takes that are made again unattended, and on the audit for it."""
    certificates: tuple[CertificateLine, ...]
    looked_at: Mapping[str, int]
    """Why takes are looked at whatever the score says -> how many; the most frequent first."""
    curve: tuple[CurvePoint, ...]
    labels: int
    """Decisions that the curve rests on."""
    needed: tuple[Needed, ...]
    needed_of: int
    """Takes that `needed` is for: those that may be certified, or the cut where those are too few."""


def film_audits(tx: Tx, scope: Address) -> list[FilmAudit]:
    """Read the audits of a production's films, or of one film."""
    past = ProductionCases(tx, scope.production)
    shift = experience(tx, scope, Purpose.PASS)
    return [
        _audit(tx, film, past, shift=shift)
        for film in films(tx, scope.production)
        if scope.film in {None, film.code}
    ]


def _audit(tx: Tx, film: FilmRow, past: ProductionCases, *, shift: float) -> FilmAudit:
    address = Address(film.production, film.code)
    cut = read_cut(tx, address, Purpose.PASS, past=past)
    lots = table.lots(tx, address)
    lot = next(
        (
            found
            for found in lots
            if found.purpose is Purpose.PASS and found.state is not LotState.DROPPED
        ),
        None,
    )
    alpha = DEFAULT_ALPHA[Purpose.PASS] if lot is None else lot.alpha
    frozen = freezable(tx, cut, purpose=Purpose.PASS, alpha=alpha)
    issued = table.certificates(tx, address)
    certificates = [c for c in issued if c.purpose is Purpose.PASS]
    told = tell(tx, film, lot, frozen=frozen, certificates=certificates, shift=shift)
    size = len(frozen) if lot is None or lot.zone_takes is None else lot.zone_takes
    curve = _curve(cut)
    is_enough = size >= smallest_lot(alpha=max(ALPHAS), delta=DEFAULT_DELTA)
    needed_of = size if is_enough else len(cut.candidates)
    return FilmAudit(
        film=str(address),
        title=film.title,
        director=film.director,
        standing=told.standing,
        headline=told.headline,
        details=told.details,
        command=told.command,
        planning="" if lot is None else forecast(tx, address).line,
        takes=len(cut.candidates),
        certifiable=size,
        is_planned=lot is not None and lot.state is LotState.PLANNED,
        can_be_audited=len(frozen) >= smallest_lot(alpha=max(ALPHAS), delta=DEFAULT_DELTA),
        unseen=film.passes,
        alpha=alpha,
        again=remaking(tx, cut, lots=lots, certificates=issued),
        certificates=tuple(_line(c) for c in issued),
        looked_at=_reasons(cut),
        curve=tuple(curve),
        labels=len(cut.history),
        needed=tuple(_needed(alpha, needed_of) for alpha in ALPHAS),
        needed_of=needed_of,
    )


def _line(certificate: Certificate) -> CertificateLine:
    return CertificateLine(
        uid=certificate.uid,
        purpose=certificate.purpose,
        state=certificate.state,
        says=str(certificate.document["claim"]),
        ended_why=certificate.ended_why,
        issued=f"{certificate.issued_ts:%Y-%m-%d}",
    )


_GROUPS = (
    (re.compile(r".* has decided it already"), "decided already"),
    (re.compile(r"the face of .*|.* is a minor|.* likeness .*"), "a protected face or a minor"),
    (re.compile(r"it is a hero shot"), "a hero shot"),
    (re.compile(r"(\S+) is not measured: .*"), r"not measured: \1"),
    (re.compile(r".* fails"), "a measured fault"),
)


def _reasons(cut: Cut) -> dict[str, int]:
    """Count why takes are looked at, alike reasons together."""
    titles = {f.name: f.title.lower() for rows in cut.scores.values() for f, _, _ in rows}
    counted: Counter[str] = Counter()
    for candidate in cut.candidates:
        why = candidate.why_not
        for pattern, words in _GROUPS:
            if pattern.fullmatch(why):
                why = pattern.sub(words, why)
                kind, _, name = why.partition(": ")
                why = f"{kind}: {titles.get(name, name)}" if name else why
                break
        if why:
            counted[why] += 1
    return dict(counted.most_common())


def _curve(cut: Cut) -> list[CurvePoint]:
    """Score all by their ranks alone: a map that was fitted on the decisions would flatter itself."""
    past = [case for case, _ in cut.history]
    scores = accept([*(c.case for c in cut.candidates), *_new(cut)])
    pool = [
        scores[c.case.take_id].score
        for c in cut.candidates
        if (not c.why_not or c.is_decided) and c.case.take_id in scores
    ]
    labelled = [
        (scores[case.take_id].score, not accepted)
        for case, accepted in cut.history
        if case.take_id in scores
    ]
    return (
        risk_curve(pool, labelled, takes=len(cut.candidates), delta=DEFAULT_DELTA) if past else []
    )


def _new(cut: Cut) -> list[TakeCase]:
    known = {c.case.take_id for c in cut.candidates}
    return [case for case, _ in cut.history if case.take_id not in known]


def _needed(alpha: float, takes: int) -> Needed:
    return Needed(
        alpha,
        tuple(
            labels_needed(k, alpha=alpha, delta=DEFAULT_DELTA, takes=takes) if takes >= 2 else None
            for k in _TOLERATED
        ),
    )
