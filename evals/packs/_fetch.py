"""Fetches one file from an address, and goes on where it broke off; the hub has a client of its own.

What has arrived lies beside the target as `NAME.part`, with the server's validator in `NAME.part.json`. The
rest is asked for with Range and If-Range (RFC 9110, sections 13.1.5 and 14.2), so that a file that changed
in between comes whole. Only a file that is complete and has its digest gets its name.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from evals.errors import PackError
from tracker.actions.report import Progress

__all__ = ["fetch"]

_TRIES = 5
"""Answers in a row that may bring nothing before it is given up."""
_PAUSE_S = 2.0
_SILENCE_S = 60.0
_BLOCK = 1 << 18
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)\Z")


@dataclass(frozen=True)
class _Part:
    """What has arrived so far of a target."""

    target: Path

    @property
    def path(self) -> Path:
        return self.target.with_name(self.target.name + ".part")

    @property
    def facts(self) -> Path:
        return self.target.with_name(self.target.name + ".part.json")

    def validator(self, address: str) -> str:
        """Return the validator of what has arrived, or nothing when it cannot be gone on with."""
        try:
            facts = json.loads(self.facts.read_text())
            is_same = facts["address"] == address and self.path.stat().st_size > 0
            return str(facts["validator"]) if is_same else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)
        self.facts.unlink(missing_ok=True)


def fetch(address: str, target: Path, *, sha256: str, progress: Progress) -> str:
    """Fetch a file and return its SHA-256; `sha256` is that digest, its first digits, or nothing.

    Progress counts in kB. Raises PackError when the address cannot be reached, keeps breaking off, or sends
    another digest, and while another process fetches into the same folder; what has arrived is kept, save
    for a wrong digest.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = _Part(target)
    with _alone_in(target.parent):
        reason = _complete(address, part, sha256=sha256, progress=progress)
        if not reason:
            return _named(part, address, sha256)
    raise PackError(
        f"{address} could not be fetched ({reason}); connect this machine to its source and pull again,"
        " or use --mirror with a folder of the files."
    )


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes from writing into the same half-arrived files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise PackError(
            f"Another `packs pull` is fetching into {folder}; wait for it, then pull again."
        ) from error
    finally:
        os.close(descriptor)


def _complete(address: str, part: _Part, *, sha256: str, progress: Progress) -> str:
    """Ask until the whole file is there; return why it is given up, or nothing."""
    failed, reason = 0, ""
    while failed < _TRIES:
        if failed:
            time.sleep(_PAUSE_S)
        before = part.size
        try:
            if _receive(address, part, is_known=bool(sha256), progress=progress):
                return ""
            reason = "the connection broke off"
        except HTTPError as error:
            reason = f"the server answered {error.code} {error.reason}"
            if error.code < 500 and error.code not in {408, 416, 429}:
                break
            if error.code == 416:
                part.drop()
        except (OSError, HTTPException) as error:
            reason = " ".join(str(error).split())[:200] or type(error).__name__
        # What cannot be gone on with is no progress, however much it is: it would never end.
        has_gained = part.size > before and part.validator(address)
        failed = 0 if has_gained else failed + 1
    return reason


def _receive(address: str, part: _Part, *, is_known: bool, progress: Progress) -> bool:
    """Take in one answer; True when the file is complete. `is_known`: a digest will be asked of it."""
    headers = {"User-Agent": "roundtable", "Accept-Encoding": "identity"}
    if validator := part.validator(address):
        headers |= {"Range": f"bytes={part.size}-", "If-Range": validator}
    request = Request(address, headers=headers)  # noqa: S310 - manifests allow https, or http with a digest
    with build_opener(_NeverBelowHttps).open(request, timeout=_SILENCE_S) as answer:
        start, total = _span(answer)
        if start not in {0, part.size}:
            raise OSError("the server sent another part than it was asked for")
        if total is None and not is_known:
            raise PackError(
                f"{address} does not say how long the file is and no digest was declared, so half a file"
                " could not be told from a whole one; give its sha256 in the manifest."
            )
        if not start:
            part.drop()  # first: facts of the new file must never stand beside bytes of the old one
            facts = {"address": address, "validator": _validator_of(answer)}
            part.facts.write_text(json.dumps(facts))
        with part.path.open("r+b" if start else "wb") as stream:
            stream.seek(start)
            stream.truncate()
            progress.start(f"{part.target.name}, kB", max(1, (total or 0) // 1000))
            progress.advance(start // 1000)
            received = _copy(answer, stream, start, progress=progress)
    return received == total if total is not None else True


class _NeverBelowHttps(HTTPRedirectHandler):
    """Follows redirections, but none from https to anything else: not even on the way back to https."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """Return the request that follows; raises PackError for an address that is not https."""
        if req.full_url.startswith("https:") and not newurl.startswith("https:"):
            raise PackError(
                f"{req.full_url} leads to {newurl}, which is not https; fetch it by hand."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _span(answer: Any) -> tuple[int, int | None]:
    """Return at which byte an answer starts, and how long the whole file is where it says so."""
    if answer.status != 206:
        length = answer.headers.get("Content-Length", "")
        return 0, int(length) if length.isdigit() else None
    match = _RANGE.match(answer.headers.get("Content-Range", ""))
    if match is None:
        raise OSError("the server sent a part without saying which")
    return int(match[1]), int(match[2])


def _copy(answer: Any, stream: IO[bytes], done: int, *, progress: Progress) -> int:
    """Write what arrives until it ends or breaks off; return how much of the file is there."""
    while block := answer.read(_BLOCK):
        stream.write(block)
        progress.advance((done + len(block)) // 1000 - done // 1000)
        done += len(block)
    return done


def _validator_of(answer: Any) -> str:
    """Return a strong ETag, else the date; a weak ETag does not vouch for bytes."""
    etag = str(answer.headers.get("ETag", ""))
    return etag if etag.startswith('"') else str(answer.headers.get("Last-Modified", ""))


def _named(part: _Part, address: str, sha256: str) -> str:
    with part.path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if not found.startswith(sha256):
        part.drop()
        raise PackError(
            f"{address} sends a file with SHA-256 {found}, but {sha256} was declared;"
            " nothing was kept. Correct the manifest or the pack's lock if the new file is wanted."
        )
    part.path.replace(part.target)
    part.facts.unlink(missing_ok=True)
    return found
