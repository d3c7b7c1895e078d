"""What commands of the harness share: a sentence for a lacking extra, and an end that keeps what is done."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

import click

from tracker.errors import MisuseError

__all__ = ["HarnessGroup", "stop_as_by_hand"]

_EXTRA = {
    "cv2": "opencv-python-headless",
    "lpips": "lpips",
    "open_clip": "open-clip-torch",
    "safetensors": "safetensors",
    "scipy": "scipy",
    "skia": "skia-python",
    "torch": "torch",
    "torchvision": "torchvision",
    "transformers": "transformers",
}
"""Module -> distribution of the extra `evals`."""


class HarnessGroup(click.Group):
    """A group whose commands may lack the extra `evals`; raises MisuseError with the remedy."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a missing module of the extra becomes a sentence."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            missing = (error.name or "").split(".")[0]
            if missing not in _EXTRA:
                raise
            raise MisuseError(
                f"This command scores takes and needs {_EXTRA[missing]}, which is not installed; "
                "install the extra: pip install 'roundtable[evals]'."
            ) from error


def stop_as_by_hand() -> None:
    """Let a scheduler's SIGTERM end a command as Ctrl-C does: what is finished is kept."""
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
