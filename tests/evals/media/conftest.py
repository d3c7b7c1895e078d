"""Small clips whose every sample is known, made when a test asks for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest


def numbered(index: int, *, width: int = 160, height: int = 90) -> Any:
    """A gray picture whose level names its index, with a red top left and a blue bottom right."""
    rgb = np.full((height, width, 3), 40 + 6 * (index % 32), np.uint8)
    rgb[: height // 3, : width // 3] = (220, 20, 20)
    rgb[-(height // 3) :, -(width // 3) :] = (20, 20, 220)
    return rgb


def flat(
    values: Sequence[int], *, pixel_format: str = "yuv420p", size: tuple[int, int] = (160, 90)
) -> av.VideoFrame:
    """A frame with one stored value per plane."""
    frame = av.VideoFrame(*size, pixel_format)
    kind = np.uint16 if frame.format.components[0].bits > 8 else np.uint8
    for plane, value in zip(frame.planes, values, strict=True):
        np.frombuffer(plane, kind)[:] = value
    return frame


def write_video(
    path: Path,
    pictures: Sequence[Any],
    *,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    fps: Fraction = Fraction(24),
    ticks: Sequence[int] | None = None,
    tags: tuple[int, int] | None = None,
    turn: dict[str, Any] | None = None,
    pixel_aspect: Fraction | None = None,
    options: dict[str, str] | None = None,
    muxing: dict[str, str] | None = None,
) -> Path:
    """Encode frames or RGB arrays; `ticks` are times in 1/1000 s, `tags` are matrix and range."""
    frames = [
        p if isinstance(p, av.VideoFrame) else av.VideoFrame.from_ndarray(p) for p in pictures
    ]
    with av.open(str(path), "w", options=muxing or {}) as container:
        stream = container.add_stream(codec, rate=fps, options=options or {})
        stream.width, stream.height = frames[0].width, frames[0].height
        stream.pix_fmt = pixel_format
        if tags:
            stream.codec_context.colorspace, stream.codec_context.color_range = tags
        if pixel_aspect:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if ticks:
            stream.codec_context.time_base = Fraction(1, 1000)
        if turn:
            stream.set_display_rotation(**turn)
        for index, frame in enumerate(frames):
            frame.pts = ticks[index] if ticks else index
            frame.time_base = Fraction(1, 1000) if ticks else 1 / fps
            if tags:
                frame.colorspace, frame.color_range = tags
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def make_video(tmp_path: Path) -> Callable[..., Path]:
    """Write a clip of a given name; without pictures it has 24 numbered ones."""

    def make(name: str, pictures: Sequence[Any] | None = None, **facts: Any) -> Path:
        shown = [numbered(i) for i in range(24)] if pictures is None else pictures
        return write_video(tmp_path / name, shown, **facts)

    return make


@pytest.fixture
def make_flat() -> Callable[..., av.VideoFrame]:
    """Make a frame with one stored value per plane."""
    return flat


@pytest.fixture
def make_numbered() -> Callable[..., Any]:
    """Make a picture whose gray level names its index."""
    return numbered
