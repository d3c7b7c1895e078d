"""Stages and statuses: a short code for people, a state and a flag for reports that survive renames."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["ShotStatus", "Stage", "State", "TakeStatus"]


class Stage(StrEnum):
    """Where in the making a shot or a take stands."""

    PLANNING = "plan"
    IMAGE = "img"
    VIDEO = "vid"
    POST = "post"


class State(StrEnum):
    """The machine-readable side of a status."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    BLOCKED = "blocked"


class ShotStatus(StrEnum):
    """What happens to a shot next."""

    WAITING = "wtg"
    READY = "rdy"
    IN_PROGRESS = "ip"
    PENDING_REVIEW = "rev"
    NEEDS_DIRECTION = "dir"
    RETAKE = "rtk"
    APPROVED = "apr"
    FINAL = "fin"
    ON_HOLD = "hld"
    OMITTED = "omt"

    @property
    def state(self) -> State:
        """The state that reports count."""
        return _STATES[self]


_STATES = {
    ShotStatus.WAITING: State.NOT_STARTED,
    ShotStatus.READY: State.NOT_STARTED,
    ShotStatus.IN_PROGRESS: State.IN_PROGRESS,
    ShotStatus.PENDING_REVIEW: State.IN_PROGRESS,
    ShotStatus.NEEDS_DIRECTION: State.IN_PROGRESS,
    ShotStatus.RETAKE: State.IN_PROGRESS,
    ShotStatus.APPROVED: State.DONE,
    ShotStatus.FINAL: State.DONE,
    ShotStatus.ON_HOLD: State.BLOCKED,
    ShotStatus.OMITTED: State.BLOCKED,
}


class TakeStatus(StrEnum):
    """What a person has said of a take."""

    PENDING_REVIEW = "rev"
    VIEWED = "vwd"
    SELECTED = "sel"
    APPROVED = "apr"
    REJECTED = "rej"
    FINAL = "fin"
    NOT_APPLICABLE = "na"
