"""How film people say what a brief holds: for each thing the plain word first, then its synonyms.

`evals.animatic.captions` builds prose from these; the plain words alone make the phrases of the
shot table. `{c}` stands for a colour.
"""

from __future__ import annotations

from evals.animatic.brief import (
    Action,
    CameraMove,
    Colour,
    Garment,
    Hat,
    Light,
    MaskKind,
    PropKind,
    Setting,
    ShotSize,
    Subject,
    Time,
    Weather,
)

__all__ = [
    "ACTIONS",
    "AIRS",
    "COLOURS",
    "GARMENTS",
    "GLOWS",
    "HATS",
    "HOURS",
    "LIGHTS",
    "MASKS",
    "MOVES",
    "PLACES",
    "PROPS",
    "SETTINGS",
    "SIZES",
    "SUBJECTS",
    "TIMES",
    "WEATHERS",
]

Words = tuple[str, ...]

COLOURS: dict[Colour, Words] = {
    Colour.BLACK: ("black", "jet-black", "coal-black", "ink-black", "raven-black", "pitch-black"),
    Colour.BLUE: ("blue", "cobalt", "royal-blue", "sapphire", "azure", "ultramarine", "bright blue"),
    Colour.GREEN: ("green", "emerald", "moss-green", "bottle-green", "leaf-green", "grass-green"),
    Colour.ORANGE: ("orange", "tangerine", "bright orange", "pumpkin-orange", "rust-orange", "saffron"),
    Colour.PINK: ("pink", "rose-pink", "rose-coloured", "blush-pink", "salmon-pink", "candy-pink"),
    Colour.PURPLE: ("purple", "violet", "plum", "plum-coloured", "lilac", "mauve", "aubergine"),
    Colour.RED: ("red", "crimson", "scarlet", "cherry-red", "ruby", "vermilion", "brick-red", "blood-red"),
    Colour.TEAL: ("teal", "turquoise", "petrol-blue", "blue-green", "sea-green", "peacock"),
    Colour.WHITE: ("white", "ivory", "cream", "snow-white", "bone-white", "chalk-white"),
    Colour.YELLOW: (
        "yellow", "mustard", "lemon-yellow", "canary-yellow", "sunflower-yellow", "golden-yellow",
    ),
}  # fmt: skip

SUBJECTS: dict[Subject, Words] = {
    Subject.CHILD: ("child", "child", "little one", "young child", "small child", "kid"),
    Subject.DOG: ("dog", "dog", "hound", "mongrel", "terrier"),
    Subject.FOX: ("fox", "fox", "vixen", "wild fox"),
    Subject.HERON: ("heron", "heron", "grey heron", "wading bird", "tall heron"),
    Subject.HORSE: ("horse", "horse", "mare", "pony", "stallion"),
    Subject.MAN: ("man", "man", "gentleman", "fellow", "old man", "young man", "boatman", "father"),
    Subject.ROBOT: ("robot", "robot", "machine", "automaton", "android", "tin man", "metal robot"),
    Subject.WOMAN: ("woman", "woman", "lady", "young woman", "old woman", "mother"),
}

GARMENTS: dict[Garment, Words] = {
    Garment.COAT: ("coat", "overcoat", "long coat", "greatcoat", "winter coat"),
    Garment.DRESS: ("dress", "gown", "frock", "long dress"),
    Garment.HOODIE: (
        "hoodie",
        "hooded top",
        "hooded sweatshirt",
        "hood",
        "hoodie with its hood up",
    ),
    Garment.JACKET: ("jacket", "short jacket", "blazer", "work jacket"),
    Garment.RAINCOAT: ("raincoat", "mackintosh", "oilskin", "slicker", "rain jacket"),
    Garment.SWEATER: ("sweater", "jumper", "pullover", "knitted sweater", "jersey"),
}

HATS: dict[Hat, Words] = {
    Hat.BEANIE: ("beanie", "woollen hat", "knitted cap", "wool beanie"),
    Hat.BRIM: ("brimmed hat", "wide-brimmed hat", "fedora", "felt hat", "hat with a brim"),
    Hat.CAP: ("cap", "flat cap", "peaked cap", "worker's cap"),
}

MASKS: dict[MaskKind, Words] = {
    MaskKind.FOX: (
        "fox mask",
        "papier-mache fox mask",
        "painted fox mask",
        "fox's face for a mask",
    ),
    MaskKind.LOWER: (
        "mask over nose and mouth",
        "half mask over the mouth",
        "cloth over the mouth",
    ),
    MaskKind.SIDE: (
        "half mask over one side of the face",
        "mask on one half of the face",
        "half mask",
    ),
    MaskKind.UPPER: ("domino mask", "mask over the eyes", "eye mask", "domino"),
}

PROPS: dict[PropKind, Words] = {
    PropKind.BALLOON: ("balloon", "balloon on a string", "toy balloon"),
    PropKind.BICYCLE: ("bicycle", "bike", "old bicycle", "cycle"),
    PropKind.BIRDCAGE: ("birdcage", "cage", "wire birdcage", "empty birdcage"),
    PropKind.BOOK: ("book", "old book", "hardback book", "notebook"),
    PropKind.CUP: ("cup", "mug", "teacup", "coffee cup", "cup of tea"),
    PropKind.FLOWERS: ("flowers", "bunch of flowers", "bouquet", "posy of flowers"),
    PropKind.GUITAR: ("guitar", "old guitar", "acoustic guitar"),
    PropKind.LANTERN: ("lantern", "storm lantern", "hand lantern", "oil lantern"),
    PropKind.LETTER: ("letter", "envelope", "sealed letter", "folded letter"),
    PropKind.RADIO: ("radio", "wireless set", "transistor radio", "old radio"),
    PropKind.SUITCASE: (
        "suitcase", "travelling case", "old suitcase", "valise", "suitcase with brass corners",
    ),
    PropKind.UMBRELLA: ("umbrella", "parasol", "open umbrella", "brolly"),
}  # fmt: skip

SETTINGS: dict[Setting, Words] = {
    Setting.CAFE: (
        "in a cafe", "in a small cafe", "at a table in a coffee house", "in a bistro",
        "by the cafe counter",
        "inside the corner cafe", "among the cafe tables", "in a coffee shop",
    ),
    Setting.CARRIAGE: (
        "in a railway carriage", "inside a train carriage", "on a moving train", "in a train compartment",
        "between the seats of a train", "at a carriage window", "in the carriage of a night train",
    ),
    Setting.FOREST: (
        "in a forest", "in the woods", "among tall trees", "between the firs", "deep in the forest",
        "under the trees", "on a woodland path", "in a pine wood", "among birch trunks",
    ),
    Setting.HARBOUR: (
        "in a harbour", "on the quay", "at the harbour", "beside moored boats", "on a pier among masts",
        "by the fishing boats", "on the docks", "along the quayside", "where the boats are tied up",
        "in the port",
    ),
    Setting.HILLS: (
        "in the hills", "on a hillside", "among rolling hills", "on an open ridge", "in the high meadows",
        "on a grassy slope", "above the valley", "in open country", "on the moor", "in the mountains",
    ),
    Setting.KITCHEN: (
        "in a kitchen", "in the kitchen", "at the kitchen table", "by the stove", "at the kitchen sink",
        "beside the cooker", "in an old farmhouse kitchen", "among pots and pans",
    ),
    Setting.LIGHTHOUSE: (
        "by a lighthouse", "on the shore with a lighthouse", "on the beach, a lighthouse off the coast",
        "below the lighthouse", "on the rocks near the lighthouse", "by the sea, a lighthouse beyond",
        "at the light on the headland", "on the strand opposite the lighthouse",
    ),
    Setting.PLATFORM: (
        "on a railway platform", "on the platform", "at the station", "at a railway station",
        "beside the tracks",
        "on the station platform", "under the station clock", "waiting for the train on the platform",
    ),
    Setting.ROOFTOP: (
        "on a rooftop", "on the roof", "above the city on a roof", "among chimneys",
        "on a flat roof over the town",
        "up among the rooftops", "at the edge of a roof", "between chimneys and water tanks",
    ),
    Setting.STAGE: (
        "on a theatre stage", "on stage", "on the boards of a theatre", "before the curtain",
        "in an empty theatre",
        "in front of the curtain", "on the stage of an old theatre", "in the playhouse",
    ),
    Setting.STREET: (
        "in a street", "on a city street", "on the pavement", "in an alley between houses",
        "in a narrow lane of houses",
        "on a street corner", "outside the shop fronts", "in the old town",
        "on the cobbles of a side street",
    ),
    Setting.WORKSHOP: (
        "in a workshop", "at a workbench", "in the workshop among tools", "in a repair shop",
        "in the tinkerer's workshop",
        "by the workbench", "in a craftsman's workshop", "under tools hung on the wall",
    ),
}  # fmt: skip

TIMES: dict[Time, Words] = {
    Time.DAWN: (
        "at dawn", "at first light", "at sunrise", "at daybreak", "in the early morning",
        "before the sun is up",
        "as the sun rises", "as the day breaks", "in the pale dawn", "just after sunrise",
    ),
    Time.DAY: (
        "by day", "at noon", "at midday", "in broad daylight", "in the afternoon", "under a high sun",
        "in daylight", "in the middle of the day", "in full sun", "late in the morning", "in bright day",
    ),
    Time.DUSK: (
        "at dusk", "at sunset", "at nightfall", "in the evening", "as the sun goes down", "at twilight",
        "in the last light", "as evening falls", "under an evening sky", "in the afterglow",
    ),
    Time.NIGHT: (
        "at night", "by night", "after midnight", "past midnight", "under the moon", "in the dark",
        "in moonlight",
        "late at night", "in the small hours", "under the stars", "long after dark",
    ),
}  # fmt: skip

WEATHERS: dict[Weather, Words] = {
    Weather.CLEAR: (
        "in clear air", "in clear weather", "under a clear sky", "the air clear", "not a cloud",
    ),
    Weather.FOG: (
        "in fog", "in thick fog", "in the mist", "fog over everything", "wrapped in haze",
        "in a grey mist",
    ),
    Weather.RAIN: (
        "in the rain", "in heavy rain", "in a downpour", "rain falling", "in pouring rain", "in drizzle",
    ),
    Weather.SNOW: (
        "in the snow", "in falling snow", "snow falling", "in a snowfall", "amid snowflakes",
        "in a flurry of snow",
    ),
}  # fmt: skip

LIGHTS: dict[Light, Words] = {
    Light.CANDLE: (
        "by candlelight",
        "lit by a candle",
        "by the light of one candle",
        "in candle glow",
    ),
    Light.LAMP: ("by lamplight", "lit by a lamp", "in the warm light of a lamp", "under a lamp"),
    Light.NATURAL: (
        "in natural light",
        "with no lamp lit",
        "in available light",
        "no light but the sky",
    ),
    Light.NEON: (
        "in neon light",
        "lit by neon",
        "in the pink glow of a neon sign",
        "under a neon tube",
    ),
    Light.SPOT: (
        "in a spotlight",
        "lit by a spot",
        "in a single beam of light",
        "in a hard white beam",
    ),
}

ACTIONS: dict[Action, Words] = {
    Action.STAND: ("stands", "stands still", "waits", "does not move", "stands and waits", "lingers"),
    Action.WALK: ("walks", "walks slowly", "strolls", "wanders along", "paces", "comes walking"),
    Action.RUN: ("runs", "hurries", "dashes", "sprints", "races along", "breaks into a run"),
    Action.SIT: ("sits", "sits down", "is sitting", "rests", "takes a seat", "crouches"),
    Action.TURN_AWAY: ("turns away", "turns from us", "turns its back", "looks away"),
    Action.TURN_BACK: ("turns back", "turns round to us", "turns to face the camera", "looks back at us"),
    Action.LOOK_UP: ("looks up", "gazes up", "lifts its eyes", "stares upward", "raises its head"),
    Action.BOW: ("bows", "bows low", "takes a bow", "bends forward"),
    Action.WAVE: ("waves", "waves a hand", "gives a wave", "waves goodbye"),
    Action.RAISE: ("raises a hand", "lifts an arm", "holds it up", "raises it high"),
    Action.PLAY: ("plays", "uses it", "is busy with it", "plays on"),
    Action.MASK: ("puts the mask on", "draws the mask over the face", "dons the mask", "masks itself"),
    Action.UNMASK: ("takes the mask off", "lowers the mask", "lifts the mask away", "unmasks"),
}  # fmt: skip

SIZES: dict[ShotSize, Words] = {
    ShotSize.EXTREME_WIDE: (
        "extreme wide shot", "extreme long shot", "establishing shot", "very wide shot",
    ),
    ShotSize.WIDE: ("wide shot", "wide", "long shot", "wide view", "seen from far off"),
    ShotSize.FULL: ("full shot", "head to toe", "full figure", "full-length shot"),
    ShotSize.MEDIUM: ("medium shot", "mid shot", "from the waist up", "waist shot"),
    ShotSize.CLOSE: ("close-up", "close", "close shot", "tight on the face", "head and shoulders"),
}  # fmt: skip

MOVES: dict[CameraMove, Words] = {
    CameraMove.DOLLY_IN: ("slow dolly in", "push in", "the camera creeps closer"),
    CameraMove.DOLLY_OUT: ("slow dolly out", "pull back", "the camera backs away"),
    CameraMove.HANDHELD: ("handheld", "handheld camera", "the camera breathes"),
    CameraMove.PAN_LEFT: ("pan left", "slow pan to the left", "the camera pans left"),
    CameraMove.PAN_RIGHT: ("pan right", "slow pan to the right", "the camera pans right"),
    CameraMove.STATIC: ("static camera", "locked off", "static", "the camera holds"),
    CameraMove.TILT_DOWN: ("tilt down", "slow tilt down", "the camera tilts down"),
    CameraMove.TILT_UP: ("tilt up", "slow tilt up", "the camera tilts up"),
    CameraMove.ZOOM_IN: ("zoom in", "slow zoom", "the lens closes in"),
}  # fmt: skip

PLACES: dict[Setting, Words] = {
    Setting.CAFE: ("cafe", "coffee house", "bistro", "cafe table", "coffee shop", "counter of the cafe"),
    Setting.CARRIAGE: (
        "railway carriage", "carriage", "train carriage", "compartment", "sleeping carriage",
    ),
    Setting.FOREST: ("forest", "wood", "pine wood", "clearing in the forest", "woodland"),
    Setting.HARBOUR: ("harbour", "quay", "harbour wall", "pier", "dock", "jetty"),
    Setting.HILLS: ("hills", "hillside", "hill", "open hills", "ridge", "moor"),
    Setting.KITCHEN: ("kitchen", "farmhouse kitchen", "kitchen table", "small kitchen"),
    Setting.LIGHTHOUSE: (
        "lighthouse", "shore with a lighthouse", "lighthouse on its rock", "headland and its lighthouse",
    ),
    Setting.PLATFORM: ("railway platform", "platform", "station platform", "station", "railway station"),
    Setting.ROOFTOP: ("rooftop", "roof", "flat roof", "rooftop of the city", "roof among chimneys"),
    Setting.STAGE: ("theatre stage", "stage", "bare stage", "theatre", "stage and its curtain"),
    Setting.STREET: (
        "street", "city street", "lane", "street of old houses", "town street", "street corner",
    ),
    Setting.WORKSHOP: ("workshop", "repair shop", "workbench", "old workshop", "workshop full of tools"),
}  # fmt: skip
"""Settings as nouns."""

HOURS: dict[Time, Words] = {
    Time.DAWN: ("dawn", "first light", "daybreak", "sunrise", "early morning", "early light"),
    Time.DAY: ("day", "noon", "midday", "daylight", "afternoon", "full day", "plain day"),
    Time.DUSK: ("dusk", "sunset", "evening", "twilight", "nightfall", "last light"),
    Time.NIGHT: ("night", "midnight", "the middle of the night", "dead of night", "moonlight"),
}
"""Times of day as nouns."""

AIRS: dict[Weather, Words] = {
    Weather.CLEAR: ("clear", "cloudless", "fair", "dry"),
    Weather.FOG: ("foggy", "misty", "hazy", "fog-bound"),
    Weather.RAIN: ("rainy", "wet", "rain-washed", "rain-soaked"),
    Weather.SNOW: ("snowy", "snow-covered", "snowbound", "white with snow"),
}
"""Weather as adjectives."""

GLOWS: dict[Light, Words] = {
    Light.CANDLE: ("candlelight", "one candle", "a candle burning", "candle flame"),
    Light.LAMP: ("lamplight", "one lamp", "lamp on", "a street lamp", "lamps lit"),
    Light.NATURAL: ("natural light", "no lamp"),
    Light.NEON: ("neon", "neon sign", "pink neon", "neon glow"),
    Light.SPOT: ("spotlight", "one spotlight", "a spot from above", "white spot"),
}
"""Lights as nouns."""
