"""What a review proxy is: how large, how well encoded, and how often it can be cut into."""

from __future__ import annotations

from tracker.media.encode import Encoding
from tracker.media.picture import fit_box

__all__ = ["PROXY_ENCODING", "proxy_size"]

_BOX = (640, 360)
_MIN_LONG_SIDE = 160
PROXY_ENCODING = Encoding(crf=23, keyframe_interval_frames=12)
"""A keyframe every half second: a player finds any frame fast."""


def proxy_size(size: tuple[int, int]) -> tuple[int, int]:
    """Size of a proxy: fits 640x360, even; only below 160 pixels it is enlarged, a whole factor.

    >>> proxy_size((1920, 804)), proxy_size((64, 36))
    ((640, 268), (192, 108))
    """
    factor = -(-_MIN_LONG_SIDE // max(size)) if max(size) < _MIN_LONG_SIDE else 1
    width, height = fit_box((size[0] * factor, size[1] * factor), _BOX)
    return max(2, width // 2 * 2), max(2, height // 2 * 2)
