"""Takes of two generators, or two workflows, on the same shots: what people decided, or a measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evals.decisions.comparison import Comparison, compare_paired
from tracker.domain.addresses import Address
from tracker.domain.scores import Direction
from tracker.domain.takes import Take
from tracker.errors import MisuseError, NotFoundError
from tracker.store import Tx
from tracker.store.evals import read_scores
from tracker.store.lookup import film_id, production_id
from tracker.store.reviews import standing_decisions
from tracker.store.takes import list_takes

__all__ = ["BY", "Paired", "compare"]


def _generator_of(take: Take) -> str:
    made = take.provenance
    return f"{made.generator} {made.generator_version}".strip() or "none named"


BY: Mapping[str, Callable[[Take], str]] = {
    "generator": _generator_of,
    "workflow": lambda take: take.provenance.workflow,
}
"""What takes may be compared by -> its name of a take."""

_Values = dict[str, list[float]]


@dataclass(frozen=True)
class Paired:
    """Two generators or workflows, side by side."""

    first: str
    second: str
    unit: str
    """What was compared, in words."""
    takes: tuple[int, int]
    """Takes with a value of each, on any shot."""
    comparison: Comparison

    def sentence(self) -> str:
        """Say which does better, or that it cannot be told."""
        return self.comparison.sentence(self.first, self.second, self.unit)


def compare(
    tx: Tx, scope: Address, *, by: str, first: str, second: str, metric: str | None = None
) -> Paired:
    """Compare by what people decided (accepted is 1), or by a metric's values turned so that more is better.

    A name matches whole, or without its version. Raises NotFoundError for a name that no take of the
    scope has, UndecidedError with too few shots that both made takes for.
    """
    if scope.shot is not None:
        raise MisuseError(f"'{scope}' names a shot; give a production or a film, like ANTH01/F02.")
    if first == second:
        raise MisuseError(f"'{first}' cannot be compared with itself; name two.")
    production_id(tx, scope.production)
    if scope.film is not None:
        film_id(tx, scope.production, scope.film)
    takes = dict(list_takes(tx, scope))
    values, unit = _decided(tx, scope) if metric is None else _measured(tx, scope, metric)
    sides = [_side(takes, values, by=by, name=name, scope=scope) for name in (first, second)]
    counts = [sum(len(found) for found in side.values()) for side in sides]
    found = compare_paired(sides[0], sides[1])
    return Paired(first, second, unit, (counts[0], counts[1]), found)


def _decided(tx: Tx, scope: Address) -> tuple[dict[int, float], str]:
    standing = standing_decisions(tx, scope)
    return {key: float(not d.outcome.is_rejection) for key, d in standing.items()}, "acceptance"


def _measured(tx: Tx, scope: Address, metric: str) -> tuple[dict[int, float], str]:
    values: dict[int, float] = {}
    known: dict[str, str] = {}
    for key, rows in read_scores(tx, scope).items():
        for facts, _, score in rows:
            known[facts.name] = facts.title
            if facts.name == metric and score.value is not None:
                is_more_better = facts.direction is Direction.HIGHER_IS_BETTER
                values[key] = score.value if is_more_better else -score.value
    if metric not in known:
        raise NotFoundError(
            f"No take of {scope} has a score '{metric}'; known: {', '.join(sorted(known)) or 'none'}."
        )
    return values, known[metric].lower()


def _side(
    takes: Mapping[int, Take], values: Mapping[int, float], *, by: str, name: str, scope: Address
) -> _Values:
    """Return shot -> the values of the takes that were made by `name`."""
    name_of = BY[by]
    names = {key: name_of(take) for key, take in takes.items()}
    mine = {
        key
        for key, full in names.items()
        if full == name or (by == "generator" and takes[key].provenance.generator == name)
    }
    if not mine:
        known = ", ".join(sorted(set(names.values()))) or "none"
        raise NotFoundError(f"No take of {scope} has the {by} '{name}'; known: {known}.")
    found: _Values = {}
    for key in sorted(mine & set(values)):
        take = takes[key]
        found.setdefault(f"{take.film}/{take.shot}", []).append(values[key])
    return found
