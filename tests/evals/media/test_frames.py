from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from evals.media.frames import decodes_performed, open_frames, sample_indices
from evals.media.types import ClipFacts, Frame
from tracker.errors import MisuseError

MakeVideo = Callable[..., Path]


def read(path: Path, **choices: Any) -> tuple[list[Frame], ClipFacts]:
    with open_frames(path, **choices) as stream:
        frames = list(stream)
        return frames, stream.facts


def level(picture: Any) -> float:
    height, width = picture.shape[:2]
    return float(picture[height * 2 // 5 : height * 3 // 5, width * 2 // 5 : width * 3 // 5].mean())


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("a.mp4", "libx264", "yuv420p"),
        ("a.mov", "prores_ks", "yuv422p10le"),
        ("a.mkv", "libx265", "yuv420p10le"),
        ("a.webm", "libvpx-vp9", "yuv420p"),
        ("av1.mp4", "libsvtav1", "yuv420p"),
        ("a.gif", "gif", "rgb8"),
    ],
)
def test_every_format_gives_every_frame_in_order(
    make_video: MakeVideo, name: str, codec: str, pixel_format: str
) -> None:
    path = make_video(name, codec=codec, pixel_format=pixel_format)
    frames, facts = read(path)
    assert [f.index for f in frames] == list(range(24))
    assert (facts.frame_count, facts.width, facts.height, facts.is_still) == (24, 160, 90, False)
    coarse = 30 if name.endswith("gif") else 6  # that palette has 4 to 8 levels per channel
    for frame in frames:
        assert frame.luma.shape == (90, 160)
        assert frame.rgb.shape == (90, 160, 3)
        assert level(frame.rgb) == pytest.approx(40 + 6 * frame.index, abs=coarse)
        assert level(frame.luma) == pytest.approx(40 + 6 * frame.index, abs=coarse)
        assert not frame.is_corrupt


def test_times_are_the_files_own(make_video: MakeVideo, make_numbered: Any) -> None:
    ticks = [120, 160, 200, 320, 360, 520]
    path = make_video("a.mkv", [make_numbered(i) for i in range(6)], ticks=ticks, fps=Fraction(25))
    frames, facts = read(path)
    assert [round(f.pts_s * 1000) for f in frames] == [tick - 120 for tick in ticks]
    assert float(facts.fps) == pytest.approx(6 / 0.44, rel=0.01)
    assert "variable frame rate" in facts.remarks


def test_a_still_is_one_frame_and_says_so(tmp_path: Path) -> None:
    # PNG is weighed as BT.709; JPEG and WebP store the luma of BT.601.
    for name, luma in (("a.png", 79.7), ("a.jpg", 91.4), ("a.webp", 91.4)):
        Image.new("RGB", (120, 80), (200, 50, 20)).save(tmp_path / name)
        frames, facts = read(tmp_path / name)
        assert (facts.frame_count, facts.is_still) == (1, True)
        assert frames[0].rgb.mean((0, 1)) == pytest.approx([200, 50, 20], abs=2)
        assert frames[0].luma.mean() == pytest.approx(luma, abs=1)


def test_a_numbered_sequence_is_a_clip(tmp_path: Path, make_numbered: Any) -> None:
    for index in range(5):
        Image.fromarray(make_numbered(index)).save(tmp_path / f"shot 50%.{1001 + index}.png")
    frames, facts = read(tmp_path / "shot 50%.####.png", sequence_fps=Fraction(25))
    assert (facts.frame_count, facts.fps, facts.is_still) == (5, 25, False)
    assert [level(f.rgb) for f in frames] == [40 + 6 * i for i in range(5)]
    assert [f.pts_s for f in frames] == pytest.approx([i / 25 for i in range(5)])


@pytest.mark.parametrize(
    ("size", "analysis"),
    [
        ((1024, 576), (288, 512, 3)),
        ((160, 90), (90, 160, 3)),
        ((576, 1024), (288, 162, 3)),
        ((1024, 430), (215, 512, 3)),
    ],
)
def test_analysis_pictures_fit_their_box_and_are_never_enlarged(
    make_video: MakeVideo, make_numbered: Any, size: tuple[int, int], analysis: tuple[int, ...]
) -> None:
    picture = make_numbered(0, width=size[0], height=size[1])
    frames, _ = read(make_video("a.mkv", [picture], codec="ffv1"))
    assert frames[0].rgb.shape == analysis
    assert frames[0].luma.shape == size[::-1]


def test_shrinking_averages_over_areas(make_video: MakeVideo) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (576, 1024), dtype=np.uint8)
    picture = np.repeat(noise[:, :, None], 3, axis=2)
    frames, _ = read(make_video("a.mkv", [picture], codec="ffv1", pixel_format="bgr0"))
    expected = noise.reshape(288, 2, 512, 2).mean((1, 3))
    assert np.abs(frames[0].rgb[:, :, 1] - expected).max() <= 1.0


def test_a_full_picture_is_made_on_demand_and_expires(make_video: MakeVideo) -> None:
    with open_frames(make_video("a.mp4")) as stream:
        kept: list[Frame] = []
        for frame in stream:
            assert frame.full_rgb().shape == (90, 160, 3)
            assert level(frame.full_rgb()) == pytest.approx(40 + 6 * frame.index, abs=4)
            kept.append(frame)
            if len(kept) == 2:
                break
        with pytest.raises(MisuseError, match="Frame 0 has passed"):
            kept[0].full_rgb()


def test_memory_does_not_grow_with_length(make_video: MakeVideo, make_numbered: Any) -> None:
    pictures = [make_numbered(i) for i in range(240)]
    path = make_video("a.mp4", pictures)
    gc.collect()
    tracemalloc.start()
    with open_frames(path) as stream:
        for _ in stream:
            pass
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 20 * 160 * 90 * 4  # arrays of about 10 frames; 240 would be 14 MB


def test_a_take_is_decoded_once(make_video: MakeVideo) -> None:
    path = make_video("a.mp4")
    before = decodes_performed()
    with open_frames(path) as stream:
        for _ in stream:
            pass
        with pytest.raises(MisuseError, match="decoded once"):
            list(stream)
    assert decodes_performed() - before == 1


def test_facts_wait_for_the_last_frame(make_video: MakeVideo) -> None:
    with open_frames(make_video("a.mp4")) as stream:
        next(iter(stream))
        with pytest.raises(MisuseError, match="after its last frame"):
            _ = stream.facts


def test_reading_on_after_closing_is_refused(make_video: MakeVideo) -> None:
    with open_frames(make_video("a.mp4")) as stream:
        frames = iter(stream)
        next(frames)
    with pytest.raises(MisuseError, match="inside its `with` block"):
        list(frames)
    with pytest.raises(MisuseError, match="inside its `with` block"):
        list(open_frames(make_video("b.mp4")))


@pytest.mark.parametrize("thread_count", [0, 2])
def test_the_number_of_threads_changes_no_pixel(make_video: MakeVideo, thread_count: int) -> None:
    path = make_video("a.mp4")
    alone, _ = read(path)
    together, _ = read(path, thread_count=thread_count)
    assert len(alone) == len(together)
    for a, b in zip(alone, together, strict=True):
        assert np.array_equal(a.luma, b.luma)
        assert np.array_equal(a.rgb, b.rgb)
        assert a.pts_s == b.pts_s


@given(frame_count=st.integers(1, 5000), k=st.integers(2, 64))
def test_samples_are_unique_even_and_hold_both_ends(frame_count: int, k: int) -> None:
    found = sample_indices(frame_count, k)
    assert len(found) == min(k, frame_count)
    assert found == sorted(set(found))
    assert (found[0], found[-1]) == (0, frame_count - 1)
    steps = np.diff(found)
    assert steps.size == 0 or steps.max() - steps.min() <= 1


def test_one_sample_is_the_middle_and_none_is_refused() -> None:
    assert sample_indices(9, 1) == [4]
    for frame_count, k in ((0, 16), (5, 0)):
        with pytest.raises(MisuseError, match="at least 1"):
            sample_indices(frame_count, k)
