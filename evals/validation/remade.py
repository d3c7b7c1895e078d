"""Flaws that FFmpeg makes with filters and encoders of its own: proof that no measure fits our planters.

| kind | how it is made |
|---|---|
| flicker | `hue`: brightness of every frame changed at random |
| exposure_pump | `hue`: brightness follows a sine |
| texture_boil | `noise` on a cropped patch, softened by `gblur`, laid back by `overlay` |
| freeze | `loop`: one frame held |
| dropped_frames | `select`: some frames left out |
| blur_pulse | `gblur` on a few frames |
| blocking | MPEG-2 at a coarse quantiser |
| banding | `lutyuv`: luma in steps |
| hard_cut | `concat` with another clip |
| morph | `geq`: a patch bends in waves that grow, laid back by `overlay` |
| popping_patch | a patch of the picture itself, turned and recoloured, by `overlay` for a few frames |
| black_frames | `lutyuv`: black for two frames |

Filters run in the FFmpeg that PyAV carries; no program `ffmpeg` is needed.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import av
import numpy as np
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from evals.animatic.flaws import FlawKind
from evals.media.types import Picture
from evals.metrics.artifacts import MORPH
from evals.validation._compare import Pairing, parted, share_better
from evals.validation._footage import CAMERAS, PHOTOGRAPHS, Footage, film
from evals.validation._pool import Bench
from evals.validation._takes import FPS, VBENCH, Badness, morph_detector, score
from evals.validation.figures import Figure
from evals.validation.scale import Scale

__all__ = ["TITLE", "cut", "filtered", "measure", "patched", "recoded", "says", "spoilt"]

TITLE = "Flaws made by FFmpeg"
GOAL = 0.95
_TAKE = 50
"""Takes from here on are windows that the planted flaws did not use."""

K = FlawKind


@dataclass(frozen=True)
class _Task:
    clip: Footage
    kind: str | None
    place: int


def says(scale: Scale) -> str:
    """Say how it was measured."""
    return (
        f"{scale.remade} clips of photographs in turn under all cameras, other windows than above; visible "
        "strength; flaws by the filters and encoders of FFmpeg, then H.264 at crf 18."
    )


def measure(scale: Scale, bench: Bench) -> tuple[Figure, ...]:
    """Return areas under the curve for every kind, and the comparison with VBench."""
    clips = [
        Footage(
            camera=CAMERAS[i % len(CAMERAS)],
            picture=i // len(CAMERAS) % len(PHOTOGRAPHS),
            take=_TAKE + i,
        )
        for i in range(scale.remade)
    ]
    tasks = [
        _Task(clip, kind, place)
        for place, clip in enumerate(clips)
        for kind in (None, *kinds())
        if not (kind in {K.FREEZE, K.DROPPED_FRAMES} and clip.camera == "static")
    ]
    found = bench.spread(partial(_read, scale=scale), tasks, TITLE)
    told = {(t.kind, t.clip.camera, t.place): f for t, f in zip(tasks, found, strict=True)}
    areas = []
    for kind in kinds():
        keys = [(t.clip.camera, t.place) for t in tasks if t.kind is kind]
        pairing = Pairing(
            clean={key: told[None, *key] for key in keys},
            flawed={key: told[kind, *key] for key in keys},
        )
        areas.append(parted(kind, kind, pairing, goal=GOAL))
    return (*areas, share_better(areas))


def kinds() -> tuple[str, ...]:
    """Return what is made, by the measure that should see it; morphing only where its detector is."""
    return (*FlawKind, *(() if morph_detector() is None else (MORPH.name,)))


def _read(task: _Task, *, scale: Scale) -> Badness:
    clean = film(task.clip, scale)
    if task.kind is None:
        return score(clean, with_morph=True)
    other = Footage(camera="handheld", picture=task.clip.picture + 1, take=task.clip.take)
    flawed = spoilt(clean, task.kind, seed=task.place, other=film(other, scale))
    told = score(flawed, with_morph=task.kind == MORPH.name)
    return {name: told[name] for name in (task.kind, VBENCH)}


def spoilt(frames: Picture, kind: str, *, seed: int, other: Picture) -> Picture:
    """Return frames (n, h, w, 3) with one flaw made by FFmpeg; `other` is what a cut cuts to."""
    rng = np.random.default_rng((seed, 73))
    start = int(rng.integers(4, max(5, len(frames) - 14)))
    if kind == K.BLOCKING:
        return recoded(frames, "mpeg2video", {"qmin": "20", "qmax": "20"})
    if kind == K.HARD_CUT:
        return cut([frames, other], start)
    height, width = frames.shape[1:3]
    left, top = int(rng.uniform(0.1, 0.6) * width), int(rng.uniform(0.1, 0.4) * height)
    noise, phase = int(rng.integers(10)), float(rng.uniform(0, 6.28))
    during = "enable='between(n,{},{})'".format
    if kind == K.POPPING_PATCH:
        edge = _even(width / 8)
        turned = ["hflip", "vflip", "hue=h=120:b=0.8"]
        where = f"x={left}:y={top}:{during(start, start + 5)}"
        return patched(frames, [f"crop={edge}:{edge}:{left}:{top}", *turned], where)
    part = f"crop={_even(width / 4)}:{_even(height / 2)}:{left}:{top}"
    if kind == MORPH.name:
        # Without `format` FFmpeg chooses one with transparency, and nothing shows.
        bent = [part, _bending(width / 60), "format=yuv420p"]
        return patched(frames, bent, f"x={left}:y={top}")
    if kind == K.TEXTURE_BOIL:
        boiling = [f"noise=alls=60:allf=t:all_seed={noise}", "gblur=sigma=1.2"]
        return patched(frames, [part, *boiling], f"x={left}:y={top}")
    chains = {
        K.BANDING: "lutyuv=y='floor(val/8)*8+4'",
        K.BLACK_FRAMES: f"lutyuv=y=16:u=128:v=128:{during(start, start + 1)}",
        K.BLUR_PULSE: f"gblur=sigma={width / 250:.2f}:{during(start, start + 4)}",
        K.DROPPED_FRAMES: f"select='not(between(n,{start},{start + 3}))'",
        K.EXPOSURE_PUMP: f"hue=b='0.3*sin(2*PI*n/18+{phase:.3f})'",
        K.FLICKER: f"hue=b='0.1*(2*random({noise})-1)'",
        K.FREEZE: f"loop=loop=6:size=1:start={start}",
    }
    return filtered(frames, [chains[K(kind)]])


def _bending(most_px: float) -> str:
    """Bend a picture in waves that swell with the frame number and vanish at its edges."""
    rim = "sin(PI*X/W)*sin(PI*Y/H)"
    far = f"{most_px:.2f}*min(N/12,1)*{rim}"
    planes = [
        f"{plane}='{plane}(X+{far}*{share}*sin(Y*{turn}+N/4),Y+{far}*{share}*sin(X*{turn}+N/3))'"
        for plane, share, turn in (("lum", 1, 0.15), ("cb", 0.5, 0.3), ("cr", 0.5, 0.3))
    ]
    return "geq=" + ":".join(planes)


def _even(value: float) -> int:
    return int(value) // 2 * 2


def filtered(frames: Picture, chain: Sequence[str]) -> Picture:
    """Send frames (n, h, w, 3) through filters in a row, as YUV 4:2:0."""
    graph = Graph()
    source = _source(graph, frames)
    _joined(graph, source, [*chain, "buffersink"])
    return _through(graph, [frames])


def patched(frames: Picture, chain: Sequence[str], where: str) -> Picture:
    """Send a copy of the frames through filters and lay the result over them, see `overlay`."""
    graph = Graph()
    source, split = _source(graph, frames), graph.add("split")
    over = graph.add("overlay", where)
    source.link_to(split)
    split.link_to(over)
    first = _added(graph, chain[0])
    split.link_to(first, 1)
    _joined(graph, first, chain[1:]).link_to(over, 0, 1)
    _joined(graph, over, ["buffersink"])
    return _through(graph, [frames])


def cut(clips: Sequence[Picture], start: int) -> Picture:
    """Show the first of two clips until frame `start`, then the second from there."""
    graph = Graph()
    joint = graph.add("concat", "n=2:v=1:a=0")
    spans = (f"trim=end_frame={start}", f"trim=start_frame={start}")
    for place, (clip, span) in enumerate(zip(clips, spans, strict=True)):
        part = _joined(graph, _source(graph, clip), [span, "setpts=PTS-STARTPTS"])
        part.link_to(joint, 0, place)
    _joined(graph, joint, ["buffersink"])
    return _through(graph, clips)


def _source(graph: Graph, frames: Picture) -> FilterContext:
    height, width = frames.shape[1:3]
    pixel = VideoFormat("yuv420p")
    return graph.add_buffer(width=width, height=height, format=pixel, time_base=1 / FPS)


def _added(graph: Graph, told: str) -> FilterContext:
    name, _, options = told.partition("=")
    return graph.add(name, options or None)


def _joined(graph: Graph, node: FilterContext, chain: Sequence[str]) -> FilterContext:
    """Add filters behind a node, each as `name=options`; return the last."""
    for told in chain:
        added = _added(graph, told)
        node.link_to(added)
        node = added
    return node


def _through(graph: Graph, inputs: Sequence[Picture]) -> Picture:
    graph.configure()
    for place, clip in enumerate(inputs):
        for frame in _video(clip):
            graph.vpush(frame, place)
        graph.vpush(None, place)
    return _stacked(_pulled(graph))


def _pulled(graph: Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            yield graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return


def _stacked(frames: Iterable[VideoFrame]) -> Picture:
    return np.asarray(np.stack([frame.to_ndarray(format="rgb24") for frame in frames]), np.uint8)


def recoded(frames: Picture, codec: str, options: dict[str, str]) -> Picture:
    """Encode frames (n, h, w, 3) with a codec and decode them again."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream: Any = container.add_stream(codec, rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = frames.shape[2], frames.shape[1], "yuv420p"
        for frame in _video(frames):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, "r") as coded:
        return _stacked(coded.decode(video=0))


def _video(frames: Picture) -> Iterator[VideoFrame]:
    for number, picture in enumerate(frames):
        frame = VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, 1 / FPS
        yield frame
