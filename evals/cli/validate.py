"""`roundtable evals validate`: how good the scores are, measured on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import click

from evals.cli.extra import stop_as_by_hand
from tracker.cli.output import TerminalProgress, json_option, remark, show_json
from tracker.errors import ExitCode
from tracker.settings import Settings

__all__ = ["validate"]

_TABLES = (
    "flaws",
    "drawn",
    "remade",
    "negatives",
    "invariances",
    "prompts",
    "identities",
    "coverage",
)


@click.command("validate")
@click.option(
    "--quick", "is_quick", is_flag=True, help="A check in three minutes, no figures to quote."
)
@click.option(
    "--only", multiple=True, type=click.Choice(_TABLES), help="Only this table; may be repeated."
)
@click.option("--pack", default="demo", show_default=True, help="Model pack that is measured.")
@click.option("--workers", type=click.IntRange(1, 256), default=None, help="Processes.")
@click.option("--fresh", "is_fresh", is_flag=True, help="Measure again what is kept from before.")
@click.option(
    "--write",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="File for the figures instead of data/validation.json.",
)
@json_option
def validate(
    *,
    is_quick: bool,
    only: tuple[str, ...],
    pack: str,
    workers: int | None,
    is_fresh: bool,
    target: Path | None,
    as_json: bool,
) -> int:
    """Prove the scores on flaws planted on purpose, and say where they fail.

    Prints planted flaws by severity and camera beside VBench's temporal_flickering, hard negatives, what must
    not move a score, prompt fidelity, identity and the coverage of its intervals, each with its goal and
    whether it is reached. Clips are made on the spot, with seeds of their own.

    At most an hour on two cores, --quick three minutes. Stop it whenever you like: finished tables are kept
    in the workspace, and the same command goes on. The figures go to data/validation.json, from which
    `python -m evals.validation.docs` makes the tables of the documents. Exits with 3 when a table could not
    be measured; a goal that is missed is a result, not a failure.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from evals.packs.manifest import find_pack
    from evals.validation._pool import Bench
    from evals.validation.figures import publish
    from evals.validation.scale import FULL, QUICK
    from evals.validation.text import text_report
    from evals.validation.validate import validate as measure

    settings = Settings.from_env()
    stop_as_by_hand()
    progress = TerminalProgress()
    bench = Bench(
        pack=find_pack(pack, settings.packs, store=settings.pulled),
        workers=workers or os.cpu_count() or 1,
        scratch=settings.cache / "validation",
        progress=progress,
    )
    try:
        report = measure(
            QUICK if is_quick else FULL, bench, only=only, is_fresh=is_fresh, say=remark
        )
    finally:
        progress.stop()
    if as_json:
        show_json(report.as_json())
    else:
        click.echo(text_report(report))
    remark(publish(report, target, is_whole=not only))
    return int(ExitCode.PARTIAL if report.failed else ExitCode.OK)
