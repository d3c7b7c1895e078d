"""What tests of models share: CUDA where there is some."""

from __future__ import annotations

import os

import pytest

from evals.packs.backend import torch


def need_cuda() -> None:
    """Skip where there is no CUDA, and fail there if it is promised."""
    if torch.cuda.is_available():
        return
    reason = "torch finds no CUDA device on this machine."
    if os.environ.get("ROUNDTABLE_REQUIRE_CUDA") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def cuda() -> str:
    """The device that is asked for."""
    need_cuda()
    return "cuda"
