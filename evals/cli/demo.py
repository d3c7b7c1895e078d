"""`roundtable demo …`: productions of invented material, made on this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.cli.extra import HarnessGroup
from tracker.cli.output import TerminalProgress, json_option, remark, show_json
from tracker.cli.workspace import open_store
from tracker.domain.addresses import Address
from tracker.settings import Settings

if TYPE_CHECKING:
    from evals.studio.build import BuildSummary

__all__ = ["demo"]

_ENTRY = "from tracker.cli.main import main; main()"
_NICENESS = 10
"""How far the building in the background stands back behind the dashboard."""
_FIRST = "ANTH01/F01"

only_option = click.option(
    "--only",
    multiple=True,
    metavar="ADDRESS",
    help="Only this production or film; may be repeated.",
)


@click.group("demo", cls=HarnessGroup)
def demo() -> None:
    """A studio of invented productions, with flaws planted on purpose. Everything in it says DEMO."""


@demo.command("build")
@click.option("--small", "is_small", is_flag=True, help="One film, three shots, four takes.")
@only_option
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input ends.")
def build(*, is_small: bool, only: tuple[str, ...], with_parent: bool) -> None:
    """Render the demo's clips, import them, score them, and let a simulated director decide.

    Safe to repeat: what is there already is kept, and a build that was stopped goes on. One clip is
    cut off on purpose, so that the board shows an error take; that does not fail the build.
    """
    from evals.studio.build import build_demo, demo_studio

    _use_one_thread()
    if with_parent:
        _end_with_parent()
    settings = Settings.from_env()
    remark(f"Building the demo in {settings.home}.")
    progress = TerminalProgress()
    try:
        summary = build_demo(
            settings,
            progress,
            studio=demo_studio(is_small=is_small),
            scopes=[Address.parse(text) for text in only],
        )
    finally:
        progress.stop()
    _show(summary)


def _use_one_thread() -> None:
    """Models get one core, drawing the other; two threads at one small picture only wait together."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def _end_with_parent() -> None:
    """Stand back, and be interrupted when whoever started this is gone."""

    def watch() -> None:
        while os.read(0, 1):  # not sys.stdin, whose lock would be held when Python ends
            pass
        os.kill(os.getpid(), signal.SIGINT)

    with contextlib.suppress(OSError):
        os.nice(_NICENESS)
    # Whoever was started in the background of a shell ignores interruptions, and hands that on.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=watch, daemon=True).start()


def _show(summary: BuildSummary) -> None:
    for film in summary.films:
        did = "there already"
        if film.run is not None:
            did = (
                f"{film.rendered} rendered, {film.run.decoded} decoded, {film.run.reused} reused, "
                f"{film.decisions} decided"
            )
            for sentence in film.run.remarks:
                remark(sentence)
        click.echo(
            f"DEMO {film.address} '{film.title}': {film.shots} shots, {film.takes} takes ({did})"
        )
        if film.run is not None and film.run.errored:
            click.echo(f"  {film.run.errored} take cannot be read: it was cut off on purpose.")
    takes = sum(film.takes for film in summary.films)
    click.echo(f"DEMO, invented material: {takes} takes in {summary.seconds:g} s.")
    first = summary.films[0].address
    click.echo(f"Next: roundtable app, or roundtable board {first}")


@demo.command("open")
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535))
@click.option("--open/--no-open", "open_browser", default=True, help="Open a browser window.")
def open_demo(port: int, *, open_browser: bool) -> int:
    """Build the first film, then serve the dashboard while the rest of the demo is built.

    The building ends with the dashboard, and goes on when the demo is opened again.
    """
    from evals.studio.build import build_demo, demo_studio, is_complete
    from tracker.ui.serve import serve

    _use_one_thread()
    settings = Settings.from_env()
    studio = demo_studio()
    if is_complete(settings, studio):
        return serve(settings, port=port, open_browser=open_browser)
    remark("Building the first film; the dashboard opens when it is scored.")
    progress = TerminalProgress()
    try:
        build_demo(settings, progress, studio=studio, scopes=[Address.parse(_FIRST)])
    finally:
        progress.stop()
    remark("The rest is built while you look; `roundtable demo status` says how far it is.")
    with _built_meanwhile():
        return serve(settings, port=port, open_browser=open_browser)


@contextmanager
def _built_meanwhile() -> Iterator[None]:
    """Build the demo in a process that lives no longer than this one."""
    child = subprocess.Popen(
        [sys.executable, "-c", _ENTRY, "demo", "build", "--with-parent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        process_group=0,  # Ctrl-C ends the dashboard, which ends this
    )
    threading.Thread(target=_repeat, args=(child,), daemon=True).start()
    try:
        yield
    finally:
        if child.stdin is not None:
            child.stdin.close()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()


def _repeat(child: subprocess.Popen[bytes]) -> None:
    for line in child.stderr or ():
        sys.stderr.buffer.write(line)
        sys.stderr.flush()


@demo.command("status")
@json_option
def status(*, as_json: bool) -> None:
    """Say how far the demo is, and how long the rest will take."""
    from evals.studio.status import read_status

    found = read_status(Settings.from_env().home / "demo" / "status.json")
    if as_json:
        show_json(asdict(found) | {"is_demo": True})
    else:
        click.echo(f"DEMO: {found.sentence()}")


@demo.command("sheet")
@click.argument("target", metavar="PATH.png", type=click.Path(dir_okay=False, path_type=Path))
@only_option
def sheet(target: Path, *, only: tuple[str, ...]) -> None:
    """Write a contact sheet of demo takes: three frames of each, its verdict, and the decision."""
    from evals.studio.contact import write_contact_sheet

    open_store()
    write_contact_sheet(Settings.from_env(), target, scopes=[Address.parse(text) for text in only])
    click.echo(str(target))
