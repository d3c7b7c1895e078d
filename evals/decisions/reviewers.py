"""Whose verdict an audit counts: the director's, the majority of a panel, or a member drawn by lot.

| verdict of | asked about a take | a take is wrong if |
|---|---|---|
| director | the director | the director contradicts it |
| majority | each of an odd number of people | more than half of them contradict it |
| member | one person, named by the take's ticket | this person contradicts it |

For a member the claim is of a population in which each take has its own judge. Who that is, the last half of
the ticket says, and the order of the draw is its beginning: so the takes that are drawn are a simple random
sample whoever judges them, and the test stays exact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.decisions.agreement import majority
from tracker.domain.lots import VerdictOf
from tracker.errors import MisuseError

__all__ = ["Reviewers", "agreed", "in_words"]

_LEAST = {VerdictOf.DIRECTOR: 1, VerdictOf.MAJORITY: 3, VerdictOf.MEMBER: 2}


@dataclass(frozen=True)
class Reviewers:
    """Whose verdict counts; raises MisuseError for people among whom the rule decides nothing."""

    verdict_of: VerdictOf
    people: tuple[str, ...]
    """Names; the director's alone where the verdict is the director's."""

    def __post_init__(self) -> None:
        count, least = len(self.people), _LEAST[self.verdict_of]
        if len(set(self.people)) < count:
            twice = next(name for name in self.people if self.people.count(name) > 1)
            raise MisuseError(f"'{twice}' is named twice on the panel; name each person once.")
        if self.verdict_of is VerdictOf.MAJORITY and (count < least or count % 2 == 0):
            raise MisuseError(
                f"A majority needs an odd number of people, 3 or more, and the panel names {count}; "
                "add or leave out a --panel."
            )
        if self.verdict_of is VerdictOf.MEMBER and count < least:
            raise MisuseError(
                f"A member can be drawn from 2 people or more, and the panel names {count}; add a "
                "--panel."
            )
        if self.verdict_of is VerdictOf.DIRECTOR and count != least:
            raise MisuseError(f"The director is one person, and {count} are named.")

    @classmethod
    def director(cls, name: str) -> Reviewers:
        """Return the director of record alone."""
        return cls(VerdictOf.DIRECTOR, (name,))

    @classmethod
    def of_scope(cls, scope: Mapping[str, Any], *, director: str | None = None) -> Reviewers:
        """Return whom a scope names; for a director's scope `director` instead, where one is given.

        Raises KeyError, TypeError, ValueError or MisuseError for a scope that names nobody.
        """
        if "verdict_of" not in scope:
            return cls.director(scope["decision_maker"] if director is None else director)
        return cls(VerdictOf(scope["verdict_of"]), tuple(scope["panel"]))

    @property
    def is_panel(self) -> bool:
        """Say whether it is not the director's verdict."""
        return self.verdict_of is not VerdictOf.DIRECTOR

    @property
    def votes(self) -> int:
        """Return how many people are asked about each take."""
        return len(self.people) if self.verdict_of is VerdictOf.MAJORITY else 1

    def knows(self, person: str) -> bool:
        """Say whether one person's own word is the verdict: the director's, and nobody's of a panel."""
        return not self.is_panel and person == self.people[0]

    def scope(self) -> dict[str, Any]:
        """Return what a scope holds of them; for a director the name alone, as it always was."""
        if not self.is_panel:
            return {"decision_maker": self.phrase()}
        return {
            "decision_maker": self.phrase(),
            "verdict_of": self.verdict_of.value,
            "panel": list(self.people),
        }

    def phrase(self) -> str:
        """Return who would reject a take, in the words of a claim.

        >>> Reviewers(VerdictOf.MAJORITY, ("Ada Quill", "Nika Brandt", "Tom Aldine")).phrase()
        'the majority of Ada Quill, Nika Brandt and Tom Aldine'
        """
        if self.verdict_of is VerdictOf.MAJORITY:
            return f"the majority of {in_words(self.people)}"
        if self.verdict_of is VerdictOf.MEMBER:
            return f"a member of {in_words(self.people)} drawn by lot"
        return self.people[0]

    def asked_about(self, ticket: str) -> tuple[str, ...]:
        """Return who has to judge the take that has a ticket of 64 hexadecimal digits."""
        if self.verdict_of is VerdictOf.MEMBER:
            return (self.people[int(ticket[32:], 16) % len(self.people)],)
        return self.people

    def place(self, ticket: str, person: str) -> float:
        """Return where in a person's queue a take lies, 0-1; another place for each of a panel."""
        # The same place for all would let people find out together which takes are audits.
        mark = (
            hashlib.sha256(f"{ticket} {person}".encode()).hexdigest() if self.is_panel else ticket
        )
        return int(mark[-8:], 16) / 16**8


def agreed(votes: Sequence[bool | None]) -> bool | None:
    """Return what more than half of an odd number of people say; None while missing votes could turn it.

    Raises MisuseError for an even number.

    >>> agreed([True, None, True]), agreed([True, None, False]), agreed([None])
    (True, None, None)
    """
    if_against = majority([vote is not False for vote in votes])
    if_for = majority([vote is True for vote in votes])
    return if_for if if_against == if_for else None


def in_words(names: Sequence[str]) -> str:
    """Write a list as people say it.

    >>> in_words(["Ada", "Nika", "Tom"])
    'Ada, Nika and Tom'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
