"""A film of drawn numbers: takes and scores as rows, no media, so that audits can be lived through fast."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from evals.metrics.builtin import BUILTIN
from evals.runs.parts import PartWriter, Result, fold_part
from evals.runs.verdicts import judge
from tracker.actions.decide import Decided, decide
from tracker.cli.main import main
from tracker.domain.addresses import Address
from tracker.domain.production import (
    Brief,
    Film,
    Person,
    Production,
    ProductionKind,
    Role,
    Shot,
)
from tracker.domain.reviews import DecisionOutcome
from tracker.domain.scores import Score, ScoreState
from tracker.domain.takes import Probe, Provenance, Take
from tracker.settings import Settings
from tracker.store import Store, Tx
from tracker.store import evals as table
from tracker.store.productions import add_film, add_person, add_production
from tracker.store.shots import insert_shot
from tracker.store.takes import insert_take

FILM = Address("ANTH01", "F01")
DIRECTOR = "Ada Quill"
FACTS = {facts.name: facts for facts in BUILTIN}
PROBE = Probe(
    container="mp4", codec="h264", pixel_format="yuv420p", width=64, height=36,
    fps=Fraction(24), frame_count=48, duration_s=2.0,
)  # fmt: skip


class Studio:
    """A workspace with one film that can be filled, scored, judged and decided."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home, actor="Nika Brandt")
        self.store = Store.create(self.settings)
        with self.store.write() as tx:
            add_production(tx, Production(code="ANTH01", kind=ProductionKind.ANTHOLOGY))
            add_film(tx, Film(production="ANTH01", code="F01", title="Salt", director=DIRECTOR))
            add_person(tx, Person(name="Tom Aldine", roles=(Role.PRODUCER,)))
            table.register_metrics(tx, BUILTIN, packs=dict.fromkeys(FACTS, "standard"))

    def shot(self, number: int, **changes: object) -> Address:
        with self.store.write() as tx:
            return self.add_shot(tx, number, **changes)

    def add_shot(self, tx: Tx, number: int, **changes: object) -> Address:
        code = f"SQ010_SH{10 * number:04d}"
        shot = Shot(
            film="F01", code=code, sequence="SQ010", brief=Brief(prompt="A lamp"), **changes
        )
        insert_shot(tx, "ANTH01", shot)
        return Address("ANTH01", "F01", code)

    def take(
        self, shot: Address, number: int = 1, *, generator: str = "kite", text: str = ""
    ) -> int:
        with self.store.write() as tx:
            return self.add_take(tx, shot, number, generator=generator, text=text)

    def add_take(
        self, tx: Tx, shot: Address, number: int = 1, *, generator: str = "kite", text: str = ""
    ) -> int:
        name = text or f"{shot} {number}"
        take = Take(
            production="ANTH01", film="F01", shot=shot.shot or "", number=number,
            path=f"/media/{number}.mp4", sha256=hashlib.sha256(name.encode()).hexdigest(),
            size_bytes=10, probe=PROBE, provenance=Provenance(generator=generator),
        )  # fmt: skip
        return insert_take(tx, take)

    def score(self, values: dict[int, dict[str, float | None]], *, pack: str = "standard") -> None:
        """Give takes scores by metric; None means not assessable."""
        with self.store.write() as tx:
            table.register_metrics(tx, BUILTIN, packs=dict.fromkeys(FACTS, pack))
            run_id, uid = table.start_run(tx, scope="ANTH01", pack=pack, device="cpu")
        results = [
            Result(
                take_id=take_id, facts=FACTS[name], pack=pack, result_key=f"{take_id} {name}",
                score=Score.missing(name, "Nothing to measure; look at it.")
                if value is None
                else Score(metric=name, state=ScoreState.OK, value=value),
            )
            for take_id, scores in values.items()
            for name, value in scores.items()
        ]  # fmt: skip
        fold_part(self.store, PartWriter(self.settings.runs, uid).write(results))
        with self.store.write() as tx:
            table.finish_run(tx, run_id, summary={})

    def judge(self) -> None:
        judge(self.store, FILM, run_id=None)

    def decide(self, take: str, outcome: str = "approve", *, by: str = DIRECTOR) -> Decided:
        return decide(self.store, Address.parse(take), DecisionOutcome(outcome), by=by)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path / "workspace")


@pytest.fixture(scope="session")
def _films(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Make each size of film once; tests get copies."""
    made: dict[int, Path] = {}

    def make(count: int) -> Path:
        if count not in made:
            home = tmp_path_factory.mktemp(f"film{count}") / "workspace"
            studio = Studio(home)
            with studio.store.write() as tx:
                shots = [studio.add_shot(tx, i + 1) for i in range(count)]
                keys = [studio.add_take(tx, shot) for shot in shots]
            studio.score(
                {
                    key: {"flicker": 0.001 + 0.00001 * i, "prompt_own": 0.99 - 0.001 * i}
                    for i, key in enumerate(keys)
                }
            )
            studio.judge()
            made[count] = home
        return made[count]

    return make


@pytest.fixture
def film_of(_films) -> Callable[[Studio, int], list[str]]:
    """Fill the film with shots of one good take each, scored and judged; return the takes."""

    def fill(studio: Studio, count: int) -> list[str]:
        shutil.rmtree(studio.settings.home)
        shutil.copytree(_films(count), studio.settings.home)
        return [f"ANTH01/F01/SQ010_SH{10 * (i + 1):04d}/v001" for i in range(count)]

    return fill


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def roundtable(studio, monkeypatch, capsys) -> Callable[..., Ran]:
    """Run `roundtable ...` in this process on the studio's workspace."""
    monkeypatch.setenv("ROUNDTABLE_HOME", str(studio.settings.home))
    monkeypatch.setenv("ROUNDTABLE_ACTOR", "Nika Brandt")

    def command(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["roundtable", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Ran(int(ended.value.code or 0), out, err)

    return command
