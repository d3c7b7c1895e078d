"""The draw: every take gets a ticket from a seed, and takes are looked at in ticket order.

    ticket(take) = sha256(seed || sha256 of the take's file)

So the first n takes of any zone are a simple random sample of it, for all nested zones at once; a draw can be
stopped and resumed; nobody can pick; and whoever has the seed can repeat it. The seed is drawn after the
takes and their scores are frozen: nobody can know the order before, and nothing can change after.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from tracker.errors import MisuseError

__all__ = ["digest_of", "draw_seed", "draws", "ticket"]

_HEX = re.compile(r"[0-9a-f]{64}")
_Take = TypeVar("_Take")


def draw_seed() -> str:
    """Return 32 fresh random bytes as 64 hexadecimal digits."""
    return secrets.token_hex(32)


def ticket(seed: str, take_sha256: str) -> str:
    """Return a take's ticket, 64 hexadecimal digits; raises MisuseError for what is not a digest."""
    for what, text in (("seed", seed), ("take", take_sha256)):
        if _HEX.fullmatch(text) is None:
            raise MisuseError(f"The {what} '{text[:80]}' is not 64 hexadecimal digits.")
    return hashlib.sha256(bytes.fromhex(seed) + bytes.fromhex(take_sha256)).hexdigest()


def draws(seed: str, takes: Iterable[_Take], *, sha256_of: Callable[[_Take], str]) -> list[_Take]:
    """Return takes in the order in which they are drawn; `sha256_of` gives the digest of a take's file."""
    return sorted(takes, key=lambda take: ticket(seed, sha256_of(take)))


def digest_of(record: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return the SHA-256 of a record's canonical JSON: sorted keys, no spaces, no NaN."""
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
