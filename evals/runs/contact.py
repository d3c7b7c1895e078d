"""Contact sheets: every take of a production on one picture, read from its review proxies."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tracker.domain.addresses import Address, take_code
from tracker.domain.takes import Take
from tracker.domain.verdicts import Outcome, Verdict
from tracker.errors import MediaError, NotFoundError
from tracker.media.derived import DerivedMedia, write_stills
from tracker.media.isolation import IsolatedMedia
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.takes import list_takes
from tracker.store.verdicts import current_verdicts

__all__ = ["write_contact_sheet"]

_FRAME = (320, 180)
_GAP = 10
_CAPTION_PX = 42
_BACKGROUND, _TEXT, _QUIET = "#0b0c0e", "#e8e6e1", "#8b8f97"
_COLOURS = {Outcome.PASS: "#4fae7a", Outcome.DIRECT: "#e0a526", Outcome.REGENERATE: "#d0453b"}


def write_contact_sheet(settings: Settings, production: str, target: Path) -> None:
    """Write a PNG, one row per shot: three frames of each take, its verdict as a line of colour.

    Raises NotFoundError when the production has no takes.
    """
    store = Store.open(settings)
    with store.read() as tx:
        listed = list_takes(tx, Address(production))
        verdicts = current_verdicts(tx, [key for key, _ in listed])
    if not listed:
        raise NotFoundError(
            f"Production {production} has no takes yet; `roundtable demo build` makes the demo's."
        )
    by_shot: dict[tuple[str, str], list[tuple[int, Take]]] = {}
    for key, take in listed:
        by_shot.setdefault((take.film, take.shot), []).append((key, take))
    step = (3 * _FRAME[0] + _GAP, _FRAME[1] + _CAPTION_PX + _GAP)
    columns = max(len(takes) for takes in by_shot.values())
    size = (columns * step[0] + _GAP, len(by_shot) * step[1] + _GAP)
    sheet = Image.new("RGB", size, _BACKGROUND)
    with IsolatedMedia() as media:
        for row, takes in enumerate(by_shot.values()):
            for column, (key, take) in enumerate(takes):
                pictures = _pictures(settings, take, media)
                corner = (_GAP + column * step[0], _GAP + row * step[1])
                _draw(sheet, corner, take, verdict=verdicts.get(key), pictures=pictures)
    sheet.save(target, format="PNG")


def _pictures(settings: Settings, take: Take, media: IsolatedMedia) -> list[Path]:
    """The first, middle and last frame; none when there is no proxy."""
    derived = DerivedMedia(settings.media, take.sha256)
    if take.probe is None or not derived.proxy.exists():
        return []
    last = take.probe.frame_count - 1
    try:
        return media.call(write_stills, derived.proxy, derived, [0, last // 2, last])
    except MediaError:
        # A file that broke off has no last frame: its thumbnail is what there is.
        return [derived.thumbnail]


def _draw(
    sheet: Image.Image,
    corner: tuple[int, int],
    take: Take,
    *,
    verdict: Verdict | None,
    pictures: list[Path],
) -> None:
    (x, y), draw = corner, ImageDraw.Draw(sheet)
    draw.rectangle((x, y, x + 3 * _FRAME[0] - 1, y + _FRAME[1] - 1), fill="#15171a")
    for place, path in enumerate(pictures):
        with Image.open(path) as picture:
            sheet.paste(picture.convert("RGB").resize(_FRAME), (x + place * _FRAME[0], y))
    line = y + _FRAME[1]
    colour = _QUIET if verdict is None else _COLOURS[verdict.outcome]
    draw.rectangle((x, line, x + 3 * _FRAME[0] - 1, line + 2), fill=colour)
    address = Address(take.production, take.film, take.shot, take_code(take.number))
    word = (
        "not scored"
        if verdict is None
        else verdict.outcome.value + ("?" if verdict.is_proposed else "")
    )
    made = f"{take.provenance.generator} {take.provenance.generator_version}".strip()
    draw.text(
        (x, line + 6), f"{address}   {word}   {made}", fill=_TEXT, font=ImageFont.load_default(14)
    )
    reason = "" if verdict is None else verdict.reason
    draw.text((x, line + 23), reason[:150], fill=_QUIET, font=ImageFont.load_default(12))
