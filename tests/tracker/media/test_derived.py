from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from tracker.errors import MediaError
from tracker.media._proxy import proxy_size
from tracker.media.derived import DerivedMedia, make_proxy_and_thumbnail, write_stills
from tracker.media.probe import probe

MakeVideo = Callable[..., Path]


@pytest.fixture
def derived(tmp_path: Path) -> DerivedMedia:
    return DerivedMedia(tmp_path / "media", "ab" * 32)


def pixels(path: Path) -> Any:
    """A picture file as shape (H, W, 3)."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), dtype=float)


def level(rgb: Any) -> float:
    """Mean of a picture's middle: `40 + 6 * index` in the clips made here."""
    height, width = rgb.shape[:2]
    return float(rgb[height * 2 // 5 : height * 3 // 5, width * 2 // 5 : width * 3 // 5].mean())


def test_paths_follow_from_the_digest(derived: DerivedMedia, tmp_path: Path) -> None:
    assert derived.folder == tmp_path / "media" / ("ab" * 32)
    names = [p.name for p in (derived.proxy, derived.thumbnail, derived.still(12))]
    assert names == ["proxy.mp4", "thumb.jpg", "still_000012.jpg"]


def test_a_proxy_holds_each_source_frame_once_on_a_constant_grid(
    make_video: MakeVideo, derived: DerivedMedia
) -> None:
    ticks = [0, 40, 80, 200, 240, 400, 440, 480]
    take = make_video("a.mkv", frames=8, ticks=ticks, tags=(1, 1), options={"crf": "8"})
    assert make_proxy_and_thumbnail(take, derived) == 8
    fps = probe(take).fps
    with av.open(str(derived.proxy)) as container:
        frames = list(container.decode(video=0))
        assert container.streams.video[0].average_rate == fps
    for index, frame in enumerate(frames):
        assert frame.time == pytest.approx(float(index / fps), abs=1e-4)
        assert level(np.asarray(frame.to_image())) == pytest.approx(40 + 6 * index, abs=2.5)
    assert len(frames) == 8


def test_a_proxy_is_tagged_small_silent_and_starts_playing_at_once(
    make_video: MakeVideo, derived: DerivedMedia
) -> None:
    make_proxy_and_thumbnail(make_video("a.mp4", size=(960, 400), with_sound=True), derived)
    found = probe(derived.proxy)
    assert (found.codec, found.pixel_format, found.color) == ("h264", "yuv420p", "bt709 limited")
    assert (found.width, found.height, found.has_audio) == (640, 266, False)
    assert not found.is_variable_rate
    data = derived.proxy.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(derived.proxy)) as container:
        packets = [p for p in container.demux(video=0) if p.size]
    assert [p.pts for p in packets] == [p.dts for p in packets]  # so that nothing is reordered
    with av.open(str(derived.proxy)) as container:
        keys = [f.key_frame for f in container.decode(video=0)]
    assert all(any(keys[i : i + 12]) for i in range(0, 24, 12))


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1920, 1080), (640, 360)),
        ((1080, 1920), (202, 360)),
        ((400, 225), (400, 224)),
        ((160, 90), (160, 90)),
        ((64, 36), (192, 108)),
        ((32, 32), (160, 160)),
        ((4000, 3), (640, 2)),
    ],
)
def test_proxy_sizes_are_even_and_fit(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert proxy_size(size) == expected


def test_colours_survive_the_proxy(make_video: MakeVideo, derived: DerivedMedia) -> None:
    take = make_video("a.mkv", codec="ffv1", pixel_format="bgr0", frames=4)
    make_proxy_and_thumbnail(take, derived)
    [still] = write_stills(derived.proxy, derived, [1])
    shown = pixels(still)
    assert shown[10:20, 10:40].mean((0, 1)) == pytest.approx([220, 20, 20], abs=4)
    assert shown[-20:-10, -40:-10].mean((0, 1)) == pytest.approx([20, 20, 220], abs=4)


def test_rotation_is_applied_to_proxy_and_thumbnail(
    make_video: MakeVideo, derived: DerivedMedia
) -> None:
    make_proxy_and_thumbnail(make_video("a.mp4", rotation_deg=90, tags=(1, 1)), derived)
    assert (probe(derived.proxy).width, probe(derived.proxy).height) == (90, 160)
    thumbnail = pixels(derived.thumbnail)
    assert thumbnail.shape == (160, 90, 3)
    # Turned counterclockwise, the red top left corner comes to lie bottom left.
    assert thumbnail[-15, 8, 0] > 180
    assert thumbnail[-15, 8, 2] < 80


def test_the_thumbnail_shows_the_frame_at_a_third(
    make_video: MakeVideo, derived: DerivedMedia
) -> None:
    make_proxy_and_thumbnail(make_video("a.mp4", size=(1280, 720), tags=(1, 1)), derived)
    assert pixels(derived.thumbnail).shape == (270, 480, 3)
    assert level(pixels(derived.thumbnail)) == pytest.approx(40 + 6 * 8, abs=3)


def test_stills_show_the_frames_asked_for(make_video: MakeVideo, derived: DerivedMedia) -> None:
    fps = Fraction(30000, 1001)
    make_proxy_and_thumbnail(make_video("a.mp4", frames=30, fps=fps, tags=(1, 1)), derived)
    wanted = [29, 0, 13, 12, 13]
    paths = write_stills(derived.proxy, derived, wanted)
    assert paths == [derived.still(index) for index in wanted]
    for index, path in zip(wanted, paths, strict=True):
        assert level(pixels(path)) == pytest.approx(40 + 6 * index, abs=3)
    before = derived.still(0).stat().st_mtime_ns
    write_stills(derived.proxy, derived, [0])
    assert derived.still(0).stat().st_mtime_ns == before


@pytest.mark.parametrize(("index", "words"), [(30, "has no frame 30"), (-1, "before the start")])
def test_a_still_outside_the_take_is_refused(
    make_video: MakeVideo, derived: DerivedMedia, index: int, words: str
) -> None:
    make_proxy_and_thumbnail(make_video("a.mp4", frames=30), derived)
    with pytest.raises(MediaError, match=words):
        write_stills(derived.proxy, derived, [index])


def test_a_still_gets_a_thumbnail_and_itself_but_no_proxy(
    tmp_path: Path, derived: DerivedMedia
) -> None:
    Image.new("RGB", (1000, 500), (200, 50, 20)).save(tmp_path / "a.png")
    assert make_proxy_and_thumbnail(tmp_path / "a.png", derived) == 1
    assert sorted(p.name for p in derived.folder.iterdir()) == ["still_000000.jpg", "thumb.jpg"]
    assert pixels(derived.still(0)).shape == (500, 1000, 3)
    assert pixels(derived.thumbnail).shape == (240, 480, 3)


def test_a_file_cut_off_is_shown_as_far_as_it_goes(
    make_video: MakeVideo, cut_file: Callable[[Path, float], Path], derived: DerivedMedia
) -> None:
    whole = make_video("a.mp4", frames=32, muxing={"movflags": "+faststart"})
    short = cut_file(whole, 0.6)
    count = make_proxy_and_thumbnail(short, derived)
    assert 0 < count < probe(short).frame_count == 32
    assert probe(derived.proxy).frame_count == count


def test_a_failure_leaves_nothing_half_written(tmp_path: Path, derived: DerivedMedia) -> None:
    (tmp_path / "text.mp4").write_text("not a film")
    with pytest.raises(MediaError):
        make_proxy_and_thumbnail(tmp_path / "text.mp4", derived)
    assert not derived.folder.exists() or not list(derived.folder.iterdir())


def test_an_interrupted_encode_leaves_no_proxy(
    make_video: MakeVideo, derived: DerivedMedia, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    take = make_video("a.mp4")
    monkeypatch.setattr("tracker.media.derived._write_jpeg", fail)
    with pytest.raises(KeyboardInterrupt):
        make_proxy_and_thumbnail(take, derived)
    assert list(derived.folder.iterdir()) == []
