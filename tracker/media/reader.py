"""One file opened once: header, packets counted as they pass, frames as they are decoded.

Four traps of PyAV 18 are kept in here. Attributes of a stream crash the process after its container
is closed, so the header is copied at once. A frame's damage is flagged only under frame threading,
and not always, so FFmpeg's error lines are counted too. FFmpeg logs from threads of its own, which
must not wait for Python while Python waits for them. A sequence's gap ends it without a word.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import av.error
from av.stream import Disposition

from tracker.errors import MediaError, MisuseError
from tracker.media.ledger import Header, PacketLedger
from tracker.media.source import MediaSource, locate

__all__ = ["SEQUENCE_FPS", "VideoReader"]

SEQUENCE_FPS = Fraction(24)
"""Rate of numbered files when nobody says another: files carry none."""

_NAMED_CONTAINERS = {
    "mov,mp4,m4a,3gp,3g2,mj2": ("mp4", "mov"),
    "matroska,webm": ("mkv", "webm"),
}
_CLOCK = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")
_GIF_END = b"\x3b"
_GIF_TAIL_BYTES = 1024


class VideoReader:
    """A context manager over one take; iterate `frames()` or `scan()`, not both."""

    def __init__(
        self, path: Path | str, *, thread_count: int = 1, sequence_fps: Fraction = SEQUENCE_FPS
    ) -> None:
        """Find the file; nothing is opened yet.

        `thread_count` 0 lets FFmpeg choose. With more than one thread, damage at the very end of a
        file costs all frames that are still in the decoder (PyAV raises and cannot go on draining).
        """
        self.source = locate(path)
        self.failed_packets = 0
        """Packets that the decoder refused."""
        self._thread_count = thread_count
        self._sequence_fps = sequence_fps
        self._container: Any = None
        self._stream: Any = None
        self._is_drained = False

    def __enter__(self) -> Self:
        # At PANIC nothing is printed or logged, yet PyAV counts lines of level ERROR.
        av.logging.set_level(av.logging.PANIC)
        self._first_error_line = av.logging.get_last_error()[0]
        try:
            self._container = _open(self.source, self._sequence_fps)
            self._stream = _picture_stream(self._container, self.source)
            self._stream.thread_type = "AUTO"
            self._stream.codec_context.thread_count = self._thread_count
            self.header = _read_header(self._container, self._stream, self.source)
            if self.header.codec == "exr":
                # EXR is linear light; everything downstream expects sRGB.
                self._stream.codec_context.options = {"apply_trc": "iec61966_2_1"}
        except BaseException:
            self.close()
            raise
        self.ledger = PacketLedger(self.header)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free the file; safe to call twice."""
        if self._container is None:
            return
        if not self._is_drained:
            # Decoder threads may be logging: they would wait for the GIL while freeing the decoder
            # waits for them. Take their callback away and let those already waiting through.
            av.logging.set_level(None)
            time.sleep(0.005)
        container, self._container, self._stream = self._container, None, None
        container.close()

    @property
    def error_lines(self) -> int:
        """Lines of level ERROR that FFmpeg logged since this file was opened."""
        return int(av.logging.get_last_error()[0]) - self._first_error_line

    @property
    def shortfall(self) -> str:
        """What of the file is missing, in words, judged by the packets seen; empty when complete."""
        if self.source.gap:
            return self.source.gap
        declared, present = self.ledger.declared_frames(), self.ledger.present_frames
        if present < declared:
            return f"the file ends early and holds {present} of {declared} declared frames"
        if self.header.container == "gif" and not _gif_is_closed(self.source.files[0]):
            return f"the file ends early: its end mark is missing after {present} frames"
        return ""

    def frames(self) -> Iterator[av.VideoFrame]:
        """Decode everything once; packets that the decoder refuses are counted and skipped."""
        for packet in self._demux():
            yield from self._decode(packet)

    def scan(self) -> av.VideoFrame:
        """Read all packets but decode only to the first frame, which is returned.

        Raises MediaError when no packet gives a frame.
        """
        first: av.VideoFrame | None = None
        for packet in self._demux():
            if first is None:
                first = next(iter(self._decode(packet)), None)
        if first is None:
            raise no_frames(self.source)
        return first

    def frame_at(self, index: int) -> av.VideoFrame | None:
        """Seek to a frame of a constant-rate file, counted from 0; None past its end.

        Meant for our own proxies: it trusts that frame n is shown at n / fps.
        """
        step_ticks = 1 / (self.header.rate or SEQUENCE_FPS) / self.header.time_base_s
        target = round(index * step_ticks)
        self._container.seek(target, stream=self._stream, backward=True)
        for frame in self._container.decode(self._stream):
            if frame.pts is not None and frame.pts >= target - step_ticks / 2:
                return frame if frame.pts <= target + step_ticks / 2 else None
        return None

    def _demux(self) -> Iterator[Any]:
        """Yield the picture track's packets, then the empty one that drains the decoder."""
        self._refuse_closed()
        tracks = [s for s in self._container.streams if s.type == "audio"]
        packets = self._container.demux([self._stream, *tracks])
        index = self._stream.index
        while True:
            try:
                packet = next(packets)
            except (StopIteration, av.error.FFmpegError):
                break
            if packet.dts is None and packet.pts is None and packet.size == 0:
                continue  # PyAV's own draining packets; ours follows, also after an error
            self._note(packet, is_picture=packet.stream_index == index)
            if packet.stream_index == index and packet.size:
                yield packet
                self._refuse_closed()
        yield None
        self._is_drained = True

    def _refuse_closed(self) -> None:
        # Reading on from a closed container would crash the process.
        if self._container is None:
            raise MisuseError(f"'{self.source.name}' is closed; read it inside its `with` block.")

    def _note(self, packet: Any, *, is_picture: bool) -> None:
        ticks = packet.dts if packet.pts is None else packet.pts
        duration = packet.duration or 0
        if is_picture:
            self.ledger.add_picture(ticks, duration, is_discarded=packet.is_discard)
        elif ticks is not None:
            self.ledger.add_other(float((ticks + duration) * packet.time_base))

    def _decode(self, packet: Any) -> list[av.VideoFrame]:
        try:
            return list(self._stream.decode(packet))
        except EOFError:
            return []
        except (av.error.FFmpegError, ValueError, MemoryError):
            self.failed_packets += 1
            return []


def no_frames(source: MediaSource) -> MediaError:
    """The error for a file that opens but shows nothing."""
    return MediaError(f"'{source.name}' holds no frame that can be decoded; export it again.")


def _open(source: MediaSource, sequence_fps: Fraction) -> Any:
    """Open the container, or raise MediaError with one sentence about why not."""
    try:
        if not source.is_sequence and source.size_bytes == 0:
            raise MediaError(f"'{source.name}' is empty (0 bytes); copy or export it again.")
        # A text file that is really a playlist must not make us open addresses.
        options = {"protocol_whitelist": "file"}
        if not source.is_sequence:
            return av.open(f"file:{source.ffmpeg_name}", options=options)
        options |= {"start_number": str(source.numbers[0]), "framerate": str(sequence_fps)}
        return av.open(source.ffmpeg_name, format="image2", options=options)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise _cannot_open(source, error) from error


def _cannot_open(source: MediaSource, error: Exception) -> MediaError:
    if isinstance(error, EOFError):
        return no_frames(source)
    if isinstance(error, av.error.InvalidDataError):
        # FFmpeg also tries text as MP4 for its suffix's sake, so its own word is not enough.
        if "moov atom" in str(av.logging.get_last_error()[1]) and _starts_as_mp4(source.files[0]):
            return MediaError(
                f"'{source.name}' has no index (moov): it was cut off while it was written or "
                "copied; export or copy it again."
            )
        return MediaError(
            f"'{source.name}' is neither a video nor a picture, or is damaged at its start; "
            "check that it is not another kind of file renamed."
        )
    reason = getattr(error, "strerror", None) or error
    return MediaError(f"'{source.name}' cannot be opened ({reason}).")


def _starts_as_mp4(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(8)[4:] in {b"ftyp", b"wide", b"mdat", b"free"}


def _picture_stream(container: Any, source: MediaSource) -> Any:
    """The first video track that is not a cover picture."""
    tracks = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not tracks:
        what = "only sound" if container.streams.audio else "no picture track"
        raise MediaError(f"'{source.name}' holds {what}; submit a file with pictures.")
    if tracks[0].codec_context is None:
        raise MediaError(
            f"'{source.name}' uses a codec that cannot be decoded here; export it as H.264."
        )
    return tracks[0]


def _read_header(container: Any, stream: Any, source: MediaSource) -> Header:
    kind = _container_name(container.format.name, source)
    rate = stream.average_rate or stream.guessed_rate
    return Header(
        container=kind,
        codec=stream.codec_context.codec.canonical_name,
        time_base_s=stream.time_base,
        rate=Fraction(rate) if rate else None,
        declared_frames=source.declared_frames or stream.frames,
        picture_end_s=_clock_s(stream.metadata.get("DURATION", "")),
        file_end_s=container.duration / av.time_base if container.duration else None,
        pixel_aspect=stream.sample_aspect_ratio,
        has_audio=bool(container.streams.audio),
        picture_tracks=len(container.streams.video),
    )


def _container_name(ffmpeg_name: str, source: MediaSource) -> str:
    """FFmpeg names families; the file's suffix says which member, where it fits."""
    if source.is_sequence:
        return "sequence"
    if ffmpeg_name == "image2" or ffmpeg_name.endswith("_pipe"):
        return "still"
    members = _NAMED_CONTAINERS.get(ffmpeg_name, (ffmpeg_name.partition(",")[0],))
    suffix = source.path.suffix.lower().lstrip(".")
    return suffix if suffix in members else members[0]


def _clock_s(text: str) -> float | None:
    """Read Matroska's `00:00:05.000000000`; None for anything else."""
    match = _CLOCK.fullmatch(text.strip())
    return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3]) if match else None


def _gif_is_closed(file: Path) -> bool:
    """True when a GIF ends with its trailer; some writers pad it with zeros."""
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - _GIF_TAIL_BYTES))
        return stream.read().rstrip(b"\0").endswith(_GIF_END)
