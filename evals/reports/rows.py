"""What the page of a take is made of: rows, read in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.addresses import Address, take_code
from tracker.domain.board import TakeSheet
from tracker.domain.production import Film, Production, Shot
from tracker.errors import MediaError, MisuseError, NotFoundError, UndecidedError
from tracker.store import Tx
from tracker.store.board import take_sheet
from tracker.store.lookup import shot_id
from tracker.store.productions import get_film, get_production
from tracker.store.shots import list_shots
from tracker.store.takes import list_takes

__all__ = ["TakeRows", "read_rows", "take_named"]


@dataclass(frozen=True, kw_only=True)
class TakeRows:
    """What the record says of one take."""

    sheet: TakeSheet
    production: Production
    film: Film
    shot: Shot


def take_named(tx: Tx, text: str) -> Address:
    """Return the take that an address names; of a shot its latest.

    Raises MisuseError for a production or a film, NotFoundError where there is no such take or none yet.
    """
    address = Address.parse(text)
    if address.level == "take":
        return address
    if address.film is None or address.shot is None:
        raise MisuseError(
            f"'{address}' names a {address.level}, and a page explains one take; name a shot or a "
            "take, like ANTH01/F02/SQ010_SH0010/v001."
        )
    shot_id(tx, address)
    takes = list_takes(tx, address)
    if not takes:
        raise NotFoundError(
            f"{address} has no take yet; bring one with `roundtable takes import takes.csv "
            f"--production {address.production}`."
        )
    latest = take_code(takes[-1][1].number)
    return Address(address.production, address.film, address.shot, latest)


def read_rows(tx: Tx, address: Address, *, is_unblinded: bool = False) -> TakeRows:
    """Read everything that the page tells.

    Raises NotFoundError for an address that is not there, MediaError for a file that cannot be read and
    has no scores that say so, UndecidedError for a take that nobody scored yet, and for one that is to
    be judged without hints, unless it is unblinded.
    """
    sheet = take_sheet(tx, address, is_unblinded=is_unblinded)
    if sheet.is_withheld:
        raise UndecidedError(
            f"{address} is to be judged without hints; decide it first, or have it explained with "
            "--unblind: then its verdict cannot count as blind, and its history says so."
        )
    if not sheet.scores and sheet.take.probe_error:
        raise MediaError(sheet.take.probe_error)
    if not sheet.scores:
        raise UndecidedError(
            f"{address} is not scored yet; run `roundtable evals run {address.production}/{address.film}`."
        )
    take = sheet.take
    shots = list_shots(tx, Address(take.production, take.film, take.shot))
    return TakeRows(
        sheet=sheet,
        production=get_production(tx, take.production),
        film=get_film(tx, take.production, take.film),
        shot=shots[0][1],
    )
