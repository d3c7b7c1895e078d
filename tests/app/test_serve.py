"""Starting the dashboard: from any folder, media included, and nothing left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tracker.errors import ConflictError, ExitCode
from tracker.settings import Settings
from tracker.ui.media import media_url
from tracker.ui.serve import serve


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def status(url: str, **headers: str) -> tuple[int, bytes]:
    try:
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
    except OSError:
        return 0, b""


def test_the_server_answers_pages_and_media_and_ends_when_told(
    workspace: Settings, tmp_path: Path
) -> None:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "tracker.ui.serve", "--port", str(port), "--no-browser"],
        env=os.environ | {"ROUNDTABLE_HOME": str(workspace.home)},
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
    )
    base = f"http://localhost:{port}"
    try:
        deadline = time.monotonic() + 60
        while status(f"{base}/_stcore/health")[0] != 200 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert b"<!doctype html>" in status(base)[1].lower()
        sha256 = next(p.name for p in workspace.media.iterdir())
        film = (workspace.media / sha256 / "proxy.mp4").read_bytes()
        url = base + media_url(workspace, sha256, "proxy.mp4")
        assert status(url) == (200, film)
        assert status(url, Range="bytes=100-299") == (206, film[100:300])
        assert status(url.replace("/derived/", "/derived/x"))[0] == 403
        assert status(f"{base}/look/inter-latin-400-normal.woff2")[0] == 200
    finally:
        server.send_signal(signal.SIGTERM)
        ended = server.wait(timeout=30)
    assert ended == ExitCode.INTERRUPTED
    assert status(f"{base}/_stcore/health")[0] == 0


def test_a_taken_port_is_refused_by_number(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("localhost", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConflictError, match=f"Port {port} is taken"):
            serve(Settings(home=tmp_path), port=port, open_browser=False)


def test_starting_the_server_needs_no_streamlit_in_this_process() -> None:
    code = "import sys, tracker.ui.serve; sys.exit('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
