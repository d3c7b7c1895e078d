from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.units import NTSC_RATES, FrameRange, parse_fps, show_fps, timecode
from tracker.errors import MisuseError


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("24", Fraction(24)),
        ("24.0", Fraction(24)),
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("24000/1001", Fraction(24000, 1001)),
        ("7.692", Fraction(1923, 250)),
        (" 12.5 ", Fraction(25, 2)),
    ],
)
def test_frame_rates_are_read_as_crews_write_them(text, rate):
    assert parse_fps(text) == rate


@pytest.mark.parametrize("text", ["", "fast", "0", "-24", "24/0", "nan", "inf", "1e9"])
def test_what_is_no_frame_rate_is_refused_by_name(text):
    with pytest.raises(MisuseError, match=r"frame rate|Frame rate"):
        parse_fps(text)


@given(st.integers(1, 1000))
def test_whole_rates_survive_a_round_trip(rate):
    assert parse_fps(show_fps(Fraction(rate))) == rate


@pytest.mark.parametrize("rate", NTSC_RATES)
def test_ntsc_rates_survive_a_round_trip(rate):
    assert parse_fps(show_fps(rate)) == rate


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.integers(0, 2000))
def test_shown_ranges_come_back_unchanged(start, length, first_frame):
    frames = FrameRange(start, start + length)
    first, last = frames.shown(first_frame)
    assert last - first + 1 == frames.duration_frames
    assert FrameRange.from_shown(first, last, first_frame) == frames


@pytest.mark.parametrize(("start", "end"), [(5, 5), (6, 5), (-1, 3)])
def test_empty_and_negative_ranges_are_refused(start, end):
    with pytest.raises(MisuseError):
        FrameRange(start, end)


def test_the_first_frame_is_1001():
    assert FrameRange(0, 48).shown() == (1001, 1048)


def test_timecode_counts_hours_minutes_seconds_frames():
    assert timecode(25 * 3661 + 7, Fraction(25)) == "01:01:01:07"
    assert timecode(24, Fraction(24000, 1001)) == "00:00:01:00"
