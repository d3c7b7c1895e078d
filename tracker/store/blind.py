"""Which takes are judged without hints: what somebody is asked about, and a share of all others.

A verdict counts for an audit only if the person did not know the machine's word. So nothing that people read
may tell it: not the queue, not the board, not the page of the take. And since takes without hints must not be
known for audits by that, a share of ordinary takes is shown without hints, too.
"""

from __future__ import annotations

import hashlib

from tracker.domain.addresses import Address
from tracker.domain.stages import TakeStatus
from tracker.domain.takes import speaking_rank
from tracker.store.asks import open_asks
from tracker.store.connection import Tx
from tracker.store.reviews import standing_decisions
from tracker.store.verdicts import CURRENT_VERDICTS

__all__ = ["WITHHELD", "shown_takes", "withheld_takes"]

WITHHELD = 0.15
"""Share of ordinary takes that are shown without hints."""


def withheld_takes(tx: Tx, scope: Address | None = None) -> set[int]:
    """Return the takes under an address, or of all productions, whose hints nobody is shown yet.

    Those that somebody is asked about until they answer; and of the takes that wait for a first decision,
    see `shown_takes`, those whose file's digest says so: the same take is always shown the same way. What
    no audit ever asks about hides nothing: a file that cannot be read, a hero shot, a protected likeness;
    nor does a take that waits for nobody, since it passes or is made again unattended.
    """
    production = None if scope is None else scope.production
    film = None if scope is None else scope.film
    shot = None if scope is None else scope.shot
    rows = tx.rows(
        "SELECT t.take_id, t.sha256, p.code FROM takes t "  # noqa: S608 # a constant
        "JOIN shots s USING (shot_id) JOIN films f USING (film_id) JOIN productions p "
        f"USING (production_id) JOIN ({CURRENT_VERDICTS}) v USING (take_id) "
        "WHERE (? IS NULL OR p.code = ?) AND (? IS NULL OR f.code = ?) AND (? IS NULL OR s.code = ?) "
        "AND NOT s.is_hero AND v.axis NOT IN ('error', 'likeness') "
        "AND (v.outcome = 'direct' OR v.is_proposed)",
        [production, production, film, film, shot, shot],
    )
    shown = shown_takes(tx, scope)
    decided: set[int] = set()
    for code in {row[2] for row in rows}:
        decided |= set(standing_decisions(tx, Address(code, film, shot)))
    waiting = shown - decided
    drawn = {take for take, sha256, _ in rows if take in waiting and _draw(sha256) < WITHHELD}
    return drawn | set(open_asks(tx))


def shown_takes(tx: Tx, scope: Address | None = None) -> set[int]:
    """Return the takes that queues show until they are decided, whatever the status of their shots.

    Of each shot under an address that is the take by which it speaks, see `speaking_take`: what may stand
    in a cut, and so be audited, is shown. So is its newest, which may have come after one was chosen.
    """
    production = None if scope is None else scope.production
    film = None if scope is None else scope.film
    shot = None if scope is None else scope.shot
    by_shot: dict[int, list[tuple[int, TakeStatus, int]]] = {}
    for shot_id, take_id, status, number in tx.rows(
        "SELECT s.shot_id, t.take_id, t.status, t.number FROM takes t JOIN shots s USING (shot_id) "
        "JOIN films f USING (film_id) JOIN productions p USING (production_id) WHERE t.status <> 'na' "
        "AND (? IS NULL OR p.code = ?) AND (? IS NULL OR f.code = ?) AND (? IS NULL OR s.code = ?)",
        [production, production, film, film, shot, shot],
    ):
        by_shot.setdefault(shot_id, []).append((number, TakeStatus(status), take_id))
    shown = set()
    for takes in by_shot.values():
        shown.add(max(takes, key=lambda take: speaking_rank(take[1], take[0]))[2])
        shown.add(max(takes)[2])
    return shown


def _draw(sha256: str) -> float:
    """Return a number in [0, 1) that a file's digest gives, and nothing else."""
    return int(hashlib.sha256(f"hints {sha256}".encode()).hexdigest()[:8], 16) / 16**8
