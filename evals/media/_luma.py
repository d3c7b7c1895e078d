"""Luma at the file's own size, 8 bits, full range: from plane 0 where the format has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, VideoReformatter
from numpy.typing import NDArray

from tracker.media.colour import Colour
from tracker.media.picture import Geometry, RgbConverter

__all__ = ["LumaReader"]

_Luma = NDArray[np.uint8]
# BT.709 weights; pictures that are stored as RGB are sRGB, whose primaries are BT.709's.
_RGB_WEIGHTS = np.array([[0.2126, 0.7152, 0.0722]], dtype=np.float32)
_PLANAR = ("yuv4", "yuva4", "yuvj4", "nv", "p0", "p2", "p4", "gray")
_HIGH_ALIGNED = ("p0", "p2", "p4")  # these keep their bits at the top of 16
_NOT_PLANAR = ("grayf", "gray32")


class LumaReader:
    """Reads the luma of frames that share one format, colour and geometry."""

    def __init__(self, frame: av.VideoFrame, *, geometry: Geometry, colour: Colour) -> None:
        """Choose the way for frames like this one."""
        self._geometry = geometry
        self._read = _plane_reader(frame, colour) or _converted_reader(frame, colour)

    def __call__(self, frame: av.VideoFrame) -> _Luma:
        """Return shape (height, width) as shown, 0-255."""
        stored = self._read(frame)
        width = max(1, round(self._geometry.stored_width * self._geometry.pixel_aspect))
        if width != stored.shape[1]:
            shrinks = width < stored.shape[1]
            way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
            stored = cv2.resize(stored, (width, stored.shape[0]), interpolation=way)  # type: ignore[assignment]  # cv2 has no shapes
        return self._geometry.upright(stored)


def expansion_table(depth_bits: int, *, is_full_range: bool) -> _Luma:
    """Map every stored luma value to 0-255 full range (ITU-T H.273, equations 20 and 30).

    >>> [int(expansion_table(8, is_full_range=False)[v]) for v in (0, 16, 126, 235, 255)]
    [0, 0, 128, 255, 255]
    """
    values = np.arange(1 << depth_bits, dtype=np.float64)
    unit = 1 << (depth_bits - 8)
    scaled = (
        values / ((1 << depth_bits) - 1) if is_full_range else (values - 16 * unit) / (219 * unit)
    )
    return np.rint(np.clip(scaled, 0.0, 1.0) * 255).astype(np.uint8)


def _plane_reader(frame: av.VideoFrame, colour: Colour) -> Callable[[av.VideoFrame], _Luma] | None:
    """Read plane 0 through a table, or None when luma does not lie alone in plane 0."""
    pixel = frame.format
    if not pixel.name.startswith(_PLANAR) or pixel.name.startswith(_NOT_PLANAR):
        return None
    bits = pixel.components[0].bits
    shift = 16 - bits if pixel.name.startswith(_HIGH_ALIGNED) else 0
    kind: Any = np.dtype("u1" if bits <= 8 else ">u2" if pixel.is_big_endian else "<u2")
    table = expansion_table(bits, is_full_range=colour.is_full_range)

    def read(frame: av.VideoFrame) -> _Luma:
        plane = frame.planes[0]
        lines = np.frombuffer(memoryview(plane), kind).reshape(-1, plane.line_size // kind.itemsize)
        values = lines[: frame.height, : frame.width] >> shift if shift else lines
        values = values[: frame.height, : frame.width]
        if bits == 8:
            return np.asarray(cv2.LUT(values, table), dtype=np.uint8)
        return np.asarray(np.take(table, values, mode="clip"), dtype=np.uint8)

    return read


def _converted_reader(frame: av.VideoFrame, colour: Colour) -> Callable[[av.VideoFrame], _Luma]:
    """Weigh sRGB for RGB and palette formats; let libswscale unpack the remaining YUV."""
    if colour.matrix == "rgb":
        stored = Geometry(stored_width=frame.width, stored_height=frame.height)
        to_rgb = RgbConverter(stored, colour, size=stored.size)
        return lambda frame: np.asarray(cv2.transform(to_rgb(frame), _RGB_WEIGHTS), dtype=np.uint8)
    reformatter = VideoReformatter()

    def read(frame: av.VideoFrame) -> _Luma:
        gray = reformatter.reformat(
            frame,
            format="gray",
            src_color_range=colour.sws_range,
            dst_color_range=int(ColorRange.JPEG),
            threads=1,
        )
        return np.asarray(gray.to_ndarray(), dtype=np.uint8)

    return read
