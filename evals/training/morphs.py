"""Short moving pictures with and without a region that morphs: what the morph detector learns from.

As self-blended images taught forgery detectors to generalise (Shiohara and Yamasaki 2022), nothing here is
taken from a generator: photographs and frames of the drawn world move in layers before a camera, and a
region of some of them changes what it is. Both classes share cameras, moving layers, cloth-like bending,
light, grain, softness and compression, so that none of these gives the answer away.

| kind | what happens inside the region |
|---|---|
| blend | dissolves into a bent, moved or other version of itself |
| melt | bends in small waves that are others at every frame |
| swim | its texture slides while its outline stays |
| appear | something grows out of nothing, or vanishes |
| soften | detail comes and goes |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["KINDS", "Moment", "draw_moment"]

SIZE = (256, 144)
FRAMES = 3
_BIG = (416, 256)
"""The background, larger than the frame, so that a camera can move over it."""

_SEEN_LEVELS = 8.0
"""A change of so many levels from one frame to the next is seen."""

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Three frames, an eighth of a second apart."""

    frames: tuple[Picture, ...]
    """Each (144, 256, 3)."""
    region: Floats
    """Where the last frame visibly morphs, 0-1, shape (144, 256); all 0 in a clean moment."""
    kind: str
    """One of `KINDS`, or empty."""


def draw_moment(sources: Sequence[Picture], rng: np.random.Generator, *, is_clean: bool) -> Moment:
    """Draw one moment from source pictures of any size, at least 64 px each way."""
    layers = [_layer(sources, rng, is_back=True)]
    layers += [_layer(sources, rng, is_back=False) for _ in range(int(rng.integers(0, 4)))]
    kind = "" if is_clean else str(rng.choice(list(KINDS)))
    target = layers[int(rng.integers(len(layers)))] if kind else layers[0]
    region = _blob(rng, size=float(rng.uniform(0.06, 0.35))) if kind else None
    plan = None if region is None else KINDS[kind](target.texture, region, rng, sources)
    seen = None if plan is None else _visible([plan(t) for t in range(FRAMES)])
    frames, shown = [], np.zeros(SIZE[::-1], np.float32)
    for t in range(FRAMES):
        canvas, mark = np.zeros((*SIZE[::-1], 3), np.float32), np.zeros(SIZE[::-1], np.float32)
        for layer in layers:
            texture = layer.texture
            if plan is not None and layer is target:
                texture = plan(t)
            filmed, alpha = layer.film(texture, t)
            canvas = canvas * (1 - alpha[..., None]) + filmed * alpha[..., None]
            mark *= 1 - alpha
            if seen is not None and layer is target:
                mark = np.maximum(mark, layer.film_mask(seen, t) * alpha)
        frames.append(canvas)
        shown = np.asarray(np.clip(mark, 0, 1), np.float32)
    return Moment(frames=_developed(frames, rng), region=shown, kind=kind)


@dataclass(frozen=True)
class _Layer:
    texture: Floats
    """(256, 416, 3)."""
    alpha: Floats
    """(256, 416)."""
    paths: tuple[NDArray[np.float64], ...]
    """One affine matrix (2, 3) per frame, from the layer to the frame."""
    bends: tuple[Floats, ...]
    """One displacement field (256, 416, 2) per frame."""
    smear: Floats | None
    """Kernel of the motion blur."""

    def film(self, texture: Floats, t: int) -> tuple[Floats, Floats]:
        return self._seen(texture, t), self._seen(self.alpha, t)

    def film_mask(self, mask: Floats, t: int) -> Floats:
        return self._seen(mask, t)

    def _seen(self, picture: Floats, t: int) -> Floats:
        if self.bends:
            picture = _warped(picture, self.bends[t])
        border = cv2.BORDER_REFLECT if picture.ndim == 3 else cv2.BORDER_CONSTANT
        seen = cv2.warpAffine(
            picture, self.paths[t], SIZE, flags=cv2.INTER_LINEAR, borderMode=border
        )
        if self.smear is not None:
            seen = cv2.filter2D(seen, -1, self.smear)
        return np.asarray(seen, np.float32)


def _layer(sources: Sequence[Picture], rng: np.random.Generator, *, is_back: bool) -> _Layer:
    texture = _texture(sources, rng)
    alpha = np.ones(_BIG[::-1], np.float32)
    if not is_back:
        alpha = _blob(rng, size=float(rng.uniform(0.12, 0.5)), soft_px=1.2)
    # From a locked camera to a hand that is gone after half a second, blurred by an open shutter.
    speed = float(rng.choice([0.0, 0.6, 2.0, 6.0, 14.0, 26.0], p=[0.2, 0.2, 0.2, 0.15, 0.15, 0.1]))
    heading = rng.uniform(0, 2 * np.pi)
    step = speed * np.array([np.cos(heading), np.sin(heading)])
    zoom, turn = rng.normal(0, 0.006), rng.standard_t(2) * 0.4
    shake = rng.exponential(0.25)
    start = np.array([_BIG[0] - SIZE[0], _BIG[1] - SIZE[1]]) / 2
    start = start + (rng.uniform(-60, 60, 2) if not is_back else rng.uniform(-25, 25, 2))
    paths = []
    for t in range(FRAMES):
        angle = turn * t * (1 if is_back else 3)
        middle = (_BIG[0] / 2, _BIG[1] / 2)
        matrix = np.asarray(cv2.getRotationMatrix2D(middle, angle, 1 + zoom * t), np.float64)
        matrix[:, 2] += step * (t - 1) - start + rng.normal(0, shake, 2)
        paths.append(matrix)
    bends: tuple[Floats, ...] = ()
    if rng.random() < 0.4:  # cloth, leaves, faces that speak: smooth, and on their way
        wide = float(rng.uniform(18, 60))
        a, b = (_field(rng, wide) * rng.uniform(0.3, 2.5) for _ in range(2))
        phase = rng.uniform(0, 2 * np.pi)
        pace = rng.uniform(0.2, 0.9)
        bends = tuple(
            np.asarray(a * np.cos(phase + pace * t) + b * np.sin(phase + pace * t), np.float32)
            for t in range(FRAMES)
        )
    smear = _smear(step * rng.uniform(0.0, 0.6)) if speed > 4 else None
    return _Layer(texture, alpha, tuple(paths), bends, smear)


def _smear(step_px: NDArray[np.float64]) -> Floats | None:
    """Return the kernel by which an open shutter blurs along a step; None below a pixel and a half."""
    length = float(np.hypot(*step_px))
    if length < 1.5:
        return None
    reach = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    ends = [
        (round(reach + sign * step_px[0] / 2), round(reach + sign * step_px[1] / 2))
        for sign in (-1, 1)
    ]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA)
    return np.asarray(kernel / kernel.sum(), np.float32)


def _texture(sources: Sequence[Picture], rng: np.random.Generator) -> Floats:
    """Cut a piece of a source, at a random scale, mirrored or in other tones."""
    source = sources[int(rng.integers(len(sources)))]
    height, width = source.shape[:2]
    share = rng.uniform(0.35, 1.0)
    tall = max(32, int(share * min(height, width * _BIG[1] / _BIG[0])))
    wide = min(width, max(32, int(tall * _BIG[0] / _BIG[1])))
    top, left = rng.integers(0, height - tall + 1), rng.integers(0, width - wide + 1)
    piece = source[top : top + tall, left : left + wide].astype(np.float32)
    mode = cv2.INTER_AREA if wide > _BIG[0] else cv2.INTER_CUBIC
    piece = np.asarray(cv2.resize(piece, _BIG, interpolation=mode), np.float32)
    if rng.random() < 0.5:
        piece = piece[:, ::-1]
    gain, lift = rng.uniform(0.55, 1.3, (1, 1, 3)) if rng.random() < 0.5 else 1.0, rng.normal(0, 12)
    return np.ascontiguousarray(np.clip(piece * gain + lift, 0, 255), dtype=np.float32)


def _field(rng: np.random.Generator, wide_px: float) -> Floats:
    """Return a smooth random field (256, 416, 2) of deviation 1."""
    small = (max(3, round(_BIG[0] / wide_px * 2)), max(3, round(_BIG[1] / wide_px * 2)))
    grid = rng.standard_normal((small[1], small[0], 2)).astype(np.float32)
    field = cv2.resize(grid, _BIG, interpolation=cv2.INTER_CUBIC)
    return np.asarray(field / max(1e-6, float(field.std())), np.float32)


def _blob(rng: np.random.Generator, *, size: float, soft_px: float = 4.0) -> Floats:
    """Return a soft, wobbly disc near the middle of a layer, 0-1; its radius as a share of the height."""
    radius = size * _BIG[1]
    middle = np.array(_BIG) / 2 + rng.uniform(-0.3, 0.3, 2) * SIZE
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    bumps = [
        rng.normal(0, 0.22 / k) * np.cos(k * angles + rng.uniform(0, 2 * np.pi)) for k in (1, 2, 3)
    ]
    waves = np.sum(bumps, axis=0)
    stretch = np.exp(rng.normal(0, 0.35))
    points = middle + (radius * (1 + waves))[:, None] * np.stack(
        [np.cos(angles) * stretch, np.sin(angles) / stretch], 1
    )
    mask = np.zeros(_BIG[::-1], np.float32)
    cv2.fillPoly(mask, [points.round().astype(np.int32)], 1.0, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), soft_px), np.float32)


def _visible(textures: Sequence[Floats]) -> Floats:
    """Say where a texture changes so that a viewer could see it, 0-1: the region of the truth."""
    changes = [np.abs(b - a).mean(-1) for a, b in pairwise(textures)]
    change = cv2.GaussianBlur(np.maximum.reduce(changes), (0, 0), 3.0)
    return np.asarray(np.clip(change / _SEEN_LEVELS, 0, 1), np.float32)


Plan = Callable[[int], Floats]


def _mixed(texture: Floats, other: Floats, share: Floats) -> Floats:
    return texture * (1 - share[..., None]) + other * share[..., None]


def _warped(texture: Floats, field: Floats) -> Floats:
    rows, columns = np.mgrid[: texture.shape[0], : texture.shape[1]].astype(np.float32)
    return np.asarray(
        cv2.remap(
            texture, columns + field[..., 0], rows + field[..., 1], cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT,
        ),
        np.float32,
    )  # fmt: skip


def _blend(
    texture: Floats, region: Floats, rng: np.random.Generator, sources: Sequence[Picture]
) -> Plan:
    way = rng.random()
    if way < 0.6:  # a bent version of itself
        other = _warped(texture, _field(rng, rng.uniform(10, 40)) * rng.uniform(2.5, 7))
    elif way < 0.8:
        shift = rng.uniform(4, 16, 2) * rng.choice([-1, 1], 2)
        other = np.roll(texture, shift.astype(int), (0, 1))
    else:
        other = _texture(sources, rng)
    first, pace = rng.uniform(0, 0.4), rng.uniform(0.2, 0.5)
    return lambda t: _mixed(texture, other, region * min(1.0, first + pace * t))


def _melt(
    texture: Floats, region: Floats, rng: np.random.Generator, _sources: Sequence[Picture]
) -> Plan:
    wide, far = rng.uniform(7, 22), rng.uniform(1.2, 4.0)
    still = _field(rng, wide)
    fields = [0.5 * still + 0.85 * _field(rng, wide) for _ in range(FRAMES)]
    return lambda t: _warped(texture, np.asarray(fields[t] * far * region[..., None], np.float32))


def _swim(
    texture: Floats, region: Floats, rng: np.random.Generator, _sources: Sequence[Picture]
) -> Plan:
    heading, pace = rng.uniform(0, 2 * np.pi), rng.uniform(1.5, 5)
    step = (np.array([np.cos(heading), np.sin(heading)]) * pace).astype(np.float32)
    return lambda t: _mixed(
        texture, _warped(texture, np.broadcast_to(step * t, (*texture.shape[:2], 2))), region
    )


def _appear(
    texture: Floats, region: Floats, rng: np.random.Generator, sources: Sequence[Picture]
) -> Plan:
    other = _texture(sources, rng)
    sharp = np.clip(region * 3 - 1, 0, 1)
    levels = np.sort(rng.uniform(0, 1, FRAMES))
    levels = levels / max(0.3, levels[-1]) * rng.uniform(0.5, 1.0)
    if rng.random() < 0.5:
        levels = levels[::-1]
    return lambda t: _mixed(texture, other, np.asarray(sharp * levels[t], np.float32))


def _soften(
    texture: Floats, region: Floats, rng: np.random.Generator, _sources: Sequence[Picture]
) -> Plan:
    levels = rng.permutation([0.0, rng.uniform(0.3, 0.7), 1.0])
    soft = np.asarray(cv2.GaussianBlur(texture, (0, 0), rng.uniform(1.5, 4)), np.float32)
    return lambda t: _mixed(texture, soft, region * float(levels[t]))


KINDS: dict[str, Callable[[Floats, Floats, np.random.Generator, Sequence[Picture]], Plan]] = {
    "blend": _blend,
    "melt": _melt,
    "swim": _swim,
    "appear": _appear,
    "soften": _soften,
}


def _developed(frames: Sequence[Floats], rng: np.random.Generator) -> tuple[Picture, ...]:
    """Light, blur, grain, shrink and compress, alike for clean and morphing moments."""
    gain = np.exp(np.cumsum(rng.normal(0, 0.01 if rng.random() < 0.7 else 0.05, len(frames))))
    soft = rng.uniform(0.4, 1.4) if rng.random() < 0.5 else 0.0
    grain = rng.exponential(2.5) if rng.random() < 0.6 else 0.0
    small = rng.uniform(0.4, 0.9) if rng.random() < 0.35 else 1.0
    quality = int(rng.integers(25, 95)) if rng.random() < 0.7 else 0
    levels = int(rng.integers(6, 14)) if rng.random() < 0.2 else 0
    done = []
    for frame, light in zip(frames, gain, strict=True):
        picture = frame * light
        if soft:
            picture = cv2.GaussianBlur(picture, (0, 0), soft)
        if small < 1:
            size = (round(SIZE[0] * small), round(SIZE[1] * small))
            picture = cv2.resize(
                cv2.resize(picture, size, interpolation=cv2.INTER_AREA),
                SIZE,
                interpolation=cv2.INTER_CUBIC,
            )
        if grain:
            picture = picture + rng.normal(0, grain, picture.shape)
        if levels:  # a palette, as in GIFs, with its dither
            step = 256 / levels
            picture = np.floor(picture / step + rng.random(picture.shape)) * step
        shown = np.clip(picture, 0, 255).astype(np.uint8)
        if quality:
            _, packed = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, quality])
            shown = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
        done.append(np.asarray(shown, np.uint8))
    return tuple(done)
