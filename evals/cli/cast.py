"""`roundtable evals cast`: whose face changes between a film's shots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli.output import json_option, show_json, show_rows
from tracker.cli.workspace import mark_demo, open_store, scopes
from tracker.errors import MisuseError
from tracker.settings import Settings

if TYPE_CHECKING:
    from evals.runs.alike import CharacterInFilm

__all__ = ["cast"]


@click.command("cast")
@click.argument("film")
@click.option("--pack", default="standard", show_default=True, help="Model pack that scored.")
@json_option
def cast(film: str, *, pack: str, as_json: bool) -> None:
    """Compare each character's face in the shots of a FILM, and name the shot that stands out.

    Every shot speaks by its latest approved take, else by its latest one. `alike` is the median over the
    other shots of the mean cosine of their faces, the measure `identity_film`. Faces are those that `evals
    run` with the same pack kept; nothing is read again. With --json, `cosines` is the whole matrix, in the
    order of `shots`. Like `evals scores` it keeps nothing back from whoever is asked about a take blind.
    """
    from evals.packs.manifest import find_pack
    from evals.runs.alike import compare_cast

    settings = Settings.from_env()
    with open_store().read() as tx:
        (address,) = scopes(tx, [film], None)
        marked = mark_demo(tx, [{"production": address.production}])[0]
    if address.film is None or address.shot is not None:
        raise MisuseError(f"'{film}' is no film; give one, such as ANTH01/F02.")
    chosen = find_pack(pack, settings.packs, store=settings.pulled)
    found = compare_cast(settings, address, chosen)
    facts = {**marked, "film": address.film, "is_demo_pack": chosen.is_demo}
    if as_json:
        show_json([{**facts, **_as_json(one)} for one in found])
        return
    rows = [
        {**facts, "character": one.code, "shot": shot, "take": take, "alike": _rounded(alike)}
        for one in found
        for (shot, take), alike in zip(one.takes, one.medians, strict=True)
    ]
    show_rows(
        rows,
        as_json=False,
        columns=("character", "shot", "take", "alike"),
        empty="No face to compare; declare exposures with `roundtable cast exposures`, then run "
        "`roundtable evals run`.",
    )
    for one in found:
        click.echo(one.sentence())


def _as_json(one: CharacterInFilm) -> dict[str, object]:
    return {
        "character": one.code,
        "name": one.name,
        "shots": [shot for shot, _ in one.takes],
        "takes": [take for _, take in one.takes],
        "alike": [_rounded(alike) for alike in one.medians],
        "cosines": one.alike.round(4).tolist(),
        "without_face": list(one.unseen),
        "says": one.sentence(),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
