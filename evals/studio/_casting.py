"""Casting stills: the pictures by which a character's face is known before the first take."""

from __future__ import annotations

from collections.abc import Sequence

from evals.animatic.brief import Brief, Figure, Light, Setting, ShotSize, Time
from evals.studio.records import CharacterScript, ReferenceScript, ShotScript
from tracker.domain.likeness import Exposure

__all__ = ["casting_stills"]

SET_NAME, CONTRIBUTED_BY = "Casting", "Casting office"
_STILLS = (
    ("kitchen, by day", Setting.KITCHEN, 81, Time.DAY, Light.NATURAL),
    ("rooftop, before sunset", Setting.ROOFTOP, 82, Time.DUSK, Light.NATURAL),
    ("café, by lamplight", Setting.CAFE, 83, Time.NIGHT, Light.LAMP),
)


def casting_stills(
    characters: Sequence[CharacterScript], shots: Sequence[ShotScript]
) -> tuple[ReferenceScript, ...]:
    """Return three stills of every character whose face one of the shots means to show."""
    shown = {
        code
        for shot in shots
        for code, exposure in shot.exposures.items()
        if exposure is Exposure.REVEALED
    }
    return tuple(
        ReferenceScript(
            character=character.code,
            set_name=SET_NAME,
            contributed_by=CONTRIBUTED_BY,
            picture=f"casting_{character.code.lower()}_{number}.png",
            caption=f"Casting still {number}: {where}.",
            brief=Brief(
                setting=setting,
                layout=layout,
                time=time,
                light=light,
                size=ShotSize.CLOSE,
                figures=(
                    Figure(
                        subject=character.subject,
                        person=character.person,
                        wardrobe=character.wardrobe,
                    ),
                ),
            ),
        )
        for character in characters
        if character.person is not None and character.code in shown
        for number, (where, setting, layout, time, light) in enumerate(_STILLS, 1)
    )
