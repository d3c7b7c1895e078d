"""`roundtable evals compare`: two generators or workflows, paired by shot."""

from __future__ import annotations

from dataclasses import asdict

import click

from tracker.cli.output import DEMO_NOTE, json_option, remark, show_json
from tracker.cli.workspace import open_store
from tracker.domain.addresses import Address
from tracker.store.productions import get_production

__all__ = ["compare"]


@click.command("compare")
@click.argument("address")
@click.option(
    "--by",
    type=click.Choice(["generator", "workflow"]),
    default="generator",
    show_default=True,
    help="What made the takes.",
)
@click.option("--first", required=True, metavar="NAME", help="A generator or workflow.")
@click.option("--second", required=True, metavar="NAME", help="The one it is compared with.")
@click.option(
    "--metric", default=None, metavar="NAME", help="Compare by a score, not by decisions."
)
@json_option
def compare(
    address: str, by: str, first: str, second: str, *, metric: str | None, as_json: bool
) -> None:
    """Say which of two generators or workflows does better on the same shots, or that nobody can tell.

    By what people decided, or by a metric. Takes of one shot are alike, so shots are what is counted: the
    90 % interval is clustered by shot. Exits with 11 with fewer than five shots that both made takes for.
    """
    from evals.audits.paired import compare as compare_takes

    scope = Address.parse(address)
    with open_store().read() as tx:
        paired = compare_takes(tx, scope, by=by, first=first, second=second, metric=metric)
        is_demo = get_production(tx, scope.production).is_demo
    found = paired.comparison
    if as_json:
        show_json(
            {
                "scope": address,
                "by": by,
                "first": first,
                "second": second,
                "unit": paired.unit,
                "takes": list(paired.takes),
                **asdict(found),
                "sentence": paired.sentence(),
            }
        )
        return
    if is_demo:
        click.echo(DEMO_NOTE)
    click.echo(paired.sentence())
    remark(
        f"{first} is better on {found.better} shots, worse on {found.worse}, equal on "
        f"{found.shots - found.better - found.worse}; {paired.takes[0]} and {paired.takes[1]} takes."
    )
