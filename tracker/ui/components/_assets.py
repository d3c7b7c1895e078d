"""Component files, read once per process."""

from __future__ import annotations

from functools import cache

from tracker.ui.media import ASSETS

__all__ = ["asset"]


@cache
def asset(name: str) -> str:
    """Return the text of a file in `tracker/ui/assets`."""
    return (ASSETS / name).read_text(encoding="utf-8")
