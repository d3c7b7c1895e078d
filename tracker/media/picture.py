"""From a decoded frame to an upright sRGB array at the size somebody asks for.

FFmpeg leaves rotation, mirroring and pixel aspect to its caller; they are applied here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.sidedata.sidedata import Type
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter
from numpy.typing import NDArray

from tracker.media.colour import Colour

__all__ = ["Geometry", "RgbConverter", "fit_box", "geometry_of"]

# Without these two flags libswscale is up to 4 levels off on flat colours; they cost 0.6 ms at 512x288.
_EXACT = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
_AREA = int(Interpolation.AREA | _EXACT)
_NEAREST = int(Interpolation.POINT | _EXACT)
_MAX_PIXEL_ASPECT = 8


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """How a stored picture becomes the one that is shown: swap axes, then flip, then stretch."""

    stored_width: int
    stored_height: int
    pixel_aspect: Fraction = Fraction(1)
    """Width of a stored pixel over its height."""
    swaps_axes: bool = False
    flips_x: bool = False
    flips_y: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as shown, in pixels; pixel aspect changes the stored width only."""
        stretched = max(1, round(self.stored_width * self.pixel_aspect))
        if self.swaps_axes:
            return self.stored_height, stretched
        return stretched, self.stored_height

    @property
    def rotation_deg(self) -> int:
        """Clockwise rotation that is applied: 0, 90, 180 or 270; a mirror image counts as 0."""
        if self.is_mirrored:
            return 0
        if self.swaps_axes:
            return 90 if self.flips_x else 270
        return 180 if self.flips_x else 0

    @property
    def is_mirrored(self) -> bool:
        """True when the file asks to be shown as a mirror image."""
        return (self.flips_x ^ self.flips_y) != self.swaps_axes

    def upright(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Turn a stored picture of shape (H, W) or (H, W, 3) upright; contiguous."""
        turned = picture.swapaxes(0, 1) if self.swaps_axes else picture
        if self.flips_x:
            turned = turned[:, ::-1]
        if self.flips_y:
            turned = turned[::-1]
        return np.ascontiguousarray(turned)


def geometry_of(frame: av.VideoFrame, pixel_aspect: Fraction | None) -> Geometry:
    """Read a frame's display matrix; an impossible pixel aspect is taken as square."""
    aspect = pixel_aspect or Fraction(1)
    if not Fraction(1, _MAX_PIXEL_ASPECT) <= aspect <= _MAX_PIXEL_ASPECT:
        aspect = Fraction(1)
    swaps_axes, flips_x, flips_y = _turns(frame)
    return Geometry(
        stored_width=frame.width,
        stored_height=frame.height,
        pixel_aspect=aspect,
        swaps_axes=swaps_axes,
        flips_x=flips_x,
        flips_y=flips_y,
    )


# Quarter turns counterclockwise, as PyAV counts them: swaps axes, flips x, flips y.
_QUARTER_TURNS = (
    (False, False, False),
    (True, False, True),
    (False, True, True),
    (True, True, False),
)


def _turns(frame: av.VideoFrame) -> tuple[bool, bool, bool]:
    """Whether the picture swaps its axes, then flips x, then y."""
    try:
        # PyAV takes a Type here although its stubs inherit `Mapping[str]`.
        data: Any = frame.side_data.get(Type.DISPLAYMATRIX)  # type: ignore[call-overload]  # see above
    except ValueError:
        # PyAV 18 refuses a whole frame's side data when it meets a kind it does not know (EXIF);
        # `frame.rotation` still works there, and only mirroring is lost.
        return _QUARTER_TURNS[round(frame.rotation / 90) % 4]
    if data is None:
        return _QUARTER_TURNS[0]
    # x' = a x + c y, y' = b x + d y, with y growing downwards (ISO/IEC 14496-12, 6.2.2).
    a, b, _, c, d = (int(entry) for entry in np.frombuffer(bytes(data), np.int32)[:5])
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return False, a < 0, d < 0
    return True, c < 0, b < 0


def fit_box(size: tuple[int, int], box: tuple[int, int]) -> tuple[int, int]:
    """Shrink a (width, height) into a box, keeping its aspect; never enlarge, never below 1.

    >>> fit_box((1920, 1080), (512, 288)), fit_box((160, 90), (512, 288))
    ((512, 288), (160, 90))
    """
    width, height = size
    scale = min(Fraction(box[0], width), Fraction(box[1], height), Fraction(1))
    return max(1, round(width * scale)), max(1, round(height * scale))


class RgbConverter:
    """Converts frames of one geometry and colour to upright sRGB of one size.

    Shrinking averages over areas; enlarging repeats pixels.
    """

    def __init__(self, geometry: Geometry, colour: Colour, *, size: tuple[int, int]) -> None:
        self._geometry = geometry
        self._colour = colour
        self.size = size
        """Width and height of the result."""
        self._stored_size = size[::-1] if geometry.swaps_axes else size
        enlarges = size[0] > geometry.size[0] or size[1] > geometry.size[1]
        self._interpolation = _NEAREST if enlarges else _AREA
        # A reformatter keeps its lookup tables as long as its parameters stay the same.
        self._reformatter = VideoReformatter()

    def suits(self, frame: av.VideoFrame) -> bool:
        """True while frames have the size that the geometry was made for."""
        stored = (self._geometry.stored_width, self._geometry.stored_height)
        return stored == (frame.width, frame.height)

    def __call__(self, frame: av.VideoFrame) -> NDArray[np.uint8]:
        """Return shape (height, width, 3), 0-255."""
        shrunk = self._reformatter.reformat(
            frame,
            width=self._stored_size[0],
            height=self._stored_size[1],
            format="rgb24",
            src_colorspace=self._colour.sws_matrix,
            src_color_range=self._colour.sws_range,
            dst_color_range=int(ColorRange.JPEG),
            interpolation=self._interpolation,
            threads=1,
        )
        return self._geometry.upright(np.asarray(shrunk.to_ndarray(), dtype=np.uint8))
