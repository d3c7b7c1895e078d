"""The page that explains one take, as plain records: everything is in words, shares and shown frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from tracker.domain.scores import Axis, MetricFacts, Region, Score
from tracker.domain.verdicts import Verdict

__all__ = [
    "AxisPart",
    "Curve",
    "Gauge",
    "Measure",
    "Missing",
    "Picture",
    "ShownRange",
    "Standing",
    "TakePage",
    "VerdictPart",
    "frames_shown",
]

_SHOWN_RANGES = 8
"""More ranges than this are counted, not written."""


class Standing(StrEnum):
    """How a measure, or a whole axis, stands."""

    FAILS = "fails"
    """Surely past its limit."""
    NEAR = "near"
    """Half of its limit or more is used, or it names in words what is wrong."""
    FINE = "fine"
    """Far from its limit, or it would say what is wrong and does not."""
    RANKED = "ranked"
    """It has no limit; takes of a film are ranked by it."""
    SHOWN = "shown"
    """Shown, never decided on; or taken by a DEMO pack that decides nothing here."""
    MISSING = "missing"
    """It could not be taken."""
    ERROR = "error"
    """The take could not be read."""


@dataclass(frozen=True, kw_only=True)
class ShownRange:
    """Frames that somebody should look at, as people read them."""

    first: int
    last: int
    """Included."""
    what: str
    """What is seen there; empty where the measure's title says it all."""
    severity: float
    """How bad it is there, larger is worse."""
    region: Region | None


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One frame of a contact strip."""

    index: int
    """Counted from 0 in the file."""
    frame: int
    """As people read it."""
    what: str
    region: Region | None


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """A value on a scale from left (0) to right (1)."""

    left: float
    right: float
    """What the ends stand for, in the measure's unit."""
    value_0_1: float
    low_0_1: float | None
    high_0_1: float | None
    """The 90 % interval."""
    limit_0_1: float | None
    fails_right: bool
    """True: what lies right of the limit fails; False: what lies left of it."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A measure over the frames of a take."""

    points: tuple[tuple[float, float], ...]
    """(frame counted from 0, height); height 1 is best, 0 worst."""
    is_own_scale: bool
    """False: height 0.5 is the limit."""
    flagged: tuple[tuple[int, int], ...]
    """Half-open ranges of frames, counted from 0."""
    frame_count: int


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure that was taken."""

    facts: MetricFacts
    score: Score
    pack: str
    is_demo_pack: bool
    standing: Standing
    sentence: str
    remark: str
    """What the metric adds; empty where the sentence says it already."""
    note: str
    """What changes how it counts, e.g. that the story embraces it; empty as a rule."""
    is_full: bool
    """True: drawn at full size with its frames; False: one line."""
    ranges: tuple[ShownRange, ...]
    pictures: tuple[Picture, ...]
    gauge: Gauge | None
    curve: Curve | None


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Measures that could not be taken, for one reason."""

    facts: tuple[MetricFacts, ...]
    reason: str
    standing: Standing
    """`missing` or `error`."""


@dataclass(frozen=True, kw_only=True)
class AxisPart:
    """One axis: its measures with the worst first, and those that could not be taken."""

    axis: Axis
    title: str
    standing: Standing
    sentence: str
    measures: tuple[Measure, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True, kw_only=True)
class VerdictPart:
    """The verdict with its frames."""

    verdict: Verdict
    is_error: bool
    ranges: tuple[ShownRange, ...]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, kw_only=True)
class TakePage:
    """Everything that the page says of one take."""

    address: str
    production: str
    production_title: str
    film: str
    film_title: str
    shot: str
    take: str
    takes: tuple[str, ...]
    """Codes of all takes of the shot, oldest first."""
    director: str | None
    method: str
    generator: str
    prompt: str
    is_demo: bool
    packs: tuple[tuple[str, bool], ...]
    """(name, whether it is a DEMO pack) of the packs that scored."""
    first_frame: int
    frame_count: int
    """0 where the file could not be probed."""
    fps: Fraction
    error: str
    """Why the file cannot be read; empty where it can."""
    verdict: VerdictPart | None
    axes: tuple[AxisPart, ...]

    @property
    def is_latest(self) -> bool:
        """Whether it is the newest take of its shot."""
        return self.take == self.takes[-1]

    @property
    def last_frame(self) -> int | None:
        """Number of the last frame, included."""
        return self.first_frame + self.frame_count - 1 if self.frame_count else None

    @property
    def has_demo(self) -> bool:
        """Whether the production or a pack that scored it is a DEMO."""
        return self.is_demo or any(is_demo for _, is_demo in self.packs)

    def pictures(self) -> Iterator[Picture]:
        """Yield every picture of the page, strip by strip; a frame may occur in several strips."""
        if self.verdict is not None:
            yield from self.verdict.pictures
        for part in self.axes:
            for measure in part.measures:
                yield from measure.pictures


def frames_shown(ranges: Sequence[ShownRange]) -> str:
    """Write ranges as people read them, e.g. `1021\u20131034, 1040`."""
    words = [
        str(one.first) if one.first == one.last else f"{one.first}\u2013{one.last}"
        for one in ranges[:_SHOWN_RANGES]
    ]
    more = len(ranges) - len(words)
    return ", ".join(words) + (f" and {more} more" if more else "")
