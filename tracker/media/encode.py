"""Writes pictures as a clip that any player and any editing system reads alike.

H.264, 4:2:0, tagged BT.709 limited. Without B-frames a frame's decoding and presentation times agree,
so no player needs an edit list.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

__all__ = ["ClipWriter", "Encoding"]

_BT709 = 1  # matrix, primaries and transfer have the same number in H.273
_EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """What is traded for what."""

    crf: int
    """x264's constant rate factor: 18 hardly visible, 23 its default."""
    keyframe_interval_frames: int | None = None
    """None: the encoder's own choice."""
    is_single_threaded: bool = False
    """The number of threads changes the bits, so files that must be repeatable are written by one."""

    def options(self) -> dict[str, str]:
        """Return the encoder's own options."""
        options = {"preset": "veryfast", "crf": str(self.crf), "bf": "0"}
        return {**options, "threads": "1"} if self.is_single_threaded else options


class ClipWriter:
    """A context manager that encodes upright sRGB pictures of one size, one per frame."""

    def __init__(self, path: Path, fps: Fraction, encoding: Encoding) -> None:
        self.frames = 0
        """Pictures written so far."""
        self._path = path
        self._fps = fps
        self._encoding = encoding
        self._container: Any = None
        self._stream: Any = None
        self._reformatter = VideoReformatter()

    def __enter__(self) -> Self:
        self._container = av.open(
            str(self._path), "w", format="mp4", options={"movflags": "+faststart"}
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None and self._stream is not None:
            self._container.mux(self._stream.encode(None))
        self._stream = None
        self._container.close()

    def add(self, picture: NDArray[np.uint8]) -> None:
        """Append a picture of shape (H, W, 3); the first one sets the size."""
        if self._stream is None:
            self._stream = self._make_stream(picture.shape[1], picture.shape[0])
        frame = self._reformatter.reformat(
            av.VideoFrame.from_ndarray(picture, format="rgb24"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=int(_EXACT),
            threads=1,
        )
        frame.pts, frame.time_base = self.frames, 1 / self._fps
        self._container.mux(self._stream.encode(frame))
        self.frames += 1

    def _make_stream(self, width: int, height: int) -> Any:
        stream = self._container.add_stream(
            "libx264", rate=self._fps, options=self._encoding.options()
        )
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        context = stream.codec_context
        if self._encoding.keyframe_interval_frames is not None:
            context.gop_size = self._encoding.keyframe_interval_frames
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = int(ColorRange.MPEG)
        return stream
