"""The client, against a server on this machine that breaks off, forgets, and changes its mind."""

from __future__ import annotations

import hashlib
import http.client
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from evals.errors import PackError
from evals.packs import _fetch
from evals.packs._fetch import fetch
from tracker.actions.report import SilentProgress

DATA = np.random.default_rng(0).bytes(700_000)
DIGEST = hashlib.sha256(DATA).hexdigest()


@dataclass
class Source:
    """A server's file, and how it misbehaves."""

    address: str = ""
    data: bytes = DATA
    etag: str = '"one"'
    breaks_after: list[int] = field(default_factory=list)
    """Bytes after which each of the next answers breaks off."""
    statuses: list[int] = field(default_factory=list)
    """What the next answers are instead of the file."""
    leads_to: list[str] = field(default_factory=list)
    """Where the next answers send the client."""
    ignores_ranges: bool = False
    has_length: bool = True
    starts_at: int | None = None
    """Where parts start, whatever was asked for."""
    asked: list[str] = field(default_factory=list)
    """The Range of every request, or nothing."""
    sent: int = 0


def handler(source: Source) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            source.asked.append(wanted)
            if source.leads_to:
                self.send_response(302)
                self.send_header("Location", source.leads_to.pop(0))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if source.statuses:
                self.send_error(source.statuses.pop(0))
                return
            start = int(wanted.removeprefix("bytes=").rstrip("-") or 0) if wanted else 0
            if source.ignores_ranges or self.headers.get("If-Range") != source.etag:
                start = 0
            if start and source.starts_at is not None:
                start = source.starts_at
            if start >= len(source.data):
                self.send_error(416)
                return
            rest = source.data[start:]
            self.send_response(206 if start else 200)
            if source.etag:
                self.send_header("ETag", source.etag)
            if start:
                end = len(source.data) - 1
                self.send_header("Content-Range", f"bytes {start}-{end}/{len(source.data)}")
            if source.has_length:
                self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            if source.breaks_after:
                rest = rest[: source.breaks_after.pop(0)]
            source.sent += len(rest)  # first: the client may be done before this thread goes on
            self.wfile.write(rest)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def source(monkeypatch) -> Iterator[Source]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(_fetch, "_PAUSE_S", 0)
    made = Source()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(made))
    made.address = f"http://127.0.0.1:{server.server_port}/weights.onnx"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "store" / "weights.onnx"


def get(source: Source, target, *, sha256: str = DIGEST) -> str:
    return fetch(source.address, target, sha256=sha256, progress=SilentProgress())


def left_over(target) -> list[str]:
    return sorted(p.name for p in target.parent.iterdir())


def test_a_file_arrives_whole(source, target):
    assert get(source, target) == DIGEST
    assert target.read_bytes() == DATA
    assert left_over(target) == ["weights.onnx"]


def test_a_broken_answer_is_gone_on_with_where_it_ended(source, target):
    source.breaks_after = [300_000, 100_000]
    assert get(source, target) == DIGEST
    assert target.read_bytes() == DATA
    assert source.asked == ["", "bytes=300000-", "bytes=400000-"]
    assert source.sent == len(DATA)  # not one byte came twice
    assert left_over(target) == ["weights.onnx"]


def test_another_run_goes_on_too_and_a_half_file_never_has_the_name(source, target):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_fetch, "_TRIES", 1)
        source.breaks_after = [300_000, 0]
        with pytest.raises(PackError, match="broke off"):
            get(source, target)
    assert not target.exists()
    assert left_over(target) == ["weights.onnx.part", "weights.onnx.part.json"]
    source.asked.clear()
    assert get(source, target) == DIGEST
    assert source.asked == ["bytes=300000-"]


def test_a_file_that_changed_meanwhile_comes_whole(source, target):
    source.breaks_after = [300_000, 0, 0, 0, 0, 0]
    with pytest.raises(PackError, match="broke off"):
        get(source, target)
    source.data, source.etag, source.breaks_after = DATA[::-1], '"two"', []
    digest = hashlib.sha256(DATA[::-1]).hexdigest()
    assert get(source, target, sha256="") == digest
    assert target.read_bytes() == DATA[::-1]


@pytest.mark.parametrize("change", [{"etag": 'W/"weak"'}, {"etag": ""}, {"ignores_ranges": True}])
def test_a_server_that_cannot_go_on_starts_again(source, target, change):
    for key, value in change.items():
        setattr(source, key, value)
    source.breaks_after = [300_000]
    assert get(source, target) == DIGEST
    assert target.read_bytes() == DATA


def test_another_address_does_not_go_on_with_what_came_from_the_first(source, target):
    source.breaks_after = [300_000, 0, 0, 0, 0, 0]
    with pytest.raises(PackError):
        get(source, target)
    source.asked.clear()
    fetch(source.address + "?two", target, sha256=DIGEST, progress=SilentProgress())
    assert source.asked == [""]


def test_another_digest_leaves_nothing(source, target):
    with pytest.raises(PackError, match=f"SHA-256 {DIGEST}, but {'0' * 64} was declared"):
        get(source, target, sha256="0" * 64)
    assert left_over(target) == []


def test_first_digits_of_a_digest_count(source, target):
    assert get(source, target, sha256=DIGEST[:8]) == DIGEST


def test_a_refusal_is_told_at_once_and_trouble_is_tried_again(source, target):
    source.statuses = [404]
    with pytest.raises(PackError, match="answered 404"):
        get(source, target)
    assert len(source.asked) == 1
    source.statuses = [503, 503]
    assert get(source, target) == DIGEST
    source.statuses = [503] * 9
    target.unlink()
    with pytest.raises(PackError, match=r"answered 503.*use --mirror"):
        get(source, target)


def test_a_part_that_is_already_complete_is_fetched_anew(source, target):
    source.breaks_after = [300_000, 0, 0, 0, 0, 0]
    with pytest.raises(PackError):
        get(source, target)
    target.with_name("weights.onnx.part").write_bytes(b"x" * len(DATA))  # longer than it should be
    assert get(source, target) == DIGEST


def test_what_is_over_is_told_in_kb(source, target):
    told: list[tuple[str, int]] = []

    class Watch:
        def start(self, title: str, total: int) -> None:
            told.append((title, total))

        def advance(self, done: int, note: str = "") -> None:
            told.append(("", done))

    source.breaks_after = [300_000]
    fetch(source.address, target, sha256=DIGEST, progress=Watch())
    assert [entry for entry in told if entry[0]] == [("weights.onnx, kB", 700)] * 2
    last = told[max(i for i, entry in enumerate(told) if entry[0]) + 1 :]
    assert sum(done for _, done in last) == 700


def test_a_second_pull_into_the_same_folder_is_refused(source, target):
    target.parent.mkdir()
    code = (
        "import fcntl, os, sys; d = os.open(sys.argv[1], os.O_RDONLY); fcntl.flock(d, fcntl.LOCK_EX);"
        " print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(target.parent)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdin is not None
        other.stdout.readline()
        with pytest.raises(PackError, match=r"Another `packs pull` is fetching into .*store; wait"):
            get(source, target)
        other.stdin.close()
    assert source.asked == []
    assert get(source, target) == DIGEST


def test_a_length_that_nobody_tells_needs_a_digest(source, target):
    source.has_length = False
    assert get(source, target) == DIGEST
    target.unlink()
    source.breaks_after = [300_000]
    with pytest.raises(PackError, match="give its sha256 in the manifest"):
        get(source, target, sha256="")
    assert not target.exists()


def test_a_server_that_never_ends_and_cannot_go_on_is_given_up(source, target):
    source.etag = ""
    source.breaks_after = [100, 300_000] * 20
    with pytest.raises(PackError, match="broke off"):
        get(source, target)
    assert len(source.asked) == 5


def test_another_part_than_the_one_asked_for_is_not_taken(source, target):
    source.breaks_after = [300_000]
    source.starts_at = 400_000
    with pytest.raises(PackError, match="another part"):
        get(source, target)
    assert left_over(target) == ["weights.onnx.part", "weights.onnx.part.json"]


def test_a_stop_before_the_first_byte_leaves_no_bytes_of_another_file(source, target):
    source.breaks_after = [300_000, 0, 0, 0, 0, 0]
    with pytest.raises(PackError, match="broke off"):
        get(source, target)
    source.data, source.etag, source.breaks_after = DATA[::-1], '"two"', []
    opened = Path.open

    def stop(path: Path, *how: object, **more: object) -> object:
        if path.suffix == ".part":
            raise KeyboardInterrupt
        return opened(path, *how, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", stop)
        with pytest.raises(KeyboardInterrupt):
            get(source, target, sha256="")
    assert get(source, target, sha256="") == hashlib.sha256(DATA[::-1]).hexdigest()


class Unlocked(http.client.HTTPConnection):
    """Speaks plain http where https is asked for: the server of these tests has no certificate."""

    def __init__(self, host: str, *, context: object = None, **told: object) -> None:
        told.pop("check_hostname", None)
        super().__init__(host, **told)


@pytest.mark.parametrize("then", [[], ["back"]])
def test_no_redirection_leaves_https_not_even_for_a_moment(source, target, monkeypatch, then):
    monkeypatch.setattr(http.client, "HTTPSConnection", Unlocked)
    locked = source.address.replace("http:", "https:")
    source.leads_to = [source.address, *(locked for _ in then)]
    with pytest.raises(PackError, match=r"leads to http://.*, which is not https"):
        fetch(locked, target, sha256=DIGEST, progress=SilentProgress())
    assert len(source.asked) == 1
    source.leads_to = [locked]
    assert fetch(locked, target, sha256=DIGEST, progress=SilentProgress()) == DIGEST
