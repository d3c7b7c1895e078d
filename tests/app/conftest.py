"""A small workspace with every kind of tile, and the films behind it, made from scratch."""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import streamlit as st

from tracker.domain.addresses import Address
from tracker.domain.lots import AskKind
from tracker.domain.production import (
    Brief,
    Film,
    Method,
    Person,
    Production,
    ProductionKind,
    Role,
    Shot,
)
from tracker.domain.reviews import Decision, DecisionOutcome
from tracker.domain.scores import Axis, Direction, MetricFacts
from tracker.domain.takes import Probe, Provenance, Take
from tracker.domain.units import FrameRange
from tracker.domain.verdicts import Outcome, Verdict
from tracker.media.derived import DerivedMedia, make_proxy_and_thumbnail, write_stills
from tracker.settings import Settings
from tracker.store import (
    Store,
    asks,
    evals,
    lookup,
    productions,
    reviews,
    shots,
    takes,
    verdicts,
)

_CHROMIUM = Path(shutil.which("chromium") or "/usr/bin/chromium")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
]
_WAIT_MS = 30_000

FRAMES = 48
FPS = Fraction(24)
FLAG = FrameRange(20, 28)
CLIP = Probe(
    container="mp4",
    codec="h264",
    pixel_format="yuv420p",
    width=320,
    height=180,
    fps=FPS,
    frame_count=FRAMES,
    duration_s=2.0,
    color="bt709 limited",
)
FLICKER = MetricFacts(
    name="flicker",
    version="1",
    axis=Axis.ARTIFACTS,
    low=0.0,
    high=None,
    direction=Direction.LOWER_IS_BETTER,
    unit="log ratio",
    title="Flicker",
    fails_at=0.02,
)
PROMPT = MetricFacts(
    name="prompt_own",
    version="3",
    axis=Axis.PROMPT,
    low=0.0,
    high=1.0,
    direction=Direction.HIGHER_IS_BETTER,
    unit="share",
    title="Prompt, own",
)
IDENTITY = replace(PROMPT, name="identity", axis=Axis.IDENTITY, title="Identity", version="1")
PACKS = {"flicker": "builtin", "prompt_own": "demo-clip", "identity": "demo-face"}
BROKEN = "'clip_04.mp4' has no index (moov): it was cut off; export it again."

PASS = Verdict(
    outcome=Outcome.PASS, reason="Covered by audit 7.", axis="artifacts", certificate="c-7"
)
FLICKERS = Verdict(
    outcome=Outcome.REGENERATE,
    reason="The light <flickers> from 1021 to 1028.",
    axis="artifacts",
    metric="flicker",
    frames=(FLAG,),
    is_proposed=True,
    severity=0.8,
)
HERO = Verdict(
    outcome=Outcome.DIRECT, reason="A hero shot: a person always looks.", axis="hero", severity=0.3
)
ERROR = Verdict(
    outcome=Outcome.DIRECT, reason="The file cannot be read.", axis="error", severity=1.0
)


def grey_of(frame: int) -> int:
    """Return the grey level that says which frame it is: 4 levels apart, read back by a canvas."""
    return 30 + 4 * frame


@pytest.fixture(scope="session")
def grey() -> Callable[[int], int]:
    """The grey level that a frame of the clip has."""
    return grey_of


def write_clip(path: Path) -> None:
    """Write a film whose every frame is one flat grey of its own."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = CLIP.width, CLIP.height, "yuv420p"
        for index in range(FRAMES):
            picture = np.full((CLIP.height, CLIP.width, 3), grey_of(index), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A demo production with one tile of each lane; read only."""
    folder = tmp_path_factory.mktemp("workspace")
    settings = Settings(home=folder / "home", actor="Ines Calloway")
    clip = folder / "clip.mp4"
    write_clip(clip)
    store = Store.create(settings)
    with store.write() as tx:
        productions.add_production(
            tx,
            Production(code="ANTH01", kind=ProductionKind.ANTHOLOGY, title="Tides", is_demo=True),
        )
        for film, title in (("F01", "Harbour"), ("F02", "Wreck")):
            productions.add_film(tx, Film(production="ANTH01", code=film, title=title))
        keys = _record_takes(tx, clip)
    _derive(settings, clip)
    with store.write() as tx:
        evals.register_metrics(tx, (FLICKER, PROMPT, IDENTITY), packs=PACKS)
        run_id, _ = evals.start_run(tx, scope="ANTH01", pack="demo", device="cpu")
        part = _write_part(folder, keys)
        evals.fold_part(tx, part, run_id=run_id, sha256=_sha256(part))
        given = {"10": PASS, "20": FLICKERS, "30": HERO, "40": ERROR}
        verdicts.give_verdicts(tx, {keys[k]: v for k, v in given.items()}, run_id=run_id)
    return settings


@pytest.fixture
def full(workspace: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The environment names the full workspace."""
    monkeypatch.setenv("ROUNDTABLE_HOME", str(workspace.home))
    st.cache_data.clear()
    yield workspace
    st.cache_data.clear()


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The environment names a folder where nothing is."""
    monkeypatch.setenv("ROUNDTABLE_HOME", str(tmp_path / "nothing"))
    st.cache_data.clear()
    yield Settings(home=tmp_path / "nothing")
    st.cache_data.clear()


@pytest.fixture
def table(workspace: Settings, tmp_path: Path) -> Settings:
    """A copy of the full workspace that may be written to, with people: Ada Quill directs the film."""
    home = tmp_path / "table"
    shutil.copytree(workspace.home, home)
    settings = Settings(home=home, actor="Ines Calloway")
    with Store.open(settings).write() as tx:
        productions.set_director(tx, "ANTH01", "F01", name="Ada Quill")
        productions.add_person(tx, Person(name="Ines Calloway", roles=(Role.PRODUCER,)))
        note = Decision(
            take="ANTH01/F01/SQ010_SH0020/v001",
            outcome=DecisionOutcome.DIRECT,
            by="Ada Quill",
            role=Role.DIRECTOR,
            note="Open the <umbrella> earlier.",
            frames=FrameRange(4, 9),
        )
        reviews.record_decision(tx, note)
    return settings


@pytest.fixture
def laid(table: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The environment names a workspace with people whom takes wait for."""
    monkeypatch.setenv("ROUNDTABLE_HOME", str(table.home))
    monkeypatch.setenv("ROUNDTABLE_ACTOR", "nobody")
    st.cache_data.clear()
    yield table
    st.cache_data.clear()


def ask_about(settings: Settings, take: str, *, of: str) -> None:
    """Put a take before a person blind, first in the queue, as an audit does."""
    with Store.open(settings).write() as tx:
        key = lookup.take_id(tx, Address.parse(take))
        asks.ask(tx, AskKind.AUDIT, key, person=of, place=0.0, lot_id=1)


@pytest.fixture
def asked() -> Callable[..., None]:
    """Put a take before a person blind."""
    return ask_about


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Settings], str]]:
    """Start a dashboard from an unrelated folder, and return its address."""
    started: list[subprocess.Popen[bytes]] = []

    def serve(settings: Settings) -> str:
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            port = probe.getsockname()[1]
        log = tmp_path_factory.mktemp("log") / "app.log"
        with log.open("w") as out:
            server = subprocess.Popen(
                [sys.executable, "-m", "tracker.ui.serve", "--port", str(port), "--no-browser"],
                env=os.environ | {"ROUNDTABLE_HOME": str(settings.home)},
                cwd=log.parent,
                stdout=out,
                stderr=out,
            )
        started.append(server)
        _wait_for(f"http://localhost:{port}/_stcore/health", server, log)
        return f"http://localhost:{port}"

    try:
        yield serve
    finally:
        for server in started:
            server.terminate()
            server.wait(timeout=20)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"The dashboard did not start: {log.read_text()}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium; the tests are skipped where it is absent, and fail there if it is promised."""
    if not _CHROMIUM.exists():
        reason = "Chromium is not installed; `apt-get install chromium`, then run again."
        if os.environ.get("ROUNDTABLE_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=str(_CHROMIUM), args=_FLAGS)
        yield made
        made.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh visitor at a desk-sized window."""
    visit = browser.new_context(viewport={"width": 1680, "height": 980})
    made = visit.new_page()
    made.set_default_timeout(_WAIT_MS)
    yield made
    visit.close()


def _record_takes(tx: evals.Tx, clip: Path) -> dict[str, int]:
    """Insert five shots; return the key of each one's latest take by the shot's tens."""
    made = Provenance(
        generator="Pelagia", generator_version="2.1", seed=7, parameters={"steps": 30}
    )
    keys = {}
    for tens, method in (("10", "ai"), ("20", "ai"), ("30", "hybrid"), ("40", "ai"), ("50", "ai")):
        code = f"SQ010_SH00{tens}"
        brief = Brief(prompt=f"A red umbrella crosses the pier {tens}", light="dawn")
        shots.insert_shot(
            tx,
            "ANTH01",
            Shot(
                film="F01",
                code=code,
                sequence="SQ010",
                method=Method(method),
                is_hero=tens == "30",
                brief=brief,
            ),
        )
        for number in {"20": (1, 2), "50": ()}.get(tens, (1,)):
            keys[tens] = takes.insert_take(
                tx,
                Take(
                    production="ANTH01",
                    film="F01",
                    shot=code,
                    number=number,
                    path=str(clip),
                    sha256=_sha_of(tens),
                    size_bytes=clip.stat().st_size,
                    probe=None if tens == "40" else CLIP,
                    probe_error=BROKEN if tens == "40" else "",
                    provenance=made if tens != "30" else Provenance(generator="Aalto"),
                ),
            )
    return keys


def _sha_of(tens: str) -> str:
    return hashlib.sha256(tens.encode()).hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _derive(settings: Settings, clip: Path) -> None:
    for tens in ("10", "20", "30"):
        derived = DerivedMedia(settings.media, _sha_of(tens))
        make_proxy_and_thumbnail(clip, derived)
        if tens == "20":
            write_stills(derived.proxy, derived, (FLAG.start, FLAG.start + 4))


def _write_part(folder: Path, keys: dict[str, int]) -> Path:
    rows = []
    for tens in ("10", "20", "30", "40"):
        flickers = tens == "20"
        series = [0.06 if flickers and FLAG.start <= i < FLAG.end else 0.004 for i in range(FRAMES)]
        rows += [
            _row(keys[tens], FLICKER, value=max(series), series=series, is_flagged=flickers),
            _row(keys[tens], PROMPT, value=0.71, low=0.65, high=0.77),
            _row(keys[tens], IDENTITY, reason="No character is cast here; import cast.csv."),
        ]
        if tens == "40":
            rows[-3:] = [_row(keys[tens], FLICKER, reason=BROKEN, state="error")]
    part = folder / "part-0001.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=_PART), part)
    return part


def _row(
    take_id: int,
    facts: MetricFacts,
    *,
    value: float | None = None,
    low: float | None = None,
    high: float | None = None,
    reason: str = "",
    state: str | None = None,
    series: list[float] | None = None,
    is_flagged: bool = False,
) -> dict[str, object]:
    found = {
        "start": FLAG.start,
        "end": FLAG.end,
        "kind": facts.name,
        "severity": value,
        "region": [0.25, 0.5, 0.25, 0.25],
    }
    return {
        "take_id": take_id,
        "metric": facts.name,
        "version": facts.version,
        "pack": PACKS[facts.name],
        "state": state or ("ok" if value is not None else "not_assessable"),
        "value": value,
        "low": low,
        "high": high,
        "reason": reason,
        "result_key": hashlib.sha256(f"{take_id} {facts.name}".encode()).hexdigest(),
        "series": series or [],
        "evidence": [found] if is_flagged else [],
        "scored_ts": datetime(2026, 9, 1, tzinfo=UTC),
    }


_PART = pa.schema(
    [
        ("take_id", pa.int64()),
        *((name, pa.string()) for name in ("metric", "version", "pack", "state")),
        *((name, pa.float64()) for name in ("value", "low", "high")),
        *((name, pa.string()) for name in ("reason", "result_key")),
        ("series", pa.list_(pa.float64())),
        (
            "evidence",
            pa.list_(
                pa.struct(
                    [
                        ("start", pa.int32()),
                        ("end", pa.int32()),
                        ("kind", pa.string()),
                        ("severity", pa.float64()),
                        ("region", pa.list_(pa.float64())),
                    ]
                )
            ),
        ),
        ("scored_ts", pa.timestamp("us", tz="UTC")),
    ]
)
