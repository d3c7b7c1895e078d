"""The stills of a page: those that lie beside the review proxy, and the missing ones made from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from tracker.errors import MediaError
from tracker.media.derived import DerivedMedia, write_stills
from tracker.media.isolation import IsolatedMedia

__all__ = ["Still", "Stills", "find_stills"]


@dataclass(frozen=True, kw_only=True)
class Still:
    """A JPEG of one frame."""

    path: Path
    width: int
    height: int
    """Size in pixels."""


@dataclass(frozen=True, kw_only=True)
class Stills:
    """The stills that could be had, and why others could not."""

    by_index: Mapping[int, Still]
    """Frame counted from 0 -> its still."""
    remark: str
    """Why pictures are missing, with the remedy; empty where none is."""


def find_stills(derived: DerivedMedia, indices: Iterable[int], *, production: str) -> Stills:
    """Return the stills of frames, counted from 0; missing ones are made in another process.

    A take without a proxy, or one that breaks off, costs pictures and never the page.
    """
    wanted = sorted(set(indices))
    missing = [i for i in wanted if not derived.still(i).is_file()]
    remark = ""
    if missing and not derived.proxy.is_file():
        remark = (
            "No pictures of some frames: this take has no review proxy; import it again with "
            f"`roundtable takes import takes.csv --production {production}`."
        )
    elif missing:
        try:
            with IsolatedMedia() as media:
                media.call(write_stills, derived.proxy, derived, missing)
        except MediaError as error:
            remark = f"No pictures of some frames: {error}"
    found = {i: still for i in wanted if (still := _still(derived.still(i))) is not None}
    if len(found) < len(wanted) and not remark:
        remark = f"No pictures of some frames: delete the damaged stills in {derived.folder}."
    return Stills(by_index=found, remark=remark)


def _still(path: Path) -> Still | None:
    """Read a still's size from its header; None where there is none."""
    try:
        with Image.open(path, formats=["JPEG"]) as picture:
            width, height = picture.size
    except (FileNotFoundError, UnidentifiedImageError):
        return None
    return Still(path=path, width=width, height=height)
