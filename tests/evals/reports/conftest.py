"""Rows of one take with scores as a run writes them, and stills for its page."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from evals.metrics.builtin import BUILTIN
from evals.reports.rows import TakeRows
from evals.reports.stills import Still, Stills
from tracker.domain.board import ScoredMetric, TakeSheet
from tracker.domain.production import Brief, Film, Method, Production, ProductionKind, Shot
from tracker.domain.scores import Evidence, Score, ScoreState
from tracker.domain.takes import Probe, Provenance, Take
from tracker.domain.units import FrameRange
from tracker.domain.verdicts import Outcome, Verdict

BY_NAME = {facts.name: facts for facts in BUILTIN}
SHOT = Shot(film="F01", code="SQ010_SH0010", sequence="SQ010")
PROBE = Probe(
    container="mp4", codec="h264", pixel_format="yuv420p", width=64, height=36, fps=Fraction(24),
    frame_count=48, duration_s=2.0,
)  # fmt: skip


def a_score(
    name: str,
    value: float | None,
    *ranges: tuple[int, int],
    pack: str = "standard",
    is_demo_pack: bool = False,
    kind: str = "",
    region: Any = None,
    **fields: Any,
) -> ScoredMetric:
    """A score of a built-in metric; without a value the fields hold its reason, and a state if need be."""
    if value is None:
        score = Score(metric=name, **{"state": ScoreState.NOT_ASSESSABLE, **fields})
    else:
        evidence = tuple(
            Evidence(frames=FrameRange(a, b), kind=kind or name, severity=b - a, region=region)
            for a, b in ranges
        )
        score = Score(metric=name, state=ScoreState.OK, value=value, evidence=evidence, **fields)
    return ScoredMetric(facts=BY_NAME[name], pack=pack, score=score, is_demo_pack=is_demo_pack)


def the_rows(*scores: ScoredMetric, **changes: Any) -> TakeRows:
    """Rows of take v002, 48 frames, the second of its shot; changes by field of whatever record."""
    shot = changes.get("shot", SHOT)
    is_demo = changes.get("is_demo", False)
    take = Take(
        production="REEL01", film="F01", shot=shot.code, number=2, path="/takes/bell.mp4",
        sha256="ab" * 32, size_bytes=10, probe=changes.get("probe", PROBE),
        probe_error=changes.get("probe_error", ""),
        provenance=Provenance(generator=changes.get("generator", "Pelagia"), generator_version="2"),
    )  # fmt: skip
    sheet = TakeSheet(
        take=take, is_demo=is_demo, first_frame=1001, fps=Fraction(24),
        method=changes.get("method", Method.AI), artifact_policy=shot.artifact_policy,
        brief=Brief(prompt=changes.get("prompt", "A bell tower at noon")), siblings=("v001", "v002"),
        verdict=changes.get("verdict"), scores=scores, history=(),
    )  # fmt: skip
    title, director = changes.get("title", "The Bell"), changes.get("director", "Ines Calloway")
    return TakeRows(
        sheet=sheet,
        production=Production(code="REEL01", kind=ProductionKind.ANTHOLOGY, is_demo=is_demo),
        film=Film(production="REEL01", code="F01", title=title, director=director),
        shot=shot,
    )


@pytest.fixture
def scored() -> Callable[..., ScoredMetric]:
    """Make one score."""
    return a_score


@pytest.fixture
def rows_of() -> Callable[..., TakeRows]:
    """Make the rows of one take."""
    return the_rows


@pytest.fixture
def regenerate() -> Verdict:
    """The verdict of a take that flickers."""
    return Verdict(
        outcome=Outcome.REGENERATE,
        reason="Flicker at 1021-1034: 0.05 log ratio, the limit is 0.03. Make another take?",
        axis="artifacts",
        metric="flicker",
        frames=(FrameRange(20, 34),),
        is_proposed=True,
        severity=0.9,
    )


@pytest.fixture
def stills_at(tmp_path: Path) -> Callable[..., Stills]:
    """Make stills of some frames, counted from 0."""

    def make(*indices: int, remark: str = "") -> Stills:
        found = {}
        for index in indices:
            path = tmp_path / f"still_{index:06d}.jpg"
            Image.new("RGB", (64, 36), (index, 80, 120)).save(path)
            found[index] = Still(path=path, width=64, height=36)
        return Stills(by_index=found, remark=remark)

    return make
