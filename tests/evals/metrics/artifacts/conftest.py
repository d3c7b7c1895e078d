"""Clean windows, made at test time: bundled photographs under synthetic camera moves."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage

from evals.media.motion import MotionTracker
from evals.media.types import ClipFacts, Frame
from evals.metrics.artifacts import ArtifactMeter
from tracker.domain.scores import Score

PHOTOGRAPHS = ("coffee.png", "chelsea.png", "rocket.jpg", "brick.png", "grass.png", "gravel.png")
CAMERAS = ("static", "pan", "zoom", "handheld", "grain", "fade", "fast_pan", "passing")
SIZE = (320, 180)


class Windows:
    """Clean clips, ways to spoil their cadence, and the scores of any clip."""

    cameras = CAMERAS
    photographs = PHOTOGRAPHS

    @staticmethod
    def auroc(clean: list[float], planted: list[float]) -> float:
        """Chance that a planted clip scores above a clean one, ties counting half."""
        above = np.subtract.outer(planted, clean)
        return float((above > 0).mean() + 0.5 * (above == 0).mean())

    def clean(
        self, camera: str, photograph: str, *, frames: int = 24, size=SIZE, seed: int = 0
    ) -> np.ndarray:
        """Return uint8 (n, h, w, 3) of one photograph under one camera move."""
        rng = np.random.default_rng([seed, CAMERAS.index(camera), PHOTOGRAPHS.index(photograph)])
        picture = _photograph(photograph)
        view = list(_views(camera, picture, frames=frames, size=size, rng=rng))
        grain = 4.0 if camera == "grain" else 0.8
        gains = np.linspace(1, 0.25, frames) if camera == "fade" else np.ones(frames)
        noisy = [v * g + rng.normal(0, grain, v.shape) for v, g in zip(view, gains, strict=True)]
        return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)

    def scores(self, frames: np.ndarray, *, fps: Fraction = Fraction(24)) -> dict[str, Score]:
        """Feed a clip to a fresh tracker and meter, as a worker does."""
        tracker, meter = MotionTracker(), ArtifactMeter()
        for frame in self.stream(frames, fps=fps):
            meter.feed(frame, tracker.update(frame.rgb))
        return {score.metric: score for score in meter.finish(self.facts(frames, fps=fps))}

    def stream(self, frames: np.ndarray, *, fps: Fraction = Fraction(24)) -> Iterator[Frame]:
        """Wrap pictures as decoded frames."""
        for i, rgb in enumerate(frames):
            yield Frame(
                index=i,
                pts_s=float(i / fps),
                luma=cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY),
                rgb=rgb,
                full_rgb=lambda rgb=rgb: rgb,
            )

    def facts(self, frames: np.ndarray, *, fps: Fraction = Fraction(24)) -> ClipFacts:
        """Describe a clip as a decoder does at its end."""
        height, width = frames.shape[1:3]
        return ClipFacts(
            frame_count=len(frames), fps=fps, width=width, height=height, is_still=len(frames) == 1
        )


@pytest.fixture(scope="session")
def windows() -> Windows:
    return Windows()


def _photograph(name: str) -> np.ndarray:
    picture = cv2.imread(str(Path(skimage.__file__).parent / "data" / name), cv2.IMREAD_COLOR)
    assert picture is not None, f"scikit-image no longer ships {name}"
    return picture[..., ::-1]


def _views(camera: str, picture: np.ndarray, *, frames: int, size, rng) -> Iterator[np.ndarray]:
    """Look at a photograph through a window that moves; beyond its border it is mirrored."""
    width, height = size
    centre = np.array([picture.shape[1], picture.shape[0]]) * rng.uniform(0.4, 0.6, 2)
    base = 1.15 * width / picture.shape[1]
    if base < 1:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.45 / base)
    angle = rng.uniform(0, 2 * np.pi)
    heading = np.array([np.cos(angle), np.sin(angle)])
    shake = _shake(frames, rng)
    sprite = cv2.resize(picture[::-1, ::-1], (width // 5, height // 3))
    for i in range(frames):
        scale, offset = base, np.zeros(2)
        if camera in {"pan", "grain", "fade"}:
            offset = heading * 2.5 * i * (1 if camera == "pan" else 0.5)
        elif camera == "fast_pan":
            offset = np.array([np.sign(heading[0]) * 14.0 * i * width / 512, 0])
        elif camera == "zoom":
            scale = base * (1 + 0.010 * i)
        elif camera in {"handheld", "passing"}:
            offset = shake[i] * (1 if camera == "handheld" else 0.3)
        view = _through(picture, centre, scale=scale, offset=offset, size=size)
        if camera == "passing":
            view = _with_sprite(view, sprite, (width * (i / frames * 0.9 - 0.1), height * 0.4))
        yield view.astype(np.float64)


def _shake(frames: int, rng: np.random.Generator) -> np.ndarray:
    time = np.arange(frames)[:, None] / 24
    rates = rng.uniform(0.5, 3.0, (4, 1, 2))
    phases = rng.uniform(0, 2 * np.pi, (4, 1, 2))
    return (2.0 / np.sqrt(rates) * np.sin(2 * np.pi * rates * time + phases)).sum(axis=0)


def _through(picture, centre, *, scale: float, offset, size) -> np.ndarray:
    width, height = size
    shift = np.array([width, height]) / 2 - scale * centre - offset
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    return cv2.warpAffine(
        picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
    )


def _with_sprite(view: np.ndarray, sprite: np.ndarray, at: tuple[float, float]) -> np.ndarray:
    move = np.array([[1, 0, at[0]], [0, 1, at[1]]])
    size = (view.shape[1], view.shape[0])
    alpha = cv2.warpAffine(np.ones(sprite.shape[:2]), move, size, flags=cv2.INTER_LINEAR)[..., None]
    moved = cv2.warpAffine(sprite, move, size, flags=cv2.INTER_LINEAR)
    return alpha * moved + (1 - alpha) * view
