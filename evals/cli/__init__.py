"""`roundtable evals …`, `roundtable packs …` and `roundtable demo …`; importing this loads no torch."""

from __future__ import annotations

import click

from evals.cli.agreement import agreement
from evals.cli.certificates import certificates, verify
from evals.cli.compare import compare
from evals.cli.demo import demo
from evals.cli.evals import evals
from evals.cli.forecast import forecast
from evals.cli.lots import lots
from evals.cli.packs import packs
from evals.cli.preview import preview
from evals.cli.validate import validate
from evals.cli.worker import worker

__all__ = ["register"]


def register(root: click.Group) -> None:
    """Add the harness's nouns to the command line."""
    root.add_command(demo)
    lots.add_command(forecast)
    for command in (agreement, certificates, compare, lots, preview, validate, verify):
        evals.add_command(command)
    root.add_command(evals)
    root.add_command(packs)
    root.add_command(worker)
