"""A film's cut: for each shot the take that would be used if the film were finished now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from evals.audits.cases import ProductionCases, film_cases
from evals.decisions.acceptance import History
from evals.decisions.case import TakeCase
from evals.decisions.eligibility import why_not
from evals.decisions.tickets import digest_of
from tracker.domain.addresses import Address, take_code
from tracker.domain.lots import Purpose
from tracker.domain.scores import MetricFacts, Score
from tracker.domain.stages import State
from tracker.domain.takes import Take, speaking_take
from tracker.store import Tx
from tracker.store.reviews import standing_decisions
from tracker.store.shots import list_shots
from tracker.store.takes import list_takes

__all__ = ["Candidate", "Cut", "read_cut", "scores_digest"]


@dataclass(frozen=True)
class Candidate:
    """A take of the cut."""

    case: TakeCase
    take: Take
    why_not: str
    """Why a person must look at it, or has looked already; empty where a certificate may cover it."""
    is_decided: bool = False
    """Whether only a decision that stands is the reason."""

    @property
    def address(self) -> str:
        """Return its full address."""
        return address_of(self.take)


@dataclass(frozen=True)
class Cut:
    """The takes of a film's cut, and what people decided in its production."""

    film: Address
    candidates: tuple[Candidate, ...]
    scores: Mapping[int, Sequence[tuple[MetricFacts, str, Score]]]
    """Take id -> (facts, pack, score) as they are stored."""
    past: ProductionCases = field(repr=False, compare=False)

    @property
    def history(self) -> History:
        """Decided takes of the production, those of the cut too, with whether they were accepted.

        They are read when they are first asked for, in the transaction that the cut was read in.
        """
        return self.past.history

    @property
    def eligible(self) -> list[Candidate]:
        """Return the takes that a certificate may cover."""
        return [candidate for candidate in self.candidates if not candidate.why_not]


def address_of(take: Take) -> str:
    """Write a take's address."""
    return str(Address(take.production, take.film, take.shot, take_code(take.number)))


def scores_digest(scores: Sequence[tuple[MetricFacts, str, Score]]) -> str:
    """Return the digest of the values of a take's scores: none of them can change unseen."""
    rows = [
        [facts.name, facts.version, pack, score.state.value, score.value, score.low, score.high]
        for facts, pack, score in scores
    ]
    return digest_of(sorted(rows, key=lambda row: (str(row[0]), str(row[2]))))


def read_cut(
    tx: Tx,
    film: Address,
    purpose: Purpose,
    *,
    batch: Collection[int] = (),
    pack: str | None = None,
    past: ProductionCases | None = None,
) -> Cut:
    """Read the cut of a film, see `speaking_take`; or a batch of its takes.

    Omitted shots and shots on hold are left out. For a regenerate lot the cut is the same: it asks which
    of these takes should simply be made again. With a pack as it would be if that pack were adopted.
    Whoever reads the cuts of several films of a production gives all of them the same `past`.
    """
    past = past or ProductionCases(tx, film.production)
    cases = past.of(film) if pack is None else film_cases(tx, film, pack=pack)
    decided = standing_decisions(tx, Address(film.production))
    takes = dict(list_takes(tx, film))
    chosen = [key for key in takes if key in batch] if batch else _chosen(tx, film, takes)
    digests: set[str] = set()
    candidates = []
    for take_id in chosen:
        take = takes[take_id]
        case = cases.cases.get(take_id)
        if case is None:
            continue
        why = why_not(case, purpose)
        is_decided = not why and take_id in decided
        if is_decided:
            why = f"{decided[take_id].by} has decided it already"
        if not why and take.sha256 in digests:
            why = "the same file stands in another shot"
        digests.add(take.sha256)
        candidates.append(Candidate(case, take, why, is_decided))
    scores = {c.case.take_id: cases.scores[c.case.take_id] for c in candidates}
    return Cut(film, tuple(candidates), scores, past)


def _chosen(tx: Tx, film: Address, takes: Mapping[int, Take]) -> list[int]:
    """Return the take by which each shot speaks, in story order."""
    by_shot: dict[str, list[tuple[int, Take]]] = {}
    for key, take in takes.items():
        by_shot.setdefault(take.shot, []).append((key, take))
    shots = [shot for _, shot in list_shots(tx, film) if shot.status.state is not State.BLOCKED]
    found = [speaking_take(by_shot.get(shot.code, ())) for shot in shots]
    return [pair[0] for pair in found if pair is not None]
