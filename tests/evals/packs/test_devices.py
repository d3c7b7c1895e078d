from __future__ import annotations

import os
import subprocess
import sys

import pytest

from evals.packs.backend import torch
from evals.packs.devices import choose_device, present_devices
from tracker.errors import MisuseError


@pytest.mark.parametrize(("has_cuda", "device"), [(True, "cuda"), (False, "cpu")])
def test_auto_takes_cuda_where_there_is_one(monkeypatch, has_cuda, device):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: has_cuda)
    assert choose_device("auto") == device
    assert choose_device("cpu") == "cpu"
    assert present_devices() == ("cpu", "cuda")[: 1 + has_cuda]


def test_cuda_must_be_there_when_asked_for(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(MisuseError, match="choose 'auto' or 'cpu'"):
        choose_device("cuda")


def test_another_device_is_refused():
    with pytest.raises(MisuseError, match="'mps'"):
        choose_device("mps")


def test_openmp_waits_without_spinning():
    env = {k: v for k, v in os.environ.items() if not k.startswith("OMP_")}
    code = "import os; os.environ['OMP_DISPLAY_ENV'] = 'TRUE'; import evals.packs.backend"
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert "OMP_WAIT_POLICY = 'PASSIVE'" in done.stderr
