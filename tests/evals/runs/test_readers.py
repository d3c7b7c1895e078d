from __future__ import annotations

import signal
import threading
import time
from fractions import Fraction

import pytest

from evals.media.types import ClipFacts
from evals.runs import scoring_pass
from evals.runs.engines.local import LocalReaders
from evals.runs.job import Chunk, Finished, Job, Unreadable
from tracker.store import Store
from tracker.store.integrity import integrity_problems


@pytest.fixture
def job(clips):
    """Make a job that reads the film, chunks and all."""

    def make(take_id: int = 1, *, name: str = "pan.mp4", chunks: bool = True) -> Job:
        return Job(
            take_id=take_id,
            path=str(clips / name),
            frame_count=24,
            is_still=False,
            sequence_fps=Fraction(24),
            wants_artifacts=True,
            wants_samples=True,
            wants_chunks=chunks,
        )

    return make


@pytest.fixture(scope="module")
def readers():
    """One reading process for the tests that leave it alive."""
    with LocalReaders(1) as started:
        yield started


def answers(readers: LocalReaders, jobs: list[Job]) -> dict[int, list[object]]:
    found: dict[int, list[object]] = {}
    for job, answer in readers.read(jobs):
        found.setdefault(job.take_id, []).append(answer)
    return found


def test_one_job_is_answered_with_its_chunks_and_then_one_result(readers, job):
    *chunks, last = answers(readers, [job()])[1]
    assert [type(c) for c in chunks] == [Chunk, Chunk]
    assert sum(len(c.rgb) for c in chunks) == 24
    assert isinstance(last, Finished)
    assert last.clip == ClipFacts(
        frame_count=24, fps=Fraction(24), width=96, height=64, remarks=last.clip.remarks
    )
    assert len(last.samples) == len(last.sample_indices) == 16
    assert (last.sample_indices[0], last.sample_indices[-1]) == (0, 23)
    assert len(last.speed_px) == 23


def test_what_is_not_asked_for_is_not_sent(readers, job):
    (only,) = answers(readers, [job(chunks=False)])[1]
    assert isinstance(only, Finished)


def test_an_unreadable_file_is_an_answer_and_the_next_one_is_read(readers, job):
    found = answers(readers, [job(1, name="notes.mp4"), job(2, chunks=False)])
    (refused,) = found[1]
    assert isinstance(refused, Unreadable)
    assert not refused.is_absent
    assert isinstance(found[2][-1], Finished)


def test_a_file_that_is_not_there_is_said_to_be_absent(readers, job):
    (refused,) = answers(readers, [job(name="gone.mp4")])[1]
    assert refused.is_absent


def test_a_reader_that_is_killed_in_the_middle_costs_one_take(job):
    with LocalReaders(1) as readers:
        found: dict[int, list[object]] = {}
        for asked, answer in readers.read([job(1), job(2), job(3)]):
            found.setdefault(asked.take_id, []).append(answer)
            if asked.take_id == 2 and isinstance(answer, Chunk):
                readers._readers[0].process.send_signal(signal.SIGKILL)
                readers._readers[0].process.wait()
    assert isinstance(found[1][-1], Finished)
    assert isinstance(found[2][-1], Unreadable)
    assert "SIGKILL" in found[2][-1].reason
    assert isinstance(found[3][-1], Finished)


def test_a_reader_that_died_between_two_takes_costs_none(job):
    with LocalReaders(1) as readers:
        readers._readers[0].process.kill()
        readers._readers[0].process.wait()
        assert isinstance(answers(readers, [job(chunks=False)])[1][-1], Finished)


def test_leaving_ends_the_readers(job):
    with LocalReaders(2) as readers:
        processes = [reader.process for reader in readers._readers]
        next(readers.read([job()]))  # busy with the rest of the take
    assert all(process.poll() is not None for process in processes)


class _Murderous(LocalReaders):
    """Readers one of which dies when the second take is given out."""

    def read(self, jobs):
        for count, (job, answer) in enumerate(super().read(jobs)):
            yield job, answer
            if count == 0:
                self._readers[0].process.kill()


def test_an_interruption_while_an_answer_is_awaited_leaves_nothing_to_wait_for(job, monkeypatch):
    start = threading.Timer.start

    def interrupted(timer: threading.Timer) -> None:
        start(timer)
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Timer, "start", interrupted)
    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt), LocalReaders(1) as readers:
        answers(readers, [job()])
    late = set(threading.enumerate()) - before
    # A command ends only when every thread but its daemons has: this one would take three minutes.
    assert [t for t in late if t.is_alive() and not t.daemon] == []


def test_a_run_goes_on_after_a_decoder_crashed(workspace, score, monkeypatch):
    monkeypatch.setattr(scoring_pass, "LocalReaders", _Murderous)
    summary = score(workspace)
    assert summary.decoded + summary.errored == 6
    assert summary.decoded >= 3
    with Store.open(workspace).read() as tx:
        assert integrity_problems(tx) == []
        assert tx.rows("SELECT count(DISTINCT take_id) FROM scores") == [(6,)]


@pytest.mark.parametrize("pause_s", [0.0, 1.0], ids=["anywhere", "within an answer"])
def test_a_decoder_that_is_stuck_in_a_file_is_given_up(job, pause_s):
    found: dict[int, list[object]] = {}
    with LocalReaders(1, patience_s=10.0) as readers:
        for asked, answer in readers.read([job(1), job(2, chunks=False)]):
            found.setdefault(asked.take_id, []).append(answer)
            if isinstance(answer, Chunk):
                time.sleep(pause_s)  # the second chunk is larger than the pipe: half of it is sent
                readers._readers[0].process.send_signal(signal.SIGSTOP)
    assert "was stuck in this file for 10 s" in found[1][-1].reason
    assert isinstance(found[2][-1], Finished)
