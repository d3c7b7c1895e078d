"""Which device the models run on, how precisely, and how far apart two devices may be.

Only the text-image model's picture tower is large enough to gain from half precision; on CUDA its matrix
products are float16 (autocast), sums, norms and softmax stay float32. float16 rather than bfloat16: on the
demo pack it moves a vector by 1e-6 of cosine and a probability by 3e-4; bfloat16 moves them by 2e-4 and
by 1e-2, which can carry a score over its limit. What leaves its range is computed again
in float32. Texts, LPIPS, the face networks and the morph detector are float32 everywhere, without TF32.
"""

from __future__ import annotations

from tracker.errors import MisuseError

__all__ = [
    "COSINE_TOLERANCE",
    "DEVICES",
    "NEAR_TOLERANCE",
    "PRECISION",
    "SCORE_TOLERANCE",
    "choose_device",
    "present_devices",
]

DEVICES = ("auto", "cpu", "cuda")
"""What may be asked for; `auto` takes CUDA where there is one."""

PRECISION = {"cpu": "float32", "cuda": "float16"}
"""Device -> precision of the text-image model's pictures. A result key names it where it is not float32."""

COSINE_TOLERANCE = 1e-4
"""How far the cosine of a frame's two vectors, by a CPU and by CUDA, may be from 1."""
NEAR_TOLERANCE = 1e-3
"""How far a float32 model's numbers may be apart on two devices: LPIPS distances, chances, cosines."""
SCORE_TOLERANCE = 0.01
"""How far a score may be apart on two devices. In half precision the demo pack's probabilities move by
3e-4 and its z by 1e-3 over 14 unseen scenes; ranks and orders do not, unless two texts are that close."""


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


def present_devices() -> tuple[str, ...]:
    """Return the devices of this machine, `cpu` first."""
    return ("cpu",) if choose_device("auto") == "cpu" else ("cpu", "cuda")
