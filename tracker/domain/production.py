"""Productions, films, people, sequences and shots."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from tracker.domain.effects import ShotEffect
from tracker.domain.stages import ShotStatus, Stage
from tracker.domain.units import FIRST_FRAME
from tracker.errors import MisuseError

__all__ = [
    "BRIEF_FIELDS",
    "ArtifactPolicy",
    "Brief",
    "Embrace",
    "Film",
    "Method",
    "Person",
    "Production",
    "ProductionKind",
    "Role",
    "Shot",
    "check_code",
]

_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,31}")

BRIEF_FIELDS = ("subject", "wardrobe", "action", "setting", "time", "light", "camera", "style")
"""The structured half of a brief, in the order people fill it in."""


def check_code(code: str, what: str) -> str:
    """Return a production, film or character code, or raise MisuseError."""
    if _CODE.fullmatch(code) is None:
        raise MisuseError(
            f"'{code}' is not a {what} code; use capitals and digits, like ANTH01 or F02."
        )
    return code


class ProductionKind(StrEnum):
    """What kind of work a production is."""

    ANTHOLOGY = "anthology"
    CAMPAIGN = "campaign"
    MUSIC_VIDEO = "music_video"
    SHORT_FILM = "short_film"


class Method(StrEnum):
    """How a shot is made."""

    LIVE_ACTION = "live_action"
    AI = "ai"
    HYBRID = "hybrid"


class ArtifactPolicy(StrEnum):
    """What the story does with visible traces of generation."""

    AVOID = "avoid"
    TOLERATE = "tolerate"
    EMBRACE = "embrace"


class Role(StrEnum):
    """What a person does at the table."""

    PRODUCER = "producer"
    DIRECTOR = "director"
    AI_ARTIST = "ai_artist"
    TECHNOLOGIST = "technologist"
    CLIENT = "client"
    VENDOR = "vendor"


@dataclass(frozen=True, kw_only=True)
class Production:
    """An anthology, a campaign, a music video or a single short film."""

    code: str
    kind: ProductionKind
    title: str = ""
    is_demo: bool = False
    """True for invented material made by `roundtable demo build`; never changes afterwards."""

    def __post_init__(self) -> None:
        """Check the code."""
        check_code(self.code, "production")


@dataclass(frozen=True, kw_only=True)
class Film:
    """A short film or a spot."""

    production: str
    code: str
    title: str = ""
    director: str | None = None
    """Name of the director of record: the person whose rejection counts."""
    release_on: date | None = None

    def __post_init__(self) -> None:
        """Check the code."""
        check_code(self.code, "film")


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody at the table."""

    name: str
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What a shot should be: a free prompt, and the same in fields that can be checked one by one."""

    prompt: str = ""
    subject: str = ""
    wardrobe: str = ""
    action: str = ""
    setting: str = ""
    time: str = ""
    light: str = ""
    camera: str = ""
    style: str = ""

    @property
    def text(self) -> str:
        """The free prompt, or the fields as one line when no prompt was written."""
        return self.prompt or ", ".join(t for name in BRIEF_FIELDS if (t := getattr(self, name)))


@dataclass(frozen=True, kw_only=True)
class Embrace:
    """A visible trace that the story takes in, decided by a person for a reason."""

    kind: str
    by: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One shot of a film."""

    film: str
    code: str
    sequence: str
    first_frame: int = FIRST_FRAME
    duration_frames: int | None = None
    """None while nobody has decided how long the shot is."""
    fps: Fraction = Fraction(24)
    method: Method = Method.AI
    stage: Stage = Stage.VIDEO
    status: ShotStatus = ShotStatus.READY
    is_hero: bool = False
    artifact_policy: ArtifactPolicy = ArtifactPolicy.AVOID
    embraced: tuple[Embrace, ...] = ()
    effects: tuple[ShotEffect, ...] = ()
    """Effects that it means to have; they excuse what they look like to a measure."""
    brief: Brief = field(default_factory=Brief)

    def __post_init__(self) -> None:
        """Refuse a shot without frames."""
        if self.duration_frames is not None and self.duration_frames < 1:
            raise MisuseError(
                f"Shot {self.code} would last {self.duration_frames} frames; give 1 or more."
            )

    @property
    def last_frame(self) -> int | None:
        """Number of the last frame, included."""
        return None if self.duration_frames is None else self.first_frame + self.duration_frames - 1
