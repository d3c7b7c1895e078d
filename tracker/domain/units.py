"""Frames, frame rates and time, so that none of them travels as a bare number.

Inside the code a range of frames is half-open and counted from 0 at the first frame of the file.
People, reports and JSON count from 1001 and include the last frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tracker.errors import MisuseError

__all__ = ["FIRST_FRAME", "NTSC_RATES", "FrameRange", "parse_fps", "show_fps", "timecode"]

FIRST_FRAME = 1001
"""Number of a shot's first frame, unless the shot says otherwise."""

NTSC_RATES = tuple(Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120))
"""The rates that people abbreviate to 23.976, 29.97, 47.952, 59.94 and 119.88."""


def parse_fps(text: str) -> Fraction:
    """Read a frame rate: `24`, `24000/1001`, `23.976` (taken as 24000/1001) or `7.692`.

    Raises MisuseError when the text is not a rate between 1 and 1000 frames per second.

    >>> parse_fps("23.976")
    Fraction(24000, 1001)
    >>> parse_fps("25.0")
    Fraction(25, 1)
    """
    try:
        value = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise MisuseError(
            f"'{text}' is not a frame rate; write 24, 23.976 or 24000/1001."
        ) from None
    if not 1 <= value <= 1000:
        raise MisuseError(f"Frame rate '{text}' is outside 1 to 1000 frames per second.")
    for rate in NTSC_RATES:
        if "." in text and abs(value - rate) < Fraction(5, 1000):
            return rate
    return value.limit_denominator(100_000)


def show_fps(fps: Fraction) -> str:
    """Write a rate the way crews read it.

    >>> show_fps(Fraction(24000, 1001)), show_fps(Fraction(24))
    ('23.976', '24')
    """
    return str(fps.numerator) if fps.denominator == 1 else f"{float(fps):.3f}".rstrip("0")


@dataclass(frozen=True, order=True)
class FrameRange:
    """A half-open range of frames, counted from 0 at the first frame of the take."""

    start: int
    """First frame of the range."""
    end: int
    """First frame after the range."""

    def __post_init__(self) -> None:
        """Refuse empty and negative ranges."""
        if not 0 <= self.start < self.end:
            raise MisuseError(f"Frame range {self.start}..{self.end} is empty or negative.")

    @property
    def duration_frames(self) -> int:
        """Number of frames in the range."""
        return self.end - self.start

    def shown(self, first_frame: int = FIRST_FRAME) -> tuple[int, int]:
        """Return the inclusive pair that people read, e.g. (1001, 1048)."""
        return first_frame + self.start, first_frame + self.end - 1

    def words(self, first_frame: int = FIRST_FRAME) -> str:
        """Write it as people do.

        >>> FrameRange(20, 34).words(), FrameRange(9, 10).words()
        ('1021-1034', '1010')
        """
        first, last = self.shown(first_frame)
        return f"{first}-{last}" if last > first else f"{first}"

    @classmethod
    def from_shown(cls, first: int, last: int, first_frame: int = FIRST_FRAME) -> FrameRange:
        """Turn an inclusive pair such as 1021-1034 back into a range."""
        return cls(first - first_frame, last - first_frame + 1)


def timecode(frame: int, fps: Fraction) -> str:
    """Non-drop timecode of a frame counted from 0, at the nearest whole rate.

    >>> timecode(49, Fraction(24))
    '00:00:02:01'
    """
    base = max(1, round(fps))
    seconds, frames = divmod(frame, base)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"
