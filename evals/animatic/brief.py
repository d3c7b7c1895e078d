"""What can be asked of the drawn world: who is where, when, doing what, and how it is filmed.

A `Brief` is the structured order for one shot. The same words are the fields of the shot table, the
vocabulary of the captions and the ground truth that metrics are tested against, so this module
holds them once. Lengths are metres at the subject's plane unless a name says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evals.animatic.cast import Person
from tracker.errors import MisuseError

__all__ = [
    "Action",
    "Brief",
    "CameraMove",
    "Colour",
    "Facing",
    "Figure",
    "Garment",
    "Hat",
    "Light",
    "Mask",
    "MaskKind",
    "Prop",
    "PropKind",
    "Setting",
    "ShotSize",
    "Subject",
    "Time",
    "Wardrobe",
    "Weather",
]


class Colour(StrEnum):
    """The ten colours that clothes, props and masks come in."""

    BLACK = "black"
    BLUE = "blue"
    GREEN = "green"
    ORANGE = "orange"
    PINK = "pink"
    PURPLE = "purple"
    RED = "red"
    TEAL = "teal"
    WHITE = "white"
    YELLOW = "yellow"


class Setting(StrEnum):
    """Where a shot plays."""

    CAFE = "cafe"
    CARRIAGE = "carriage"
    """Inside a railway carriage."""
    FOREST = "forest"
    HARBOUR = "harbour"
    HILLS = "hills"
    KITCHEN = "kitchen"
    LIGHTHOUSE = "lighthouse"
    """A shore with a lighthouse off it."""
    PLATFORM = "platform"
    """A railway platform."""
    ROOFTOP = "rooftop"
    STAGE = "stage"
    """A theatre's."""
    STREET = "street"
    WORKSHOP = "workshop"

    @property
    def is_interior(self) -> bool:
        """Weather and sky are then seen through windows only."""
        return self in _INTERIORS


_INTERIORS = frozenset(
    {Setting.CAFE, Setting.CARRIAGE, Setting.KITCHEN, Setting.STAGE, Setting.WORKSHOP}
)


class Time(StrEnum):
    """Time of day."""

    DAWN = "dawn"
    DAY = "day"
    DUSK = "dusk"
    NIGHT = "night"


class Weather(StrEnum):
    """What is in the air; behind the windows of an interior."""

    CLEAR = "clear"
    FOG = "fog"
    RAIN = "rain"
    SNOW = "snow"


class Light(StrEnum):
    """What lights the subject beside the sky."""

    CANDLE = "candle"
    LAMP = "lamp"
    NATURAL = "natural"
    """Nothing else."""
    NEON = "neon"
    SPOT = "spot"


class ShotSize(StrEnum):
    """How much of the subject the picture holds."""

    EXTREME_WIDE = "extreme_wide"
    WIDE = "wide"
    FULL = "full"
    MEDIUM = "medium"
    CLOSE = "close"


class CameraMove(StrEnum):
    """How the camera moves during the shot."""

    DOLLY_IN = "dolly_in"
    DOLLY_OUT = "dolly_out"
    HANDHELD = "handheld"
    PAN_LEFT = "pan_left"
    PAN_RIGHT = "pan_right"
    STATIC = "static"
    TILT_DOWN = "tilt_down"
    TILT_UP = "tilt_up"
    ZOOM_IN = "zoom_in"


class Subject(StrEnum):
    """Who or what acts."""

    CHILD = "child"
    DOG = "dog"
    FOX = "fox"
    HERON = "heron"
    HORSE = "horse"
    MAN = "man"
    ROBOT = "robot"
    WOMAN = "woman"

    @property
    def has_face(self) -> bool:
        """Only people have a face in the sense of identity and consent."""
        return self in _PEOPLE


_PEOPLE = frozenset({Subject.CHILD, Subject.MAN, Subject.WOMAN})


class Action(StrEnum):
    """One beat of a performance; animals and robots know the first seven."""

    STAND = "stand"
    WALK = "walk"
    RUN = "run"
    SIT = "sit"
    TURN_AWAY = "turn_away"
    TURN_BACK = "turn_back"
    """Turns until the face looks at the camera."""
    LOOK_UP = "look_up"
    BOW = "bow"
    WAVE = "wave"
    RAISE = "raise"
    """Lifts what the hand holds, or the hand."""
    PLAY = "play"
    """Plays the guitar, reads the book, drinks from the cup: uses what the hand holds."""
    MASK = "mask"
    """Puts the mask on."""
    UNMASK = "unmask"
    """Takes the mask off."""


class Facing(StrEnum):
    """Where a figure looks when the shot begins."""

    AWAY = "away"
    CAMERA = "camera"
    LEFT = "left"
    RIGHT = "right"


class Garment(StrEnum):
    """What is worn on top."""

    COAT = "coat"
    DRESS = "dress"
    HOODIE = "hoodie"
    """With its hood up."""
    JACKET = "jacket"
    RAINCOAT = "raincoat"
    SWEATER = "sweater"


class Hat(StrEnum):
    """What is worn on the head."""

    BEANIE = "beanie"
    BRIM = "brim"
    CAP = "cap"


class MaskKind(StrEnum):
    """Which part of the face a mask covers."""

    FOX = "fox"
    """All of it: a painted fox of papier-mache."""
    LOWER = "lower"
    """Nose, mouth and chin."""
    SIDE = "side"
    """One vertical half."""
    UPPER = "upper"
    """Eyes and brow: a domino."""


class PropKind(StrEnum):
    """Things in a hand or on the set."""

    BALLOON = "balloon"
    BICYCLE = "bicycle"
    BIRDCAGE = "birdcage"
    BOOK = "book"
    CUP = "cup"
    FLOWERS = "flowers"
    GUITAR = "guitar"
    LANTERN = "lantern"
    LETTER = "letter"
    RADIO = "radio"
    SUITCASE = "suitcase"
    UMBRELLA = "umbrella"


@dataclass(frozen=True, kw_only=True)
class Prop:
    """A thing with its colour."""

    kind: PropKind
    colour: Colour


@dataclass(frozen=True, kw_only=True)
class Mask:
    """A mask with its colour; whether it is on the face follows from the beats."""

    kind: MaskKind
    colour: Colour = Colour.WHITE


@dataclass(frozen=True, kw_only=True)
class Wardrobe:
    """What a figure wears."""

    garment: Garment = Garment.COAT
    colour: Colour = Colour.RED
    scarf: Colour | None = None
    hat: Hat | None = None
    hat_colour: Colour = Colour.BLACK


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One who acts in the shot."""

    subject: Subject = Subject.WOMAN
    person: Person | None = None
    """The cast member; needed by subjects with a face, empty for the others."""
    wardrobe: Wardrobe = Wardrobe()
    """Animals wear its colour as a scarf or a blanket; robots are painted with it."""
    holds: Prop | None = None
    mask: Mask | None = None
    facing: Facing = Facing.CAMERA
    beats: tuple[Action, ...] = (Action.STAND,)
    """In order; each takes an equal part of the shot."""
    x: float = 0.0
    """Where the figure starts, in half picture widths from the middle, -1 to 1."""

    def __post_init__(self) -> None:
        """A face needs an owner, and a shot at least one beat."""
        if self.subject.has_face != (self.person is not None):
            raise MisuseError(
                f"A {self.subject} {'needs' if self.subject.has_face else 'has no'} face; "
                f"{'give' if self.subject.has_face else 'leave out'} the person."
            )
        if not self.beats or not -1 <= self.x <= 1:
            raise MisuseError("A figure needs a beat, and a place between -1 and 1.")


@dataclass(frozen=True, kw_only=True)
class Brief:
    """The order for one shot; the same layout is always the same place, street by street."""

    setting: Setting
    time: Time = Time.DAY
    weather: Weather = Weather.CLEAR
    light: Light = Light.NATURAL
    figures: tuple[Figure, ...] = ()
    """None to two; the first is the subject that the camera frames."""
    props: tuple[Prop, ...] = ()
    """Up to two, standing on the set."""
    size: ShotSize = ShotSize.WIDE
    camera: CameraMove = CameraMove.STATIC
    layout: int = 1
    is_letterboxed: bool = False
    """2.39:1 with black bars."""

    def __post_init__(self) -> None:
        """More than two figures or props would hide one another."""
        if len(self.figures) > 2 or len(self.props) > 2:
            raise MisuseError("A brief holds at most two figures and two props on the set.")
