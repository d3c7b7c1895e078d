"""Lots and certificates: takes that are audited together, and what the audit lets nobody look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from tracker.domain.reviews import DecisionOutcome

__all__ = [
    "AskKind",
    "Certificate",
    "CertificateState",
    "Lot",
    "LotState",
    "LotTake",
    "Purpose",
    "VerdictOf",
]


class Purpose(StrEnum):
    """What a certificate lets happen with nobody looking."""

    PASS = "pass"  # noqa: S105  # the verdict's name, not a password
    """The take is used. Wrong where the director would have rejected it."""
    REGENERATE = "regenerate"
    """The take is made again. Wrong where the director would have accepted it."""

    def is_wrong(self, outcome: DecisionOutcome) -> bool:
        """Say whether a decision contradicts what would have happened without a look."""
        return outcome.is_rejection if self is Purpose.PASS else not outcome.is_rejection

    @property
    def option(self) -> str:
        """What a command on lots needs to mean this purpose; nothing for the usual one."""
        return "" if self is Purpose.PASS else f" --purpose {self.value}"


class LotState(StrEnum):
    """How far an audit is."""

    FROZEN = "frozen"
    """Takes, scores and scope are fixed; no order is known yet."""
    PLANNED = "planned"
    """The zone, the number of takes to draw and the rejections tolerated are fixed."""
    DRAWN = "drawn"
    """The seed is drawn; the audit's takes lie in the queues of those whose verdict counts."""
    CERTIFIED = "certified"
    REFUSED = "refused"
    DROPPED = "dropped"
    """Given up before the draw; its takes may be frozen again."""


class CertificateState(StrEnum):
    """Whether takes may pass by a certificate."""

    VALID = "valid"
    REVOKED = "revoked"
    """Kept audits found more wrong takes than can be believed."""
    VOID = "void"
    """What it was given for has changed: a generator, a pack, the director, ..."""


class VerdictOf(StrEnum):
    """Whose verdict an audit counts."""

    DIRECTOR = "director"
    """The film's director of record."""
    MAJORITY = "majority"
    """Most of an odd number of named people; each is asked about every take."""
    MEMBER = "member"
    """One of several named people, drawn by lot for each take."""


class AskKind(StrEnum):
    """Why a person is asked about a take without being told why."""

    AUDIT = "audit"
    """Drawn for a lot."""
    KEPT_AUDIT = "kept_audit"
    """Passed by a certificate, and audited all the same."""
    REPEAT = "repeat"
    """Decided before; asked again to learn how often the person agrees with themselves."""


@dataclass(frozen=True, kw_only=True)
class LotTake:
    """One take as it was when the lot was frozen."""

    take_id: int
    address: str
    sha256: str
    score: float
    """0-1, higher is better; the chance that the worst axis is accepted, or a rank."""
    scores_sha256: str
    """Digest of every score the take had."""
    expected_rejection: float
    """Chance of a rejection, 0-1, as history has it; chooses the zone, decides nothing."""
    meant: Mapping[str, Any] = field(default_factory=dict)
    """How its shot was meant, see `meaning_of`; empty where it was not written down yet."""
    position: int | None = None
    """Place in the ticket order of the zone, from 0; None outside it or before the draw."""


@dataclass(frozen=True, kw_only=True)
class Lot:
    """An audit of a film's cut, or of a batch."""

    lot_id: int
    uid: str
    film: str
    """Address of the film, e.g. `ANTH01/F02`."""
    purpose: Purpose
    alpha: float
    """Share of wrong takes that is tolerated among those nobody looks at, 0-1."""
    delta: float
    """Probability, 0-1, with which a certificate may be wrong."""
    scope: Mapping[str, Any]
    """What the certificate would hold for; any change ends it."""
    scope_sha256: str
    manifest_sha256: str
    state: LotState
    verdict_of: VerdictOf = VerdictOf.DIRECTOR
    panel: tuple[str, ...] = ()
    """Names of those whose verdict counts; empty where it is the director's."""
    threshold: float | None = None
    """Takes with at least this score are the zone."""
    zone_takes: int | None = None
    labels: int | None = None
    """Takes to draw."""
    tolerated: int | None = None
    """Wrong takes that may be among them."""
    seed: str | None = None
    wrong: int | None = None
    p_value: float | None = None
    reason: str = ""
    """Why it was refused or dropped."""
    frozen_ts: datetime | None = None
    planned_ts: datetime | None = None
    drawn_ts: datetime | None = None
    closed_ts: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What lets takes pass, or be made again, with nobody looking."""

    certificate_id: int
    uid: str
    lot_id: int
    film: str
    purpose: Purpose
    alpha: float
    delta: float
    scope: Mapping[str, Any]
    scope_sha256: str
    takes: int
    """Takes that it covers."""
    boundary: tuple[int, ...]
    """Entry m - 1: the wrong takes at which it is revoked after m kept audits."""
    audited: int
    """Kept audits that were answered."""
    wrong: int
    """Of them, those that contradicted it."""
    document: Mapping[str, Any]
    """What `roundtable evals certificates export` writes, and `evals verify` checks."""
    state: CertificateState
    issued_ts: datetime
    ended_ts: datetime | None = None
    ended_why: str = ""

    def is_crossed(self) -> bool:
        """Say whether the kept audits have reached the revocation boundary."""
        return self.audited > 0 and self.wrong >= self.boundary[self.audited - 1]
