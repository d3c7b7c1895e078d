"""A film's shots beside one another: the second pass of a run, and what people see of it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from evals.metrics.identity import FILM_METRICS
from evals.runs.film import speaking_take
from tests.evals.runs.conftest import imported
from tests.evals.runs.test_faces import NELL, PIM, brief, film, score, scores
from tracker.actions.report import SilentProgress
from tracker.cli.main import command_line
from tracker.domain.addresses import Address
from tracker.domain.likeness import Character, Exposure
from tracker.domain.stages import TakeStatus
from tracker.domain.takes import Take
from tracker.settings import REPOSITORY_ROOT, Settings
from tracker.store import Store
from tracker.store import cast as table

SHOTS = ["SQ010_SH0010", "SQ010_SH0020", "SQ010_SH0030"]
(FILM,) = [fact.name for fact in FILM_METRICS]
