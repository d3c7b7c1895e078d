"""However a take is stored and however a run is spread, its scores are the same."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from evals.media.frames import open_frames
from evals.metrics.artifacts.coding import BANDING, BLOCKING
from evals.metrics.prompt import find_moves
from evals.packs.manifest import find_pack
from evals.packs.text_image import load_text_image
from evals.runs.execute import RunRequest, run
from evals.runs.job import Chunk, Finished, Job
from evals.runs.reader import read_take
from tracker.domain.addresses import Address
from tracker.domain.production import Brief
from tracker.settings import SHARE_ROOT, Settings
from tracker.store import Store
from tracker.store.evals import read_scores


def read(path):
    """Return what a reading process hands on for a take: its scores, samples and pictures."""
    job = Job(
        take_id=1,
        path=str(path),
        frame_count=24,
        is_still=False,
        sequence_fps=Fraction(24),
        wants_artifacts=True,
        wants_samples=True,
        wants_chunks=True,
        camera=find_moves(Brief(camera="pan right")),
    )
    *answers, last = read_take(job)
    assert isinstance(last, Finished)
    return last, np.concatenate([a.rgb for a in answers if isinstance(a, Chunk)])


@pytest.fixture
def film(clips, tmp_path):
    """The frames of the film as BT.709, whose luma is what pictures that are stored as RGB are weighed by."""
    path = tmp_path / "film.mp4"
    with av.open(str(clips / "pan.mp4")) as source, av.open(str(path), "w") as target:
        made = target.add_stream("libx264", rate=24, options={"crf": "30"})
        made.width, made.height, made.pix_fmt = 96, 64, "yuv420p"
        made.codec_context.colorspace = made.codec_context.color_range = 1
        for frame in source.decode(video=0):
            frame.colorspace = frame.color_range = 1
            target.mux(made.encode(frame))
        target.mux(made.encode(None))
    return path


def test_a_film_and_the_pngs_of_its_frames_score_alike(film, tmp_path):
    with open_frames(film) as stream:
        for frame in stream:
            Image.fromarray(frame.full_rgb()).save(tmp_path / f"pan.{1001 + frame.index}.png")
    (coded, coded_rgb), (pngs, pngs_rgb) = read(film), read(tmp_path / "pan.####.png")
    assert np.array_equal(coded_rgb, pngs_rgb)
    assert np.array_equal(coded.samples, pngs.samples)
    assert coded.sample_indices == pngs.sample_indices
    values = {
        one.metric: (one, other) for one, other in zip(coded.scores, pngs.scores, strict=True)
    }
    assert len(values) > 10
    for facts in (
        BLOCKING,
        BANDING,
    ):  # of the coded luma, which RGB of 8 bits gives back to a level
        one, other = values.pop(facts.name)
        assert one.value == pytest.approx(other.value, abs=0.01 * facts.fails_at)
    assert all(one == other for one, other in values.values())


def run_with(settings: Settings, *, workers: int) -> dict[int, object]:
    scope = Address("REEL01")
    pack = find_pack("bare", settings.packs)
    run(settings, RunRequest(scopes=[scope], pack=pack, device="cpu", force=True, workers=workers))
    with Store.open(settings).read() as tx:
        return {
            take: sorted((facts.name, repr(score)) for facts, _, score in found)
            for take, found in read_scores(tx, scope).items()
        }


def test_one_and_four_reading_processes_score_alike(workspace):
    alone = run_with(workspace, workers=1)
    assert len(alone) == 6
    assert run_with(workspace, workers=4) == alone


@pytest.mark.parametrize("size", [(96, 64), (160, 64)], ids=["one view", "four views"])
def test_frames_embedded_one_by_one_and_sixteen_at_once_are_alike(size):
    rng = np.random.default_rng(6)
    frames = [rng.integers(0, 256, (size[1], size[0], 3), np.uint8) for _ in range(16)]
    model = load_text_image(find_pack("demo", [SHARE_ROOT / "data" / "packs"]), "cpu")
    together = model.encode_frames(frames)
    alone = np.concatenate([model.encode_frames([frame]) for frame in frames])
    assert np.array_equal(together, alone)
    texts = [f"A red door number {i}, in the rain. {'It opens. ' * i}" for i in range(16)]
    assert np.array_equal(
        model.encode_texts(texts), np.concatenate([model.encode_texts([text]) for text in texts])
    )
