"""Writes the review proxy: H.264, 4:2:0, tagged BT.709 limited, a keyframe every 12 frames."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from tracker.media.picture import fit_box

__all__ = ["ProxyWriter", "proxy_size"]

_BOX = (640, 360)
_MIN_LONG_SIDE = 160
_GOP_FRAMES = 12
_BT709 = 1  # matrix, primaries and transfer have the same number in H.273
# Without B-frames a frame's decoding and presentation times agree, so no player needs an edit list.
_OPTIONS = {"preset": "veryfast", "crf": "23", "bf": "0"}
_EXACT = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP


def proxy_size(size: tuple[int, int]) -> tuple[int, int]:
    """Size of a proxy: fits 640x360, even; only below 160 pixels it is enlarged, a whole factor.

    >>> proxy_size((1920, 804)), proxy_size((64, 36))
    ((640, 268), (192, 108))
    """
    factor = -(-_MIN_LONG_SIDE // max(size)) if max(size) < _MIN_LONG_SIDE else 1
    width, height = fit_box((size[0] * factor, size[1] * factor), _BOX)
    return max(2, width // 2 * 2), max(2, height // 2 * 2)


class ProxyWriter:
    """A context manager that encodes upright sRGB pictures of one size, one per frame."""

    def __init__(self, path: Path, fps: Fraction) -> None:
        self.frames = 0
        """Pictures written so far."""
        self._path = path
        self._fps = fps
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
            interpolation=int(Interpolation.BICUBIC | _EXACT),
            threads=1,
        )
        frame.pts, frame.time_base = self.frames, 1 / self._fps
        self._container.mux(self._stream.encode(frame))
        self.frames += 1

    def _make_stream(self, width: int, height: int) -> Any:
        stream = self._container.add_stream("libx264", rate=self._fps, options=_OPTIONS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        context = stream.codec_context
        context.gop_size = _GOP_FRAMES
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = int(ColorRange.MPEG)
        return stream
