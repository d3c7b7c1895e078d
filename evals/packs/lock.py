"""The digests that `packs pull` found where a manifest gives none: a file was trusted once, then held to.

A lock lies beside the workspace's packs, as `NAME.lock.json`:

    {"pack": "large", "files": {"identity.embedder": {"source": "hub:...", "sha256": "..."}}}

An entry counts only while the manifest still names the same source. To accept another file, delete it.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from evals.errors import PackError

__all__ = ["Pin", "lock_path", "pin", "read_lock"]


@dataclass(frozen=True)
class Pin:
    """A digest, and the source that the file came from."""

    source: str
    sha256: str


def lock_path(store: Path, pack: str) -> Path:
    """Return where a pack's lock lies."""
    return store / f"{pack}.lock.json"


def read_lock(store: Path, pack: str) -> dict[str, Pin]:
    """Return model -> pin; empty without a lock.

    Raises PackError when the file is damaged: weights are not loaded on a guess.
    """
    path = lock_path(store, pack)
    try:
        files = json.loads(path.read_text())["files"]
        pins = {str(model): Pin(**entry) for model, entry in files.items()}
        if any(not (isinstance(p.source, str) and len(p.sha256) == 64) for p in pins.values()):
            raise TypeError("an entry lacks a digest of 64 digits")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PackError(
            f"{path} cannot be read as a pack's lock ({error}); delete it and pull the pack again."
        ) from error
    return pins


def pin(store: Path, pack: str, pins: Mapping[str, Pin]) -> None:
    """Add pins to a pack's lock; the file is replaced whole or not at all."""
    if not pins:
        return
    store.mkdir(parents=True, exist_ok=True)
    path = lock_path(store, pack)
    half = path.with_suffix(f".{os.getpid()}.part")
    with _alone_in(store):
        kept = {**read_lock(store, pack), **pins}
        files = {model: asdict(kept[model]) for model in sorted(kept)}
        half.write_text(json.dumps({"pack": pack, "files": files}, indent=2) + "\n")
        half.replace(path)


@contextmanager
def _alone_in(store: Path) -> Iterator[None]:
    """Let one process at a time add pins: of two at once the later one would drop the other's."""
    descriptor = os.open(store, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
