"""How alike each character's face is in the shots of a film: the matrix that `identity_film` sums up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.errors import PackError
from evals.metrics.identity import Appearance, pairs
from evals.packs.availability import Unavailable
from evals.packs.manifest import PackManifest
from evals.runs.cast import load_cast
from evals.runs.film import AcrossShots, speaking_takes
from evals.runs.models import load_faces
from tracker.domain.addresses import Address, take_code
from tracker.settings import Settings
from tracker.store import Store

__all__ = ["CharacterInFilm", "compare_cast"]


@dataclass(frozen=True, kw_only=True)
class CharacterInFilm:
    """One character's face in the film's shots."""

    code: str
    name: str
    takes: tuple[tuple[str, str], ...]
    """(shot, take) in which the face is seen well enough, by shot."""
    alike: NDArray[np.float64]
    """Mean cosine of every two shots' faces, shape (k, k)."""
    unseen: tuple[str, ...]
    """Shots that mean to reveal the face and show none that is good enough, or were not looked at."""

    @property
    def medians(self) -> tuple[float | None, ...]:
        """Median of each shot with the others; None of a face seen in one shot only."""
        count = len(self.takes)
        if count < 2:
            return (None,) * count
        return tuple(float(np.median(np.delete(self.alike[i], i))) for i in range(count))

    @property
    def worst(self) -> int | None:
        """Place of the shot that is least like the others."""
        told = [m for m in self.medians if m is not None]
        return int(np.argmin(told)) if told else None

    def sentence(self) -> str:
        """Say which shot stands out, or why nothing can be said."""
        missing = f" Without a good face: {', '.join(self.unseen)}." if self.unseen else ""
        worst = self.worst
        if worst is None:
            where = f"only {self.takes[0][0]} shows" if self.takes else "no shot shows"
            return f"{self.name}: {where} the face well enough, so no shots are compared.{missing}"
        told = [m for m in self.medians if m is not None]
        shot, take = self.takes[worst]
        best = self.takes[int(np.argmax(told))][0]
        return (
            f"{self.name}: {shot} ({take}) is least like the other shots, cosine {told[worst]:.2f}; "
            f"the film's median is {np.median(told):.2f}, most like the others is {best}.{missing}"
        )


def compare_cast(settings: Settings, film: Address, pack: PackManifest) -> list[CharacterInFilm]:
    """Compare every revealed character of a film by the faces that runs with this pack kept.

    Raises PackError when the pack has no identity model on this machine.
    """
    with Store.open(settings).read() as tx:
        speaking = speaking_takes(tx, film, load_cast(tx, film.production))
    model = load_faces(pack, "cpu", settings)
    if isinstance(model, Unavailable):
        raise PackError(model.reason)
    across = AcrossShots(model, model.key, {})
    names: dict[str, str] = {}
    seen: dict[str, list[tuple[str, str, Appearance]]] = {}
    unseen: dict[str, list[str]] = {}
    for item in speaking:
        names |= item.cast.names
        for code, one in across.shown(item).items():
            if one is None:
                unseen.setdefault(code, []).append(item.shot.code)
            else:
                seen.setdefault(code, []).append((item.shot.code, take_code(item.take.number), one))
    return [
        CharacterInFilm(
            code=code,
            name=names[code],
            takes=tuple((shot, take) for shot, take, _ in seen.get(code, ())),
            alike=pairs([one for _, _, one in seen[code]]) if code in seen else np.zeros((0, 0)),
            unseen=tuple(unseen.get(code, ())),
        )
        for code in sorted({*seen, *unseen})
    ]
