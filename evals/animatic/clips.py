"""Writes rendered frames as a clip; the same pictures always give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from evals.media.types import Picture
from tracker.errors import MisuseError
from tracker.media.encode import ClipWriter, Encoding

__all__ = ["write_clip"]

_ENCODING = Encoding(crf=18, is_single_threaded=True)


def write_clip(path: Path, frames: Iterable[Picture], *, fps: Fraction) -> int:
    """Encode sRGB pictures of shape (H, W, 3) and return how many there were.

    H.264, crf 18, 4:2:0, tagged BT.709 limited. The file appears whole or not at all. Raises
    MisuseError when there is no picture.
    """
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with ClipWriter(unfinished, fps, _ENCODING) as writer:
            for picture in frames:
                writer.add(picture)
        if not writer.frames:
            raise MisuseError(f"There is no picture to write to {path}; render some frames.")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return writer.frames
