"""The demo: renders two small invented films and takes them through the house as a user would.

    settings.home/demo/   films.csv people.csv cast.csv exposures.csv reveals.csv shots.csv takes.csv
                          planted.json (what was planted, and where)   F01/… F02/… (the clips)

Rendering is skipped where a clip is there already, importing and scoring say for themselves what is
new, so a second build finishes in seconds. This is the only door that makes a demo production.
"""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np

from evals.animatic.clips import write_clip
from evals.animatic.film import render
from evals.animatic.flaws import FlawKind, plant
from evals.animatic.story import CAST, FILMS, PEOPLE, STORY, DemoShot, DemoTake, small_story
from evals.media.types import Picture
from evals.packs.manifest import find_pack
from evals.runs.execute import RunRequest, RunSummary, run
from tracker.actions import cast
from tracker.actions.report import ImportReport, Progress, SilentProgress
from tracker.actions.shots import import_shots
from tracker.actions.takes import import_takes
from tracker.domain.addresses import Address, take_code
from tracker.domain.production import Production, ProductionKind
from tracker.domain.units import FIRST_FRAME
from tracker.domain.verdicts import Verdict
from tracker.errors import ConflictError
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.productions import add_production
from tracker.store.takes import list_takes
from tracker.store.verdicts import current_verdicts

__all__ = ["DEMO_PRODUCTION", "DemoSummary", "JudgedTake", "build_demo"]

DEMO_PRODUCTION = Production(
    code="DEMO01", kind=ProductionKind.ANTHOLOGY, title="Small Hours", is_demo=True
)
_SIZE = (640, 360)
_FPS = Fraction(24)
_PACK = "standard"
_KEPT_SHARE = 0.6
"""How much of a file is left when its transfer broke off."""


@dataclass(frozen=True)
class JudgedTake:
    """A demo take with what was planted in it and what the harness says."""

    address: str
    planted: str
    """The flaw's kind, `cut off`, or empty for a clean take."""
    frames: tuple[int, int] | None
    """Where the flaw lies, as people count frames."""
    verdict: Verdict | None


@dataclass(frozen=True)
class DemoSummary:
    """What building the demo did."""

    takes: tuple[JudgedTake, ...]
    rendered: int
    """Clips rendered in this build; the others were there already."""
    run: RunSummary
    seconds: float
    folder: Path
    """Where the CSV files and the clips lie."""


@dataclass
class _Truth:
    """What was planted, by address; kept beside the clips."""

    path: Path
    known: dict[str, dict[str, object]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> _Truth:
        return cls(path, json.loads(path.read_text()) if path.exists() else {})

    def add(self, address: str, kind: str, frames: tuple[int, int] | None) -> None:
        self.known[address] = {"planted": kind, "frames": frames}
        unfinished = self.path.with_suffix(".part")
        unfinished.write_text(json.dumps(self.known, indent=1, sort_keys=True))
        unfinished.replace(self.path)


def build_demo(
    settings: Settings,
    progress: Progress | None = None,
    *,
    is_small: bool = False,
    device: str = "cpu",
) -> DemoSummary:
    """Render, import and score the demo production in a workspace; safe to repeat.

    `is_small` takes three shots with four takes of one film. Raises ConflictError when the
    workspace holds something else under the demo's names.
    """
    started, watcher = time.monotonic(), progress or SilentProgress()
    story = small_story() if is_small else STORY
    store = Store.create(settings)
    _ensure_production(store)
    folder = settings.home / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    truth = _Truth.load(folder / "planted.json")
    rendered = _render_missing(folder, story, truth, progress=watcher)
    _write_tables(folder, story)
    _import_tables(settings, store, folder, progress=watcher)
    request = RunRequest(
        scopes=[Address(DEMO_PRODUCTION.code)],
        pack=find_pack(_PACK, settings.packs),
        device=device,
    )
    summary = run(settings, request, watcher)
    seconds = round(time.monotonic() - started, 1)
    return DemoSummary(_judged(store, truth), rendered, summary, seconds, folder)


def _ensure_production(store: Store) -> None:
    try:
        with store.write() as tx:
            add_production(tx, DEMO_PRODUCTION)
    except ConflictError:
        raise ConflictError(
            f"This workspace has a production {DEMO_PRODUCTION.code} that is not the demo; build the "
            "demo in another workspace: set ROUNDTABLE_HOME to an empty folder."
        ) from None


def _render_missing(
    folder: Path, story: Sequence[DemoShot], truth: _Truth, *, progress: Progress
) -> int:
    wanted = [(shot, take) for shot in story for take in shot.takes]
    missing = [
        (shot, take)
        for shot, take in wanted
        if not _clip(folder, shot, take).exists() or _address(shot, take) not in truth.known
    ]
    if missing:
        progress.start("Rendering clips", sum(take.frame_count for _, take in missing))
    for shot, take in missing:
        path = _clip(folder, shot, take)
        path.parent.mkdir(parents=True, exist_ok=True)
        frames, where = _perform(shot, take, progress)
        write_clip(path, frames, fps=_FPS)
        if take.is_cut_off:
            _cut_off(path)
        planted = "cut off" if take.is_cut_off else (take.flaw or "")
        truth.add(_address(shot, take), planted, where)
    return len(missing)


def _perform(
    shot: DemoShot, take: DemoTake, progress: Progress
) -> tuple[Picture, tuple[int, int] | None]:
    """Render a take with its flaw; the range is as people count frames."""
    extra = round(take.severity) if take.flaw is FlawKind.DROPPED_FRAMES else 0
    note, frames = f"{shot.film}/{shot.code}/{take_code(take.number)}", []
    for picture in render(
        shot.scene,
        frame_count=take.frame_count + extra,
        size=_SIZE,
        fps=float(_FPS),
        seed=take.seed,
    ):
        frames.append(picture)
        progress.advance(int(len(frames) <= take.frame_count), note)
    film = np.stack(frames)
    if take.flaw is None:
        return film, None
    planted, where = plant(film, take.flaw, severity=take.severity, seed=take.seed)
    return planted, where.shown(FIRST_FRAME)


def _cut_off(path: Path) -> None:
    """Leave the first part of a file, as a broken transfer would."""
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * _KEPT_SHARE))


def _clip(folder: Path, shot: DemoShot, take: DemoTake) -> Path:
    name = f"{DEMO_PRODUCTION.code}_{shot.film}_{shot.code}_{take_code(take.number)}.mp4"
    return folder / shot.film / name


def _address(shot: DemoShot, take: DemoTake) -> str:
    return str(Address(DEMO_PRODUCTION.code, shot.film, shot.code, take_code(take.number)))


def _write_tables(folder: Path, story: Sequence[DemoShot]) -> None:
    films = {shot.film for shot in story}
    _write_csv(folder / "films.csv", [row for row in FILMS if row["Film"] in films])
    _write_csv(folder / "people.csv", PEOPLE)
    _write_csv(folder / "cast.csv", [row for row in CAST if row["Film"] in films])
    _write_csv(folder / "shots.csv", [_shot_row(shot) for shot in story])
    exposures = [
        {
            "Film": shot.film,
            "Shot": shot.code,
            "Character": shot.character,
            "Exposure": shot.exposure,
        }
        for shot in story
        if shot.character
    ]
    _write_csv(folder / "exposures.csv", exposures)
    reveals = [
        {"Film": row["Film"], "Character": row["Character"], "Sequence": sequence, "Exposure": face}
        for row in exposures
        for sequence, face in _reveals(row)
    ]
    _write_csv(folder / "reveals.csv", reveals)
    takes = [_take_row(shot, take) for shot in story for take in shot.takes]
    _write_csv(folder / "takes.csv", takes)


def _reveals(row: Mapping[str, str]) -> list[tuple[str, str]]:
    """Masked everywhere; revealed in the sequence that says so."""
    if row["Exposure"] != "revealed":
        return []
    return [("", "masked"), (row["Shot"].split("_", 1)[0], "revealed")]


def _write_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns or ["Film", "Character", "Exposure"], restval="")
        writer.writeheader()
        writer.writerows(rows)


def _shot_row(shot: DemoShot) -> dict[str, object]:
    frames = max((take.frame_count for take in shot.takes), default=48)
    return {
        "Film": shot.film,
        "Shot": shot.code,
        "Method": shot.method,
        "FPS": str(_FPS),
        "Frames": frames,
        "Hero": "yes" if shot.is_hero else "no",
        **shot.brief,
    }


def _take_row(shot: DemoShot, take: DemoTake) -> dict[str, object]:
    facts: dict[str, object] = {"renderer": "evals.animatic", "size": "{}x{}".format(*_SIZE)}
    if take.flaw is not None:
        facts["planted"] = f"{take.flaw} {take.severity:g}"
    if take.is_cut_off:
        facts["planted"] = "cut off"
    path = _clip(Path(), shot, take)
    return {
        "Film": shot.film,
        "Shot": shot.code,
        "Take": take_code(take.number),
        "File": path.as_posix(),
        "Generator": take.generator,
        "Generator version": take.version,
        "Seed": take.seed,
        "Prompt": shot.brief["Prompt"],
        "Parameters": json.dumps(facts),
        "Cost EUR": take.cost_eur,
    }


def _import_tables(settings: Settings, store: Store, folder: Path, *, progress: Progress) -> None:
    code = DEMO_PRODUCTION.code
    _check(cast.import_people(store, folder / "people.csv"))
    _check(cast.import_films(store, folder / "films.csv", code))
    _check(import_shots(store, folder / "shots.csv", code))
    _check(cast.import_cast(store, folder / "cast.csv", code))
    _check(cast.import_exposures(store, folder / "exposures.csv", code))
    _check(cast.import_reveals(store, folder / "reveals.csv", code))
    _check(import_takes(settings, folder / "takes.csv", code, progress=progress))


def _check(report: ImportReport) -> None:
    """Refuse a demo that does not fit what the workspace holds."""
    if report.problems:
        raise ConflictError(
            f"The demo does not fit this workspace: {report.problems[0].message} "
            "Build it in a fresh one: set ROUNDTABLE_HOME to an empty folder."
        )


def _judged(store: Store, truth: _Truth) -> tuple[JudgedTake, ...]:
    with store.read() as tx:
        takes = list_takes(tx, Address(DEMO_PRODUCTION.code))
        verdicts = current_verdicts(tx, [key for key, _ in takes])
    judged = []
    for key, take in takes:
        address = str(Address(take.production, take.film, take.shot, take_code(take.number)))
        known = truth.known.get(address, {})
        frames = known.get("frames")
        judged.append(
            JudgedTake(
                address,
                str(known.get("planted", "")),
                (int(frames[0]), int(frames[1])) if isinstance(frames, list | tuple) else None,
                verdicts.get(key),
            )
        )
    return tuple(judged)
