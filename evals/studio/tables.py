"""The studio's tables as CSV files: what a user would import, written where the clips lie.

demo/CODE/people.csv                                                    once per production
demo/CODE/FILM/films.csv cast.csv shots.csv exposures.csv reveals.csv   before a clip is there
demo/CODE/FILM/references.csv takes.csv statuses.csv                    afterwards
demo/CODE/FILM/later_takes.csv                                          when the audit is over
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from evals.animatic.captions import phrases
from evals.studio.performance import SIZE, read_note
from evals.studio.plan import PlannedFilm, PlannedShot, PlannedTake
from tracker.domain.addresses import take_code

__all__ = [
    "clip_path",
    "film_folder",
    "write_film_tables",
    "write_media_tables",
    "write_production_tables",
]

Row = Mapping[str, object]
_BRIEF = ("subject", "wardrobe", "action", "setting", "time", "light", "camera", "style")


def film_folder(folder: Path, film: PlannedFilm) -> Path:
    """Return the folder of a film's tables and clips."""
    return folder / film.production.code / film.script.code


def clip_path(folder: Path, shot: PlannedShot, take: PlannedTake) -> Path:
    """Return where a take's clip lies, below the demo's folder."""
    name = f"{shot.production}_{shot.film}_{shot.script.code}_{take_code(take.number)}.mp4"
    return folder / shot.production / shot.film / name


def write_production_tables(folder: Path, film: PlannedFilm) -> None:
    """Write the people of a film's production."""
    people = film.production.people
    rows = [{"Name": name, "Roles": "; ".join(roles)} for name, roles in people.items()]
    _write(folder / film.production.code / "people.csv", rows, ["Name", "Roles"])


def write_film_tables(folder: Path, film: PlannedFilm) -> None:
    """Write everything that is known of a film before anything of it is made."""
    here, script = film_folder(folder, film), film.script
    record = {
        "Film": script.code,
        "Title": script.title,
        "Director": script.director,
        "Release": script.release_on,
    }
    _write(here / "films.csv", [record], list(record))
    seen = {code for shot in film.shots for code in shot.script.characters}
    cast = [
        {
            "Character": character.code,
            "Name": character.name,
            "Life": character.life.value,
            "Minor": "yes" if character.is_minor else "no",
            "Film": script.code,
            "Performer": character.performer,
        }
        for character in script.characters.values()
        if character.code in seen
    ]
    _write(here / "cast.csv", cast, ["Character", "Name", "Life", "Minor", "Film", "Performer"])
    _write(here / "shots.csv", [_shot_row(film, shot) for shot in film.shots], ["Film", "Shot"])
    columns = ["Film", "Shot", "Character", "Exposure"]
    _write(here / "exposures.csv", _exposure_rows(film), columns)
    reveals = [
        {
            "Film": script.code,
            "Character": line.character,
            "Sequence": line.sequence,
            "Exposure": line.exposure.value,
        }
        for line in script.reveals
        if line.character in seen
    ]
    _write(here / "reveals.csv", reveals, ["Film", "Character", "Sequence", "Exposure"])


def write_media_tables(folder: Path, film: PlannedFilm) -> None:
    """Write the takes, the references and where each shot stands; the clips must be there."""
    here = film_folder(folder, film)
    _write(here / "references.csv", _reference_rows(film), ["Character", "Set", "File"])
    takes = [_take_row(folder, shot, take) for shot in film.shots for take in shot.takes]
    _write(here / "takes.csv", takes, ["Film", "Shot", "Take", "File"])
    later = [_take_row(folder, shot, shot.later) for shot in film.shots if shot.later is not None]
    _write(here / "later_takes.csv", later, ["Film", "Shot", "Take", "File"])
    statuses = [
        {"Film": film.script.code, "Shot": shot.script.code, "Status": shot.status.value}
        for shot in film.shots
    ]
    _write(here / "statuses.csv", statuses, ["Film", "Shot", "Status"])


def _write(path: Path, rows: Iterable[Row], columns: Sequence[str]) -> None:
    listed = list(rows)
    names = list(dict.fromkeys([*columns, *(name for row in listed for name in row)]))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(listed)


def _shot_row(film: PlannedFilm, shot: PlannedShot) -> Row:
    script = shot.script
    words = phrases(script.brief)
    row: dict[str, object] = {
        "Film": film.script.code,
        "Shot": script.code,
        "Method": script.method.value,
        "FPS": str(shot.fps),
        "Frames": script.frame_count,
        "Hero": "yes" if script.is_hero else "no",
        "Artifact policy": script.policy.value,
        "Prompt": script.prompt,
        **{name.capitalize(): words[name] for name in _BRIEF},
    }
    if script.embraces:
        row |= {
            "Embraced": ", ".join(script.embraces),
            "Embraced by": film.script.director,
            "Embrace reason": script.embrace_reason,
        }
    if script.effects:
        row["Effects"] = script.effects
    return row


def _exposure_rows(film: PlannedFilm) -> Iterator[Row]:
    for shot in film.shots:
        for character, exposure in shot.script.exposures.items():
            yield {
                "Film": film.script.code,
                "Shot": shot.script.code,
                "Character": character,
                "Exposure": exposure.value,
            }


def _reference_rows(film: PlannedFilm) -> Iterator[Row]:
    for reference in film.references:
        yield {
            "Character": reference.character,
            "Set": reference.set_name,
            "File": f"references/{reference.picture}",
            "Contributed by": reference.contributed_by,
            "Caption": reference.caption,
        }


def _take_row(folder: Path, shot: PlannedShot, take: PlannedTake) -> Row:
    clip = clip_path(folder, shot, take)
    note = read_note(clip)
    facts: dict[str, object] = {"renderer": "evals.animatic", "size": "{}x{}".format(*SIZE)}
    planted = [
        "{} {} {}-{}".format(flaw["kind"], flaw["step"], *flaw["frames"])
        for flaw in note["planted"]
    ]
    if note["is_cut_off"]:
        planted.append("cut off")
    if planted:
        facts["planted"] = "; ".join(planted)
    return {
        "Film": shot.film,
        "Shot": shot.script.code,
        "Take": take_code(take.number),
        "File": clip.name,
        "Generator": take.generator,
        "Generator version": take.version,
        "Seed": take.seed,
        "Prompt": shot.script.prompt,
        "Parameters": json.dumps(facts),
        "Cost EUR": "" if take.cost_eur is None else take.cost_eur,
    }
