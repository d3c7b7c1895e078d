"""`roundtable evals preview`: which verdicts another pack would flip, before it is adopted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli.output import DEMO_NOTE, json_option, remark, show_json, show_rows
from tracker.cli.workspace import open_store
from tracker.domain.addresses import Address
from tracker.errors import ExitCode
from tracker.store.productions import get_production

if TYPE_CHECKING:  # it needs scipy, which a producer's laptop may lack
    from evals.audits.preview import Preview

__all__ = ["preview"]


@click.command("preview")
@click.argument("film")
@click.option("--pack", required=True, metavar="NAME", help="The pack that might be adopted.")
@json_option
def preview(film: str, *, pack: str, as_json: bool) -> int:
    """Say which verdicts of a film would flip, and which certificates end, if a pack were adopted.

    Nothing is changed. The pack's scores must be there: `roundtable evals run FILM --pack NAME --no-adopt`
    makes them and keeps them aside; the same command without --no-adopt adopts them. Takes that are to be
    judged without hints are counted and not listed. Exits with 11 where there are no scores, with 3 where
    the pack has not scored every take.
    """
    from evals.audits.preview import preview as preview_film

    address = Address.parse(film)
    with open_store().read() as tx:
        found = preview_film(tx, address, pack=pack)
        is_demo = get_production(tx, address.production).is_demo
    if as_json:
        show_json(_as_json(found))
    else:
        if is_demo:
            click.echo(DEMO_NOTE)
        _print(found)
    return int(ExitCode.PARTIAL if found.unscored else ExitCode.OK)


def _print(found: Preview) -> None:
    click.echo(f"{found.film}: {found.sentence()}")
    rows = [
        {
            "take": flip.take,
            "from": flip.before.outcome.value,
            "to": flip.after.outcome.value,
            "reason": flip.after.reason,
        }
        for flip in found.flips
    ]
    if rows:
        show_rows(rows, as_json=False, columns=("take", "from", "to", "reason"), empty="")
    for certificate, why in found.ended:
        click.echo(
            f"Certificate {certificate.uid[:8]} would become void, and its {certificate.takes} takes "
            f"go to direction: {why}"
        )
    if found.unscored:
        remark(f"{len(found.unscored)} takes are not scored by it yet and not compared.")
    remark(f"Adopt it with: roundtable evals run {found.film} --pack {found.pack}")


def _as_json(found: Preview) -> dict[str, object]:
    return {
        "film": found.film,
        "pack": found.pack,
        "compared": found.compared,
        "withheld": found.withheld,
        "unscored": list(found.unscored),
        "flips": [
            {
                "take": flip.take,
                "from": flip.before.outcome.value,
                "to": flip.after.outcome.value,
                "reason_before": flip.before.reason,
                "reason": flip.after.reason,
            }
            for flip in found.flips
        ],
        "reworded": found.reworded,
        "certificates_void": [
            {"certificate": certificate.uid, "takes": certificate.takes, "why": why}
            for certificate, why in found.ended
        ],
        "sentence": found.sentence(),
    }
