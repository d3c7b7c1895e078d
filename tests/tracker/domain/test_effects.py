import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.effects import (
    EDGE_FRAMES,
    EffectKind,
    ShotEffect,
    outside,
    parse_effect,
    parse_effects,
    show_effects,
)
from tracker.domain.units import FrameRange
from tracker.errors import MisuseError

RANGES = st.tuples(st.integers(0, 60), st.integers(1, 30)).map(
    lambda pair: FrameRange(pair[0], pair[0] + pair[1])
)


@pytest.mark.parametrize(
    ("text", "kind", "frames"),
    [
        ("strobe", EffectKind.STROBE, None),
        ("strobe@1010-1034", EffectKind.STROBE, FrameRange(9, 34)),
        ("Fade to black @ 1040 \u2013 1048", EffectKind.FADE_TO_BLACK, FrameRange(39, 48)),
        ("flash@1012", EffectKind.FLASH, FrameRange(11, 12)),
        ("neon", EffectKind.FLICKER, None),
    ],
)
def test_effects_are_read_as_people_write_them(text, kind, frames):
    assert parse_effect(text, duration_frames=48) == ShotEffect(kind=kind, frames=frames)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("strob", "is no effect; write one of fade_in"),
        ("strobe@", "is no effect"),
        ("strobe@1034-1010", "lies outside the shot; give frames within 1001-1048"),
        ("strobe@1000-1010", "within 1001-1048"),
        ("strobe@1040-1049", "within 1001-1048"),
    ],
)
def test_what_is_no_effect_is_said_with_the_remedy(text, words):
    with pytest.raises(MisuseError, match=words):
        parse_effect(text, duration_frames=48)


def test_lists_are_sorted_and_none_is_the_empty_list():
    found = parse_effects("strobe@1010-1020; fade_out, strobe@1010-1012")
    assert show_effects(found) == "fade_out; strobe@1010-1020"
    assert parse_effects("none") == ()


@given(st.lists(st.tuples(st.sampled_from(EffectKind), st.none() | RANGES), max_size=5))
def test_what_is_written_is_read_back(pairs):
    effects = parse_effects(show_effects(ShotEffect(kind=k, frames=f) for k, f in pairs) or "none")
    assert parse_effects(show_effects(effects) or "none") == effects
    assert {e.kind for e in effects} == {k for k, _ in pairs}


@given(RANGES, st.lists(RANGES, max_size=4))
def test_outside_is_what_no_declared_frame_reaches(frames, declared):
    effects = [ShotEffect(kind=EffectKind.STROBE, frames=r) for r in declared]
    inside = {
        i for r in declared for i in range(r.start - EDGE_FRAMES, r.end + EDGE_FRAMES)
    }  # fmt: skip
    found = [i for part in outside(frames, effects) for i in range(part.start, part.end)]
    assert found == [i for i in range(frames.start, frames.end) if i not in inside]
