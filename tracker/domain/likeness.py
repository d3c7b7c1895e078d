"""Characters, their references, and where a face may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.production import check_code

__all__ = [
    "CastMember",
    "Character",
    "Exposure",
    "Life",
    "ReferencePicture",
    "ReferenceSet",
    "RevealMoment",
]


class Life(StrEnum):
    """Whether a real person stands behind a character."""

    FICTIONAL = "fictional"
    LIVING = "living"
    DECEASED = "deceased"


class Exposure(StrEnum):
    """How much of a face a shot shows."""

    NONE = "none"
    MASKED = "masked"
    REVEALED = "revealed"


@dataclass(frozen=True, kw_only=True)
class Character:
    """Somebody seen on screen."""

    code: str
    name: str
    life: Life = Life.FICTIONAL
    is_minor: bool = False

    def __post_init__(self) -> None:
        """Check the code."""
        check_code(self.code, "character")

    @property
    def is_protected(self) -> bool:
        """True when a real person's likeness is at stake: a human always looks."""
        return self.life is not Life.FICTIONAL or self.is_minor


@dataclass(frozen=True, kw_only=True)
class CastMember:
    """A character's part in one film."""

    film: str
    character: str
    performer: str = ""
    """Name of the performer behind the character, when there is one."""


@dataclass(frozen=True, kw_only=True)
class ReferencePicture:
    """One picture of a character."""

    path: str
    sha256: str
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class ReferenceSet:
    """Pictures contributed by one source; people remember a face differently."""

    character: str
    name: str
    contributed_by: str = ""
    pictures: tuple[ReferencePicture, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RevealMoment:
    """One line of a film's reveal plan."""

    film: str
    character: str
    sequence: str | None
    """None: the rule for every sequence that the plan does not name."""
    exposure: Exposure
