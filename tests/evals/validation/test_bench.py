from __future__ import annotations

import json

import numpy as np
import pytest

from evals.metrics.artifacts import ARTIFACT_METRICS
from evals.metrics.identity import sample_step
from evals.packs.batching import ROWS
from evals.packs.devices import present_devices
from evals.runs.job import Chunk, FaceFrames, Job
from evals.runs.reader import read_take
from evals.validation import bench
from evals.validation._clips import FPS, write_clip
from evals.validation._models import load_stages
from evals.validation._passes import alone, artifacts_pass, one_pass, peak_memory_mib
from evals.validation._stages import STAGES, gather

MODELS = ("encode", "LPIPS", "faces", "morphing")
LINES = [
    "decodes per take",
    "artifact metrics, one process",
    "decode and pictures for all metrics",
    *[
        line
        for device in present_devices()
        for line in (
            *[f"{model} on {device}" for model in MODELS],
            *[f"share of the pass on {device}: {stage}" for stage in STAGES],
            *[f"within the pass on {device}: {stage}" for stage in STAGES],
        )
    ],
    "peak memory, 240 frames",
    "drawing the demo",
    "database: one commit, median",
    "database: one read, median",
]


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return write_clip(tmp_path_factory.mktemp("c") / "c.mp4", size=(160, 90), frames=30, seed=4)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """One quick measurement, as rows."""
    folder = tmp_path_factory.mktemp("bench")
    return list(bench.measure(bench.QUICK, folder, lambda step: None))


def test_there_is_one_row_per_measurement_with_its_ratio(rows):
    assert [row.measurement for row in rows] == LINES
    for row in rows:
        assert row.ours > 0
        assert row.other > 0
        assert row.ratio == pytest.approx(row.ours / row.other)


def test_a_take_is_decoded_once_for_all_metrics(rows):
    decodes = rows[0]
    assert (decodes.ours, decodes.other) == (1, len(ARTIFACT_METRICS))


@pytest.mark.parametrize("device", present_devices())
def test_the_shares_of_the_pass_make_a_whole(rows, device):
    shares = [row for row in rows if row.measurement.startswith(f"share of the pass on {device}: ")]
    assert [row.measurement.split(": ")[1] for row in shares] == list(STAGES)
    assert sum(row.ratio for row in shares) == pytest.approx(1)


def test_stages_alone_are_fed_what_a_run_is_fed(clip):
    """Else a stage alone would do other work than within a run."""
    job = Job(
        take_id=1,
        path=str(clip),
        frame_count=30,
        is_still=False,
        sequence_fps=FPS,
        wants_artifacts=True,
        wants_samples=True,
        wants_chunks=True,
        face_step=sample_step(FPS),
    )
    answers, found = list(read_take(job)), gather(clip, frames=30)
    chunks = [answer for answer in answers if isinstance(answer, Chunk)]
    looks = [p for answer in answers if isinstance(answer, FaceFrames) for p in answer.pictures]
    assert np.array_equal(found.rgb, np.concatenate([chunk.rgb for chunk in chunks]))
    assert np.array_equal(found.moved, np.concatenate([chunk.compensated for chunk in chunks]))
    assert np.array_equal(np.stack(found.samples), np.stack(answers[-1].samples))
    assert np.array_equal(np.stack(found.looked_at), np.stack(looks))


def test_models_are_put_back_to_their_batches(rows):
    models = load_stages("cpu")
    assert [batcher.rows for batcher in models.batchers] == [
        ROWS["cpu"][batcher.what] for batcher in models.batchers
    ]


def test_metrics_one_by_one_give_what_the_one_pass_gives(clip):
    """Else the two sides of the comparison would not do the same work."""
    assert set(alone(clip).scores) == {facts.name for facts in ARTIFACT_METRICS}
    assert alone(clip).scores == artifacts_pass(clip).scores == one_pass(clip, frames=30).scores


def test_the_peak_is_that_of_the_pass_and_not_of_whoever_asks(clip):
    modest = peak_memory_mib(clip, frames=30)
    ballast = bytearray(b"x" * (int(modest) + 200) * 1024 * 1024)
    assert peak_memory_mib(clip, frames=30) < modest + 100
    assert ballast


def test_the_command_prints_a_table_or_json(monkeypatch, capsys, rows):
    monkeypatch.setattr(bench, "measure", lambda sizes, folder, say: iter(rows))
    assert bench.main(["--quick"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["measurement", "unit", "ours", "other", "ratio", "other", "is"]
    assert [line.split("  ")[0] for line in lines] == LINES
    assert bench.main(["--quick", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["measurement"] for row in found] == LINES
