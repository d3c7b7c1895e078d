"""Contact sheets: the demo's takes on one picture, film by film, read from their review proxies.

Up to 60 takes get three frames each; more get one, so that a whole studio fits on a sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tracker.domain.addresses import Address, take_code
from tracker.domain.reviews import Decision
from tracker.domain.takes import Take
from tracker.domain.verdicts import Outcome, Verdict
from tracker.errors import MediaError, NotFoundError
from tracker.media.derived import DerivedMedia, write_stills
from tracker.media.isolation import IsolatedMedia
from tracker.settings import Settings
from tracker.store import Store, Tx
from tracker.store.blind import withheld_takes
from tracker.store.board import productions
from tracker.store.productions import get_film
from tracker.store.reviews import decisions
from tracker.store.takes import list_takes
from tracker.store.verdicts import current_verdicts

__all__ = ["write_contact_sheet"]

_MANY_TAKES = 60
_GAP, _HEAD_PX, _CAPTION_PX = 10, 44, 58
_BACKGROUND, _PANEL, _TEXT, _QUIET, _AMBER = "#0b0c0e", "#15171a", "#e8e6e1", "#8b8f97", "#e0a526"
_COLOURS = {Outcome.PASS: "#4fae7a", Outcome.DIRECT: _AMBER, Outcome.REGENERATE: "#d0453b"}


@dataclass(frozen=True, kw_only=True)
class _Tile:
    """One take."""

    take: Take
    verdict: Verdict | None
    decision: Decision | None


@dataclass(frozen=True, kw_only=True)
class _Strip:
    """A film's heading and its tiles in rows."""

    title: str
    rows: Sequence[Sequence[_Tile]]


@dataclass(frozen=True, kw_only=True)
class _Grid:
    """Measures of a sheet, in pixels."""

    frame: tuple[int, int]
    frames: int
    """Frames per take."""

    @property
    def tile(self) -> tuple[int, int]:
        return self.frames * self.frame[0], self.frame[1] + _CAPTION_PX


def write_contact_sheet(
    settings: Settings, target: Path, *, scopes: Sequence[Address] = ()
) -> None:
    """Write a PNG of the takes under the scopes, or of everything that is demo.

    Raises NotFoundError when there is no take.
    """
    store = Store.open(settings)
    with store.read() as tx:
        films = list(_films(tx, scopes))
    if not films:
        raise NotFoundError("The demo has no takes here yet; `roundtable demo build` makes them.")
    is_many = sum(len(tiles) for _, tiles in films) > _MANY_TAKES
    grid = _Grid(frame=(240, 135), frames=1) if is_many else _Grid(frame=(320, 180), frames=3)
    strips = [
        _Strip(title=title, rows=_in_rows(tiles, 8 if is_many else 3)) for title, tiles in films
    ]
    columns = max(len(row) for strip in strips for row in strip.rows)
    rows = sum(len(strip.rows) for strip in strips)
    size = (
        columns * (grid.tile[0] + _GAP) + _GAP,
        rows * (grid.tile[1] + _GAP) + len(strips) * _HEAD_PX + _GAP,
    )
    sheet = Image.new("RGB", size, _BACKGROUND)
    with IsolatedMedia() as media:
        y = _GAP
        for strip in strips:
            _head(sheet, y, strip.title)
            y += _HEAD_PX
            for row in strip.rows:
                for column, tile in enumerate(row):
                    pictures = _pictures(settings, tile.take, media, frames=grid.frames)
                    corner = (_GAP + column * (grid.tile[0] + _GAP), y)
                    _draw(sheet, corner, tile, grid=grid, pictures=pictures)
                y += grid.tile[1] + _GAP
    sheet.save(target, format="PNG")


def _films(tx: Tx, scopes: Sequence[Address]) -> Iterator[tuple[str, list[_Tile]]]:
    """Yield each film's heading and takes, in order."""
    demos = [row.code for row in productions(tx) if row.is_demo]
    under = list(scopes) or [Address(code) for code in demos]
    for scope in under:
        listed = list_takes(tx, scope)
        blind = withheld_takes(tx, scope)
        verdicts = current_verdicts(tx, [key for key, _ in listed if key not in blind])
        for film, group in groupby(listed, key=lambda pair: pair[1].film):
            record = get_film(tx, scope.production, film)
            title = f"{scope.production}/{film}  {record.title}   directed by {record.director}"
            mark = "DEMO  " if scope.production in demos else ""
            tiles = [
                _Tile(take=take, verdict=verdicts.get(key), decision=_last_decision(tx, take))
                for key, take in group
            ]
            yield mark + title, tiles


def _last_decision(tx: Tx, take: Take) -> Decision | None:
    found = decisions(tx, _address(take))
    return found[-1][1] if found else None


def _address(take: Take) -> Address:
    return Address(take.production, take.film, take.shot, take_code(take.number))


def _in_rows(tiles: Sequence[_Tile], columns: int) -> list[Sequence[_Tile]]:
    return [tiles[i : i + columns] for i in range(0, len(tiles), columns)]


def _pictures(settings: Settings, take: Take, media: IsolatedMedia, *, frames: int) -> list[Path]:
    """The first, middle and last frame, or the thumbnail; none when there is no proxy."""
    derived = DerivedMedia(settings.media, take.sha256)
    if take.probe is None or not derived.proxy.exists():
        return []
    if frames == 1:
        return [derived.thumbnail]
    last = take.probe.frame_count - 1
    try:
        return media.call(write_stills, derived.proxy, derived, [0, last // 2, last])
    except MediaError:
        # A file that broke off has no last frame: its thumbnail is what there is.
        return [derived.thumbnail]


def _head(sheet: Image.Image, y: int, title: str) -> None:
    draw = ImageDraw.Draw(sheet)
    draw.text((_GAP, y + 10), title, fill=_AMBER, font=ImageFont.load_default(20))


def _draw(
    sheet: Image.Image,
    corner: tuple[int, int],
    tile: _Tile,
    *,
    grid: _Grid,
    pictures: Sequence[Path],
) -> None:
    (x, y), (width, height), draw = corner, grid.frame, ImageDraw.Draw(sheet)
    right = x + grid.tile[0] - 1
    draw.rectangle((x, y, right, y + height - 1), fill=_PANEL)
    for place, path in enumerate(pictures):
        with Image.open(path) as picture:
            sheet.paste(picture.convert("RGB").resize(grid.frame), (x + place * width, y))
    verdict = tile.verdict
    colour = _QUIET if verdict is None else _COLOURS[verdict.outcome]
    draw.rectangle((x, y + height, right, y + height + 2), fill=colour)
    lines = (
        (_TEXT, 13, _headline(tile)),
        (_QUIET, 11, "" if verdict is None else verdict.reason),
        (_QUIET, 11, _decided(tile)),
    )
    for number, (ink, size, text) in enumerate(lines):
        font = ImageFont.load_default(size)
        fitting = _fitting(text, font, grid.tile[0])
        draw.text((x, y + height + 6 + 17 * number), fitting, fill=ink, font=font)


def _headline(tile: _Tile) -> str:
    take, verdict = tile.take, tile.verdict
    made = f"{take.provenance.generator} {take.provenance.generator_version}".strip()
    word = "not scored"
    if verdict is not None:
        word = verdict.outcome.value + ("?" if verdict.is_proposed else "")
    return f"{take.shot} {take_code(take.number)}  {word}  {made}"


def _decided(tile: _Tile) -> str:
    decision = tile.decision
    if decision is None:
        return "nobody has decided yet"
    return f"{decision.outcome.value} by {decision.by}: {decision.note}"


def _fitting(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width_px: int) -> str:
    """Cut a text to what fits, with an ellipsis."""
    if font.getlength(text) <= width_px:
        return text
    while text and font.getlength(text + "\u2026") > width_px:
        text = text[:-1]
    return text + "\u2026"
