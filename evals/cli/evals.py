"""`roundtable evals …`: score takes, read scores and verdicts."""

from __future__ import annotations

from dataclasses import astuple

import click

from evals.cli.cast import cast
from evals.cli.explain import explain
from evals.cli.extra import HarnessGroup, stop_as_by_hand
from tracker.cli.output import TerminalProgress, json_option, remark, show_json, show_rows
from tracker.cli.workspace import mark_demo, open_store, scopes
from tracker.domain.addresses import Address, take_code
from tracker.domain.scores import MetricFacts, Score, ScoreState
from tracker.domain.takes import Take
from tracker.errors import ExitCode
from tracker.settings import Settings
from tracker.store import Tx
from tracker.store import evals as table
from tracker.store.productions import get_production
from tracker.store.shots import list_shots
from tracker.store.takes import list_takes
from tracker.store.verdicts import current_verdicts

__all__ = ["evals"]

DEFAULT_PACK = "standard"
_NOT_SCORED = "Not scored yet; run `roundtable evals run`."


@click.group("evals", cls=HarnessGroup)
def evals() -> None:
    """Score takes, and say which ones need a director."""


evals.add_command(cast)
evals.add_command(explain)


@evals.command("run")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option("--production", default=None, help="Only this production.")
@click.option(
    "--pack",
    default=None,
    help="Model pack that scores; by default `standard`, and `demo` where all is a demo production.",
)
@click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True
)
@click.option("--workers", type=click.IntRange(1, 256), default=None, help="Reading processes.")
@click.option("--force", is_flag=True, help="Score again what is there already.")
@click.option(
    "--adopt/--no-adopt",
    "is_adopted",
    default=True,
    help="Without adopting, the pack is only tried: see `evals preview`.",
)
@json_option
def run(
    addresses: tuple[str, ...],
    production: str | None,
    *,
    pack: str | None,
    device: str,
    workers: int | None,
    force: bool,
    is_adopted: bool,
    as_json: bool,
) -> int:
    """Score every take that misses a result, then give each take its verdict.

    Each take is decoded once for all metrics. Stop it whenever you like: the same command goes on
    where it stopped. Exits with 3 when some takes cannot be read; the rest is scored.

    The summary counts takes: decoded (read in this run), reused (nothing was missing), scored (got
    new results), errored (cannot be read, now or before).
    """
    from evals.packs.devices import choose_device
    from evals.packs.manifest import find_pack
    from evals.runs.execute import RunRequest
    from evals.runs.execute import run as execute

    settings = Settings.from_env()
    with open_store().read() as tx:
        under = scopes(tx, addresses, production)
        is_demo = bool(under) and all(get_production(tx, a.production).is_demo for a in under)
    name = pack or ("demo" if is_demo else DEFAULT_PACK)
    chosen = find_pack(name, settings.packs, store=settings.pulled)
    counted = {} if workers is None else {"workers": workers}
    request = RunRequest(
        scopes=under,
        pack=chosen,
        device=choose_device(device),
        force=force,
        is_adopted=is_adopted,
        **counted,
    )
    stop_as_by_hand()
    progress = TerminalProgress()
    try:
        summary = execute(settings, request, progress)
    finally:
        progress.stop()
    for sentence in summary.remarks:
        remark(sentence)
    if as_json:
        show_json(summary.as_json())
    else:
        label = "DEMO pack" if chosen.is_demo else "pack"
        click.echo(
            f"{summary.takes} takes: {summary.decoded} decoded, {summary.scored} scored, "
            f"{summary.reused} reused, {summary.errored} errored, {summary.verdicts_changed} verdicts "
            f"changed in {summary.seconds:g} s ({label} {summary.pack}, {summary.device})"
        )
    return int(ExitCode.PARTIAL if summary.errored else ExitCode.OK)


@evals.command("scores")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option("--production", default=None, help="Only this production.")
@json_option
def scores(addresses: tuple[str, ...], production: str | None, *, as_json: bool) -> None:
    """List each take's score in every registered metric, with the reason where there is none.

    Frames in `evidence` count from the shot's first frame (1001) and include the last; `kinds` says what is
    seen in each range and `regions` where: left, top, width, height in shares of the picture. `device` is
    where the run that took the score had its models, and how precisely: `cuda (float16)`.
    """
    found: list[dict[str, object]] = []
    with open_store().read() as tx:
        for scope in scopes(tx, addresses, production):
            found += _scores(tx, scope)
        found = mark_demo(tx, found)
    columns = ("film", "shot", "take", "metric", "value", "state", "pack", "is_demo_pack", "reason")
    show_rows(found, as_json=as_json, columns=columns, empty="No takes yet; import some first.")


def _scores(tx: Tx, scope: Address) -> list[dict[str, object]]:
    from evals.metrics.builtin import BUILTIN

    first_frames = {(s.film, s.code): s.first_frame for _, s in list_shots(tx, scope)}
    stored = table.read_scores(tx, scope)
    demo_packs = table.demo_packs(tx)
    takes = list_takes(tx, scope)
    devices = table.score_devices(tx, [take_id for take_id, _ in takes])
    rows = []
    for take_id, take in takes:
        by_name = {
            facts.name: (facts, pack, score) for facts, pack, score in stored.get(take_id, [])
        }
        missing = {f.name: (f, "", Score.missing(f.name, _NOT_SCORED)) for f in BUILTIN}
        # The stored ones come last: they win, and metrics that this program no longer has stay.
        for known in (missing | by_name).values():
            row = _score_row(take, known, first_frames[take.film, take.shot])
            device = devices.get((take_id, known[0].name), "")
            rows.append(row | {"is_demo_pack": known[1] in demo_packs, "device": device})
    return rows


def _score_row(
    take: Take, known: tuple[MetricFacts, str, Score], first_frame: int
) -> dict[str, object]:
    facts, pack, score = known
    return {
        "production": take.production,
        "film": take.film,
        "shot": take.shot,
        "take": take_code(take.number),
        "metric": facts.name,
        "axis": facts.axis.value,
        "value": score.value,
        "low": score.low,
        "high": score.high,
        "state": score.state.value,
        "reason": score.reason,
        "range": list(facts.range),
        "direction": facts.direction.value,
        "unit": facts.unit,
        "fails_at": facts.fails_at,
        "version": facts.version,
        "pack": pack,
        "evidence": [list(e.frames.shown(first_frame)) for e in score.evidence],
        "kinds": [e.kind for e in score.evidence],
        "regions": [None if e.region is None else list(astuple(e.region)) for e in score.evidence],
    }


@evals.command("verdicts")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option("--production", default=None, help="Only this production.")
@json_option
def verdicts(addresses: tuple[str, ...], production: str | None, *, as_json: bool) -> None:
    """List each scored take's verdict: pass, direct or regenerate, why, and in which frames.

    For whoever runs the harness: unlike the board it also lists takes that are to be judged without hints.
    """
    found: list[dict[str, object]] = []
    with open_store().read() as tx:
        for scope in scopes(tx, addresses, production):
            found += _verdicts(tx, scope)
        found = mark_demo(tx, found)
    columns = ("film", "shot", "take", "outcome", "frames", "reason")
    empty = "No verdicts yet; run `roundtable evals run`."
    show_rows(found, as_json=as_json, columns=columns, empty=empty)


def _verdicts(tx: Tx, scope: Address) -> list[dict[str, object]]:
    first_frames = {(s.film, s.code): s.first_frame for _, s in list_shots(tx, scope)}
    takes = dict(list_takes(tx, scope))
    given = current_verdicts(tx, takes)
    errors = {
        take_id
        for take_id, rows in table.read_scores(tx, scope).items()
        if any(score.state is ScoreState.ERROR for _, _, score in rows)
    }
    return [
        {
            "production": take.production,
            "film": take.film,
            "shot": take.shot,
            "take": take_code(take.number),
            "outcome": verdict.outcome.value,
            "is_proposed": verdict.is_proposed,
            "is_error": take_id in errors,
            "axis": verdict.axis,
            "metric": verdict.metric,
            "reason": verdict.reason,
            "frames": [list(f.shown(first_frames[take.film, take.shot])) for f in verdict.frames],
            "certificate": verdict.certificate,
            "severity": verdict.severity,
        }
        for take_id, take in takes.items()
        if (verdict := given.get(take_id)) is not None
    ]
