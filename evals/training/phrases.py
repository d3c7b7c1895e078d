"""How sure is a phrase? Fits and proves the calibration of `prompt_phrase` on scenes of the drawn world.

    python -m evals.training.phrases [SCENES] [SEED]      prints the fit, and the table of the proof

Each scene is filmed from a brief of the split `EVALUATION` and asked for its own phrases, which are true, and
for those that its brief has with one thing exchanged, which are false. Fit on one seed, prove on another.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evals.animatic.brief import Brief as Order
from evals.animatic.brief import Colour, PropKind
from evals.animatic.captions import phrases, shows_held
from evals.animatic.sampler import Split
from evals.animatic.shoot import shoot
from evals.animatic.swaps import Swap, swapped, swaps_of
from evals.errors import PackError
from evals.metrics.prompt.counterfactuals import Question, questions
from evals.metrics.prompt.phrases import log_odds, probabilities
from evals.packs.availability import Unavailable
from evals.packs.manifest import find_pack
from evals.packs.text_image import TextImageModel, load_text_image
from evals.training.kept import KeptSet
from evals.training.proofs import auroc
from evals.training.scenes import scene_brief
from tracker.domain.production import Brief
from tracker.settings import SHARE_ROOT

__all__ = ["Scene", "Trial", "asked_of", "film", "fit", "trials"]

_PX = (640, 360)
_SHOT_FRAMES = 36
_FRAMES = (3, 14, 24, 33)
_FAMILY = 2
"""Neighbouring scenes that share a place, which saves half of the time."""
_OTHER_SHOTS = 20
_FEWEST = 10
"""False phrases that a line of the table needs."""
_SPEAKS_OF: dict[Swap, tuple[str, ...]] = {
    Swap.COLOUR: ("wardrobe", "setting"),
    Swap.LIGHT: ("light",),
    Swap.PROP: ("wardrobe", "setting"),
    Swap.SETTING: ("setting",),
    Swap.SUBJECT: ("subject",),
    Swap.TIME: ("time",),
    Swap.WEATHER: ("setting",),
}
"""Fields in which an exchange makes a phrase false."""

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """A filmed brief."""

    order: Order
    vectors: NDArray[np.float32]
    """(4, d), of four frames."""
    tell: Callable[[Order], Mapping[str, str]] = phrases
    """Puts an order, true or false, into the fields of the shot table."""

    @property
    def brief(self) -> Brief:
        """The same in the fields of the shot table."""
        return Brief(**self.tell(self.order))


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """One phrase asked of one scene."""

    scene: int
    group: str
    odds: NDArray[np.floating]
    """Log odds of each frame, before calibration."""
    exchanged: str
    """What makes the phrase false, e.g. `colour`; empty where it is true."""

    @property
    def chance(self) -> float:
        """The calibrated probability, mean over the frames."""
        return float(probabilities(self.odds, self.group).mean())


def film(count: int, *, seed: int, model: TextImageModel) -> list[Scene]:
    """Film `count` scenes that training never saw."""
    kept, scenes = KeptSet(), []
    for i in range(count):
        order = scene_brief(i, seed=seed, split=Split.EVALUATION, family=_FAMILY)
        shown = shoot(order, frame_count=_SHOT_FRAMES, size=_PX, seed=i, frames=_FRAMES, build=kept)
        vectors = model.encode_frames([one.picture for one in shown])
        scenes.append(Scene(order=order, vectors=vectors))
    return scenes


def asked_of(scenes: Sequence[Scene], rng: np.random.Generator) -> list[tuple[int, Question, str]]:
    """Return (scene, question, exchanged): each scene's own trusted phrases, and false ones."""
    asked: list[tuple[int, Question, str]] = []
    for i, scene in enumerate(scenes):
        step = max(1, len(scenes) // _OTHER_SHOTS)
        rest = (other for j, other in enumerate(scenes[i % step :: step]) if other is not scene)
        others = tuple(dict.fromkeys(other.brief for other in rest))
        mine = [one for one in questions(scene.brief, others) if not one.distrust]
        told = {one.phrase.text for one in mine}
        asked += [(i, one, "") for one in mine]
        for exchanged, fields, false in _false_briefs(scene, rng):
            asked += [
                (i, one, exchanged)
                for one in questions(false, (*others, scene.brief))
                if not one.distrust and one.phrase.field in fields and one.phrase.text not in told
            ]
    return asked


def _false_briefs(
    scene: Scene, rng: np.random.Generator
) -> Iterator[tuple[str, tuple[str, ...], Brief]]:
    """Give (what is wrong, in which fields, the brief) for each way to be wrong about a scene."""
    order, brief = scene.order, scene.brief
    for swap in sorted(set(swaps_of(order)) & set(_SPEAKS_OF)):
        yield swap.value, _SPEAKS_OF[swap], Brief(**scene.tell(swapped(order, swap, rng)))
    told = " ".join(vars(brief).values())
    free = [colour for colour in Colour if colour.value not in told]
    props = [kind for kind in PropKind if kind.value not in told]
    colour, prop = free[int(rng.integers(len(free)))], props[int(rng.integers(len(props)))]
    what = f"{colour} {prop}" if prop is PropKind.FLOWERS else f"a {colour} {prop}"
    if shows_held(order):
        yield "absent", ("wardrobe",), replace(brief, wardrobe=f"{brief.wardrobe}, {what}")
    figure = order.figures[0] if order.figures else None
    if figure is not None and figure.subject.has_face and figure.wardrobe.scarf:
        worn = replace(figure.wardrobe, scarf=colour)
        figures = (replace(figure, wardrobe=worn), *order.figures[1:])
        yield "accessory", ("wardrobe",), Brief(**scene.tell(replace(order, figures=figures)))
    elif figure is not None and figure.subject.has_face and figure.wardrobe.hat:
        worn = replace(figure.wardrobe, hat_colour=colour)
        figures = (replace(figure, wardrobe=worn), *order.figures[1:])
        yield "accessory", ("wardrobe",), Brief(**scene.tell(replace(order, figures=figures)))


def trials(
    scenes: Sequence[Scene], *, encode: Encode, logit_scale: float, seed: int
) -> list[Trial]:
    """Ask every scene for true and for false phrases."""
    asked = asked_of(scenes, np.random.default_rng((seed, 91)))
    texts = dict.fromkeys(
        text for _, one, _ in asked for text in (one.phrase.text, *one.alternatives)
    )
    vectors = dict(zip(texts, encode(list(texts)), strict=True))
    return [
        Trial(
            scene=i,
            group=one.group,
            odds=log_odds(
                scenes[i].vectors,
                np.stack([vectors[text] for text in (one.phrase.text, *one.alternatives)]),
                logit_scale=logit_scale,
            ),
            exchanged=exchanged,
        )
        for i, one, exchanged in asked
    ]


def fit(found: Sequence[Trial]) -> dict[str, tuple[float, float]]:
    """Return slope and offset for each group: logistic regression, true and false phrases weighing alike."""
    fitted = {}
    for group in sorted({trial.group for trial in found}):
        of_group = [trial for trial in found if trial.group == group]
        true = np.concatenate([t.odds for t in of_group if not t.exchanged] or [np.zeros(0)])
        false = np.concatenate([t.odds for t in of_group if t.exchanged] or [np.zeros(0)])
        if not len(true) or not len(false):
            continue

        def loss(
            line: NDArray[np.float64],
            true: NDArray[np.floating] = true,
            false: NDArray[np.floating] = false,
        ) -> float:
            slope, offset = line
            missed = np.logaddexp(0, -(slope * true + offset)).mean()
            fooled = np.logaddexp(0, slope * false + offset).mean()
            return float(missed + fooled)

        slope, offset = minimize(loss, np.array([1.0, 0.0])).x
        fitted[group] = (round(float(slope), 2), round(float(offset), 2))
    return fitted


def _table(found: Sequence[Trial]) -> str:
    lines = ["group     exchanged  true false  AUROC  true kept  false seen"]
    for group in sorted({trial.group for trial in found}):
        true = [t.chance for t in found if t.group == group and not t.exchanged]
        for swap in sorted({t.exchanged for t in found if t.group == group and t.exchanged}):
            false = [t.chance for t in found if t.group == group and t.exchanged == swap]
            if len(false) < _FEWEST:
                continue
            kept, seen = np.mean(np.array(true) >= 0.5), np.mean(np.array(false) < 0.5)
            lines.append(
                f"{group:9} {swap:9}  {len(true):4} {len(false):5}  {auroc(true, false):.3f}"
                f"      {kept:.3f}       {seen:.3f}"
            )
    return "\n".join(lines)


def main(count: int = 240, seed: int = 5) -> str:
    """Film, ask, fit; return what is printed."""
    model = load_text_image(find_pack("demo", [SHARE_ROOT / "data" / "packs"]), "cpu")
    if isinstance(model, Unavailable):
        raise PackError(model.reason)
    scenes = film(count, seed=seed, model=model)
    found = trials(scenes, encode=model.encode_texts, logit_scale=model.logit_scale, seed=seed)
    return f"fitted on these scenes: {fit(found)}\nwith the shipped calibration:\n{_table(found)}"


if __name__ == "__main__":
    print(main(*(int(word) for word in sys.argv[1:3])))  # noqa: T201 - this is the command's output
