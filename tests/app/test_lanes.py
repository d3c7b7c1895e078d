"""Which lane a shot stands in, and what the player flags."""

from dataclasses import replace
from fractions import Fraction

from tracker.domain.board import KEPT_BACK, BoardRow, ScoredMetric, TakeSheet
from tracker.domain.effects import EffectKind, ShotEffect
from tracker.domain.production import ArtifactPolicy, Brief, Method
from tracker.domain.scores import Axis, Direction, Evidence, MetricFacts, Region, Score, ScoreState
from tracker.domain.stages import ShotStatus
from tracker.domain.takes import Probe, Take
from tracker.domain.units import FrameRange
from tracker.domain.verdicts import Outcome, Verdict
from tracker.ui.components.player import TakeMedia, flags_of, player_data
from tracker.ui.components.sheets import brief_table, facts_table, note
from tracker.ui.lanes import (
    lane_of,
    needing,
    not_judged,
    not_scored,
    outdated,
    reason_of,
    worst_first,
)

ROW = BoardRow(
    production="ANTH01",
    film="F01",
    sequence="SQ010",
    shot="SQ010_SH0010",
    method=Method.AI,
    status=ShotStatus.READY,
    is_hero=False,
    prompt="",
    first_frame=1001,
    fps=Fraction(24),
    takes=1,
    take="v001",
    sha256="ab" * 32,
    generator="",
    probe_error="",
    verdict=None,
    scored_metrics=0,
    expected_metrics=0,
)
FACTS = MetricFacts(
    name="flicker",
    version="1",
    axis=Axis.ARTIFACTS,
    low=0.0,
    high=None,
    direction=Direction.LOWER_IS_BETTER,
    unit="",
    title="Flicker",
    fails_at=0.5,
)


def verdict(outcome: Outcome, severity: float, axis: str = "artifacts") -> Verdict:
    return Verdict(outcome=outcome, reason="", axis=axis, severity=severity)


def flagged(value: float, *ranges: FrameRange, name: str = "flicker") -> ScoredMetric:
    evidence = tuple(Evidence(frames=r) for r in ranges)
    score = Score(metric=name, state=ScoreState.OK, value=value, evidence=evidence)
    return ScoredMetric(facts=replace(FACTS, name=name, title=name.title()), pack="", score=score)


def sheet(*scores: ScoredMetric, said: Verdict | None = None) -> TakeSheet:
    return TakeSheet(
        take=Take(
            production="ANTH01",
            film="F01",
            shot="SQ010_SH0010",
            number=1,
            path="",
            sha256="",
            size_bytes=1,
        ),
        is_demo=False,
        first_frame=1001,
        fps=Fraction(24),
        method=Method.AI,
        artifact_policy=ArtifactPolicy.AVOID,
        brief=Brief(),
        siblings=("v001",),
        verdict=said,
        scores=scores,
        history=(),
    )


def test_direction_and_regeneration_are_ordered_by_severity_alone() -> None:
    rows = [
        replace(ROW, shot="A", verdict=verdict(Outcome.PASS, 0.9)),
        replace(ROW, shot="B", verdict=verdict(Outcome.REGENERATE, 0.4)),
        replace(ROW, shot="C", take=None),
        replace(ROW, shot="D", verdict=verdict(Outcome.DIRECT, 0.6)),
        replace(ROW, shot="E"),
        replace(ROW, shot="F", verdict=verdict(Outcome.DIRECT, 0.0, "error")),
    ]
    assert [r.shot for r in worst_first(rows)] == ["F", "D", "B", "E", "C", "A"]
    assert [r.shot for r in needing(rows)] == ["F", "D", "B"]


def test_a_file_that_cannot_be_read_is_an_error_whatever_its_verdict() -> None:
    row = replace(ROW, probe_error="cut off", verdict=verdict(Outcome.PASS, 0.0))
    assert lane_of(row) == "error"


def test_every_tile_has_a_sentence() -> None:
    assert reason_of(replace(ROW, take=None)) == "No take yet."
    assert reason_of(ROW) == "Not scored yet."
    assert reason_of(replace(ROW, scored_metrics=3)) == "Scored, no verdict yet."
    assert reason_of(replace(ROW, probe_error="cut off")) == "cut off"
    assert reason_of(replace(ROW, verdict=verdict(Outcome.DIRECT, 0.1, "hero"))) == "hero"


def test_what_fails_is_a_flag_and_the_rest_a_hint() -> None:
    made = flags_of(
        sheet(
            flagged(0.1, FrameRange(2, 4), name="blur"),
            flagged(0.9, FrameRange(8, 12)),
            said=replace(
                verdict(Outcome.DIRECT, 0.5), frames=(FrameRange(8, 12),), metric="flicker"
            ),
        )
    )
    assert [(f.frames, f.words, f.is_hint) for f in made] == [
        (FrameRange(2, 4), "Blur", True),
        (FrameRange(8, 12), "Flicker", False),
    ]


def test_a_hint_that_is_everywhere_flags_nothing() -> None:
    probe = Probe(
        container="mp4", codec="h264", pixel_format="yuv420p", width=64, height=36,
        fps=Fraction(24), frame_count=12, duration_s=0.5,
    )  # fmt: skip
    everywhere = sheet(flagged(0.1, FrameRange(0, 12), name="blur"))
    known = replace(everywhere, take=replace(everywhere.take, probe=probe))
    assert flags_of(known) == ()
    failing = sheet(flagged(0.9, FrameRange(0, 12)))
    known = replace(failing, take=replace(failing.take, probe=probe))
    assert [f.frames for f in flags_of(known)] == [FrameRange(0, 12)]


def test_what_a_declared_effect_excuses_is_a_hint_in_its_frames_only() -> None:
    known = sheet(flagged(0.9, FrameRange(8, 12), FrameRange(30, 34)))
    strobe = ShotEffect(kind=EffectKind.STROBE, frames=FrameRange(8, 12))
    made = flags_of(replace(known, effects=(strobe,)))
    assert [(f.frames, f.is_hint) for f in made] == [
        (FrameRange(8, 12), True),
        (FrameRange(30, 34), False),
    ]


def test_the_brief_says_what_the_shot_means_to_have() -> None:
    strobe = ShotEffect(kind=EffectKind.STROBE, frames=FrameRange(9, 34))
    printed = brief_table(Brief(prompt="A club"), (strobe,), first_frame=101)
    assert "strobe@110-134" in printed
    assert "declared effects" not in brief_table(Brief(prompt="A club"))


def test_a_flag_says_where_in_the_picture() -> None:
    region = Region(0.25, 0.5, 0.125, 0.25)
    scored = flagged(0.9, FrameRange(8, 12))
    (evidence,) = scored.score.evidence
    placed = replace(scored.score, evidence=(replace(evidence, region=region),))
    probe = Probe(
        container="mp4", codec="h264", pixel_format="yuv420p", width=64, height=36,
        fps=Fraction(24), frame_count=24, duration_s=1.0,
    )  # fmt: skip
    known = sheet(replace(scored, score=placed))
    data = player_data(replace(known, take=replace(known.take, probe=probe)), TakeMedia())
    assert [flag["region"] for flag in data["flags"]] == [[0.25, 0.5, 0.125, 0.25]]


def test_a_take_without_a_probe_has_a_player_that_says_so() -> None:
    data = player_data(sheet(flagged(0.9, FrameRange(8, 12))), TakeMedia())
    assert data["blank"] == "No proxy has been made for this take yet."
    assert data["chart_blank"] == "No measure of this take has a course over time."
    assert data["flags"] == []


def test_a_still_is_shown_as_a_picture() -> None:
    data = player_data(sheet(), TakeMedia(stills={0: "/derived/x/still_000000.jpg"}))
    assert data["picture"] == "/derived/x/still_000000.jpg"


def test_words_from_the_record_never_become_markup() -> None:
    assert "<script>" not in facts_table("Brief", [("prompt", "<script>alert(1)</script>")])
    assert "<b>" not in note("<b>x</b>", "<b>y</b>", command="<b>z</b>")


def test_what_a_person_approved_or_put_on_hold_needs_nobody() -> None:
    fails = replace(ROW, verdict=verdict(Outcome.DIRECT, 0.9))
    approved = replace(fails, shot="SQ010_SH0020", status=ShotStatus.APPROVED)
    held = replace(fails, shot="SQ010_SH0030", status=ShotStatus.ON_HOLD)
    broken = replace(approved, shot="SQ010_SH0040", probe_error="It was cut off.")
    assert [lane_of(row) for row in (fails, approved, broken)] == ["direct", "approved", "error"]
    assert needing([approved, held, fails, broken]) == [broken, fails]
    assert worst_first([approved, fails])[-1] == approved


def test_a_blind_look_says_nothing_of_the_verdict() -> None:
    blind = replace(ROW, is_withheld=True, scored_metrics=12)
    assert lane_of(blind) == "blind"
    assert reason_of(blind) == KEPT_BACK
    worse = replace(ROW, shot="SQ010_SH0020", verdict=verdict(Outcome.DIRECT, 0.01))
    assert needing([blind, worse]) == [worse, blind]


def test_what_was_never_measured_judged_or_judged_since_is_told_apart() -> None:
    new = replace(ROW, shot="A")
    measured = replace(ROW, shot="B", expected_metrics=3, scored_metrics=2)
    ended = replace(measured, shot="C", verdict=verdict(Outcome.DIRECT, 0.5, axis="certificate"))
    fine = replace(measured, shot="D", verdict=verdict(Outcome.DIRECT, 0.5))
    empty = replace(ROW, shot="E", take=None)
    blind = replace(measured, shot="F", is_withheld=True)  # it has a verdict that nobody is shown
    rows = [new, measured, ended, fine, empty, blind]
    assert not_scored(rows) == [new]
    assert not_judged(rows) == [measured]
    assert outdated(rows) == [ended]


def test_what_a_certificate_has_made_again_needs_nobody() -> None:
    proposed = replace(ROW, shot="A", verdict=verdict(Outcome.REGENERATE, 0.8))
    unattended = replace(verdict(Outcome.REGENERATE, 0.9), certificate="c-9")
    assert needing([replace(ROW, shot="B", verdict=unattended), proposed]) == [proposed]
