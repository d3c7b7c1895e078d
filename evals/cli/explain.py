"""`roundtable evals explain`: one take's verdict as a page that a director understands."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import click

from tracker.cli.output import DEMO_NOTE, json_option, remark, show_json
from tracker.cli.workspace import open_store
from tracker.domain.addresses import Address
from tracker.errors import ExitCode, MisuseError
from tracker.settings import Settings
from tracker.store.blind import withheld_takes
from tracker.store.lookup import take_id

__all__ = ["explain"]


@click.command("explain")
@click.argument("address")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="FILE.html",
    help="Where the page goes; by default into the workspace's reports.",
)
@click.option("--open", "opens", is_flag=True, help="Show the page in the browser.")
@click.option(
    "--unblind", is_flag=True, help="Also explain a take that is to be judged without hints."
)
@json_option
def explain(address: str, *, out: Path | None, opens: bool, unblind: bool, as_json: bool) -> int:
    """Write the page that says why a take got its verdict; a shot's address means its latest take.

    Per axis the worst measure first: value, 90 % interval, limit, a sentence, the frames as a contact
    strip, the course over the frames; and what could not be measured, with the reason. One HTML file
    with everything inside: send it, print it. Its path is written to stdout, a short version to stderr.

    Exits with 3 when the take cannot be read or pictures are missing, with 11 when it is not scored yet or
    is to be judged without hints.
    """
    from evals.metrics.builtin import BUILTIN
    from evals.reports.as_json import as_json as page_as_json
    from evals.reports.build import build_page
    from evals.reports.html import as_html
    from evals.reports.rows import read_rows, take_named
    from evals.reports.stills import find_stills
    from evals.reports.text import as_text
    from tracker.media.derived import DerivedMedia

    settings = Settings.from_env()
    store = open_store()
    with store.read() as tx:
        take = take_named(tx, address)
        rows = read_rows(tx, take, is_unblinded=unblind)
        was_blind = unblind and take_id(tx, take) in withheld_takes(tx, take)
    if was_blind:
        with store.write() as tx:
            tx.event("take.unblinded", str(take))
    page = build_page(rows, registered=BUILTIN)
    if Address.parse(address).take is None:
        others = len(page.takes) - 1
        remark(f"{page.take} is the {f'latest of {others + 1} takes' if others else 'only take'}.")
    derived = DerivedMedia(settings.media, rows.sheet.take.sha256)
    indices = {picture.index for picture in page.pictures()}
    stills = find_stills(derived, indices, production=page.production)
    path = _write(as_html(page, stills), out or settings.reports / f"{_file_name(take)}.html")
    if as_json:
        show_json({**page_as_json(page, stills), "page": str(path)})
    else:
        if page.is_demo:
            remark(DEMO_NOTE)
        remark(as_text(page))
        click.echo(str(path))
    if stills.remark:
        remark(stills.remark)
    if opens and click.launch(str(path)):
        remark(f"No browser could be started; open {path} yourself.")
    return int(ExitCode.PARTIAL if page.error or stills.remark else ExitCode.OK)


def _file_name(take: Address) -> str:
    return str(take).replace("/", "_")


def _write(text: str, path: Path) -> Path:
    """Write the page under a temporary name first, so that a page which is there is whole."""
    path = path.absolute()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise MisuseError(
            f"The page cannot be written to '{path}' ({error.strerror}); choose another --out."
        ) from error
    finally:
        with contextlib.suppress(OSError):  # the reason was given above
            temporary.unlink()
    return path
