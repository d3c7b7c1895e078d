"""A deep forest: four rows of pines, tall trunks, a clearing with ferns."""

from __future__ import annotations

import math

from evals.animatic.brief import Time, Weather
from evals.animatic.canvas import Layer, Moment, Set, Stage, ink, skia
from evals.animatic.palette import mix
from evals.animatic.places.brush import (
    arc,
    box,
    down_to,
    dry_strokes,
    fade,
    lay,
    oval,
    polygon,
    ridge,
    rod,
    rough,
    rounded,
    still,
    wash,
)
from evals.animatic.places.lights import light_layers, source_at
from evals.animatic.places.rig import Rig
from evals.animatic.places.room import sitter_x
from evals.animatic.places.sky import disc_place, sky_layers
from evals.animatic.places.tones import ground_tone, painted, snowy, tone
from evals.animatic.places.trees import Wood, grass, paint_pines

__all__ = ["forest"]


def forest(stage: Stage) -> Set:
    """Return the forest."""
    rig = Rig(lamp_at=(-1.3, -2.1), far_y=-1.5, shelf_y=-0.7, floor_y=0.1)
    woods = (
        (0.10, Wood(base=-0.62, tall=(1.2, 2.4), count=170, far=0.80, key=1)),
        (0.24, Wood(base=-0.42, tall=(1.6, 3.0), count=80, far=0.52, key=2)),
        (0.45, Wood(base=-0.30, tall=(2.6, 4.4), count=30, far=0.27, key=3, gap=0.7)),
    )

    def wood_layer(depth: float, wood: Wood) -> Layer:
        return still(depth, lambda canvas: _grove(canvas, stage, wood))

    back = [
        *sky_layers(stage, clouds=0.6),
        *[wood_layer(depth, wood) for depth, wood in woods],
        _rays(stage),
        still(0.62, lambda canvas: _trunks(canvas, stage)),
        still(0.95, lambda canvas: _ground(canvas, stage)),
        *light_layers(stage, rig),
    ]
    if stage.brief.time in (Time.NIGHT, Time.DUSK) and stage.brief.weather is Weather.CLEAR:
        back.append(_fireflies(stage))
    front = [still(1.4, lambda canvas: _near(canvas, stage)), _leaves(stage)]
    return Set(
        back=back,
        front=front,
        lamp_at=source_at(stage, rig),
        seat_y=-0.42,
        bounce=ground_tone(stage, "#4a6a45"),
    )


def _grove(canvas: skia.Canvas, stage: Stage, wood: Wood) -> None:
    """A row of pines on its own strip of ground."""
    strip = ridge(wood.base - 0.03, 0.06, cell=2.2, rng=stage.rng(147, wood.key))
    ground = snowy(stage, tone(stage, wood.far, "#56803f"), 0.7)
    lay(
        canvas,
        down_to(strip),
        wash(
            [(wood.base - 0.1, mix(ground, stage.palette.haze, 0.45)), (wood.base + 0.5, ground)],
            grain=0.7,
        ),
    )
    paint_pines(canvas, stage, wood, ground=strip)


def _trunks(canvas: skia.Canvas, stage: Stage) -> None:
    rng = stage.rng(140)
    bark, dark = tone(stage, 0.13, "#6b4a38"), tone(stage, 0.05)
    lit = mix(bark, stage.palette.disc, 0.28)
    sun = 1 if disc_place(stage)[0] > 0 else -1
    places = (-1.25, 1.35, *rng.uniform(-12, -2.3, 7), *rng.uniform(2.3, 12, 7))
    for place in places:
        x = float(place) + rng.uniform(-0.15, 0.15)
        wide, lean = rng.uniform(0.10, 0.2), rng.uniform(-0.15, 0.15)
        line = [
            (x - wide * 1.5, 0.1),
            (x - wide * 0.9, -0.5),
            (x + lean - wide * 0.7, -7.5),
            (x + lean + wide * 0.7, -7.5),
            (x + wide * 0.9, -0.5),
            (x + wide * 1.5, 0.1),
        ]
        lay(
            canvas,
            polygon(rough(line, rng, wobble_m=0.014, cell_m=0.3)),
            wash([(-4, bark), (0, dark)], grain=1.0),
        )
        edge = [
            (x + sun * wide * 0.55, -0.4),
            (x + lean * 0.5 + sun * wide * 0.5, -3),
            (x + lean * 0.6 + sun * wide * 0.72, -4),
            (x + sun * wide * 0.86, -0.4),
        ]
        canvas.drawPath(polygon(rough(edge, rng, wobble_m=0.012)), ink(lit, 0.7))
        for y in rng.uniform(-4.2, -1.2, 5):
            side, reach = rng.choice([-1, 1]), rng.uniform(0.2, 0.6)
            bough = [(x + lean * -y / 7, y), (x + side * (wide + reach), y - 0.2 * reach)]
            rod(canvas, bough, width=0.03, colour=dark)


def _ground(canvas: skia.Canvas, stage: Stage) -> None:
    rng = stage.rng(141)
    far, near = ground_tone(stage, "#61804f", shade=0.5), ground_tone(stage, "#2f4030", shade=0.22)
    for base, swing, share in ((-0.26, 0.07, 0.0), (0.02, 0.05, 0.35), (0.5, 0.06, 0.75)):
        line = ridge(base, swing, cell=1.9, rng=rng)
        colour = mix(far, near, share)
        lay(
            canvas,
            down_to(line),
            wash([(base - 0.1, colour), (base + 0.9, mix(colour, near, 0.6))], grain=1.0),
        )
        canvas.drawPath(
            grass(rng, base=base, tall=0.16 + 0.1 * share, count=110, gap=0.4, slope=line),
            ink(mix(colour, painted(stage, "#7fa05a", 0.6), 0.3), 0.9),
        )
    dry_strokes(
        canvas,
        box(-10, 0.0, right=10, bottom=1.2),
        rng,
        colour=mix(far, stage.palette.disc, 0.35),
        count=70,
        alpha=0.2,
        width=0.035,
    )
    for x in (*rng.uniform(-7, -0.9, 7), *rng.uniform(0.9, 7, 7)):
        y, size, red = rng.uniform(0.0, 0.6), rng.uniform(0.5, 1.0), painted(stage, "#c2402c", 0.8)
        canvas.drawRect(
            box(x - 0.02 * size, y - 0.13 * size, right=x + 0.02 * size, bottom=y),
            ink(painted(stage, "#e6dcc8", 0.7)),
        )
        canvas.drawPath(
            arc(oval((x, y - 0.11 * size), 0.19 * size, 0.16 * size), 180, 180, is_closed=True),
            ink(snowy(stage, red, 0.5)),
        )
    _log(canvas, stage)


def _log(canvas: skia.Canvas, stage: Stage) -> None:
    seat = sitter_x(stage)
    if seat is not None:
        log = tone(stage, 0.08, "#7a5538")
        lay(
            canvas,
            rounded(box(seat - 0.95, -0.42, right=seat + 0.85, bottom=-0.04), 0.18),
            wash([(-0.42, mix(log, stage.palette.disc, 0.2)), (0, log)]),
        )
        canvas.drawOval(oval((seat + 0.78, -0.23), 0.22, 0.38), ink(mix(log, "#e0b98a", 0.35)))


def _rays(stage: Stage) -> Layer:
    x, _ = disc_place(stage)
    strength = {Time.DAY: 0.30, Time.DAWN: 0.30, Time.DUSK: 0.24, Time.NIGHT: 0.12}[
        stage.brief.time
    ]
    if stage.brief.weather is not Weather.CLEAR:
        strength *= 0.25
    rng = stage.rng(142)
    rays = [
        (float(a), float(w))
        for a, w in zip(rng.uniform(-3.5, 3.5, 7), rng.uniform(0.15, 0.5, 7), strict=True)
    ]

    def paint(canvas: skia.Canvas, _moment: Moment) -> None:
        for at, wide in rays:
            top = (x + at) * 0.6, -6.0
            foot = top[0] - (x * 0.55) + at * 0.4
            ray = [
                (top[0] - wide * 0.3, top[1]),
                (top[0] + wide * 0.3, top[1]),
                (foot + wide, 0.1),
                (foot - wide, 0.1),
            ]
            stops = [(-6.0, stage.palette.disc, strength), (0.1, stage.palette.disc, 0.0)]
            canvas.drawPath(polygon(ray), fade(stops, is_light=True))

    return Layer(depth=0.5, paint=paint, is_light=True)


def _fireflies(stage: Stage) -> Layer:
    flies = stage.take_rng(143).random((16, 5))

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for x, y, size, rate, phase in flies:
            shine = 0.5 + 0.5 * math.sin(moment.seconds * (0.8 + rate) + 6.28 * phase)
            at = (
                (x * 2 - 1) * 4.5 + 0.15 * math.sin(moment.seconds * 0.7 + 6 * rate),
                -0.2 - 1.7 * y + 0.1 * math.sin(moment.seconds + 6 * phase),
            )
            canvas.drawCircle(*at, 0.05 + 0.03 * size, ink("#ffe27a", 0.18 * shine))
            canvas.drawCircle(*at, 0.016 + 0.01 * size, ink("#fff2b0", 0.85 * shine))

    return Layer(depth=0.8, paint=paint, is_still=False)


def _leaves(stage: Stage) -> Layer:
    """Boughs that reach in from above and stir."""
    rng = stage.rng(144)
    boughs = [(s * rng.uniform(2.7, 3.4), rng.uniform(-3.9, -3.4), s) for s in (-1, 1)]
    needles, phase, dark = (
        rng.random((2, 22, 3)),
        float(stage.take_rng(145).uniform(0, 6)),
        tone(stage, 0.0),
    )

    def paint(canvas: skia.Canvas, moment: Moment) -> None:
        for (x, y, side), group in zip(boughs, needles, strict=True):
            canvas.save()
            canvas.translate(x + side * 1.6, y)
            canvas.rotate(0.8 * math.sin(1.1 * moment.seconds + phase + side))
            path = polygon([(0.3 * side, -0.1), (-1.9 * side, 0.42), (0.3 * side, 0.08)])
            for u, long, drop in group:
                at = side * (0.2 - 2.0 * u), 0.42 * u
                path.addPath(
                    polygon(
                        [
                            (at[0] - 0.06, at[1]),
                            (at[0] - side * 0.16, at[1] + 0.16 + 0.34 * long * (1.1 - u)),
                            (at[0] + 0.06, at[1] + 0.03 * drop),
                        ]
                    )
                )
            canvas.drawPath(path, ink(dark))
            canvas.restore()

    return Layer(depth=1.15, paint=paint, is_still=False)


def _near(canvas: skia.Canvas, stage: Stage) -> None:
    rng, dark = stage.rng(146), tone(stage, 0.0)
    for place, wide in ((-4.9, 0.42), (5.0, 0.6)):
        x = place + rng.uniform(-0.3, 0.3)
        line = [
            (x - wide * 1.5, 4),
            (x - wide * 0.7, 0.3),
            (x - wide * 0.55, -10),
            (x + wide * 0.55, -10),
            (x + wide * 0.7, 0.3),
            (x + wide * 1.5, 4),
        ]
        canvas.drawPath(polygon(rough(line, rng, wobble_m=0.03, cell_m=0.4)), ink(dark))
    canvas.drawPath(grass(rng, base=1.5, tall=0.6, count=50, gap=1.6), ink(dark))
