"""The facts of a take: read from its header and packets, with one frame decoded.

The first frame is decoded because only frames carry rotation and reliable colour tags.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av

from tracker.domain.takes import Probe
from tracker.errors import MediaError
from tracker.media.colour import Colour, colour_of
from tracker.media.picture import Geometry, geometry_of
from tracker.media.reader import SEQUENCE_FPS, VideoReader

__all__ = ["probe"]


def probe(path: Path | str, *, sequence_fps: Fraction = SEQUENCE_FPS) -> Probe:
    """Read what a tracker must know of a video, a still or a numbered sequence.

    A file that is cut off but starts well is probed with a remark that names both counts. Raises
    MediaError with one sentence when nothing can be shown: missing, empty, renamed, only sound.
    """
    with VideoReader(path, sequence_fps=sequence_fps) as reader:
        frame = reader.scan()
        try:
            geometry = geometry_of(frame, reader.header.pixel_aspect)
            return _facts(reader, frame, geometry=geometry)
        except OSError as error:
            raise MediaError(f"'{reader.source.name}' cannot be read ({error}).") from error


def _facts(reader: VideoReader, frame: av.VideoFrame, *, geometry: Geometry) -> Probe:
    header, ledger = reader.header, reader.ledger
    is_picture = header.container == "still"
    colour = colour_of(frame)
    frame_count = 1 if is_picture else ledger.declared_frames()
    fps = Fraction(24) if is_picture else ledger.fps
    width, height = geometry.size
    return Probe(
        container=header.container,
        codec=header.codec,
        pixel_format=frame.format.name,
        width=width,
        height=height,
        fps=fps,
        frame_count=frame_count,
        duration_s=float(frame_count / fps),
        is_variable_rate=ledger.is_variable_rate,
        rotation_deg=geometry.rotation_deg,
        color=colour.words,
        has_audio=header.has_audio,
        remarks=_remarks(reader, frame, colour=colour, geometry=geometry),
    )


def _remarks(
    reader: VideoReader, frame: av.VideoFrame, *, colour: Colour, geometry: Geometry
) -> tuple[str, ...]:
    """Technical findings, the gravest first."""
    found = {
        reader.shortfall: bool(reader.shortfall),
        "variable frame rate": reader.ledger.is_variable_rate,
        "interlaced": frame.interlaced_frame,
        "mirrored by its display matrix": geometry.is_mirrored,
        "has more than one picture track; the first is used": reader.header.picture_tracks > 1,
    }
    return tuple(remark for remark, applies in found.items() if applies) + colour.remarks
