"""Files that cannot be judged: one clear sentence each, and the next file still reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from evals.media.frames import open_frames
from evals.media.types import Frame
from tracker.errors import MediaError

MakeVideo = Callable[..., Path]


def refusal(path: Path) -> tuple[str, list[Frame]]:
    """The sentence with which a take is refused, and the frames that came before it."""
    frames: list[Frame] = []
    with pytest.raises(MediaError) as caught, open_frames(path) as stream:
        frames.extend(stream)
    sentence = str(caught.value)
    assert path.name in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence, frames


@pytest.mark.parametrize(
    ("name", "codec", "slack"),
    [
        ("a.mp4", "libx264", 0),
        ("a.mov", "prores_ks", 0),
        ("a.mkv", "libx264", 1),
        ("a.webm", "libvpx-vp9", 1),
    ],
)
def test_a_cut_file_names_decoded_and_declared_frames(
    make_video: MakeVideo, make_numbered: Any, name: str, codec: str, slack: int
) -> None:
    pictures = [make_numbered(i) for i in range(60)]
    pixel_format = "yuv422p10le" if codec == "prores_ks" else "yuv420p"
    path = make_video(
        name, pictures, codec=codec, pixel_format=pixel_format, muxing={"movflags": "+faststart"}
    )
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    sentence, frames = refusal(path)
    match = re.search(r"(\d+) of (\d+) declared frames", sentence)
    assert match is not None, sentence
    assert int(match[1]) == len(frames)
    assert 0 < len(frames) < 60
    assert abs(int(match[2]) - 60) <= slack


def test_a_cut_gif_is_noticed(make_video: MakeVideo) -> None:
    path = make_video("a.gif", codec="gif", pixel_format="rgb8")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    sentence, _ = refusal(path)
    assert "ends early" in sentence


def test_damage_is_flagged_and_refused(make_video: MakeVideo) -> None:
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 256, (90, 160, 3), dtype=np.uint8) for _ in range(30)]
    path = make_video("a.mp4", noise, muxing={"movflags": "+faststart"})
    data = bytearray(path.read_bytes())
    for position in rng.integers(len(data) // 3, len(data), 12):
        data[position] ^= 0xFF
    path.write_bytes(data)
    sentence, frames = refusal(path)
    assert re.search(r"damaged: \d+ of 30 frames were concealed or lost", sentence)
    assert any(frame.is_corrupt for frame in frames)


def test_a_gap_in_the_numbers_is_named(tmp_path: Path) -> None:
    for number in (1001, 1002, 1004):
        Image.new("RGB", (32, 32)).save(tmp_path / f"shot.{number}.png")
    sentence, frames = refusal(tmp_path / "shot.####.png")
    assert "frame 1003 is missing between 1002 and 1004" in sentence
    assert len(frames) == 2


def test_a_sequence_of_mixed_sizes_is_refused(tmp_path: Path) -> None:
    for number, width in ((1, 32), (2, 32), (3, 64)):
        Image.new("RGB", (width, 32)).save(tmp_path / f"shot.{number:04d}.png")
    sentence, _ = refusal(tmp_path / "shot.####.png")
    assert "changes its picture to 64x32 rgb24 at its frame 2" in sentence


@pytest.mark.parametrize("damage", ["empty", "cut", "text"])
def test_one_bad_file_of_a_sequence_is_noticed(tmp_path: Path, damage: str) -> None:
    rng = np.random.default_rng(0)
    for number in range(1, 6):
        picture = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
        Image.fromarray(picture).save(tmp_path / f"shot.{number:04d}.png")
    bad = tmp_path / "shot.0003.png"
    bad.write_bytes({"empty": b"", "cut": bad.read_bytes()[:900], "text": b"no picture"}[damage])
    refusal(tmp_path / "shot.####.png")


def test_a_truncated_still_is_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 256, (64, 64, 3), dtype=np.uint8))
    for name in ("a.png", "a.jpg"):
        noise.save(tmp_path / name)
        data = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(data[: len(data) * 6 // 10])
        refusal(tmp_path / name)


def test_the_run_goes_on_after_a_bad_file(make_video: MakeVideo, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("A letter to the producer.\n" * 50)
    counts = {}
    for path in (tmp_path / "empty.mp4", make_video("good.mp4"), tmp_path / "text.mp4"):
        try:
            with open_frames(path) as stream:
                counts[path.name] = sum(1 for _ in stream)
        except MediaError as error:
            counts[path.name] = str(error)
    assert counts["good.mp4"] == 24
    assert "is empty" in counts["empty.mp4"]
    assert "neither a video nor a picture" in counts["text.mp4"]


def test_a_healthy_file_after_a_damaged_one_carries_no_blame(make_video: MakeVideo) -> None:
    bad = make_video("bad.mp4", muxing={"movflags": "+faststart"})
    bad.write_bytes(bad.read_bytes()[: bad.stat().st_size * 6 // 10])
    refusal(bad)
    with open_frames(make_video("good.mp4", tags=(1, 1))) as stream:
        assert sum(1 for _ in stream) == 24
        assert stream.facts.remarks == ()


def test_leaving_early_frees_the_file(make_video: MakeVideo) -> None:
    path = make_video("a.mp4")
    for _ in range(3):
        with open_frames(path, thread_count=2) as stream:
            next(iter(stream))
    with open_frames(path) as stream:
        assert sum(1 for _ in stream) == 24
