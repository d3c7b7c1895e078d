from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tracker.errors import MediaError
from tracker.media.probe import probe

MakeVideo = Callable[..., Path]


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format", "expected"),
    [
        ("a.mp4", "libx264", "yuv420p", "h264"),
        ("a.mov", "prores_ks", "yuv422p10le", "prores"),
        ("a.mkv", "ffv1", "yuv420p10le", "ffv1"),
        ("a.webm", "libvpx-vp9", "yuv420p", "vp9"),
        ("av1.mp4", "libsvtav1", "yuv420p", "av1"),
    ],
)
def test_every_container_tells_its_frames_size_and_rate(
    make_video: MakeVideo, name: str, codec: str, pixel_format: str, expected: str
) -> None:
    fps = Fraction(24000, 1001)
    found = probe(make_video(name, codec=codec, pixel_format=pixel_format, fps=fps))
    assert (found.container, found.codec) == (name.split(".")[1], expected)
    assert (found.frame_count, found.width, found.height) == (24, 160, 90)
    assert found.fps == fps
    assert found.duration_s == pytest.approx(24 * 1001 / 24000)
    assert not found.is_variable_rate
    assert not found.has_audio


def test_a_gif_plays_at_the_mean_of_its_rounded_delays(make_video: MakeVideo) -> None:
    found = probe(make_video("a.gif", codec="gif", pixel_format="rgb8", fps=Fraction(8), frames=16))
    assert (found.container, found.frame_count, found.color) == ("gif", 16, "rgb full")
    assert float(found.fps) == pytest.approx(8, rel=0.01)
    assert not found.is_variable_rate


def test_variable_rate_is_told_and_counted(make_video: MakeVideo) -> None:
    ticks = [0, 40, 80, 200, 240, 400, 440, 480]
    found = probe(make_video("a.mkv", frames=8, ticks=ticks, fps=Fraction(25)))
    assert found.is_variable_rate
    assert "variable frame rate" in found.remarks
    assert found.frame_count == 8
    assert float(found.fps) == pytest.approx(8 / 0.52, rel=0.01)


def test_milliseconds_do_not_make_a_rate_variable(make_video: MakeVideo) -> None:
    assert not probe(make_video("a.mkv", frames=48)).is_variable_rate


@pytest.mark.parametrize(
    ("counterclockwise_deg", "clockwise_deg", "size"),
    [(90, 270, (90, 160)), (180, 180, (160, 90)), (270, 90, (90, 160))],
)
def test_size_is_told_as_shown_after_rotation(
    make_video: MakeVideo, counterclockwise_deg: int, clockwise_deg: int, size: tuple[int, int]
) -> None:
    found = probe(make_video("a.mp4", rotation_deg=counterclockwise_deg))
    assert found.rotation_deg == clockwise_deg
    assert (found.width, found.height) == size


def test_size_is_told_as_shown_after_pixel_aspect(make_video: MakeVideo) -> None:
    found = probe(make_video("a.mp4", pixel_aspect=Fraction(4, 3)))
    assert (found.width, found.height) == (213, 90)


@pytest.mark.parametrize(
    ("tags", "size", "words", "is_remarked"),
    [
        ((1, 1), (160, 90), "bt709 limited", False),
        ((5, 2), (160, 90), "bt601 full", False),
        ((9, 1), (160, 90), "bt2020 limited", False),
        (None, (160, 90), "untagged, taken as bt601 limited", True),
        (None, (1280, 32), "untagged, taken as bt709 limited", True),
    ],
)
def test_colour_is_read_from_tags_or_assumed_aloud(
    make_video: MakeVideo,
    tags: tuple[int, int] | None,
    size: tuple[int, int],
    words: str,
    is_remarked: bool,  # noqa: FBT001  # a column of the table above
) -> None:
    found = probe(make_video("a.mp4", frames=2, tags=tags, size=size))
    assert found.color == words
    assert any("untagged colour" in remark for remark in found.remarks) == is_remarked


def test_sound_is_noticed(make_video: MakeVideo) -> None:
    assert probe(make_video("a.mp4", with_sound=True)).has_audio


def test_a_still_is_one_frame(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "a.webp", "a.tif"):
        Image.new("RGB", (120, 80), (200, 50, 20)).save(tmp_path / name)
        found = probe(tmp_path / name)
        assert found.is_still, name
        assert (found.container, found.width, found.height) == ("still", 120, 80)
        assert found.remarks == ()


def test_a_photograph_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn clockwise
    Image.new("RGB", (120, 80)).save(tmp_path / "a.jpg", exif=exif)
    found = probe(tmp_path / "a.jpg")
    assert (found.width, found.height, found.rotation_deg) == (80, 120, 90)


def test_a_sequence_runs_at_the_rate_that_is_asked_for(tmp_path: Path) -> None:
    for number in range(1001, 1006):
        Image.new("RGB", (64, 48)).save(tmp_path / f"shot.{number}.png")
    found = probe(tmp_path / "shot.####.png", sequence_fps=Fraction(25))
    assert (found.container, found.codec, found.frame_count) == ("sequence", "png", 5)
    assert found.fps == 25
    (tmp_path / "shot.1003.png").unlink()
    found = probe(tmp_path / "shot.####.png")
    assert found.frame_count == 5
    assert found.remarks[0] == "frame 1003 is missing between 1002 and 1004"


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.webm"])
def test_a_file_cut_off_is_probed_with_both_counts(
    make_video: MakeVideo, cut_file: Callable[[Path, float], Path], name: str
) -> None:
    codec = "libvpx-vp9" if name.endswith("webm") else "libx264"
    whole = make_video(name, frames=32, codec=codec, muxing={"movflags": "+faststart"})
    found = probe(cut_file(whole, 0.6))
    assert found.frame_count == 32
    assert "of 32 declared frames" in found.remarks[0]
    assert not any("declared" in remark for remark in probe(whole).remarks)


def test_packets_hidden_by_an_edit_list_are_not_missing(
    make_video: MakeVideo, tmp_path: Path
) -> None:
    source = make_video("whole.mp4", frames=24, options={"bf": "0"})
    with av.open(str(source)) as inside, av.open(str(tmp_path / "trim.mp4"), "w") as outside:
        stream = outside.add_stream_from_template(inside.streams.video[0])
        step = round(1 / Fraction(24) / inside.streams.video[0].time_base)
        for packet in inside.demux(inside.streams.video[0]):
            if packet.size:
                packet.pts, packet.dts = packet.pts - 9 * step, packet.dts - 9 * step
                packet.stream = stream
                outside.mux(packet)
    found = probe(tmp_path / "trim.mp4")
    assert found.frame_count == 15
    assert not any("ends early" in remark for remark in found.remarks)


def test_files_without_a_picture_are_refused_in_one_sentence(
    make_video: MakeVideo, make_sound: Callable[[str], Path], tmp_path: Path
) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("A letter to the producer.\n" * 50)
    (tmp_path / "noise.mp4").write_bytes(np.random.default_rng(1).bytes(5000))
    whole = make_video("whole.mp4").read_bytes()
    (tmp_path / "no_index.mp4").write_bytes(whole[: len(whole) * 6 // 10])
    with av.open(str(tmp_path / "zero.mkv"), "w") as container:
        stream = container.add_stream("ffv1", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        container.start_encoding()
    make_sound("sound.mp4")
    expected = {
        "empty.mp4": "is empty",
        "text.mp4": "neither a video nor a picture",
        "noise.mp4": "noise",
        "no_index.mp4": "no index",
        "zero.mkv": "holds no frame",
        "sound.mp4": "only sound",
        "missing.mp4": "does not exist",
    }
    for name, words in expected.items():
        with pytest.raises(MediaError, match=words) as caught:
            probe(tmp_path / name)
        text = str(caught.value)
        assert name in text
        assert text.endswith(".")
        assert "\n" not in text


def test_a_song_with_a_cover_picture_is_only_sound(
    make_sound: Callable[[str], Path], tmp_path: Path
) -> None:
    Image.new("RGB", (32, 32)).save(tmp_path / "cover.jpg")
    with (
        av.open(str(make_sound("song.m4a"))) as song,
        av.open(str(tmp_path / "cover.jpg")) as cover,
        av.open(str(tmp_path / "covered.mp4"), "w") as out,
    ):
        sound = out.add_stream_from_template(song.streams.audio[0])
        picture = out.add_stream_from_template(cover.streams.video[0])
        picture.disposition = av.stream.Disposition.attached_pic
        for source, target in ((song, sound), (cover, picture)):
            for packet in source.demux():
                if packet.size:
                    packet.stream = target
                    out.mux(packet)
    with pytest.raises(MediaError, match="only sound"):
        probe(tmp_path / "covered.mp4")
