"""Colours of hair and eyes in white light."""

from __future__ import annotations

from evals.animatic.cast import HairColour

__all__ = ["HAIR_INKS", "IRIS_INKS"]

HAIR_INKS = {
    HairColour.AUBURN: "#7a2e1c",
    HairColour.BLACK: "#26222a",
    HairColour.BLOND: "#dcab55",
    HairColour.BROWN: "#5c3a24",
    HairColour.COPPER: "#cf6428",
    HairColour.GREY: "#8e9299",
    HairColour.WHITE: "#e6e3dc",
}
IRIS_INKS = ("#2a1c16", "#6b3f1d", "#4c7a3c", "#3f77b5", "#7d8c94")
"""In the order of `Person.eye_colour`."""
