"""Which takes are judged without hints: what somebody is asked about, and a share of all others.

A verdict counts for an audit only if the person did not know the machine's word. So nothing that people read
may tell it: not the queue, not the board, not the page of the take. And since takes without hints must not be
known for audits by that, a share of ordinary takes is shown without hints, too.
"""

from __future__ import annotations

import hashlib

from tracker.domain.addresses import Address
from tracker.store.asks import open_asks
from tracker.store.connection import Tx
from tracker.store.reviews import standing_decisions
from tracker.store.verdicts import CURRENT_VERDICTS

__all__ = ["WITHHELD", "withheld_takes"]

WITHHELD = 0.15
"""Share of ordinary takes that are shown without hints."""


def withheld_takes(tx: Tx, scope: Address | None = None) -> set[int]:
    """Return the takes under an address, or of all productions, whose hints nobody is shown yet.

    Those that somebody is asked about until they answer; and of the latest takes that wait for a first
    decision those whose file's digest says so: the same take is always shown the same way. What no audit
    ever asks about hides nothing: a file that cannot be read, a hero shot; nor does a take that waits for
    nobody, since it passes or is made again unattended.
    """
    production = None if scope is None else scope.production
    film = None if scope is None else scope.film
    shot = None if scope is None else scope.shot
    rows = tx.rows(
        "WITH mine AS (SELECT t.take_id, t.sha256, t.status, s.is_hero, p.code AS production, "  # noqa: S608 # a constant
        "row_number() OVER (PARTITION BY t.shot_id ORDER BY t.number DESC) = 1 AS is_latest FROM takes t "
        "JOIN shots s USING (shot_id) JOIN films f USING (film_id) JOIN productions p "
        "USING (production_id) WHERE (? IS NULL OR p.code = ?) AND (? IS NULL OR f.code = ?) "
        "AND (? IS NULL OR s.code = ?)) SELECT m.take_id, m.sha256, m.production FROM mine m "
        f"JOIN ({CURRENT_VERDICTS}) v USING (take_id) "
        "WHERE m.is_latest AND NOT m.is_hero AND m.status <> 'na' AND v.axis <> 'error' "
        "AND (v.outcome = 'direct' OR v.is_proposed)",
        [production, production, film, film, shot, shot],
    )
    decided: set[int] = set()
    for code in {row[2] for row in rows}:
        decided |= set(standing_decisions(tx, Address(code, film, shot)))
    drawn = {take for take, sha256, _ in rows if take not in decided and _draw(sha256) < WITHHELD}
    return drawn | set(open_asks(tx))


def _draw(sha256: str) -> float:
    """Return a number in [0, 1) that a file's digest gives, and nothing else."""
    return int(hashlib.sha256(f"hints {sha256}".encode()).hexdigest()[:8], 16) / 16**8
