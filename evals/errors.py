"""Errors of the evaluation harness; they hang on the tree drawn in `tracker.errors`.

    MisuseError
    └── PackError      2  a model pack's manifest, digest or weights cannot be trusted or understood

A pack that is merely not on this machine is no error: its metrics are not assessable, with the remedy.
"""

from __future__ import annotations

from tracker.errors import MisuseError

__all__ = ["PackError"]


class PackError(MisuseError):
    """A model pack's manifest, digest or weights cannot be trusted or understood."""
