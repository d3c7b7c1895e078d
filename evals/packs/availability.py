"""The answer of a loader that has no model to give: a case with a remedy, not an error.

A run goes on with what it can score, and every metric that needed the model says this reason.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Unavailable"]


@dataclass(frozen=True)
class Unavailable:
    """A model that cannot be used on this machine."""

    reason: str
    """One sentence: what is missing or wrong, where, and the remedy."""
