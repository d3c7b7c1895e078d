"""Which device the models run on."""

from __future__ import annotations

from tracker.errors import MisuseError

__all__ = ["DEVICES", "choose_device"]

DEVICES = ("auto", "cpu", "cuda")
"""What may be asked for; `auto` takes CUDA where there is one."""


def choose_device(name: str) -> str:
    """Turn `auto`, `cpu` or `cuda` into `cpu` or `cuda`.

    Raises MisuseError for another name, and when CUDA is asked for on a machine without it.
    """
    if name not in DEVICES:
        raise MisuseError(f"There is no device '{name}'; choose one of {', '.join(DEVICES)}.")
    if name == "cpu":
        return "cpu"
    from evals.packs.backend import torch

    has_cuda = torch.cuda.is_available()
    if name == "cuda" and not has_cuda:
        raise MisuseError("Device 'cuda' is not on this machine; choose 'auto' or 'cpu'.")
    return "cuda" if has_cuda else "cpu"
