"""What else a phrase of a brief could have said: another place, hour, weather, light, person, thing.

Each group lists kinds that exclude one another in one picture. A kind is a tuple of words for the same
thing, the plain one first: the first words of the other kinds stand in for it, and any of its words
recognises it. In `PHRASES` groups whole phrases are exchanged, in `NOUNS` groups the word alone.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["BANK_VERSION", "COLOURS", "NOUNS", "PHRASES", "STYLES"]

BANK_VERSION = "1"
"""Changes with any word here: the scores of phrases depend on it."""

Kinds = tuple[tuple[str, ...], ...]

COLOURS: Kinds = (
    ("black", "jet-black", "coal-black", "ebony"),
    ("blue", "navy", "cobalt", "azure", "sapphire", "indigo", "ultramarine"),
    ("brown", "tan", "chestnut", "chocolate"),
    ("green", "emerald", "olive", "khaki"),
    ("grey", "gray", "charcoal"),
    ("orange", "tangerine", "amber", "saffron"),
    ("pink", "rose-pink", "magenta", "fuchsia"),
    ("purple", "violet", "lilac", "mauve", "plum"),
    ("red", "crimson", "scarlet", "vermilion", "maroon"),
    ("teal", "turquoise", "cyan"),
    ("white", "ivory", "cream"),
    ("yellow", "mustard", "golden", "gold"),
)

PHRASES: Mapping[str, Kinds] = {
    "time": (
        ("at dawn", "dawn", "sunrise", "daybreak", "first light", "early morning", "sun rises"),
        ("by day", "day", "noon", "midday", "daylight", "afternoon", "high sun", "full sun", "morning"),
        ("at dusk", "dusk", "sunset", "twilight", "evening", "nightfall", "last light", "golden hour"),
        ("at night", "night", "midnight", "moon", "moonlight", "moonlit", "stars", "after dark"),
    ),
    "weather": (
        ("under a clear sky", "clear sky", "clear air", "clear weather", "cloudless"),
        ("in fog", "fog", "foggy", "mist", "misty", "haze", "hazy"),
        ("in the rain", "rain", "rainy", "raining", "downpour", "drizzle", "storm", "thunderstorm"),
        ("in the snow", "snow", "snowy", "snowing", "snowfall", "blizzard", "snowflakes"),
    ),
    "light": (
        ("by candlelight", "candle", "candles", "candlelight", "candlelit", "firelight", "fire"),
        ("by lamplight", "lamp", "lamps", "lamplight", "lamplit", "bulb", "lantern light"),
        ("in natural light", "natural", "available light", "sunlight", "daylight"),
        ("in neon light", "neon", "neon-lit"),
        ("in a spotlight", "spot", "spotlight", "spotlit", "single beam", "beam of light"),
    ),
    "place": (
        ("in a cafe", "cafe", "café", "coffee house", "coffee shop", "bistro", "bar", "restaurant"),
        ("in a railway carriage", "carriage", "compartment", "train"),
        ("in a forest", "forest", "woods", "wood", "trees", "jungle", "firs", "grove"),
        ("in a harbour", "harbour", "harbor", "quay", "port", "pier", "dock", "docks", "jetty", "boats"),
        ("in the hills", "hills", "hill", "hillside", "mountain", "mountains", "meadow", "meadows",
         "moor", "ridge", "valley", "field", "country"),
        ("in a kitchen", "kitchen", "stove"),
        ("by a lighthouse", "lighthouse", "shore", "beach", "coast", "headland", "sea", "seaside"),
        ("on a railway platform", "platform", "station", "railway", "tracks"),
        ("on a rooftop", "rooftop", "rooftops", "roof", "chimneys"),
        ("on a theatre stage", "stage", "theatre", "theater", "curtain"),
        ("in a street", "street", "alley", "lane", "pavement", "sidewalk", "road", "town", "city"),
        ("in a workshop", "workshop", "workbench", "repair shop", "garage", "factory"),
        ("in an office", "office", "desk", "boardroom"),
        ("in a bedroom", "bedroom", "bed", "hotel room"),
        ("in a long corridor", "corridor", "hallway", "stairwell", "staircase"),
        ("in a desert", "desert", "dunes", "sand"),
        ("in a church", "church", "chapel", "cathedral"),
        ("in a hospital ward", "hospital", "ward", "clinic"),
        ("in a library", "library", "bookshop", "classroom"),
        ("in a car", "car", "taxi", "bus"),
        ("in a supermarket", "supermarket", "shop", "market", "store"),
        ("under water", "underwater", "under water", "ocean floor"),
    ),
}  # fmt: skip

NOUNS: Mapping[str, Kinds] = {
    "person": (
        ("woman", "lady", "girl", "mother", "grandmother", "actress", "bride", "queen"),
        ("man", "gentleman", "fellow", "father", "grandfather", "actor", "groom", "king", "boy"),
        ("child", "kid", "toddler", "boy", "girl"),
        ("robot", "android", "automaton", "machine"),
        ("dog", "hound", "puppy", "terrier"),
        ("fox", "vixen"),
        ("heron", "bird", "crane", "stork"),
        ("horse", "pony", "mare", "stallion"),
        ("cat", "kitten"),
    ),
    "garment": (
        ("coat", "overcoat", "greatcoat", "trenchcoat"),
        ("dress", "gown", "frock"),
        ("hoodie", "hooded top", "sweatshirt"),
        ("jacket", "blazer"),
        ("raincoat", "mackintosh", "oilskin", "slicker"),
        ("sweater", "jumper", "pullover", "jersey", "cardigan"),
        ("shirt", "blouse", "t-shirt"),
        ("suit", "tuxedo"),
    ),
    "headwear": (
        ("beanie", "woollen hat", "knitted cap"),
        ("brimmed hat", "hat", "fedora"),
        ("cap",),
        ("helmet",),
    ),
    "thing": (
        ("balloon",),
        ("bicycle", "bike"),
        ("birdcage", "cage"),
        ("book", "notebook"),
        ("cup", "mug", "teacup"),
        ("bouquet", "flowers", "posy"),
        ("guitar",),
        ("lantern",),
        ("letter", "envelope"),
        ("radio",),
        ("suitcase", "valise", "bag"),
        ("umbrella", "parasol", "brolly"),
    ),
}

STYLES = (
    "black and white film",
    "photorealistic",
    "watercolour painting",
    "oil painting",
    "pencil sketch",
    "drawn animatic",
    "stop motion with clay figures",
    "computer rendering",
    "grainy home video",
    "security camera footage",
)
"""Looks that a picture can have; several can be true at once, so styles are shown and not decided on."""
