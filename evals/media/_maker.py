"""Makes the `Frame` that metrics see out of what the decoder gives."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from evals.media._luma import LumaReader
from evals.media.types import Frame
from tracker.errors import MisuseError
from tracker.media.colour import colour_of
from tracker.media.ledger import Header
from tracker.media.picture import RgbConverter, fit_box, geometry_of
from tracker.media.reader import SEQUENCE_FPS

__all__ = ["FrameMaker"]


class FrameMaker:
    """Holds the converters for one take; all its frames have one size and format."""

    def __init__(self, first: av.VideoFrame, *, header: Header, box: tuple[int, int]) -> None:
        """Read colour and geometry from the first frame."""
        self._header = header
        self.colour = colour_of(first)
        self.is_interlaced = bool(first.interlaced_frame)
        self._geometry = geometry_of(first, header.pixel_aspect)
        self._format = first.format.name
        self._analyse = self._converter(fit_box(self.size, box))
        self._convert_full: RgbConverter | None = None
        self._read_luma = LumaReader(first, geometry=self._geometry, colour=self.colour)
        self._first_pts_s: Fraction | None = None
        self._current: _FullPicture | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as shown, in pixels."""
        return self._geometry.size

    def suits(self, frame: av.VideoFrame) -> bool:
        """True while frames keep the first one's size and pixel format."""
        return self._analyse.suits(frame) and frame.format.name == self._format

    def __call__(self, frame: av.VideoFrame, index: int) -> Frame:
        """Convert one frame; the full picture of the frame before is no longer to be had."""
        self.expire()
        pts_s = self._pts_s(frame, index)
        if self._first_pts_s is None:
            self._first_pts_s = pts_s
        self._current = _FullPicture(self, frame, index)
        return Frame(
            index=index,
            pts_s=float(pts_s - self._first_pts_s),
            luma=self._read_luma(frame),
            rgb=self._analyse(frame),
            full_rgb=self._current,
            is_corrupt=bool(frame.is_corrupt),
        )

    def _pts_s(self, frame: av.VideoFrame, index: int) -> Fraction:
        # Frames that leave the decoder while it is drained carry ticks but no time base.
        if frame.pts is None:
            return index / (self._header.rate or SEQUENCE_FPS)
        return frame.pts * self._header.time_base_s

    def expire(self) -> None:
        """Let go of the decoded frame, also where somebody keeps the `Frame` made of it."""
        if self._current is not None:
            self._current.expire()

    def full(self, frame: av.VideoFrame) -> NDArray[np.uint8]:
        """Convert a whole frame, shape (H, W, 3); about 17 ms for 1080p."""
        if self._convert_full is None:
            self._convert_full = self._converter(self.size)
        return self._convert_full(frame)

    def _converter(self, size: tuple[int, int]) -> RgbConverter:
        return RgbConverter(self._geometry, self.colour, size=size)


class _FullPicture:
    """Converts the whole frame when called, as long as the frame is the current one."""

    def __init__(self, maker: FrameMaker, frame: av.VideoFrame, index: int) -> None:
        self._maker = maker
        self._frame: av.VideoFrame | None = frame
        self._index = index

    def __call__(self) -> NDArray[np.uint8]:
        if self._frame is None:
            raise MisuseError(
                f"Frame {self._index} has passed; ask for its full picture before the next frame."
            )
        return self._maker.full(self._frame)

    def expire(self) -> None:
        """Free the decoder's picture."""
        self._frame = None
