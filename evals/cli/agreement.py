"""`roundtable evals agreement …`: do people agree with themselves, and with each other?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli.output import DEMO_NOTE, json_option, remark, show_json, show_rows
from tracker.cli.workspace import open_store
from tracker.domain.addresses import Address
from tracker.errors import ExitCode
from tracker.store.productions import get_production

if TYPE_CHECKING:  # it needs scipy, which a producer's laptop may lack
    from evals.audits.agreement import Reviewing
    from evals.decisions.agreement import FlipRate

__all__ = ["agreement"]


@click.group("agreement")
def agreement() -> None:
    """Blind repeats: how often people turn round, and which alpha that makes unreachable."""


@agreement.command("ask")
@click.argument("address")
@click.option("--count", default=30, show_default=True, help="How many takes to ask about again.")
@click.option("--for", "person", default=None, metavar="NAME", help="Only this person's decisions.")
@click.option(
    "--hours",
    default=48.0,
    show_default=True,
    help="Younger decisions are asked for again only where older ones are too few.",
)
@json_option
def ask(address: str, count: int, person: str | None, hours: float, *, as_json: bool) -> None:
    """Put decided takes, chosen at random, before those who decided them, once more and blind.

    As many that were accepted as were rejected, where there are enough; never the same take twice for the
    same person. They lie in the ordinary queue and look like everything else there.
    """
    from evals.audits.agreement import ask_again

    with open_store().write() as tx:
        asked = ask_again(tx, Address.parse(address), count=count, person=person, hours=hours)
    if as_json:
        shown = {"takes": asked.count, "accepted": asked.accepted, "rejected": asked.rejected}
        show_json({"scope": address, **shown, "recent": asked.recent, "people": asked.people})
        return
    who = ", ".join(f"{name} ({number})" for name, number in asked.people.items())
    click.echo(
        f"{address}: {asked.count} takes are asked about again, {asked.accepted} accepted and "
        f"{asked.rejected} rejected the first time: {who}."
    )
    if asked.recent:
        remark(
            f"{asked.recent} of them were decided within {hours:g} hours and may be remembered; "
            "answer them a few days from now."
        )
    remark(f"Next: roundtable queue, then roundtable evals agreement show {address}")


@agreement.command("show")
@click.argument("address")
@json_option
def show(address: str, *, as_json: bool) -> int:
    """Say how often people turn round when they are asked again, and how far they agree with each other.

    Exits with 11 where that makes alpha unreachable for a film with an open audit.
    """
    from evals.audits.agreement import reviewing

    scope = Address.parse(address)
    with open_store().read() as tx:
        found = reviewing(tx, scope)
        is_demo = get_production(tx, scope.production).is_demo
    if as_json:
        show_json(_as_json(found))
    else:
        if is_demo:
            click.echo(DEMO_NOTE)
        _print(found)
    is_blocked = any(entry.is_open for entry in found.unreachable)
    return int(ExitCode.UNDECIDED if is_blocked else ExitCode.OK)


def _print(found: Reviewing) -> None:
    click.echo(f"{found.scope}: {found.overall.sentence()}")
    rows = [
        {
            "person": name,
            "decided": found.decided[name],
            "repeats": rate.repeats,
            "turned round": rate.flips,
            "rate": f"{rate.rate:.0%}" if rate.repeats else "not known",
            "90 % interval": f"{rate.low:.0%} to {rate.high:.0%}" if rate.repeats else "",
            "waiting": found.waiting[name],
        }
        for name, rate in found.people.items()
    ]
    columns = tuple(rows[0]) if rows else ()
    show_rows(rows, as_json=False, columns=columns, empty="Nobody has decided anything yet.")
    click.echo(_between(found))
    for entry in found.unreachable:
        click.echo(entry.sentence)


def _between(found: Reviewing) -> str:
    between = found.between
    if between.alpha is None:
        return f"Between people: {between.takes} takes were judged by two or more; nothing to compare yet."
    return (
        f"Between people: Krippendorff's alpha {between.alpha:.2f} over {between.takes} takes that two "
        "or more judged (1 is perfect agreement, 0 is chance)."
    )


def _as_json(found: Reviewing) -> dict[str, object]:
    return {
        "scope": found.scope,
        "overall": _rate_json(found.overall),
        "people": [
            {
                "person": name,
                "decided": found.decided[name],
                "waiting": found.waiting[name],
                "repeatable": found.repeatable[name],
                **_rate_json(rate),
            }
            for name, rate in found.people.items()
        ],
        "between": {"takes": found.between.takes, "krippendorff_alpha": found.between.alpha},
        "unreachable": [
            {
                "film": entry.film,
                "person": entry.person,
                "alpha": entry.alpha,
                "has_open_lot": entry.is_open,
                "sentence": entry.sentence,
            }
            for entry in found.unreachable
        ],
    }


def _rate_json(rate: FlipRate) -> dict[str, object]:
    known = rate.repeats > 0
    return {
        "repeats": rate.repeats,
        "flips": rate.flips,
        "rate": rate.rate if known else None,
        "low": rate.low if known else None,
        "high": rate.high if known else None,
        "sentence": rate.sentence(),
    }
