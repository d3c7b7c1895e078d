"""What triage and audits know of a film's takes, from rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from evals.decisions.acceptance import History
from evals.decisions.case import TakeCase
from tracker.domain.addresses import Address
from tracker.domain.likeness import Exposure
from tracker.domain.production import Method, Shot
from tracker.domain.reviews import DecisionOutcome
from tracker.domain.scores import MetricFacts, Score, ScoreState
from tracker.domain.takes import Take
from tracker.store import Tx
from tracker.store import evals as table
from tracker.store.board import films
from tracker.store.cast import all_exposures, protected_shots
from tracker.store.productions import get_film, get_production
from tracker.store.reviews import standing_decisions
from tracker.store.shots import list_shots, shot_keys
from tracker.store.takes import list_takes

__all__ = ["FilmCases", "ProductionCases", "film_cases"]


@dataclass(frozen=True)
class FilmCases:
    """The scored takes of a film."""

    director: str | None
    takes: Mapping[int, Take]
    cases: Mapping[int, TakeCase]
    scores: Mapping[int, Sequence[tuple[MetricFacts, str, Score]]]
    """(facts, pack, score) as they are stored; a demo pack's word still counts in them."""


def film_cases(tx: Tx, film: Address, *, pack: str | None = None) -> FilmCases:
    """Read the cases of a film's scored takes; NotFoundError for a film that is not there.

    With a pack as they would be if that pack were adopted.
    """
    production = film.production
    record = get_film(tx, production, film.film or "")
    protected = protected_shots(tx, production)
    guarded = {code: protected.get(key, "") for code, key in shot_keys(tx, film).items()}
    is_demo = get_production(tx, production).is_demo
    unfit = set() if is_demo else table.demo_packs(tx)
    shots = {shot.code: shot for _, shot in list_shots(tx, film)}
    exposures = all_exposures(tx, film)
    scores = table.read_scores(tx, film, pack=pack)
    takes = dict(list_takes(tx, film))
    of_shot = Counter(take.shot for take in takes.values())
    decided = standing_decisions(tx, film)
    cases = {}
    for take_id, take in takes.items():
        if take_id not in scores:
            continue
        shot = shots[take.shot]
        cases[take_id] = TakeCase(
            take_id=take_id,
            shot=take.shot,
            number=take.number,
            takes_of_shot=of_shot[take.shot],
            is_sent_back=take_id in decided
            and decided[take_id].outcome is DecisionOutcome.REGENERATE,
            method=shot.method,
            scores=tuple(
                (facts, _undecided(score, pack) if pack in unfit else score)
                for facts, pack, score in scores[take_id]
            ),
            policy=shot.artifact_policy,
            embraced=frozenset(e.kind for e in shot.embraced),
            effects=shot.effects,
            needs=_needs(shot, exposures.get((shot.film, shot.code), {})),
            is_hero=shot.is_hero,
            protected=guarded[take.shot],
            director=record.director,
            first_frame=shot.first_frame,
            frame_count=0 if take.probe is None else take.probe.frame_count,
        )
    return FilmCases(record.director, takes, cases, scores)


@dataclass
class ProductionCases:
    """The cases of a production's films as they are now, each film read once and only when it is needed.

    It belongs to one transaction, and to the part of it before anything is written.
    """

    tx: Tx
    production: str
    _films: dict[str, FilmCases] = field(default_factory=dict)

    def of(self, film: Address) -> FilmCases:
        """Return the cases of a film; NotFoundError for one that is not there."""
        code = film.film or ""
        if code not in self._films:
            self._films[code] = film_cases(self.tx, film)
        return self._films[code]

    @cached_property
    def history(self) -> History:
        """The decided takes of all films, with whether they were accepted."""
        decided = standing_decisions(self.tx, Address(self.production))
        return [
            (case, not decided[take_id].outcome.is_rejection)
            for row in films(self.tx, self.production)
            for take_id, case in self.of(Address(self.production, row.code)).cases.items()
            if take_id in decided
        ]


def _needs(shot: Shot, exposures: Mapping[str, Exposure]) -> frozenset[str]:
    """Return the metrics without which nobody may say that a take of the shot is fine.

    No face is never a pass: where one must be shown, likeness must have been measured.
    """
    needs = {"flicker"}
    if shot.method is not Method.LIVE_ACTION and shot.brief.text:
        needs.add("prompt_own")
    if exposures:
        needs.add("exposure_breach")
    if Exposure.REVEALED in exposures.values() and shot.method is not Method.LIVE_ACTION:
        needs.add("identity_same")
    return frozenset(needs)


def _undecided(score: Score, pack: str) -> Score:
    """Take a demo pack's word out of a verdict on a real film; what could not be read stays so."""
    if score.state is ScoreState.ERROR:
        return score
    return Score.missing(
        score.metric,
        f"Pack '{pack}' is a DEMO pack and decides nothing here; run `roundtable evals run --pack "
        "standard`.",
    )
