"""Small clips, made when a test asks for them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest


def picture(index: int, *, width: int = 160, height: int = 90) -> Any:
    """A gray picture whose level names its index, with a red top left and a blue bottom right."""
    rgb = np.full((height, width, 3), 40 + 6 * (index % 32), np.uint8)
    rgb[: height // 3, : width // 3] = (220, 20, 20)
    rgb[-(height // 3) :, -(width // 3) :] = (20, 20, 220)
    return rgb


def write_video(
    path: Path,
    *,
    frames: int = 24,
    size: tuple[int, int] = (160, 90),
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    fps: Fraction = Fraction(24),
    ticks: list[int] | None = None,
    tags: tuple[int, int] | None = None,
    rotation_deg: int = 0,
    pixel_aspect: Fraction | None = None,
    options: dict[str, str] | None = None,
    muxing: dict[str, str] | None = None,
    with_sound: bool = False,
) -> Path:
    """Encode numbered pictures; `ticks` are presentation times in 1/1000 s, `tags` matrix, range."""
    with av.open(str(path), "w", options=muxing or {}) as container:
        stream = container.add_stream(codec, rate=fps, options=options or {})
        stream.width, stream.height = size
        stream.pix_fmt = pixel_format
        if tags:
            stream.codec_context.colorspace, stream.codec_context.color_range = tags
        if pixel_aspect:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if ticks:
            stream.codec_context.time_base = Fraction(1, 1000)
        if rotation_deg:
            stream.set_display_rotation(rotation_deg)
        sound = container.add_stream("aac", rate=48000, layout="mono") if with_sound else None
        for index in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(index, width=size[0], height=size[1]))
            frame.pts = ticks[index] if ticks else index
            frame.time_base = Fraction(1, 1000) if ticks else 1 / fps
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            write_silence(container, sound)
    return path


def write_silence(container: Any, stream: Any, seconds: int = 1) -> None:
    """Append silence to an audio track."""
    samples = np.zeros((1, 48000 * seconds), np.float32)
    frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
    frame.sample_rate = 48000
    container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def cut(path: Path, share: float) -> Path:
    """Keep the first part of a file, under another name."""
    data = path.read_bytes()
    short = path.with_name(f"cut_{path.name}")
    short.write_bytes(data[: int(len(data) * share)])
    return short


@pytest.fixture
def make_video(tmp_path: Path) -> Callable[..., Path]:
    """Write a clip of a given name into the test's own folder."""
    return lambda name, **facts: write_video(tmp_path / name, **facts)


@pytest.fixture
def cut_file() -> Callable[[Path, float], Path]:
    """Cut a file off at a share of its bytes."""
    return cut


@pytest.fixture
def make_sound(tmp_path: Path) -> Callable[[str], Path]:
    """Write a file that holds only sound."""

    def make(name: str) -> Path:
        with av.open(str(tmp_path / name), "w") as container:
            write_silence(container, container.add_stream("aac", rate=48000, layout="mono"))
        return tmp_path / name

    return make
