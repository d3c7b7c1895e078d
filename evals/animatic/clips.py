"""Writes rendered frames as a clip that any player and any editing system reads alike."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from evals.media.types import Picture
from tracker.errors import MisuseError

__all__ = ["write_clip"]

_BT709 = 1  # matrix, primaries and transfer have the same number in H.273
# One thread, because the number of threads changes the bits; no B-frames, so no edit list.
_OPTIONS = {"preset": "veryfast", "crf": "18", "bf": "0", "threads": "1"}
_EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP


def write_clip(path: Path, frames: Iterable[Picture], *, fps: Fraction) -> int:
    """Encode sRGB pictures of shape (H, W, 3) and return how many there were.

    H.264, crf 18, 4:2:0, tagged BT.709 limited. The file appears whole or not at all, and the same
    pictures give the same bytes. Raises MisuseError when there is no picture.
    """
    unfinished = path.with_name(f".{path.name}.part")
    written, stream, reformatter = 0, None, VideoReformatter()
    try:
        with av.open(
            str(unfinished), "w", format="mp4", options={"movflags": "+faststart"}
        ) as file:
            for picture in frames:
                stream = stream or _stream(file, picture, fps)
                frame = reformatter.reformat(
                    av.VideoFrame.from_ndarray(picture, format="rgb24"),
                    format="yuv420p",
                    dst_colorspace=Colorspace.ITU709,
                    src_color_range=ColorRange.JPEG,
                    dst_color_range=ColorRange.MPEG,
                    interpolation=int(_EXACT),
                    threads=1,
                )
                frame.pts, frame.time_base = written, 1 / fps
                file.mux(stream.encode(frame))
                written += 1
            if stream is None:
                raise MisuseError(f"There is no picture to write to {path}; render some frames.")
            file.mux(stream.encode(None))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return written


def _stream(file: Any, picture: Picture, fps: Fraction) -> Any:
    stream = file.add_stream("libx264", rate=fps, options=_OPTIONS)
    stream.height, stream.width = picture.shape[:2]
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = int(ColorRange.MPEG)
    return stream
