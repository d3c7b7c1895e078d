"""A take's frames in one streaming pass, for all metrics at once.

    with open_frames("take.mp4") as stream:
        for frame in stream:
            ...                       # feed every meter; only this frame is in memory
        facts = stream.facts          # or MediaError: cut off, damaged, a gap in its numbers

Long-GOP video costs the same whether all frames are wanted or every eighth, so all are decoded:
luma at full size from plane 0, sRGB at analysis size, and full sRGB only when a metric asks.
A file's shortcomings are known at its end, so the error comes after the frames that could be read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from evals.media._maker import FrameMaker
from evals.media.types import ClipFacts, Frame
from tracker.errors import MediaError, MisuseError
from tracker.media.reader import SEQUENCE_FPS, VideoReader, no_frames

__all__ = ["ANALYSIS_BOX", "FrameStream", "decodes_performed", "open_frames", "sample_indices"]

ANALYSIS_BOX = (512, 288)
"""Width and height that the analysis picture fits into, in pixels."""
_MAX_DAMAGED_SHARE = 0.02
_MAX_ERROR_LINES_PER_FRAME = 0.1
_MAX_SILENT_PACKETS = 2

_count_lock = threading.Lock()
_decodes = 0


def decodes_performed() -> int:
    """How many decodes this process has begun; take the difference around a run."""
    return _decodes


def sample_indices(frame_count: int, k: int = 16) -> list[int]:
    """Choose `k` evenly spread frames, first and last among them; all when there are fewer.

    >>> sample_indices(121, 4)
    [0, 40, 80, 120]
    """
    if frame_count < 1 or k < 1:
        raise MisuseError(f"Cannot choose {k} of {frame_count} frames; both must be at least 1.")
    if k == 1:
        return [frame_count // 2]
    if frame_count <= k:
        return list(range(frame_count))
    return [round(Fraction(i * (frame_count - 1), k - 1)) for i in range(k)]


def open_frames(
    path: Path | str, *, thread_count: int = 1, sequence_fps: Fraction = SEQUENCE_FPS
) -> FrameStream:
    """Open a video, a still or a numbered sequence for one pass; use it in a `with`.

    One decoder thread is the default: runs decode several takes side by side, and only a single
    thread delivers every frame before a damaged end. `thread_count` 0 lets FFmpeg choose. Raises
    MediaError, here or on entering, when there is nothing to decode.
    """
    return FrameStream(path, thread_count=thread_count, sequence_fps=sequence_fps)


class FrameStream:
    """An iterator over one take's frames, to be exhausted once."""

    def __init__(
        self, path: Path | str, *, thread_count: int = 1, sequence_fps: Fraction = SEQUENCE_FPS
    ) -> None:
        """Find the file; it is opened on entering."""
        self._reader = VideoReader(path, thread_count=thread_count, sequence_fps=sequence_fps)
        self._is_begun = False
        self._decoded = 0
        self._corrupt = 0
        self._facts: ClipFacts | None = None

    def __enter__(self) -> Self:
        self._reader.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reader.close()

    @property
    def facts(self) -> ClipFacts:
        """What is known of the clip; raises MisuseError before the last frame was read."""
        if self._facts is None:
            raise MisuseError(
                f"The facts of '{self._reader.source.name}' are known after its last frame; "
                "iterate to the end first."
            )
        return self._facts

    def __iter__(self) -> Iterator[Frame]:
        """Yield every frame in order of presentation.

        Raises MediaError at the end when frames are missing or too many are damaged.
        """
        if self._is_begun:
            raise MisuseError("A take is decoded once; open it again for another pass.")
        self._is_begun = True
        _count_decode()
        make: FrameMaker | None = None
        for decoded in self._reader.frames():
            if make is None:
                make = FrameMaker(decoded, header=self._reader.header, box=ANALYSIS_BOX)
            elif not make.suits(decoded):
                raise MediaError(
                    f"'{self._reader.source.name}' changes its picture to {decoded.width}x"
                    f"{decoded.height} {decoded.format.name} at its frame {self._decoded}, counted "
                    "from 0; export it at one size."
                )
            frame = make(decoded, self._decoded)
            self._decoded += 1
            self._corrupt += frame.is_corrupt
            yield frame
            make.expire()
        if make is None:
            raise no_frames(self._reader.source)
        self._facts = self._settle(make)

    def _settle(self, maker: FrameMaker) -> ClipFacts:
        """Compare what was decoded with what was promised."""
        source, ledger = self._reader.source, self._reader.ledger
        self._refuse_shortfall(is_interlaced=maker.is_interlaced)
        self._refuse_damage()
        is_still = self._decoded == 1
        remarks = list(maker.colour.remarks)
        if ledger.is_variable_rate:
            remarks.append("variable frame rate")
        if self._decoded < ledger.present_frames:
            remarks.append(f"{ledger.present_frames - self._decoded} packets gave no frame")
        if self._reader.error_lines:
            remarks.append(f"the decoder reported {self._reader.error_lines} errors")
        return ClipFacts(
            frame_count=self._decoded,
            fps=SEQUENCE_FPS if is_still and not source.is_sequence else ledger.fps,
            width=maker.size[0],
            height=maker.size[1],
            is_still=is_still,
            remarks=tuple(remarks),
        )

    def _refuse_shortfall(self, *, is_interlaced: bool) -> None:
        source, ledger = self._reader.source, self._reader.ledger
        declared = ledger.declared_frames()
        if source.gap:
            raise MediaError(f"'{source.name}' has a gap: {source.gap}; render it again.")
        # A decoder may keep the odd frame at an open start to itself; a cut file lacks packets.
        # Interlaced files may carry two packets, one per field, for each frame.
        silent = ledger.present_frames - self._decoded
        tolerated = max(_MAX_SILENT_PACKETS, _MAX_DAMAGED_SHARE * declared)
        if is_interlaced:
            tolerated = max(tolerated, self._decoded)
        if ledger.present_frames < declared or silent > tolerated:
            raise MediaError(
                f"'{source.name}' is cut off or damaged: {self._decoded} of {declared} declared "
                "frames could be decoded; export or copy it again."
            )
        if self._reader.shortfall:
            raise MediaError(f"'{source.name}': {self._reader.shortfall}; export it again.")

    def _refuse_damage(self) -> None:
        name, errors = self._reader.source.name, self._reader.error_lines
        damaged = self._corrupt + self._reader.failed_packets
        if damaged > _MAX_DAMAGED_SHARE * self._decoded:
            raise MediaError(
                f"'{name}' is damaged: {damaged} of {self._decoded} frames were concealed or lost "
                "by the decoder; export or copy it again."
            )
        # Damage spreads from frame to frame without being flagged: of 86 wrong frames 32 were.
        if errors > _MAX_ERROR_LINES_PER_FRAME * self._decoded:
            raise MediaError(
                f"'{name}' is damaged: the decoder reported {errors} errors in {self._decoded} "
                "frames; export or copy it again."
            )


def _count_decode() -> None:
    global _decodes  # noqa: PLW0603  # one counter per process is the point
    with _count_lock:
        _decodes += 1
