"""Bookkeeping over packets: how many frames a file promises, how many it holds, at what pace.

Packets are counted while they pass, so nothing is read twice; no frame needs to be decoded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

__all__ = ["Header", "PacketLedger"]

_MIN_STEP_TICKS = Fraction(5, 2)  # below this a tick is too coarse to excuse a deviation


@dataclass(frozen=True, kw_only=True)
class Header:
    """What a file says of itself before anything is decoded."""

    container: str
    """`mp4`, `mov`, `mkv`, `webm`, `gif`, `sequence`, `still`, ..."""
    codec: str
    time_base_s: Fraction
    """Length of one tick of the picture stream, in seconds."""
    rate: Fraction | None
    """Average frame rate as the container states it."""
    declared_frames: int
    """Frame count in the header; 0 when the format has none."""
    picture_end_s: float | None
    """End of the picture track, in seconds, where the header states it."""
    file_end_s: float | None
    """End of the whole file, in seconds, where the header states it."""
    pixel_aspect: Fraction | None
    has_audio: bool
    picture_tracks: int = 1


@dataclass
class PacketLedger:
    """Counts packets of the picture track and remembers when they are shown."""

    header: Header
    packets: int = 0
    discarded: int = 0
    """Packets that an edit list hides; they give no frame, and none is missing."""
    _ticks: list[int] = field(default_factory=list)
    _picture_end_s: float = 0.0
    _file_end_s: float = 0.0

    def add_picture(self, ticks: int | None, duration_ticks: int, *, is_discarded: bool) -> None:
        """Count one packet of the picture track."""
        self.packets += 1
        if is_discarded:
            self.discarded += 1
        elif ticks is not None:
            self._ticks.append(ticks)
            end_s = float((ticks + duration_ticks) * self.header.time_base_s)
            self._picture_end_s = max(self._picture_end_s, end_s)
            self.add_other(end_s)

    def add_other(self, end_s: float) -> None:
        """Note where a packet of any track ends, in seconds."""
        self._file_end_s = max(self._file_end_s, end_s)

    @property
    def present_frames(self) -> int:
        """Frames that the packets seen so far should give."""
        return self.packets - self.discarded

    @property
    def fps(self) -> Fraction:
        """Average rate of the file.

        The container's own word, except where it is a guess: GIF and variable rates are counted.
        """
        counted = self._counted_rate()
        is_guess = self.header.container == "gif" or self.is_variable_rate
        if counted is not None and (is_guess or self.header.rate is None):
            return counted
        return self.header.rate or Fraction(24)

    def _counted_rate(self) -> Fraction | None:
        if not self._ticks:
            return None
        span_s = Fraction(self._picture_end_s).limit_denominator(90_000)
        span_s -= min(self._ticks) * self.header.time_base_s
        return (len(self._ticks) / span_s).limit_denominator(100_000) if span_s > 0 else None

    @property
    def is_variable_rate(self) -> bool:
        """True when the frames do not lie on a uniform grid.

        Containers round times to their ticks, so one tick of deviation is excused where a frame
        lasts several ticks; beyond that 2 % of a frame's duration is.
        """
        ticks = sorted(self._ticks)
        if len(ticks) < 3:
            return False
        step = Fraction(ticks[-1] - ticks[0], len(ticks) - 1)
        allowed = step / 50 + (1 if step >= _MIN_STEP_TICKS else 0)
        return any(abs(tick - ticks[0] - i * step) > allowed for i, tick in enumerate(ticks))

    def declared_frames(self) -> int:
        """Frames that the file promises: by its header, else by its duration, else what is there.

        Only Matroska and WebM are judged by duration: they carry no count but state when they end.
        """
        if self.header.container in {"mp4", "mov", "sequence"}:
            return max(self.header.declared_frames, self.packets) - self.discarded
        if self.header.container not in {"mkv", "webm"} or not self._ticks:
            return self.present_frames
        missing_s = self._missing_s()
        return self.present_frames + (round(missing_s * float(self.fps)) if missing_s > 0 else 0)

    def _missing_s(self) -> float:
        """Seconds that the header promises beyond what was seen; 0 within the usual looseness."""
        slack_s = 1.5 * self._longest_step_s()
        if self.header.picture_end_s is not None:
            missing_s = self.header.picture_end_s - self._picture_end_s
        elif self.header.file_end_s is not None:
            missing_s = self.header.file_end_s - self._file_end_s
            slack_s = max(slack_s, 0.02 * self.header.file_end_s)
        else:
            return 0.0
        return missing_s if missing_s > slack_s else 0.0

    def _longest_step_s(self) -> float:
        ticks = sorted(self._ticks)
        steps = [b - a for a, b in pairwise(ticks)]
        tick_s = float(self.header.time_base_s)
        return max(steps) * tick_s if steps else float(1 / (self.header.rate or Fraction(24)))
