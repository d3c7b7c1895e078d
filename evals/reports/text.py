"""The page in a few lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from evals.reports.page import Standing, TakePage, frames_shown

__all__ = ["as_text"]

_WORDS = {
    Standing.FAILS: "FAILS",
    Standing.NEAR: "look",
    Standing.FINE: "fine",
    Standing.RANKED: "no limit",
    Standing.SHOWN: "shown only",
    Standing.MISSING: "not measured",
    Standing.ERROR: "error",
}


def as_text(page: TakePage) -> str:
    """Return who, what and why: a line for the take, its verdict, and each axis."""
    return "\n".join(_lines(page))


def _lines(page: TakePage) -> Iterator[str]:
    packs = ", ".join(f"{name} (DEMO)" if is_demo else name for name, is_demo in page.packs)
    facts = [
        page.film_title or page.film,
        f"director {page.director}" if page.director else "no director yet",
        page.generator,
        f"pack {packs}" if packs else "",
    ]
    yield f"{page.address}: {', '.join(f for f in facts if f)}"
    if page.verdict is None:
        yield page.error or "Scored, no verdict yet; run `roundtable evals run`."
    else:
        given = page.verdict.verdict
        word = given.outcome.value.capitalize() + (", proposed" if given.is_proposed else "")
        yield f"{word}: {given.reason}"
        if page.verdict.ranges:
            yield f"  {'frames':<16}  {frames_shown(page.verdict.ranges)}"
    for part in page.axes:
        yield f"  {part.title:<16}  {_WORDS[part.standing]:<12}  {part.sentence}"
