"""What is missing: each take's metrics whose stored result is not the one that this run would give."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from evals.media.change import change_step
from evals.metrics.builtin import FAMILIES, Family
from evals.metrics.identity import sample_step
from evals.metrics.prompt import CALIBRATION_VERSION, find_moves, questions_key
from evals.runs.cast import ShotCast
from evals.runs.job import Job
from evals.runs.reader import SAMPLE_SHORT_SIDE_PX, SAMPLES
from tracker.domain.production import Brief, Shot
from tracker.domain.scores import MetricFacts
from tracker.domain.takes import Take

__all__ = [
    "DECODE_SPEC",
    "Briefs",
    "TakeWork",
    "WorkItem",
    "distractors",
    "family_keys",
    "other_briefs",
    "plan",
    "result_key",
]

DECODE_SPEC = f"decode-1 analysis-512x288-area samples-{SAMPLES}-{SAMPLE_SHORT_SIDE_PX}"
"""Names how frames reach the metrics; change it whenever the same file could give other pixels."""

Briefs = Mapping[tuple[str, str], Brief]
"""The briefs of a production by (film, shot)."""


@dataclass(frozen=True)
class WorkItem:
    """A take with its shot, as read from the record."""

    take_id: int
    take: Take
    shot: Shot
    cast: ShotCast = field(default_factory=ShotCast)
    """Whose faces the shot shows."""


@dataclass(frozen=True)
class TakeWork:
    """What one take still needs."""

    item: WorkItem
    keys: Mapping[str, str]
    """Metric name -> the key that its result will be stored under; all registered metrics."""
    families: frozenset[Family]
    """Families with at least one missing result; empty when everything is there."""

    @property
    def fps(self) -> Fraction:
        """The file's own rate, or the shot's where the file does not tell."""
        probe = self.item.take.probe
        told = None if probe is None else probe.fps
        return told or self.item.shot.fps

    def job(self, *, streams: Collection[Family], samples: bool, faces: bool) -> Job:
        """Make the reading job; `streams` are the families whose models can be fed.

        Frames for the text-image model and for faces are wanted only where none are kept.
        """
        probe = self.item.take.probe
        return Job(
            take_id=self.item.take_id,
            path=self.item.take.path,
            frame_count=0 if probe is None else probe.frame_count,
            is_still=probe is not None and probe.is_still,
            sequence_fps=self.item.shot.fps,
            wants_artifacts=Family.ARTIFACTS in self.families,
            wants_samples=samples,
            wants_chunks=Family.PERCEPTUAL in self.families and Family.PERCEPTUAL in streams,
            face_step=sample_step(self.fps) if faces else 0,
            change_step=change_step(float(self.fps))
            if Family.MORPH in self.families and Family.MORPH in streams
            else 0,
            camera=find_moves(self.item.shot.brief) if Family.CAMERA in self.families else (),
        )


def result_key(sha256: str, facts: MetricFacts, family_key: str) -> str:
    """Hash everything that one score depends on."""
    parts = [sha256, facts.name, facts.version, family_key]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def other_briefs(briefs: Briefs, shot: Shot) -> tuple[Brief, ...]:
    """Return the other shots' briefs, each once, in the order of (film, shot)."""
    own = (shot.film, shot.code)
    return tuple(dict.fromkeys(briefs[key] for key in sorted(briefs) if key != own))


def distractors(briefs: Briefs, shot: Shot) -> list[str]:
    """Return the other shots' prompts, each text once, sorted."""
    texts = {brief.text for brief in other_briefs(briefs, shot)}
    return sorted(texts - {"", shot.brief.text})


def family_keys(item: WorkItem, briefs: Briefs, models: Mapping[Family, str]) -> dict[Family, str]:
    """Return what each family's results depend on, beside the file; `models` names the models."""
    shot = item.shot
    camera = [(asked.move.value, asked.words) for asked in find_moves(shot.brief)]
    others = hashlib.sha256("\0".join(distractors(briefs, shot)).encode()).hexdigest()
    asked = questions_key(shot.brief, other_briefs(briefs, shot))
    prompt = [models[Family.PROMPT], shot.brief.text, others, asked, CALIBRATION_VERSION]
    return {
        Family.ARTIFACTS: DECODE_SPEC,
        Family.IDENTITY: f"{DECODE_SPEC}|{models[Family.IDENTITY]}|{item.cast.key}",
        Family.CAMERA: f"{DECODE_SPEC}|{json.dumps(camera)}",
        Family.MORPH: f"{DECODE_SPEC}|{models[Family.MORPH]}",
        Family.PROMPT: "|".join([DECODE_SPEC, *prompt]),
        Family.PERCEPTUAL: f"{DECODE_SPEC}|{models[Family.PERCEPTUAL]}",
    }


def plan(
    items: Sequence[WorkItem],
    *,
    briefs: Briefs,
    models: Mapping[Family, str],
    stored: Mapping[tuple[int, str], Collection[str]],
    force: bool,
) -> list[TakeWork]:
    """Return the work of every take, in the order given, with the families that miss a result."""
    works = []
    for item in items:
        keys: dict[str, str] = {}
        missing = set()
        for family, key in family_keys(item, briefs, models).items():
            for facts in FAMILIES[family]:
                keys[facts.name] = result_key(item.take.sha256, facts, key)
                if force or keys[facts.name] not in stored.get((item.take_id, facts.name), ()):
                    missing.add(family)
        works.append(TakeWork(item, keys, frozenset(missing)))
    return works
