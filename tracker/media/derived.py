"""What the screens show of a take: a small constant-rate proxy, a thumbnail, and single stills.

Everything lies in one folder per take, named by the take's sha256, and is written under a temporary
name first, so that a file which is there is whole. The proxy holds exactly one frame per source
frame at the probe's rate: `currentTime = (frame + 0.5) / fps` lands on the frame, also where the
source's own rate varies. It is written last: where there is a proxy there is a thumbnail.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tracker.errors import MediaError
from tracker.media._proxy import PROXY_ENCODING, proxy_size
from tracker.media.colour import colour_of
from tracker.media.encode import ClipWriter
from tracker.media.picture import RgbConverter, fit_box, geometry_of
from tracker.media.probe import probe
from tracker.media.reader import SEQUENCE_FPS, VideoReader, no_frames

__all__ = ["DerivedMedia", "make_proxy_and_thumbnail", "write_stills"]

_THUMBNAIL_BOX = (480, 480)
_STILL_BOX = (1920, 1080)
_JPEG_QUALITY = 85


@dataclass(frozen=True)
class DerivedMedia:
    """Where a take's derived files lie."""

    root: Path
    """Folder of all derived media."""
    sha256: str
    """Digest of the take."""

    @property
    def folder(self) -> Path:
        """The take's own folder."""
        return self.root / self.sha256

    @property
    def proxy(self) -> Path:
        """H.264 in MP4, at most 640x360; absent for a still."""
        return self.folder / "proxy.mp4"

    @property
    def thumbnail(self) -> Path:
        """JPEG, at most 480 pixels wide, of the frame at a third of the take."""
        return self.folder / "thumb.jpg"

    def still(self, index: int) -> Path:
        """JPEG of one frame, counted from 0."""
        return self.folder / f"still_{index:06d}.jpg"


def make_proxy_and_thumbnail(
    path: Path | str, derived: DerivedMedia, *, sequence_fps: Fraction = SEQUENCE_FPS
) -> int:
    """Write proxy and thumbnail in one decode and return how many frames could be decoded.

    A file that breaks off is shown as far as it goes; compare the count with the probe's. A still
    gets no proxy but a thumbnail and `still(0)`. Raises MediaError when nothing can be decoded.
    """
    facts = probe(path, sequence_fps=sequence_fps)
    with VideoReader(path, sequence_fps=sequence_fps) as reader:
        if facts.is_still:
            return _write_single(reader, derived)
        thumbnail_index = facts.frame_count // 3
        with (
            _whole(derived.proxy) as temporary,
            ClipWriter(temporary, facts.fps, PROXY_ENCODING) as writer,
        ):
            pictures = _pictures(reader, box=None)
            thumbnail = next(pictures, None)
            if thumbnail is None:
                raise no_frames(reader.source)
            writer.add(thumbnail)
            for index, picture in enumerate(pictures, start=1):
                writer.add(picture)
                if index <= thumbnail_index:
                    thumbnail = picture
            _write_jpeg(thumbnail, derived.thumbnail, box=_THUMBNAIL_BOX)
        return writer.frames


def write_stills(proxy: Path, derived: DerivedMedia, indices: Iterable[int]) -> list[Path]:
    """Write a JPEG of each frame of a proxy, counted from 0, and return the paths in that order.

    Stills that exist are kept. Raises MediaError for a frame that the proxy does not have.
    """
    indices = list(indices)
    wanted = sorted({index for index in indices if not derived.still(index).exists()})
    if wanted and wanted[0] < 0:
        raise MediaError(f"Frame {wanted[0]} is before the start of '{proxy.name}'; count from 0.")
    if wanted:
        with VideoReader(proxy) as reader:
            for index, picture in _seek_pictures(reader, wanted):
                _write_jpeg(picture, derived.still(index), box=_STILL_BOX)
    return [derived.still(index) for index in indices]


def _seek_pictures(
    reader: VideoReader, wanted: list[int]
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Decode only the groups of pictures that hold the wanted frames."""
    convert: RgbConverter | None = None
    for index in wanted:
        frame = reader.frame_at(index)
        if frame is None:
            raise MediaError(f"'{reader.source.name}' has no frame {index}; it ends before.")
        if convert is None:
            geometry = geometry_of(frame, reader.header.pixel_aspect)
            size = fit_box(geometry.size, _STILL_BOX)
            convert = RgbConverter(geometry, colour_of(frame), size=size)
        yield index, convert(frame)


def _write_single(reader: VideoReader, derived: DerivedMedia) -> int:
    """A still's two files."""
    picture = next(_pictures(reader, box=_STILL_BOX), None)
    if picture is None:
        raise no_frames(reader.source)
    _write_jpeg(picture, derived.still(0), box=_STILL_BOX)
    _write_jpeg(picture, derived.thumbnail, box=_THUMBNAIL_BOX)
    return 1


def _pictures(reader: VideoReader, *, box: tuple[int, int] | None) -> Iterator[NDArray[np.uint8]]:
    """All frames upright in sRGB, fitted into a box, or at the proxy's size."""
    convert: RgbConverter | None = None
    for frame in reader.frames():
        if convert is None or not convert.suits(frame):
            # A file may change its picture size on the way; the proxy keeps the first one.
            geometry = geometry_of(frame, reader.header.pixel_aspect)
            fitted = proxy_size(geometry.size) if box is None else fit_box(geometry.size, box)
            size = convert.size if convert else fitted
            convert = RgbConverter(geometry, colour_of(frame), size=size)
        yield convert(frame)


def _write_jpeg(picture: NDArray[np.uint8], path: Path, *, box: tuple[int, int]) -> None:
    image = Image.fromarray(picture)
    size = fit_box(image.size, box)
    if size != image.size:
        image = image.resize(size, Image.Resampling.BOX)
    with _whole(path) as temporary:
        image.save(temporary, format="JPEG", quality=_JPEG_QUALITY, subsampling=0)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give a temporary name beside the path; rename it on success, remove it on failure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".{path.name}.{os.getpid()}.part"
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
