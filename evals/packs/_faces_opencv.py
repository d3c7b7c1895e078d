"""Face models in ONNX files, run by OpenCV on the CPU: YuNet finds, SFace or an ArcFace network embeds.

None of them can tell a masked face from a revealed one: YuNet is as sure of a face whose lower half is
covered, and an embedder only has vectors.

| library   | its input                                 | source                                  |
|-----------|-------------------------------------------|-----------------------------------------|
| `yunet`   | blue first, 0-255, any size               | Wu et al. 2023; `cv2.FaceDetectorYN`    |
| `sface`   | red first, 0-255, 112 x 112               | Zhong et al. 2021; FaceRecognizerSF     |
| `arcface` | red first, (x - 127.5) / 127.5, 112 x 112 | Deng et al. 2019; AuraFace's model card |
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from evals.errors import PackError
from evals.packs._faces import Spot
from evals.packs.faces import Points
from evals.packs.manifest import IdentitySpec, ModelFile

__all__ = ["ARCFACE_TEMPLATE", "OnnxEmbedder", "YuNetFinder"]

ARCFACE_TEMPLATE: Points = (
    (38.2946, 51.6963),
    (73.5318, 51.5014),
    (56.0252, 71.7366),
    (41.5493, 92.3655),
    (70.7299, 92.2041),
)
"""Where ArcFace's training (and SFace's) has the five points in a crop of 112 pixels."""

_OVERLAP = 0.3
"""YuNet's own: of two boxes that share more of their union, the weaker is dropped."""
_MOST_FACES = 5000
_SCALES = {"arcface": (1 / 127.5, 127.5), "sface": (1.0, 0.0)}
"""Library -> factor, and what is subtracted before it."""


class YuNetFinder:
    """YuNet through `cv2.FaceDetectorYN`."""

    batchers = ()

    def __init__(self, spec: IdentitySpec) -> None:
        self._search_px = spec.search_px
        with _refusing(spec.finder), _quiet():
            self._net = cv2.FaceDetectorYN.create(
                str(spec.finder.weights), "", (64, 64), spec.detect_at, _OVERLAP, _MOST_FACES
            )

    def spots(self, frames: NDArray[np.uint8]) -> list[list[Spot]]:
        """Return the places of faces in sRGB frames (n, h, w, 3), in pixels of the frame, surest first.

        Frame by frame, so that a frame's faces do not depend on company.
        """
        return [self._spots(frame) for frame in frames]

    def _spots(self, frame: NDArray[np.uint8]) -> list[Spot]:
        height, width = frame.shape[:2]
        shrink = min(1.0, self._search_px / max(height, width))
        size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
        small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA) if shrink < 1 else frame
        self._net.setInputSize(size)
        # OpenCV wants blue first.
        answer: tuple[int, Any] = self._net.detect(np.ascontiguousarray(small[..., ::-1]))
        rows = answer[1]  # None where there is no face
        if rows is None:
            return []
        found = np.asarray(rows, float)
        found = found[np.argsort(-found[:, 14], kind="stable")]
        # The two axes are rounded apart, so each has its own way back to the frame.
        found[:, 0:14:2] *= width / size[0]
        found[:, 1:14:2] *= height / size[1]
        return [_spot(row) for row in found]


def _spot(row: NDArray[np.float64]) -> Spot:
    """Read a row of YuNet: box, five points, score.

    Its "right eye" comes first and is the person's right, so the left one in the picture, as in `Points`.
    """
    left, top, width, height = (float(number) for number in row[:4])
    points = tuple((float(x), float(y)) for x, y in row[4:14].reshape(5, 2))
    return Spot((left, top, width, height), points, min(1.0, float(row[14])))


class OnnxEmbedder:
    """SFace, or an ArcFace network such as AuraFace's, in one ONNX file."""

    crop_px = 112
    template = ARCFACE_TEMPLATE
    batchers = ()

    def __init__(self, file: ModelFile) -> None:
        self._scale, self._mean = _SCALES[file.library]
        with _refusing(file):
            self._net = cv2.dnn.readNetFromONNX(str(file.weights))

    def vectors(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return unit vectors (n, d) of sRGB crops (n, 112, 112, 3), crop by crop."""
        answers = np.stack([self._answer(crop) for crop in crops])
        norms = np.linalg.norm(answers, axis=1, keepdims=True)
        return np.asarray(answers / np.maximum(norms, 1e-9), np.float32)

    def revealed(self, crops: NDArray[np.uint8]) -> None:
        """Return nothing: a vector does not tell masked from revealed."""

    def _answer(self, crop: NDArray[np.uint8]) -> NDArray[np.float64]:
        mean = (self._mean,) * 3
        # Ours is red first already, so nothing is swapped here.
        blob = cv2.dnn.blobFromImage(np.ascontiguousarray(crop), self._scale, mean=mean)
        self._net.setInput(blob)
        answer: NDArray[np.float64] = np.array(self._net.forward(), np.float64).reshape(-1)
        return answer


@contextmanager
def _refusing(file: ModelFile) -> Iterator[None]:
    try:
        yield
    except cv2.error as error:
        raise PackError(
            f"{file.weights} cannot be run by OpenCV {cv2.__version__} as '{file.library}':"
            f" {_first_line(error)}; pull the pack again, or correct its manifest."
        ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep OpenCV from warning on every load that its engine ignores a default target."""
    logging: Any = cv2.utils.logging
    before = logging.getLogLevel()
    logging.setLogLevel(logging.LOG_LEVEL_ERROR)
    try:
        yield
    finally:
        logging.setLogLevel(before)


def _first_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
