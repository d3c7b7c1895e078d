"""The demo pack's models on a device, as stages of a pass that can be timed apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from evals.errors import PackError
from evals.media.types import Picture
from evals.packs.availability import Unavailable
from evals.packs.manifest import find_pack
from tracker.settings import SHARE_ROOT

if TYPE_CHECKING:
    from evals.packs.batching import Batcher
    from evals.packs.identity import IdentityModel
    from evals.packs.morph import MorphDetector
    from evals.packs.perceptual import PerceptualModel
    from evals.packs.text_image import TextImageModel

__all__ = ["StageModels", "load_stages"]

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class StageModels:
    """Every model that looks at frames."""

    device: str
    text_image: TextImageModel
    perceptual: PerceptualModel
    faces: IdentityModel
    morph: MorphDetector

    @property
    def batchers(self) -> tuple[Batcher, ...]:
        """What says how many rows each takes at once."""
        own = (self.text_image.batcher, self.perceptual.batcher, self.morph.batcher)
        return (*own, *self.faces.batchers)

    def encode(self, pictures: Sequence[Picture]) -> None:
        """Embed frames of any size."""
        if pictures:
            self.text_image.encode_frames(pictures)

    def compare(self, frames: Picture, moved: Picture) -> None:
        """Measure LPIPS of frames (n, h, w, 3) to their neighbours, raw and compensated."""
        self.perceptual.session().feed(frames, moved)

    def compare_pairs(self, frames: Picture, moved: Picture) -> None:
        """Do the same pair by pair, as without a session."""
        self.perceptual.distances(frames[:-1], frames[1:])
        self.perceptual.distances(moved[1:], frames[1:])

    def look(self, pictures: Sequence[Picture]) -> None:
        """Find and embed the faces of frames of one size."""
        for start in range(0, len(pictures), 8):
            frames = np.stack(pictures[start : start + 8])
            crops = [
                self.faces.align(frame, face.points)
                for frame, found in zip(frames, self.faces.find(frames), strict=True)
                for face in found
            ]
            if crops:
                self.faces.embed(np.stack(crops))

    def judge(self, maps: NDArray[np.float32]) -> None:
        """Judge maps of change (n, 6, h, w)."""
        if len(maps):
            self.morph.chances(maps)


@lru_cache(maxsize=2)
def load_stages(device: str) -> StageModels:
    """Load the demo pack onto `cpu` or `cuda`; PackError where a model is missing."""
    from evals.packs.identity import load_identity
    from evals.packs.morph import load_morph
    from evals.packs.perceptual import load_perceptual
    from evals.packs.text_image import load_text_image

    pack = find_pack("demo", [SHARE_ROOT / "data" / "packs"])
    return StageModels(
        device=device,
        text_image=_there(load_text_image(pack, device)),
        perceptual=_there(load_perceptual(pack, device)),
        faces=_there(load_identity(pack, device)),
        morph=_there(load_morph(device)),
    )


def _there(model: T | Unavailable) -> T:
    if isinstance(model, Unavailable):
        raise PackError(model.reason)
    return model
