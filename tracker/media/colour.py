"""Which matrix and range turn a file's numbers into sRGB, and whether we had to guess.

Every library decodes untagged HD as BT.601, which puts BT.709 pictures off by 7.5 levels on average
(23 at most). We take untagged HD as BT.709, untagged SD as BT.601, and say so in a remark.
"""

from __future__ import annotations

from dataclasses import dataclass

import av
from av.video.reformatter import ColorRange, Colorspace

__all__ = ["Colour", "colour_of"]

_HD_MIN_LONG_SIDE = 1280
_HD_MIN_SHORT_SIDE = 577  # 576 lines are PAL, the tallest standard definition

# Values of AVColorSpace (ITU-T H.273, table 4) and of AVColorTransferCharacteristic (table 3).
_MATRICES = {
    1: "bt709",
    4: "fcc",
    5: "bt601",
    6: "bt601",
    7: "smpte240m",
    9: "bt2020",
    10: "bt2020",
}
_SWS_MATRICES = {
    "bt709": Colorspace.ITU709,
    "fcc": Colorspace.FCC,
    "bt601": Colorspace.ITU601,
    "smpte240m": Colorspace.SMPTE240M,
    "bt2020": Colorspace.BT2020,
}
_HDR_TRANSFERS = {16: "PQ", 18: "HLG"}
_FULL_RANGE = 2


@dataclass(frozen=True, kw_only=True)
class Colour:
    """How a file's samples are read."""

    matrix: str
    """`bt709`, `bt601`, `bt2020`, `smpte240m`, `fcc`; `rgb` and `gray` need none."""
    is_full_range: bool
    is_assumed: bool = False
    """True when the file does not say its matrix."""
    transfer: str = ""
    """`PQ` or `HLG` for high dynamic range, which is shown without tone mapping."""

    @property
    def words(self) -> str:
        """As a person reads it, e.g. `untagged, taken as bt709 limited`."""
        words = f"{self.matrix} {'full' if self.is_full_range else 'limited'}"
        return f"untagged, taken as {words}" if self.is_assumed else words

    @property
    def remarks(self) -> tuple[str, ...]:
        """Technical findings about the colour."""
        found = []
        if self.is_assumed:
            found.append(f"untagged colour, taken as {self.matrix.upper().replace('BT', 'BT.')}")
        if self.transfer:
            found.append(f"{self.transfer} high dynamic range, read without tone mapping")
        return tuple(found)

    @property
    def sws_matrix(self) -> int:
        """The matrix as libswscale counts it."""
        return int(_SWS_MATRICES.get(self.matrix, Colorspace.ITU709))

    @property
    def sws_range(self) -> int:
        """The range as FFmpeg counts it."""
        return int(ColorRange.JPEG if self.is_full_range else ColorRange.MPEG)


def colour_of(frame: av.VideoFrame) -> Colour:
    """Decide how to read a decoded frame; its own tags win, then its size decides."""
    pixel = frame.format
    transfer = _HDR_TRANSFERS.get(frame.color_trc, "")
    if pixel.is_rgb or pixel.has_palette:
        return Colour(matrix="rgb", is_full_range=True, transfer=transfer)
    is_full = frame.color_range == _FULL_RANGE or pixel.name.startswith("yuvj")
    if pixel.name.startswith(("gray", "ya", "mono")):
        # libswscale reads gray as full range whatever the tag says; ours must agree with it.
        return Colour(matrix="gray", is_full_range=True, transfer=transfer)
    tagged = _MATRICES.get(frame.colorspace)
    short, long = sorted((frame.width, frame.height))
    is_hd = long >= _HD_MIN_LONG_SIDE or short >= _HD_MIN_SHORT_SIDE
    return Colour(
        matrix=tagged or ("bt709" if is_hd else "bt601"),
        is_full_range=is_full,
        is_assumed=tagged is None,
        transfer=transfer,
    )
