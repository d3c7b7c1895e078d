"""Which curves the take page names at once, and which it folds away."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from tracker.domain.board import ScoredMetric, TakeSheet
from tracker.domain.production import ArtifactPolicy, Brief, Method
from tracker.domain.scores import Axis, Direction, Evidence, MetricFacts, Score, ScoreState
from tracker.domain.takes import Probe, Take
from tracker.domain.units import FrameRange
from tracker.domain.verdicts import Outcome, Verdict
from tracker.ui.components.player import TakeMedia, flags_of, player_data
from tracker.ui.components.sheets import scores_table

PROBE = Probe(
    container="mp4", codec="h264", pixel_format="yuv420p", width=64, height=36,
    fps=Fraction(24), frame_count=12, duration_s=0.5,
)  # fmt: skip
TAKE = Take(
    production="ANTH01", film="F01", shot="SQ010_SH0010", number=1, path="", sha256="",
    size_bytes=1, probe=PROBE,
)  # fmt: skip


def measure(name: str, value: float, *, axis: Axis = Axis.ARTIFACTS, **more: Any) -> ScoredMetric:
    """A score with a course; its limit is 1 and less is better. `flag` is where it points to."""
    facts = MetricFacts(
        name=name, title=name.title(), version="1", axis=axis, low=0.0, high=None, unit="",
        direction=Direction.LOWER_IS_BETTER, fails_at=1.0, decides=more.get("decides", True),
    )  # fmt: skip
    flag = more.get("flag")
    score = Score(
        metric=name,
        state=ScoreState.OK,
        value=value,
        series=more.get("series") or (value,) * 11 + (value + sum(map(ord, name)) / 1e6,),
        evidence=() if flag is None else (Evidence(frames=FrameRange(*flag)),),
    )
    return ScoredMetric(
        facts=facts, pack="", score=score, is_demo_pack=more.get("is_demo_pack", False)
    )


def sheet(*scores: ScoredMetric, said: str = "") -> TakeSheet:
    verdict = Verdict(
        outcome=Outcome.DIRECT, reason="", axis="artifacts", metric=said, frames=(), severity=0.5
    )
    return TakeSheet(
        take=TAKE, is_demo=False, first_frame=1001, fps=Fraction(24), method=Method.AI,
        artifact_policy=ArtifactPolicy.AVOID, brief=Brief(), siblings=("v001",),
        verdict=verdict if said else None, scores=scores, history=(),
    )  # fmt: skip


def legend(known: TakeSheet) -> tuple[list[str], dict[str, list[str]]]:
    """Return the names that are seen at once, and the folded ones by axis, all in their order."""
    first, folded = [], dict[str, list[str]]()
    for series in player_data(known, TakeMedia())["series"]:
        if series["first"]:
            first.append(series["name"])
        else:
            folded.setdefault(series["axis"], []).append(series["name"])
    return first, folded


def test_what_somebody_should_look_at_is_named_first_and_the_rest_is_folded_by_axis() -> None:
    known = sheet(
        *(measure(f"calm {i}", 0.1, axis=Axis.PROMPT) for i in (2, 1)),
        measure("quiet", 0.2),
        measure("flagged", 0.3, flag=(2, 4)),
        measure("everywhere", 0.3, flag=(0, 12)),
        measure("near", 0.6),
        measure("worse", 2.0),
        measure("bad", 1.5),
        measure("spoken", 0.1),
        measure("face", 0.1, axis=Axis.IDENTITY),
        said="spoken",
    )
    assert legend(known) == (
        ["spoken", "worse", "bad", "near", "flagged"],
        {
            "Prompt": ["calm 1", "calm 2"],
            "Identity": ["face"],
            "Artifacts": ["everywhere", "quiet"],
        },
    )


def test_five_names_are_the_most_and_three_the_least() -> None:
    assert len(legend(sheet(*(measure(f"m{i}", 2.0) for i in range(9))))[0]) == 5
    assert len(legend(sheet(*(measure(f"m{i}", 0.0) for i in range(9))))[0]) == 3
    assert legend(sheet(measure("one", 0.0))) == (["one"], {})


def test_a_measure_that_is_only_shown_is_never_near_a_limit() -> None:
    quiet = [measure(f"m{i}", 0.1) for i in range(3)]
    first, _ = legend(sheet(measure("shown", 3.0, decides=False), *quiet))
    assert "shown" not in first


def test_what_a_demo_pack_says_of_a_real_film_is_no_failure() -> None:
    void = measure("void", 3.0, flag=(2, 4), is_demo_pack=True)
    (flag,) = flags_of(sheet(void))
    assert flag.is_hint
    assert 'class="fails"' not in scores_table(sheet(void))
    demo = replace(sheet(void), is_demo=True)
    assert not flags_of(demo)[0].is_hint
    assert 'class="fails"' in scores_table(demo)


def test_of_two_measures_with_one_course_the_second_is_folded_unless_it_fails() -> None:
    same = (0.2,) * 12
    twins = [measure(name, 0.2, series=same) for name in ("a", "b")]
    others = [measure(f"m{i}", 0.1) for i in range(3)]
    assert legend(sheet(*twins, *others)) == (["a", "m0", "m1"], {"Artifacts": ["b", "m2"]})
    failing = [measure(name, 2.0, series=same) for name in ("a", "b")]
    assert legend(sheet(*failing, *others))[0][:2] == ["a", "b"]
