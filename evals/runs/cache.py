"""Embeddings kept between runs, so that a new prompt or a new metric needs no new decode.

Keys name everything an embedding depends on: the media, the decoding, the model with its weights
and preprocessing. Files are written whole; a damaged one is a miss.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["EmbeddingCache"]


class EmbeddingCache:
    """Arrays on disk by key; safe to share between processes and to delete at any time."""

    def __init__(self, folder: Path, model_key: str, decode_spec: str) -> None:
        self._folder = folder / "embeddings" / model_key[:32]
        self._decode_spec = decode_spec

    def frames(self, sha256: str) -> tuple[NDArray[np.float32], NDArray[np.int64]] | None:
        """Return (vectors (k, d), frame indices (k,)) of a take, or None."""
        found = self._load(f"{sha256} {self._decode_spec}")
        return None if found is None else (found["vectors"], found["indices"].astype(np.int64))

    def keep_frames(
        self, sha256: str, vectors: NDArray[np.float32], *, indices: tuple[int, ...]
    ) -> None:
        """Keep a take's vectors."""
        key = f"{sha256} {self._decode_spec}"
        self._save(key, vectors=vectors, indices=np.asarray(indices, dtype=np.int64))

    def has_frames(self, sha256: str) -> bool:
        """Say whether a take's vectors are kept and readable."""
        return self.frames(sha256) is not None

    def text(self, text: str) -> NDArray[np.float32] | None:
        """Return a text's vector (d,), or None."""
        found = self._load(f"text {text}")
        return None if found is None else found["vector"]

    def keep_text(self, text: str, vector: NDArray[np.float32]) -> None:
        """Keep a text's vector."""
        self._save(f"text {text}", vector=vector)

    def arrays(self, key: str) -> dict[str, NDArray[np.float32]] | None:
        """Return the arrays kept under a key beside the decoding, or None."""
        return self._load(f"{key} {self._decode_spec}")

    def keep_arrays(
        self, key: str, arrays: Mapping[str, NDArray[np.floating] | NDArray[np.int64]]
    ) -> None:
        """Keep arrays under a key beside the decoding."""
        self._save(f"{key} {self._decode_spec}", **arrays)

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.npz"

    def _load(self, key: str) -> dict[str, NDArray[np.float32]] | None:
        try:
            # numpy leaves a damaged file open when it opened it itself.
            with self._path(key).open("rb") as file, np.load(file, allow_pickle=False) as stored:
                return {name: stored[name] for name in stored.files}
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
            return None

    def _save(self, key: str, **arrays: NDArray[np.floating] | NDArray[np.int64]) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            np.savez(file, allow_pickle=False, **arrays)
        Path(file.name).replace(path)
