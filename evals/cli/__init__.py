"""`roundtable evals …` and `roundtable packs …`; importing this loads no torch."""

from __future__ import annotations

import click

__all__ = ["register"]


def register(root: click.Group) -> None:
    """Add the harness's nouns to the command line."""
