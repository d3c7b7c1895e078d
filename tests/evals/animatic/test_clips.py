"""Clips come back as they were written: frames, size, rate, colour."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from evals.animatic.brief import Brief, CameraMove, Setting, Time
from evals.animatic.clips import write_clip
from evals.animatic.shoot import shoot
from evals.media.frames import open_frames
from tracker.errors import MisuseError

SEA = Brief(setting=Setting.LIGHTHOUSE, time=Time.DUSK, camera=CameraMove.DOLLY_IN)
NTSC = Fraction(24000, 1001)


@pytest.fixture(scope="module")
def frames() -> np.ndarray:
    return np.stack([s.picture for s in shoot(SEA, frame_count=20, size=(160, 90), seed=3)])


def test_a_clip_keeps_its_frames_size_and_rate(tmp_path, frames):
    assert write_clip(tmp_path / "a.mp4", frames, fps=NTSC) == 20
    with open_frames(tmp_path / "a.mp4") as stream:
        seen = [frame.full_rgb().copy() for frame in stream]
        facts = stream.facts
    assert (len(seen), facts.width, facts.height, facts.fps) == (20, 160, 90, NTSC)
    assert facts.remarks == ()
    assert np.abs(np.stack(seen).astype(np.int16) - frames).mean() < 4


def test_a_clip_is_tagged_bt709_limited(tmp_path, frames):
    write_clip(tmp_path / "a.mp4", frames, fps=NTSC)
    with av.open(str(tmp_path / "a.mp4")) as container:
        picture = next(container.decode(video=0))
        context = container.streams.video[0].codec_context
        assert (int(picture.colorspace), int(picture.color_range)) == (1, 1)
        assert (int(context.color_primaries), int(context.color_trc)) == (1, 1)
        assert picture.format.name == "yuv420p"


def test_flat_colours_survive_the_conversion(tmp_path):
    colours = np.asarray([(200, 40, 40), (40, 160, 60), (30, 60, 190)], np.uint8)
    pictures = [np.broadcast_to(colour, (48, 64, 3)).copy() for colour in colours]
    write_clip(tmp_path / "a.mp4", pictures, fps=Fraction(24))
    with open_frames(tmp_path / "a.mp4") as stream:
        seen = [frame.full_rgb().mean((0, 1)) for frame in stream]
    assert np.abs(np.stack(seen) - colours).max() < 4


def test_same_pictures_give_the_same_bytes(tmp_path, frames):
    for name in ("a.mp4", "b.mp4"):
        write_clip(tmp_path / name, iter(frames), fps=Fraction(24))
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_a_clip_appears_whole_or_not_at_all(tmp_path, frames):
    def broken():
        yield frames[0]
        raise RuntimeError("the renderer stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        write_clip(tmp_path / "a.mp4", broken(), fps=Fraction(24))
    with pytest.raises(MisuseError, match="no picture"):
        write_clip(tmp_path / "b.mp4", [], fps=Fraction(24))
    assert list(tmp_path.iterdir()) == []
