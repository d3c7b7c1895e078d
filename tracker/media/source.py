"""What a path names: one file, or the numbered files of an image sequence.

| written | names |
|---|---|
| `shot.mp4`, `still.png` | that file |
| `shot.####.png` | `shot.1001.png`, `shot.1002.png`, ... (as many digits as `#`, or more) |
| `shot.%04d.png` | the same, as compositing programs write it |

FFmpeg silently stops at a gap in the numbers, so gaps are found here.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tracker.errors import MediaError

__all__ = ["MediaSource", "digest", "locate"]

_PLACEHOLDER = re.compile(r"#+|%0?(\d*)d")
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class MediaSource:
    """One take on disk."""

    path: Path
    """Absolute path as it was named, with its placeholder if it has one."""
    files: tuple[Path, ...]
    """The files that exist, in order; exactly one unless this is a sequence."""
    numbers: tuple[int, ...] = ()
    """Number of each file of a sequence; empty for a single file."""
    ffmpeg_name: str
    """What to hand to FFmpeg: the path, or the sequence's printf pattern."""

    @property
    def name(self) -> str:
        """File name for messages."""
        return self.path.name

    @property
    def is_sequence(self) -> bool:
        """True for numbered files."""
        return bool(self.numbers)

    @property
    def declared_frames(self) -> int:
        """Frames that a sequence's first and last numbers promise; 0 for a single file."""
        return self.numbers[-1] - self.numbers[0] + 1 if self.numbers else 0

    @property
    def size_bytes(self) -> int:
        """Size of all files together."""
        return sum(file.stat().st_size for file in self.files)

    @property
    def gap(self) -> str:
        """Which frames of a sequence are missing, in words; empty when none is.

        One gap is named with its neighbours, of several the first is named and all are counted.
        """
        holes = [(low, high) for low, high in pairwise(self.numbers) if high - low > 1]
        if not holes:
            return ""
        low, high = holes[0]
        missing = sum(b - a - 1 for a, b in holes)
        first = f"frame {low + 1} is" if high - low == 2 else f"frames {low + 1}-{high - 1} are"
        rest = f" ({missing} frames are missing in {len(holes)} places)" if len(holes) > 1 else ""
        return f"{first} missing between {low} and {high}{rest}"


def locate(path: Path | str) -> MediaSource:
    """Find what a path names.

    Raises MediaError when it does not exist, is a folder, or no file fits the placeholder.
    """
    try:
        return _locate(Path(path).expanduser().absolute())
    except OSError as error:
        raise MediaError(f"'{path}' cannot be reached ({error.strerror}).") from error


def _locate(absolute: Path) -> MediaSource:
    if absolute.is_dir():
        raise MediaError(
            f"'{absolute.name}' is a folder; name one file, or a sequence like name.####.png in it."
        )
    if absolute.is_file():
        return MediaSource(path=absolute, files=(absolute,), ffmpeg_name=str(absolute))
    placeholders = list(_PLACEHOLDER.finditer(absolute.name))
    if len(placeholders) == 1:
        return _sequence(absolute, placeholders[0])
    if placeholders:
        raise MediaError(f"'{absolute.name}' has more than one frame placeholder; keep one.")
    raise MediaError(f"'{absolute}' does not exist; check the path.")


def _sequence(path: Path, placeholder: re.Match[str]) -> MediaSource:
    """List the files of a sequence in the order of their numbers."""
    width = len(placeholder[0]) if placeholder[1] is None else int(placeholder[1] or 1)
    before, after = path.name[: placeholder.start()], path.name[placeholder.end() :]
    fits = re.compile(rf"{re.escape(before)}(\d{{{width},}}){re.escape(after)}")
    found: dict[int, Path] = {}
    for file in path.parent.iterdir() if path.parent.is_dir() else ():
        match = fits.fullmatch(file.name)
        if match and (len(match[1]) == width or match[1][0] != "0"):
            found[int(match[1])] = file
    if not found:
        raise MediaError(f"No file fits '{path}'; write one # per digit of the frame number.")
    numbers = tuple(sorted(found))
    escaped = [str(part).replace("%", "%%") for part in (path.parent, before, after)]
    return MediaSource(
        path=path,
        files=tuple(found[number] for number in numbers),
        numbers=numbers,
        ffmpeg_name=f"{escaped[0]}/{escaped[1]}%0{width}d{escaped[2]}",
    )


def digest(path: Path | str) -> str:
    """Return the sha256 of a take as 64 hex digits, read in pieces of 1 MiB.

    Of a sequence: the sha256 over its files' 32-byte digests, in the order of their numbers.
    Raises MediaError when nothing is there or it cannot be read.
    """
    source = locate(path)
    try:
        digests = [_digest_file(file) for file in source.files]
    except OSError as error:
        raise MediaError(f"'{source.name}' cannot be read ({error.strerror}).") from error
    if not source.is_sequence:
        return digests[0].hex()
    return hashlib.sha256(b"".join(digests)).hexdigest()


def _digest_file(file: Path) -> bytes:
    state = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            state.update(chunk)
    return state.digest()
