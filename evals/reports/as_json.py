"""The page as JSON with stable keys; frames as people read them, regions in shares of the picture."""

from __future__ import annotations

from dataclasses import astuple

from evals.reports.page import AxisPart, Curve, Measure, Missing, Picture, ShownRange, TakePage
from evals.reports.stills import Stills
from tracker.domain.units import show_fps

__all__ = ["as_json"]


def as_json(page: TakePage, stills: Stills) -> dict[str, object]:
    """Return the page's content; a still is given by its file, null where it could not be had."""
    return {
        "address": page.address,
        "production": page.production,
        "production_title": page.production_title,
        "film": page.film,
        "film_title": page.film_title,
        "shot": page.shot,
        "take": page.take,
        "takes": list(page.takes),
        "is_latest": page.is_latest,
        "is_demo": page.is_demo,
        "director": page.director,
        "method": page.method,
        "generator": page.generator,
        "prompt": page.prompt,
        "packs": [{"name": name, "is_demo": is_demo} for name, is_demo in page.packs],
        "first_frame": page.first_frame,
        "last_frame": page.last_frame,
        "fps": show_fps(page.fps),
        "fps_rational": str(page.fps),
        "error": page.error,
        "verdict": _verdict(page, stills),
        "axes": [_axis(part, page, stills) for part in page.axes],
        "remark": stills.remark,
    }


def _verdict(page: TakePage, stills: Stills) -> dict[str, object] | None:
    if page.verdict is None:
        return None
    given = page.verdict.verdict
    return {
        "outcome": given.outcome.value,
        "is_proposed": given.is_proposed,
        "is_error": page.verdict.is_error,
        "axis": given.axis,
        "metric": given.metric,
        "reason": given.reason,
        "certificate": given.certificate,
        "severity": given.severity,
        "frames": _frames(page.verdict.ranges),
        "stills": [_still(picture, stills) for picture in page.verdict.pictures],
    }


def _axis(part: AxisPart, page: TakePage, stills: Stills) -> dict[str, object]:
    return {
        "axis": part.axis.value,
        "title": part.title,
        "standing": part.standing.value,
        "sentence": part.sentence,
        "measures": [_measure(measure, page, stills) for measure in part.measures],
        "missing": [_missing(missing) for missing in part.missing],
    }


def _measure(measure: Measure, page: TakePage, stills: Stills) -> dict[str, object]:
    facts, score = measure.facts, measure.score
    return {
        "metric": facts.name,
        "title": facts.title,
        "standing": measure.standing.value,
        "value": score.value,
        "low": score.low,
        "high": score.high,
        "unit": facts.unit,
        "range": list(facts.range),
        "direction": facts.direction.value,
        "fails_at": facts.fails_at,
        "decides": facts.decides,
        "sentence": measure.sentence,
        "remark": measure.remark,
        "note": measure.note,
        "version": facts.version,
        "pack": measure.pack,
        "is_demo_pack": measure.is_demo_pack,
        "frames": _frames(measure.ranges),
        "kinds": [one.what for one in measure.ranges],
        "regions": [None if r.region is None else list(astuple(r.region)) for r in measure.ranges],
        "stills": [_still(picture, stills) for picture in measure.pictures],
        "course": None if measure.curve is None else _course(measure.curve, page.first_frame),
    }


def _course(curve: Curve, first_frame: int) -> dict[str, object]:
    return {
        "is_own_scale": curve.is_own_scale,
        "points": [[round(first_frame + x, 3), round(height, 4)] for x, height in curve.points],
    }


def _missing(missing: Missing) -> dict[str, object]:
    return {
        "metrics": [facts.name for facts in missing.facts],
        "titles": [facts.title for facts in missing.facts],
        "reason": missing.reason,
        "is_error": missing.standing.value == "error",
    }


def _frames(ranges: tuple[ShownRange, ...]) -> list[list[int]]:
    return [[one.first, one.last] for one in ranges]


def _still(picture: Picture, stills: Stills) -> dict[str, object]:
    still = stills.by_index.get(picture.index)
    return {
        "frame": picture.frame,
        "what": picture.what,
        "region": None if picture.region is None else list(astuple(picture.region)),
        "path": None if still is None else str(still.path),
    }
