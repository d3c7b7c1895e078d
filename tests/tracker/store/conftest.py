from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from tracker.domain.production import Brief, Film, Production, ProductionKind, Shot
from tracker.domain.takes import Probe, Take
from tracker.settings import Settings
from tracker.store import Store, productions, shots, takes

PROBE = Probe(
    container="mp4", codec="h264", pixel_format="yuv420p", width=64, height=36,
    fps=Fraction(24000, 1001), frame_count=24, duration_s=1.001, remarks=("untagged colour",),
)  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "workspace", actor="Nika Brandt")


@pytest.fixture
def store(settings: Settings) -> Store:
    return Store.create(settings)


@pytest.fixture
def make_take() -> Callable[..., Take]:
    def make(number: int = 1, shot: str = "SQ010_SH0010", **changes: object) -> Take:
        fields = {
            "production": "ANTH01", "film": "F01", "shot": shot, "number": number,
            "path": f"/media/{shot}_{number}.mp4", "sha256": f"{number:064x}", "size_bytes": 10,
            "probe": PROBE,
        }  # fmt: skip
        return Take(**(fields | changes))

    return make


@pytest.fixture
def filled(store: Store, make_take: Callable[..., Take]) -> Store:
    """A store with one production, one film, two shots and three takes."""
    with store.write() as tx:
        productions.add_production(tx, Production(code="ANTH01", kind=ProductionKind.ANTHOLOGY))
        productions.add_film(
            tx, Film(production="ANTH01", code="F01", title="Salt", director="Ada Quill")
        )
        for code in ("SQ010_SH0010", "SQ010_SH0020"):
            brief = Brief(prompt=f"A lamp in {code}", light="dusk", time="night")
            shots.insert_shot(
                tx, "ANTH01", Shot(film="F01", code=code, sequence="SQ010", brief=brief)
            )
        for take in (make_take(1), make_take(2), make_take(1, "SQ010_SH0020")):
            takes.insert_take(tx, take)
    return store
