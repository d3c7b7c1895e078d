"""Starts the dashboard from any folder; `python -m tracker.ui.serve` does the same.

The server is a process of its own, so this module imports no Streamlit and a command line that
offers it starts at once.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tracker.errors import ConflictError, ExitCode, NotFoundError
from tracker.settings import SHARE_ROOT, Settings

__all__ = ["main", "serve"]

_HOST = "localhost"
_START_S = 60.0
_POLL_S = 0.25


def serve(settings: Settings, *, port: int = 8501, open_browser: bool = True) -> int:
    """Serve the dashboard of a workspace until it is interrupted; return the exit code.

    Raises ConflictError when the port is taken, NotFoundError when the entry script is missing.
    """
    script = SHARE_ROOT / "streamlit_app.py"
    if not script.is_file():
        raise NotFoundError(
            f"There is no {script}; install Roundtable again, or run it from a checkout."
        )
    _check_free(port)
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(script)),
        *("--server.port", str(port), "--server.address", _HOST, "--server.headless", "true"),
        *("--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none"),
    ]
    with _ends_like_an_interrupt():
        server = subprocess.Popen(command, env=os.environ | _environment(settings))
        try:
            if open_browser:
                threading.Thread(target=_open_when_ready, args=(port,), daemon=True).start()
            return ExitCode.OK if server.wait() == 0 else ExitCode.FAILURE
        except KeyboardInterrupt:
            return ExitCode.INTERRUPTED
        finally:
            _stop(server)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read `--port` and `--no-browser`, then serve the workspace that the environment names."""
    parser = argparse.ArgumentParser(prog="roundtable app", description="Serve the dashboard.")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--no-browser", action="store_true")
    read = parser.parse_args(arguments)
    return serve(Settings.from_env(), port=read.port, open_browser=not read.no_browser)


@contextmanager
def _ends_like_an_interrupt() -> Iterator[None]:
    """Take SIGTERM for Ctrl-C, so that a service manager that stops us leaves no server behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "ROUNDTABLE_HOME": str(settings.home),
        "ROUNDTABLE_ACTOR": settings.actor,
        "ROUNDTABLE_BUSY_DEADLINE_S": str(settings.busy_deadline_s),
        "ROUNDTABLE_PACKS": os.pathsep.join(str(p) for p in settings.packs),
    }


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            raise ConflictError(
                f"Port {port} is taken; stop what runs there or choose another with --port."
            ) from None


def _open_when_ready(port: int) -> None:
    address = f"http://{_HOST}:{port}"
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):  # noqa: S310 # our own server
                webbrowser.open(address)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(_POLL_S)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End the server that this process started, gently first."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()


if __name__ == "__main__":
    sys.exit(main())
