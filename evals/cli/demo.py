"""`roundtable demo …`: a production of invented material, made on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.output import TerminalProgress, remark
from tracker.cli.workspace import open_store
from tracker.settings import Settings

if TYPE_CHECKING:
    from evals.runs.demo import DemoSummary

__all__ = ["demo"]


@click.group("demo")
def demo() -> None:
    """A small production of invented material, with flaws planted on purpose."""


@demo.command("build")
@click.option("--small", "is_small", is_flag=True, help="One film, three shots, four takes.")
def build(*, is_small: bool) -> None:
    """Render the demo's clips, import them, score them, and say what came out.

    Safe to repeat: what is there already is kept. One clip is cut off on purpose, so that the board
    shows an error take; that does not fail the build.
    """
    from evals.runs.demo import build_demo

    settings = Settings.from_env()
    remark(f"Building the demo in {settings.home}.")
    progress = TerminalProgress()
    try:
        summary = build_demo(settings, progress, is_small=is_small)
    finally:
        progress.stop()
    for sentence in summary.run.remarks:
        remark(sentence)
    _show(summary)


def _show(summary: DemoSummary) -> None:
    run = summary.run
    click.echo(
        f"DEMO01 'Small Hours', invented material: {run.takes} takes in {summary.seconds:g} s "
        f"({summary.rendered} rendered, {run.decoded} decoded, {run.reused} reused)."
    )
    for take in summary.takes:
        outcome, reason = "not scored", ""
        if take.verdict is not None:
            mark = "?" if take.verdict.is_proposed else ""
            outcome, reason = f"{take.verdict.outcome.value}{mark}", take.verdict.reason
        where = "" if take.frames is None else " {}-{}".format(*take.frames)
        planted = f"planted: {take.planted}{where}" if take.planted else "clean"
        click.echo(f"  {take.address}  {outcome:<12}{planted}")
        click.echo(f"      {reason}")
    if run.errored:
        click.echo(f"{run.errored} take cannot be read: it was cut off on purpose.")
    click.echo("Next: roundtable app, or roundtable board --production DEMO01")


@demo.command("sheet")
@click.argument("target", metavar="PATH.png", type=click.Path(dir_okay=False, path_type=Path))
def sheet(target: Path) -> None:
    """Write a contact sheet of all demo takes: first, middle and last frame, and the verdict."""
    from evals.runs.contact import write_contact_sheet
    from evals.runs.demo import DEMO_PRODUCTION

    open_store()
    write_contact_sheet(Settings.from_env(), DEMO_PRODUCTION.code, target)
    click.echo(str(target))
