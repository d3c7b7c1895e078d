"""`roundtable evals lots forecast`: what a film's audit says of takes that will be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tracker.cli.output import DEMO_NOTE, json_option, remark, show_json, show_rows
from tracker.cli.workspace import open_store
from tracker.domain.addresses import Address
from tracker.domain.lots import Purpose
from tracker.errors import ExitCode
from tracker.store.productions import get_production

if TYPE_CHECKING:
    from evals.audits.forecast import Forecast, ForecastZone

__all__ = ["forecast"]


@click.command("forecast")
@click.argument("film")
@click.option(
    "--purpose",
    type=click.Choice([p.value for p in Purpose]),
    default=Purpose.PASS.value,
    show_default=True,
    help="Which audit: of takes that pass, or of takes that are simply made again.",
)
@json_option
def forecast(film: str, purpose: str, *, as_json: bool) -> int:
    """Say what an audit shows of takes that will be made, for planning.

    No release reads it. Exits with 0 where there is a claim, with 11 where there is none: then the reason
    says what is missing. While the audit is open only an interval for its whole zone is shown, which may be
    looked at after every verdict; once it is closed the zones are tested, from strict to loose.

    Keys of --json: film, lot, purpose, state, alpha, delta, decision_maker, holds, threshold, verdicts,
    wrong, missing, low, upper, needed (verdicts that would do with so many wrong), sentence, reason, and
    zones with threshold, takes, verdicts, wrong, p_value, certified. A drawn take without a verdict is wrong
    there.
    """
    from evals.audits.forecast import forecast as read_forecast

    address = Address.parse(film)
    with open_store().read() as tx:
        found = read_forecast(tx, address, purpose=Purpose(purpose))
        is_demo = get_production(tx, address.production).is_demo
    code = int(ExitCode.OK if found.holds else ExitCode.UNDECIDED)
    if as_json:
        show_json(_as_json(found))
        return code
    if is_demo:
        click.echo(DEMO_NOTE)
    if found.zones:
        columns = ("threshold", "takes", "verdicts", "against it", "p", "certified")
        rows = [_row(zone) for zone in found.zones]
        show_rows(rows, as_json=False, columns=columns, empty="")
    if found.sentence:
        click.echo(found.sentence)
    if found.reason:
        click.echo(f"{film}: no claim of future takes. {found.reason}")
    remark("For planning: only a certificate lets takes pass, see `roundtable evals lots status`.")
    return code


def _row(zone: ForecastZone) -> dict[str, Any]:
    return {
        "threshold": zone.threshold,
        "takes": zone.takes,
        "verdicts": zone.labelled,
        "against it": zone.wrong,
        "p": "not tested" if zone.p_value is None else f"{zone.p_value:.3f}",
        "certified": zone.is_certified,
    }


def _as_json(found: Forecast) -> dict[str, Any]:
    lot = found.lot
    return {
        "film": lot.film,
        "lot": lot.uid,
        "purpose": lot.purpose.value,
        "state": lot.state.value,
        "alpha": lot.alpha,
        "delta": lot.delta,
        "decision_maker": lot.scope["decision_maker"],
        "holds": found.holds,
        "threshold": found.threshold,
        "verdicts": found.labelled,
        "wrong": found.wrong,
        "missing": found.missing,
        "low": found.low,
        "upper": found.upper,
        "needed": found.needed,
        "zones": [
            {
                "threshold": zone.threshold,
                "takes": zone.takes,
                "verdicts": zone.labelled,
                "wrong": zone.wrong,
                "p_value": zone.p_value,
                "certified": zone.is_certified,
            }
            for zone in found.zones
        ],
        "sentence": found.sentence,
        "reason": found.reason,
    }
