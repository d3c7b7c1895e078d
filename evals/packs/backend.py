"""The one door through which torch is imported, because what is set before its import counts.

OpenMP threads that spin while they wait made single-picture models 10 to 25 times slower on a busy
machine, and OpenMP reads its wait policy once, when torch loads it. So write
`from evals.packs.backend import torch`.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# cuBLAS gives repeatable sums only with a fixed workspace, which it also reads once.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")

import torch

__all__ = ["prepare", "torch"]


def prepare() -> None:
    """Make inference repeatable: full float32 precision and no kernels picked by stopwatch."""
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False
