from __future__ import annotations

import os
import runpy
import time
from pathlib import Path

import pytest

from tracker.domain.addresses import Address
from tracker.errors import AddressError, MediaError
from tracker.media.isolation import IsolatedMedia
from tracker.media.probe import probe
from tracker.media.source import digest, locate


def test_a_call_runs_in_another_process_which_is_kept() -> None:
    with IsolatedMedia() as isolated:
        worker = isolated.call(os.getpid)
        assert worker != os.getpid()
        assert isolated.call(os.getpid) == worker
        assert isolated.call(int, "ff", base=16) == 255


def test_a_crash_is_an_error_and_the_next_call_works(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    with IsolatedMedia() as isolated:
        with pytest.raises(MediaError, match=r"crashed on its work \(SIGABRT\)"):
            isolated.call(os.abort)
        assert isolated.call(digest, tmp_path / "a.mp4") == digest(tmp_path / "a.mp4")


def test_a_crash_names_the_file(tmp_path: Path) -> None:
    # Running a folder as a module makes the worker leave with the code that its __main__ asks for.
    (tmp_path / "__main__.py").write_text("import os\nos.kill(os.getpid(), 11)\n")
    with IsolatedMedia() as isolated, pytest.raises(MediaError) as caught:
        isolated.call(runpy.run_path, str(tmp_path))
    assert f"crashed on '{tmp_path.name}' (SIGSEGV)" in str(caught.value)


def test_media_errors_arrive_as_they_were_raised(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    with IsolatedMedia() as isolated:
        for function in (probe, locate):
            path = tmp_path / ("a.mp4" if function is probe else "missing.mp4")
            with pytest.raises(MediaError) as far:
                isolated.call(function, path)
            with pytest.raises(MediaError) as near:
                function(path)
            assert str(far.value) == str(near.value)


def test_other_errors_keep_their_kind() -> None:
    with IsolatedMedia() as isolated:
        with pytest.raises(ValueError, match="invalid literal"):
            isolated.call(int, "x")
        with pytest.raises(AddressError, match="SQ1"):
            isolated.call(Address.parse, "ANTH01/F02/SQ1!")


def test_a_call_that_hangs_is_given_up_and_the_next_call_works() -> None:
    with IsolatedMedia(timeout_s=6.0) as isolated:
        with pytest.raises(MediaError, match=r"did not finish its work within 6 s"):
            isolated.call(time.sleep, 60)
        assert isolated.call(abs, -1) == 1


def test_the_worker_ends_with_its_owner() -> None:
    with IsolatedMedia() as isolated:
        worker = isolated.call(os.getpid)
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
