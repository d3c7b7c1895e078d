"""Colour and orientation against the formulas of ITU-R BT.601, BT.709 and BT.2020."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from evals.media.frames import open_frames
from evals.media.types import Frame

MakeVideo = Callable[..., Path]
WEIGHTS = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}
TAGS = {"bt601": 5, "bt709": 1, "bt2020": 9}
STORED = (110, 150, 95)  # 8-bit Y, Cb, Cr


def first(path: Path) -> tuple[Frame, Any, tuple[str, ...]]:
    """The first frame, its full picture, and the clip's remarks."""
    with open_frames(path) as stream:
        found = [(frame, frame.full_rgb()) for frame in stream]
        return *found[0], stream.facts.remarks


def rgb_of(matrix: str, *, is_full: bool) -> list[float]:
    """sRGB of STORED by the standards' equations, 0-255."""
    kr, kb = WEIGHTS[matrix]
    y, cb, cr = STORED
    luma = y / 255 if is_full else (y - 16) / 219
    blue, red = ((c - 128) / (255 if is_full else 224) for c in (cb, cr))
    r, b = luma + 2 * (1 - kr) * red, luma + 2 * (1 - kb) * blue
    g = (luma - kr * r - kb * b) / (1 - kr - kb)
    return [255 * channel for channel in (r, g, b)]


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le"])
@pytest.mark.parametrize("is_full", [False, True])
@pytest.mark.parametrize("matrix", sorted(WEIGHTS))
def test_tagged_colour_follows_its_standard(
    make_video: MakeVideo,
    make_flat: Callable[..., av.VideoFrame],
    matrix: str,
    is_full: bool,  # noqa: FBT001  # an axis of the table
    pixel_format: str,
) -> None:
    unit = 4 if "10" in pixel_format else 1
    stored = [value * unit for value in STORED]
    path = make_video(
        "a.mkv",
        [make_flat(stored, pixel_format=pixel_format, size=(640, 360)) for _ in range(2)],
        codec="ffv1",
        pixel_format=pixel_format,
        tags=(TAGS[matrix], 2 if is_full else 1),
    )
    frame, full, remarks = first(path)
    expected = rgb_of(matrix, is_full=is_full)
    assert frame.rgb.mean((0, 1)) == pytest.approx(expected, abs=1.5)
    assert full.mean((0, 1)) == pytest.approx(expected, abs=1.5)
    luma = STORED[0] if is_full else (STORED[0] - 16) * 255 / 219
    assert frame.luma.mean() == pytest.approx(luma, abs=0.6)
    assert remarks == ()


@pytest.mark.parametrize(("size", "matrix"), [((1280, 64), "bt709"), ((640, 360), "bt601")])
def test_untagged_colour_is_assumed_by_size_and_reported(
    make_video: MakeVideo, make_flat: Callable[..., av.VideoFrame], size: Any, matrix: str
) -> None:
    path = make_video("a.mkv", [make_flat(STORED, size=size)] * 1, codec="ffv1")
    frame, _, remarks = first(path)
    assert frame.rgb.mean((0, 1)) == pytest.approx(rgb_of(matrix, is_full=False), abs=1.5)
    assert remarks == (f"untagged colour, taken as {matrix.upper().replace('BT', 'BT.')}",)


@pytest.mark.parametrize(
    ("pixel_format", "bits"), [("yuv420p", 8), ("yuv420p10le", 10), ("yuv444p16le", 16)]
)
@pytest.mark.parametrize("is_full", [False, True])
def test_luma_maps_every_stored_value_to_full_range(
    make_video: MakeVideo,
    make_flat: Callable[..., av.VideoFrame],
    pixel_format: str,
    bits: int,
    is_full: bool,  # noqa: FBT001  # an axis of the table
) -> None:
    frame = make_flat([0, 1 << (bits - 1), 1 << (bits - 1)], pixel_format=pixel_format)
    values = np.linspace(0, (1 << bits) - 1, 160).astype(np.uint8 if bits == 8 else np.uint16)
    plane = np.frombuffer(frame.planes[0], values.dtype)
    stride = frame.planes[0].line_size // values.dtype.itemsize
    for line in range(90):
        plane[line * stride : line * stride + 160] = values
    path = make_video(
        "a.mkv", [frame], codec="ffv1", pixel_format=pixel_format, tags=(1, 2 if is_full else 1)
    )
    found, _, _ = first(path)
    unit = 1 << (bits - 8)
    share = values / ((1 << bits) - 1) if is_full else (values / unit - 16) / 219
    expected = np.clip(share, 0, 1) * 255
    assert np.abs(found.luma - expected).max() <= 0.5 + 1e-9


def test_luma_of_rgb_files_is_weighed_as_bt709(tmp_path: Path) -> None:
    for name, mode in (("rgb.png", "RGB"), ("palette.png", "P"), ("a.gif", "RGB")):
        Image.new("RGB", (64, 48), (204, 51, 0)).convert(mode).save(tmp_path / name)
        frame, full, _ = first(tmp_path / name)
        red, green, blue = full.reshape(-1, 3).mean(0)
        expected = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        assert frame.luma.mean() == pytest.approx(expected, abs=1), name
        assert [red, green, blue] == pytest.approx([204, 51, 0], abs=6), name


def test_gray_pictures_are_full_range(tmp_path: Path) -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (16, 1))
    Image.fromarray(ramp).save(tmp_path / "gray.png")
    Image.fromarray(ramp.astype(np.uint16) * 257).save(tmp_path / "gray16.png")
    for name in ("gray.png", "gray16.png"):
        frame, full, remarks = first(tmp_path / name)
        assert np.array_equal(frame.luma, ramp), name
        assert np.abs(full[:, :, 1].astype(int) - ramp).max() <= 1
        assert remarks == ()


def test_exr_is_linear_light_and_comes_out_as_srgb(tmp_path: Path) -> None:
    frame = av.VideoFrame(64, 48, "gbrpf32le")
    linear = {"g": 0.05, "b": 0.02, "r": 0.5}
    for plane, value in zip(frame.planes, linear.values(), strict=True):
        np.frombuffer(plane, np.float32)[:] = value
    with av.open(str(tmp_path / "a.exr"), "w", format="image2", options={"update": "1"}) as out:
        stream = out.add_stream("exr", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "gbrpf32le"
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    found, _, _ = first(tmp_path / "a.exr")
    expected = [255 * (1.055 * linear[c] ** (1 / 2.4) - 0.055) for c in "rgb"]
    assert found.rgb.mean((0, 1)) == pytest.approx(expected, abs=1.5)


@pytest.mark.parametrize(
    ("turn", "red", "blue"),
    [
        ({"degrees": 0}, (0, 0), (-1, -1)),
        ({"degrees": 90}, (-1, 0), (0, -1)),
        ({"degrees": 180}, (-1, -1), (0, 0)),
        ({"degrees": 270}, (0, -1), (-1, 0)),
        ({"degrees": 0, "hflip": True}, (0, -1), (-1, 0)),
        ({"degrees": 0, "vflip": True}, (-1, 0), (0, -1)),
    ],
)
def test_pictures_come_out_upright(
    make_video: MakeVideo, turn: dict[str, Any], red: tuple[int, int], blue: tuple[int, int]
) -> None:
    frame, full, _ = first(make_video("a.mp4", turn=turn, tags=(1, 1), options={"crf": "5"}))
    shape = (160, 90) if turn["degrees"] in {90, 270} else (90, 160)
    assert frame.luma.shape == frame.rgb.shape[:2] == full.shape[:2] == shape
    for picture in (frame.rgb, full):
        assert picture[red][0] > 190
        assert picture[red][2] < 60
        assert picture[blue][2] > 190
        assert picture[blue][0] < 60
    # BT.709 luma of the two corners.
    assert float(frame.luma[red]) == pytest.approx(63, abs=6)
    assert float(frame.luma[blue]) == pytest.approx(34, abs=6)


@pytest.mark.parametrize(
    ("pixel_aspect", "width"), [(Fraction(2), 320), (Fraction(1, 2), 80), (Fraction(40, 33), 194)]
)
def test_pixel_aspect_is_applied_to_luma_and_colour(
    make_video: MakeVideo, pixel_aspect: Fraction, width: int
) -> None:
    frame, full, _ = first(make_video("a.mp4", pixel_aspect=pixel_aspect))
    assert frame.luma.shape == frame.rgb.shape[:2] == full.shape[:2] == (90, width)
    assert frame.rgb[5, width // 6, 0] > 190
    assert frame.rgb[-5, -width // 6, 2] > 190


def test_rotation_and_pixel_aspect_combine(make_video: MakeVideo) -> None:
    path = make_video("a.mp4", turn={"degrees": 90}, pixel_aspect=Fraction(2))
    frame, _, _ = first(path)
    assert frame.luma.shape == (320, 90)
    assert frame.rgb.shape == (288, 81, 3)
