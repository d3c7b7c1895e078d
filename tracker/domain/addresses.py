"""Addresses: `ANTH01/F02/SQ010_SH0010/v001`, and every prefix of one.

The pattern of a shot's code is the studio's choice, so it is checked when a shot is made
(`ShotNaming`) and not when an address is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.errors import AddressError

__all__ = ["HOUSE_NAMING", "NETFLIX_NAMING", "Address", "ShotNaming", "take_code", "take_number"]

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_TAKE = re.compile(r"v(\d{3,6})")
_LEVELS = ("production", "film", "shot", "take")


@dataclass(frozen=True)
class ShotNaming:
    """How a studio writes its shot codes."""

    name: str
    """Name of the preset."""
    pattern: str
    """Regular expression that a whole shot code must match."""
    example: str
    """A code that matches, for error messages."""

    def check(self, code: str) -> str:
        """Return the code, or raise AddressError with an example of a good one."""
        if re.fullmatch(self.pattern, code) is None:
            raise AddressError(
                f"Shot code '{code}' does not follow the {self.name} pattern; an example is '{self.example}'."
            )
        return code

    def sequence_of(self, code: str) -> str:
        """Return the sequence that a shot code names, i.e. its part before the last underscore."""
        return code.rsplit("_", 1)[0] if "_" in code else code


HOUSE_NAMING = ShotNaming("house", r"SQ\d{3}_SH\d{4}[A-Z]?", "SQ010_SH0010")
NETFLIX_NAMING = ShotNaming("netflix", r"[A-Z0-9]{3,4}_\d{3}_\d{3}_\d{4}[A-Z]?", "AGM_104_065_0010")


def take_code(number: int) -> str:
    """Write a take number as people do.

    >>> take_code(7)
    'v007'
    """
    return f"v{number:03d}"


def take_number(code: str) -> int:
    """Read `v007` as 7; raises AddressError for anything else, and for v000."""
    match = _TAKE.fullmatch(code)
    if match is None or int(match[1]) == 0:
        raise AddressError(f"'{code}' is not a take; write v001, v002, and so on.")
    return int(match[1])


@dataclass(frozen=True)
class Address:
    """A production, film, shot or take; the parts that are absent are None."""

    production: str
    film: str | None = None
    shot: str | None = None
    take: str | None = None

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read an address or a prefix of one.

        >>> Address.parse("ANTH01/F02").level
        'film'
        """
        parts = text.strip().strip("/").split("/")
        if len(parts) > len(_LEVELS):
            raise AddressError(
                f"Address '{text}' has {len(parts)} parts; at most PRODUCTION/FILM/SHOT/TAKE."
            )
        for level, part in zip(_LEVELS, parts, strict=False):
            if _PART.fullmatch(part) is None:
                raise AddressError(
                    f"Address '{text}' has '{part}' where the {level} belongs; "
                    "write it like ANTH01/F02/SQ010_SH0010/v001."
                )
        if len(parts) == len(_LEVELS):
            take_number(parts[3])
        return cls(*parts)

    @property
    def level(self) -> str:
        """What the address names: production, film, shot or take."""
        return _LEVELS[sum(part is not None for part in (self.film, self.shot, self.take))]

    def __str__(self) -> str:
        """Write the address as it is typed."""
        return "/".join(
            p for p in (self.production, self.film, self.shot, self.take) if p is not None
        )
