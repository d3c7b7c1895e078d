"""Three pictures whose order is known: to people and to real LPIPS weights a slight warp of a texture is
near it, and the texture without its detail is far.

Pixel by pixel it is the other way round, and a backbone with random weights follows the pixels. Made from
a formula, so that nobody's photograph is needed: noise with amplitude 1/f^1.2, a warp of up to 2 pixels, a
Gaussian blur of 2 pixels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["triple"]

_SIDE = 96
_SEED = 7
_SLOPE = 1.2
_WARP_PX = 2.0
_BLUR_PX = 2.0


def triple() -> NDArray[np.uint8]:
    """Return reference, near and far, shape (3, 96, 96, 3)."""
    f = np.fft.fftfreq(_SIDE)
    radius = np.hypot(f[:, None], f[None, :])
    radius[0, 0] = 1 / _SIDE
    noise = np.random.default_rng(_SEED).standard_normal((3, _SIDE, _SIDE))
    spectrum = np.fft.fft2(0.8 * noise[:1] + 0.2 * noise) / radius**_SLOPE
    blurred = spectrum * np.exp(-2 * (np.pi * _BLUR_PX * radius) ** 2)
    texture = np.fft.ifft2(spectrum).real
    mean, spread = texture.mean((1, 2), keepdims=True), texture.std((1, 2), keepdims=True)
    pictures = (texture, _warped(texture), np.fft.ifft2(blurred).real)
    levels = [np.clip(np.round(127 + 55 * (p - mean) / spread), 0, 255) for p in pictures]
    return np.stack(levels).astype(np.uint8).transpose(0, 2, 3, 1)


def _warped(texture: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sample the texture bilinearly along two gentle waves; it repeats at its borders."""
    y, x = np.mgrid[:_SIDE, :_SIDE].astype(float)
    across = x + _WARP_PX * np.sin(2 * np.pi * 2 * y / _SIDE)
    down = y + _WARP_PX * np.cos(2 * np.pi * x / _SIDE)
    left, top = np.floor(across).astype(int), np.floor(down).astype(int)
    u, v = across - left, down - top
    rows, columns = (top % _SIDE, (top + 1) % _SIDE), (left % _SIDE, (left + 1) % _SIDE)
    upper = (1 - u) * texture[:, rows[0], columns[0]] + u * texture[:, rows[0], columns[1]]
    lower = (1 - u) * texture[:, rows[1], columns[0]] + u * texture[:, rows[1], columns[1]]
    warped: NDArray[np.float64] = (1 - v) * upper + v * lower
    return warped
