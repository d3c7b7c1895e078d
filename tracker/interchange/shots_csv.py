"""The shot table: one row per shot, with its brief."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from tracker.domain.addresses import HOUSE_NAMING, ShotNaming
from tracker.domain.effects import ShotEffect, parse_effects
from tracker.domain.production import (
    BRIEF_FIELDS,
    ArtifactPolicy,
    Brief,
    Embrace,
    Method,
    Shot,
    check_code,
)
from tracker.domain.stages import ShotStatus, Stage
from tracker.domain.units import FIRST_FRAME, parse_fps
from tracker.errors import MisuseError
from tracker.interchange.tables import CellError, Column, TableRow, choice

__all__ = ["SHOT_COLUMNS", "ShotRow", "read_shot"]

SHOT_COLUMNS = (
    Column("Film", ("Episode", "Spot", "Film code"), required=True),
    Column("Sequence", ("Seq", "Sequence code")),
    Column("Shot", ("Shot code", "Shot name", "Name", "Code"), required=True),
    Column("Method", ("Technique",)),
    Column("Prompt", ("Description", "Brief")),
    Column("FPS", ("Frame rate", "Rate")),
    Column("Frames", ("Nb Frames", "Duration", "Frame count", "Duration frames")),
    Column("In", ("Frame In", "First frame", "Cut In")),
    Column("Out", ("Frame Out", "Last frame", "Cut Out")),
    Column("Stage", ("Step",)),
    Column("Status", ("Shot status",)),
    Column("Hero", ("Is hero", "Hero shot")),
    Column("Artifact policy", ("Artifacts", "Policy")),
    Column("Embraced", ("Embraced kinds", "Embraces")),
    Column("Embraced by"),
    Column("Embrace reason", ("Reason",)),
    Column("Effects", ("Effect", "Declared effects", "Intended effects", "Intended effect")),
    *(
        Column(name.capitalize(), ("Time of day",) if name == "time" else ())
        for name in BRIEF_FIELDS
    ),
)

_MOST_FRAMES = 10_000_000
"""Five days at 24 frames a second; more is a slip of the finger."""

_METHOD = choice(
    *Method, aliases={"live": "live_action", "practical": "live_action", "generated": "ai"}
)
_STAGE = choice(
    *Stage, aliases={"planning": "plan", "image": "img", "video": "vid", "post-production": "post"}
)
_YES_NO = choice(
    "yes", "no", aliases={"true": "yes", "1": "yes", "x": "yes", "false": "no", "0": "no"}
)
_BRIEF = {"Prompt": "prompt"} | {name.capitalize(): name for name in BRIEF_FIELDS}
_FIELDS = {
    "Method": ("method",), "FPS": ("fps_num", "fps_den"), "Frames": ("duration_frames",),
    "In": ("first_frame",), "Out": ("duration_frames",), "Stage": ("stage",),
    "Status": ("status",), "Hero": ("is_hero",), "Artifact policy": ("artifact_policy",),
}  # fmt: skip


@dataclass(frozen=True)
class ShotRow:
    """A shot and which of its columns the file really gives."""

    shot: Shot
    given: frozenset[str]
    """Names of the stored columns that the row fills in."""
    effects_written: str | None = None
    """Effects as the row declares them; None where it says nothing of them."""

    def effects(self, present: Shot | None) -> tuple[ShotEffect, ...]:
        """Return the effects that the shot has with this row; `present` is what the record knows of it.

        Raises CellError for frames outside the shot.
        """
        known = () if present is None else present.effects
        if self.effects_written is None:
            return known
        first, duration = self.shot.first_frame, self.shot.duration_frames
        if present is not None:
            first = first if "first_frame" in self.given else present.first_frame
            duration = duration if "duration_frames" in self.given else present.duration_frames
        try:
            return parse_effects(self.effects_written, first_frame=first, duration_frames=duration)
        except MisuseError as error:
            raise CellError("Effects", str(error)) from None


def read_shot(row: TableRow, naming: ShotNaming = HOUSE_NAMING) -> ShotRow:
    """Make a shot of a row; raises MisuseError with the column that cannot be used."""
    film = row.read("Film", lambda text: check_code(text, "film"), row.need("Film"))
    code = row.read("Shot", naming.check, row.need("Shot"))
    first, duration = _frames(row)
    # Without a first frame the record's counts, which is not known here: only the words are.
    start, length = (first, duration) if "In" in row.cells else (0, None)
    nothing: tuple[ShotEffect, ...] = ()
    row.read(
        "Effects",
        lambda t: parse_effects(t, first_frame=start, duration_frames=length),
        nothing,
    )
    shot = Shot(
        film=film,
        code=code,
        sequence=row.get("Sequence") or naming.sequence_of(code),
        first_frame=first,
        duration_frames=duration,
        fps=row.read("FPS", parse_fps, Fraction(24)),
        method=Method(row.read("Method", _METHOD, "ai")),
        stage=Stage(row.read("Stage", _STAGE, "vid")),
        status=ShotStatus(row.read("Status", choice(*ShotStatus), "rdy")),
        is_hero=row.read("Hero", _YES_NO, "no") == "yes",
        artifact_policy=ArtifactPolicy(
            row.read("Artifact policy", choice(*ArtifactPolicy), "avoid")
        ),
        embraced=_embraced(row),
        brief=Brief(**{name: row.get(column) for column, name in _BRIEF.items()}),
    )
    brief_given = {"time_of_day" if n == "time" else n for c, n in _BRIEF.items() if c in row.cells}
    given = {name for column, names in _FIELDS.items() if column in row.cells for name in names}
    return ShotRow(shot, frozenset(given | brief_given), effects_written=row.cells.get("Effects"))


def _embraced(row: TableRow) -> tuple[Embrace, ...]:
    """A trace is embraced by name, by a person; several kinds are separated by commas."""
    kinds = [kind.strip() for kind in re.split(r"[,;]", row.get("Embraced")) if kind.strip()]
    if kinds and "Embraced by" not in row.cells:
        raise CellError("Embraced by", "a trace is embraced by a named person; write who.")
    by, reason = row.get("Embraced by"), row.get("Embrace reason")
    return tuple(Embrace(kind=kind, by=by, reason=reason) for kind in sorted(set(kinds)))


def _frames(row: TableRow) -> tuple[int, int | None]:
    first = row.read("In", _frame_number, FIRST_FRAME)
    duration = row.read("Frames", _count, None)
    last = row.read("Out", _frame_number, None)
    if last is None:
        return first, duration
    if last < first:
        raise CellError("Out", f"the shot would end at {last}, before its first frame {first}.")
    if duration is not None and duration != last - first + 1:
        raise CellError(
            "Frames", f"{duration} frames do not fit {first}-{last} ({last - first + 1})."
        )
    return first, last - first + 1


def _frame_number(text: str) -> int:
    return _whole(text, least=0)


def _count(text: str) -> int | None:
    return _whole(text, least=1)


def _whole(text: str, *, least: int) -> int:
    try:
        value = float(text)
    except ValueError:
        raise MisuseError(f"'{text}' is not a number of frames.") from None
    if not value <= _MOST_FRAMES:
        raise MisuseError(f"'{text}' must be a whole number of at most {_MOST_FRAMES}.")
    if value != int(value) or value < least:
        raise MisuseError(f"'{text}' must be a whole number of at least {least}.")
    return int(value)
