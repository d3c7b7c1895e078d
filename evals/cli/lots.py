"""`roundtable evals lots …`: a film's audit from the frozen cut to a certificate or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from tracker.cli.output import DEMO_NOTE, json_option, remark, show_json, show_rows
from tracker.cli.workspace import open_store
from tracker.domain.addresses import Address
from tracker.domain.lots import Lot, Purpose, VerdictOf
from tracker.errors import ExitCode, MisuseError
from tracker.store import Tx

__all__ = ["lots"]

_MOST_REJECTIONS = 100

_purpose = click.option(
    "--purpose",
    type=click.Choice([p.value for p in Purpose]),
    default=Purpose.PASS.value,
    show_default=True,
    help="What nobody would look at: takes that pass, or takes that are simply made again.",
)


def _rates(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option(
            "--delta",
            default=0.10,
            show_default=True,
            help="How often a certificate may be wrong, 0-1.",
        ),
        click.option(
            "--alpha",
            default=None,
            type=float,
            help="Share of wrong takes that is tolerated unseen, 0-1; 0.10 for pass, 0.25 for regenerate.",
        ),
    ):
        command = option(command)
    return command


@click.group("lots")
def lots() -> None:
    """Audits: freeze a cut, plan, draw, judge in the queue, close."""


@lots.command("freeze")
@click.argument("film")
@click.option(
    "--take",
    "takes",
    multiple=True,
    metavar="ADDRESS",
    help="Freeze exactly these takes instead of the cut; may be repeated.",
)
@click.option(
    "--verdict",
    "verdict_of",
    type=click.Choice([v.value for v in VerdictOf]),
    default=VerdictOf.DIRECTOR.value,
    show_default=True,
    help="Whose verdict counts: the director's, the majority's of a panel, or a member's drawn by lot.",
)
@click.option(
    "--panel",
    multiple=True,
    metavar="NAME",
    help="A person of the panel; repeat it for each: an odd number for a majority, 2 or more else.",
)
@_purpose
@_rates
@json_option
def freeze(
    film: str,
    takes: Sequence[str],
    verdict_of: str,
    *,
    panel: Sequence[str],
    purpose: str,
    alpha: float | None,
    delta: float,
    as_json: bool,
) -> None:
    """Fix the takes of a film's cut, their scores and what the certificate would hold for."""
    from evals.audits.freeze import freeze as freeze_lot
    from tracker.store.lots import lot_takes

    with open_store().write() as tx:
        lot, cut = freeze_lot(
            tx,
            Address.parse(film),
            purpose=Purpose(purpose),
            alpha=alpha,
            delta=delta,
            batch=[Address.parse(take) for take in takes],
            verdict_of=VerdictOf(verdict_of),
            panel=panel,
        )
        frozen = len(lot_takes(tx, lot.lot_id))
        others = [(c.address, c.why_not) for c in cut.candidates if c.why_not]
    if as_json:
        looked_at = [{"take": take, "why": why} for take, why in others]
        show_json({**_lot_json(lot), "takes": frozen, "looked_at_anyway": looked_at})
        return
    click.echo(f"{film}: {frozen} takes are frozen, manifest {lot.manifest_sha256[:12]}.")
    if others:
        remark(f"{len(others)} takes of the cut are looked at anyway:")
        for take, why in others:
            remark(f"  {take}: {why}")
    if frozen < len(cut.eligible):
        remark(
            f"{len(cut.eligible) - frozen} more are left out: an earlier draw was for them, too."
        )
    remark(f"Next: roundtable evals lots plan {film}{lot.purpose.option}")


@lots.command("plan")
@click.argument("film")
@_purpose
@click.option("--threshold", type=float, default=None, help="Lowest score of the zone, 0-1.")
@json_option
def plan(film: str, purpose: str, threshold: float | None, *, as_json: bool) -> int:
    """Say how many verdicts certify how many takes, and fix it before the draw.

    Exits with 11 where an audit is not worth making: then everything goes to direction. So it does where
    alpha is unreachable: the director, or a member of the panel, turns round too often when asked again
    blind.
    """
    from evals.audits.draw import plan as plan_lot

    with open_store().write() as tx:
        planned = plan_lot(tx, Address.parse(film), purpose=Purpose(purpose), threshold=threshold)
    if as_json:
        found = planned.plan
        show_json(
            {
                **_lot_json(planned.lot),
                "chance": round(found.chance, 4),
                "expected_saving": round(found.expected_saving, 1),
                "is_worthwhile": planned.is_worthwhile,
            }
        )
    else:
        click.echo(f"{film}: {planned.sentence()}")
    if not planned.is_worthwhile:
        remark("Not worth certifying: fewer than a tenth of the looks would be saved; direct all.")
        return int(ExitCode.UNDECIDED)
    remark(f"Next: roundtable evals lots draw {film}{planned.lot.purpose.option}")
    return int(ExitCode.OK)


@lots.command("draw")
@click.argument("film")
@_purpose
@json_option
def draw(film: str, purpose: str, *, as_json: bool) -> None:
    """Draw the seed; the audit's takes go blind into the queues of those whose verdict counts."""
    from evals.audits.draw import draw as draw_lot
    from evals.audits.progress import progress_of

    with open_store().write() as tx:
        lot = draw_lot(tx, Address.parse(film), purpose=Purpose(purpose))
        asked = progress_of(tx, lot).lacking()
    if as_json:
        show_json(_lot_json(lot))
        return
    first = next(iter(asked))
    shares = ", ".join(f"{name} ({count})" for name, count in asked.items())
    where = f"the queues of {shares}" if lot.panel else f"{first}'s queue"
    click.echo(f"{film}: {lot.labels} takes lie in {where}, seed {(lot.seed or '')[:12]}.")
    remark(f'Next: roundtable queue --for "{first}"')


@lots.command("status")
@click.argument("film")
@_purpose
@json_option
def status(film: str, purpose: str, *, as_json: bool) -> None:
    """Say how far an audit is, and how many verdicts are missing."""
    from evals.audits.draw import newest_lot
    from evals.audits.progress import progress_of

    address = Address.parse(film)
    with open_store().read() as tx:
        progress = progress_of(tx, newest_lot(tx, address, Purpose(purpose)))
        is_demo = _is_demo(tx, address)
    if as_json:
        show_json(
            {
                **_lot_json(progress.lot),
                "takes": len(progress.takes),
                "verdicts": len(progress.verdicts),
                "missing": len(progress.missing),
                "missing_of": progress.lacking(),
                "wrong": progress.wrong,
                "sentence": progress.sentence(),
            }
        )
        return
    if is_demo:
        click.echo(DEMO_NOTE)
    click.echo(f"{film}: {progress.sentence()}")


@lots.command("close")
@click.argument("film")
@_purpose
@click.option("--final", "is_final", is_flag=True, help="Count missing verdicts as rejections.")
@json_option
def close(film: str, purpose: str, *, is_final: bool, as_json: bool) -> int:
    """Count the verdicts: a certificate, or a refusal with its reason (exit 11)."""
    from evals.audits.close import close as close_lot
    from evals.runs.verdicts import judge_within

    address = Address.parse(film)
    with open_store().write() as tx:
        closed = close_lot(tx, address, purpose=Purpose(purpose), is_final=is_final)
        judge_within(tx, address)
    lot, certificate = closed.lot, closed.certificate
    if as_json:
        uid = None if certificate is None else certificate.uid
        show_json(
            {**_lot_json(lot), "wrong": lot.wrong, "p_value": lot.p_value, "certificate": uid}
        )
    elif certificate is None:
        click.echo(f"{film}: refused. {lot.reason}")
    else:
        click.echo(f"{film}: certified. {certificate.document['claim']}")
        remark(f"Certificate {certificate.uid}")
    return int(ExitCode.UNDECIDED if certificate is None else ExitCode.OK)


@lots.command("drop")
@click.argument("film")
@_purpose
@click.option(
    "--reason", default="dropped before the draw", show_default=True, help="Kept with the lot."
)
def drop(film: str, purpose: str, reason: str) -> None:
    """Give a lot up before its draw; its takes may be frozen again."""
    from evals.audits.draw import open_lot
    from tracker.store.lots import drop_lot

    with open_store().write() as tx:
        drop_lot(tx, open_lot(tx, Address.parse(film), Purpose(purpose)), reason)
    click.echo(f"{film}: the lot is dropped.")


@lots.command("table")
@_rates
@click.option("--takes", type=click.IntRange(2), default=None, help="Of a lot of so many takes.")
@click.option("--most", default=5, show_default=True, help="Up to so many rejections.")
@json_option
def table(
    alpha: float | None, delta: float, takes: int | None, most: int, *, as_json: bool
) -> None:
    """Say how many verdicts are needed when k of them are rejections: for a stream, or a lot."""
    from evals.decisions.bounds import check_rates, labels_needed

    rate = 0.10 if alpha is None else alpha
    check_rates(rate, delta)
    if not 0 <= most <= _MOST_REJECTIONS:
        raise MisuseError(f"--most is {most}; give 0 to {_MOST_REJECTIONS} rejections.")
    rows = [
        {"k": k, "n": labels_needed(k, alpha=rate, delta=delta, takes=takes)}
        for k in range(most + 1)
    ]
    if as_json:
        show_json(rows)
        return
    shown = [
        {"rejections": row["k"], "verdicts needed": row["n"] or "all must be looked at"}
        for row in rows
    ]
    show_rows(shown, as_json=False, columns=("rejections", "verdicts needed"), empty="")


def _lot_json(lot: Lot) -> dict[str, object]:
    return {
        "lot": lot.uid,
        "film": lot.film,
        "purpose": lot.purpose.value,
        "state": lot.state.value,
        "alpha": lot.alpha,
        "delta": lot.delta,
        "decision_maker": lot.scope["decision_maker"],
        "verdict_of": lot.verdict_of.value,
        "panel": list(lot.panel),
        "manifest_sha256": lot.manifest_sha256,
        "threshold": lot.threshold,
        "zone_takes": lot.zone_takes,
        "labels": lot.labels,
        "tolerated": lot.tolerated,
        "seed": lot.seed,
        "reason": lot.reason,
    }


def _is_demo(tx: Tx, film: Address) -> bool:
    from tracker.store.productions import get_production

    return get_production(tx, film.production).is_demo
