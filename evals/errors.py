"""Errors of the evaluation harness; they hang on the tree drawn in `tracker.errors`.

    RoundtableError
    ├── MisuseError
    │   └── PackError  2  a model pack's manifest, digest or weights cannot be trusted or understood
    │       └── OutOfMemory  2  a device has too little memory for a model
    └── RenderError    1  a take of the demo cannot be rendered

A pack that is merely not on this machine is no error: its metrics are not assessable, with the remedy.
"""

from __future__ import annotations

from tracker.errors import MisuseError, RoundtableError

__all__ = ["OutOfMemory", "PackError", "RenderError"]


class PackError(MisuseError):
    """A model pack's manifest, digest or weights cannot be trusted or understood."""


class OutOfMemory(PackError):  # noqa: N818 - the name that everybody knows it by
    """A device has too little memory for a model, even for one row at a time."""


class RenderError(RoundtableError):
    """A take of the demo cannot be rendered."""
