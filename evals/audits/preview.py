"""What another pack would change, before it is adopted: verdicts that flip, certificates that end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from evals.audits.cases import FilmCases, film_cases
from evals.audits.covered import covered_takes, uncovered_takes, would_end
from evals.audits.cut import address_of
from evals.audits.freeze import require_film
from evals.decisions.triage import triage
from tracker.domain.addresses import Address
from tracker.domain.lots import Certificate
from tracker.domain.verdicts import Outcome, Verdict
from tracker.errors import UndecidedError
from tracker.store import Tx
from tracker.store.blind import withheld_takes
from tracker.store.verdicts import current_verdicts

__all__ = ["Flip", "Preview", "preview"]


@dataclass(frozen=True)
class Flip:
    """A take whose verdict would be another one."""

    take: str
    before: Verdict
    after: Verdict


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A film as a pack would judge it, beside how it is judged now."""

    film: str
    pack: str
    compared: int
    """Takes that have scores of both and are not withheld."""
    withheld: int
    """Scored takes that are judged without hints; nothing here tells of them."""
    unscored: Sequence[str]
    """Takes that the pack has not scored; they are not compared."""
    flips: Sequence[Flip]
    reworded: int
    """Takes that keep their outcome and get another reason, frames or severity."""
    ended: Sequence[tuple[Certificate, str]]
    """Certificates that adopting the pack would make void, with the reason."""

    @property
    def counts(self) -> dict[tuple[Outcome, Outcome], int]:
        """Return (before, after) -> takes, the most frequent first."""
        pairs = Counter((f.before.outcome, f.after.outcome) for f in self.flips)
        return dict(pairs.most_common())

    def sentence(self) -> str:
        """Say it in one sentence."""
        more = f" {self.reworded} keep their outcome for another reason." if self.reworded else ""
        if self.withheld:
            takes, verb = ("take", "is") if self.withheld == 1 else ("takes", "are")
            more += (
                f" {self.withheld} {takes} {verb} to be judged without hints and {verb} not listed."
            )
        if not self.flips:
            return f"Pack '{self.pack}' would flip no verdict of {self.compared} takes.{more}"
        told = ", ".join(f"{n} from {a} to {b}" for (a, b), n in self.counts.items())
        return f"Pack '{self.pack}' would flip {len(self.flips)} of {self.compared} verdicts: {told}.{more}"


def preview(tx: Tx, film: Address, *, pack: str) -> Preview:
    """Judge a film with a pack's stored scores and compare; writes nothing.

    Raises UndecidedError, with the command that makes them, where the pack has scored no take.
    """
    require_film(tx, film)
    now = film_cases(tx, film)
    then = film_cases(tx, film, pack=pack)
    scored = _scored_by(then, pack)
    if not scored:
        raise UndecidedError(
            f"Pack '{pack}' has scored no take of {film}; run `roundtable evals run {film} --pack "
            f"{pack} --no-adopt`, which changes no verdict and says if its models are those in use."
        )
    ended = would_end(tx, film, pack=pack)
    void = {certificate.uid for certificate, _ in ended}
    covered = {
        take_id: cover
        for take_id, cover in covered_takes(tx, film, pack=pack).items()
        if cover.certificate not in void
    }
    before = triage(
        list(now.cases.values()), covered_takes(tx, film), uncovered=uncovered_takes(tx, film)
    )
    before |= current_verdicts(tx, now.cases)  # what people see, where it was given already
    after = triage(
        list(then.cases.values()),
        covered,
        uncovered=uncovered_takes(tx, film, ending={c.uid: why for c, why in ended}),
    )
    withheld = withheld_takes(tx, film)
    told = scored - withheld
    changed = [
        Flip(address_of(then.takes[key]), before[key], after[key])
        for key in then.cases
        if key in told and key in before and before[key] != after[key]
    ]
    flips = [flip for flip in changed if flip.before.outcome is not flip.after.outcome]
    unscored = [address_of(then.takes[key]) for key in then.cases if key not in scored]
    flips.sort(key=lambda flip: (flip.before.outcome, flip.after.outcome, flip.take))
    return Preview(
        film=str(film),
        pack=pack,
        compared=len(told),
        withheld=len(scored & withheld),
        unscored=unscored,
        flips=flips,
        reworded=len(changed) - len(flips),
        ended=ended,
    )


def _scored_by(cases: FilmCases, pack: str) -> set[int]:
    return {key for key in cases.cases if any(name == pack for _, name, _ in cases.scores[key])}
