"""Checks a certificate from its own draws and verdicts, and says what does not hold, and where."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from evals.decisions.bounds import labels_needed
from evals.decisions.certificates import (
    FORMAT,
    METHOD,
    PANEL_FORMAT,
    Row,
    are_wrong,
    asked_in,
    claim,
    drawn_rows,
    format_of,
    id_of,
    known_in,
    manifest_of,
    result_of,
    row_digest,
)
from evals.decisions.reviewers import Reviewers
from evals.decisions.sequences import revocation_boundary
from evals.decisions.tickets import digest_of
from tracker.errors import MisuseError

__all__ = ["verify"]

_TABLES = ("takes", "draws", "verdicts", "looked_at")
_FACTS = ("film", "purpose", "alpha", "delta", "method", "decision_maker")
"""What a certificate and its scope both hold."""


def verify(document: object) -> list[str]:
    """Return what does not hold, one sentence each with its place; an empty list: the certificate holds.

    Nothing but the document is read. The draw is repeated from the seed, the counts from the verdicts,
    the p-value from the counts.
    """
    known = (FORMAT, PANEL_FORMAT)
    if not isinstance(document, Mapping) or document.get("format") not in known:
        return [f"This is not a '{FORMAT}'; export it again, or use the Roundtable that wrote it."]
    if document.get("method") != METHOD:
        return [f"It was made by method '{document.get('method')}', this program knows '{METHOD}'."]
    problems: list[str] = []
    for check in _CHECKS:
        problems += _safely(check, document)
    return problems


def _safely(
    check: Callable[[Mapping[str, Any]], Iterator[str]], document: Mapping[str, Any]
) -> list[str]:
    """Turn a missing or misshapen field into a problem that names it."""
    try:
        return list(check(document))
    except KeyError as error:
        return [f"Field {error} is missing (while checking {_name(check)})."]
    except (TypeError, ValueError, AttributeError, ArithmeticError, MisuseError) as error:
        return [f"A field cannot be read while checking {_name(check)}: {error}"]


def _name(check: Callable[..., object]) -> str:
    return check.__name__.strip("_")


def _rows(document: Mapping[str, Any]) -> Iterator[str]:
    for table in _TABLES:
        for index, row in enumerate(document[table]):
            if row["digest"] != row_digest(row):
                yield (
                    f"{table}[{index}], {row.get('address', 'without an address')}, was changed: "
                    "its digest does not match."
                )


def _scope(document: Mapping[str, Any]) -> Iterator[str]:
    scope = document["scope"]
    for fact in _FACTS:
        if document[fact] != scope[fact]:
            yield f"{fact} is '{document[fact]}', and '{scope[fact]}' in the scope."
    if digest_of(scope) != document["scope_sha256"]:
        yield "scope was changed: its digest does not match."
    if manifest_of(scope, document["takes"]) != document["manifest_sha256"]:
        yield "takes or scope are not those that were frozen: manifest_sha256 does not match."


def _zone(document: Mapping[str, Any]) -> Iterator[str]:
    zone = document["zone"]
    inside = _zone_size(document)
    if inside != zone["takes"]:
        yield f"zone.takes says {zone['takes']}, but {inside} takes reach the threshold."


def _plan(document: Mapping[str, Any]) -> Iterator[str]:
    """A plan draws the least number with which what it tolerates still certifies."""
    labels, tolerated = document["plan"]["labels"], document["plan"]["tolerated"]
    takes = _zone_size(document)
    needed = labels_needed(tolerated, alpha=document["alpha"], delta=document["delta"], takes=takes)
    if labels != needed:
        asks = "every take must be looked at" if needed is None else f"{needed} labels are needed"
        yield (
            f"plan.tolerated says {tolerated} with {labels} labels; to tolerate {tolerated} of {takes} "
            f"takes {asks}."
        )


def _draw(document: Mapping[str, Any]) -> Iterator[str]:
    expected = drawn_rows(
        document["seed"],
        document["takes"],
        threshold=document["zone"]["threshold"],
        labels=document["plan"]["labels"],
    )
    draws = document["draws"]
    if len(draws) != len(expected):
        yield f"draws has {len(draws)} takes, the plan draws {len(expected)}."
    for index, (row, right) in enumerate(zip(draws, expected, strict=False)):
        if {key: row[key] for key in right} != right:
            yield (
                f"draws[{index}] is {row['address']}; the seed draws {right['address']} there, "
                f"ticket {right['ticket'][:12]}."
            )


def _reviewers_of(document: Mapping[str, Any]) -> Reviewers:
    return Reviewers.of_scope(document["scope"])


def _panel(document: Mapping[str, Any]) -> Iterator[str]:
    """A panel is named by the scope's rule, by its words, and by the format."""
    named = document["scope"]["decision_maker"]
    reviewers = _reviewers_of(document)
    if document["format"] != format_of(reviewers):
        yield f"format is '{document['format']}'; verdicts of {reviewers.phrase()} have another."
    if named != reviewers.phrase():
        yield f"decision_maker is '{named}', the scope names {reviewers.phrase()}."


def _verdicts(document: Mapping[str, Any]) -> Iterator[str]:
    reviewers = _reviewers_of(document)
    draws, verdicts = document["draws"], document["verdicts"]
    expected = asked_in(draws, reviewers)
    answered = [(row["position"], row["address"]) for row in verdicts]
    if answered != [(draw["position"], draw["address"]) for draw, _ in expected]:
        yield "verdicts do not answer the draws one by one, in their order."
    for index, (row, (draw, person)) in enumerate(zip(verdicts, expected, strict=False)):
        if reviewers.is_panel and row["asked"] != person:
            yield (
                f"verdicts[{index}], {row['address']}, is asked of '{row['asked']}'; the draw of "
                f"{draw['address']} asks {person} there."
            )
        if row["outcome"] is not None and row["by"] != person:
            yield f"verdicts[{index}], {row['address']}, is by '{row['by']}' and not by {person}."


def _twice(document: Mapping[str, Any]) -> Iterator[str]:
    """No take, no file and no verdict may count twice; a majority gives several verdicts on a take."""
    of_verdict = ("address", "asked") if _reviewers_of(document).is_panel else ("address",)
    for table, keys in (("takes", ("address",)), ("takes", ("sha256",)), ("verdicts", of_verdict)):
        first: dict[tuple[str, ...], int] = {}
        for index, row in enumerate(document[table]):
            before = first.setdefault(tuple(str(row[key]) for key in keys), index)
            if before != index:
                what = " and ".join(keys)
                yield f"{table}[{index}], {row['address']}, has the {what} of {table}[{before}]."


def _result(document: Mapping[str, Any]) -> Iterator[str]:
    stated: Row = document["result"]
    wrong = are_wrong(
        document["verdicts"], purpose=document["purpose"], reviewers=_reviewers_of(document)
    )
    found = result_of(
        wrong,
        zone=_zone_size(document),
        alpha=document["alpha"],
        seen=len(document["looked_at"]),
        known=known_in(
            document["looked_at"], purpose=document["purpose"], reviewers=_reviewers_of(document)
        ),
    )
    for key in ("labels", "wrong", "unseen"):
        if stated[key] != found[key]:
            yield f"result.{key} says {stated[key]}, the verdicts give {found[key]}."
    p_value = found["p_value"]
    if not math.isclose(stated["p_value"], p_value, rel_tol=1e-6, abs_tol=1e-12):
        yield f"result.p_value says {stated['p_value']:.6g}, the verdicts give {p_value:.6g}."
    if p_value > document["delta"]:
        yield (
            f"The test does not certify: p = {p_value:.4g} is above delta = {document['delta']:g} "
            f"with {found['wrong']} wrong of {found['labels']} verdicts."
        )


def _zone_size(document: Mapping[str, Any]) -> int:
    """Count, whatever the document says: a number that somebody wrote may be of any size."""
    return sum(take["score"] >= document["zone"]["threshold"] for take in document["takes"])


def _unseen(document: Mapping[str, Any]) -> int:
    return _zone_size(document) - len(document["draws"]) - len(document["looked_at"])


def _looked_at(document: Mapping[str, Any]) -> Iterator[str]:
    """What was decided outside the draw lies in the zone, once, and was not drawn."""
    zone = {
        take["address"]
        for take in document["takes"]
        if take["score"] >= document["zone"]["threshold"]
    }
    free = zone - {row["address"] for row in document["draws"]}
    for index, row in enumerate(document["looked_at"]):
        if row["address"] not in free:
            yield f"looked_at[{index}], {row['address']}, is no take of the zone beside the draw, or twice."
        free.discard(row["address"])


def _boundary(document: Mapping[str, Any]) -> Iterator[str]:
    right = revocation_boundary(
        takes=_unseen(document), alpha=document["alpha"], delta=document["delta"]
    )
    if list(right) != document["revocation_boundary"]:
        yield "revocation_boundary is not the one that alpha, delta and the takes give."


def _times(document: Mapping[str, Any]) -> Iterator[str]:
    """What was frozen must be older than the seed, the seed older than every verdict."""
    frozen, drawn, issued = (
        datetime.fromisoformat(document[key]) for key in ("frozen", "drawn", "issued")
    )
    if not frozen <= drawn <= issued:
        yield "frozen, drawn and issued are not in that order."
    for index, row in enumerate(document["verdicts"]):
        if row["outcome"] is None:
            continue
        if not drawn <= datetime.fromisoformat(row["decided"]) <= issued:
            yield f"verdicts[{index}], {row['address']}, was not given between the draw and the issue."
    for index, row in enumerate(document["looked_at"]):
        if not frozen <= datetime.fromisoformat(row["decided"]) <= issued:
            yield f"looked_at[{index}], {row['address']}, was not decided between the freeze and the issue."


def _words(document: Mapping[str, Any]) -> Iterator[str]:
    said = claim(
        film=document["film"],
        purpose=document["purpose"],
        unseen=_unseen(document),
        alpha=document["alpha"],
        delta=document["delta"],
        who=document["decision_maker"],
    )
    if document["claim"] != said:
        yield f"claim says something else than the numbers do: they say: {said}"


def _id(document: Mapping[str, Any]) -> Iterator[str]:
    if document["certificate"] != id_of(document):
        yield "certificate is not the digest of the content: something was changed after it was issued."


_CHECKS = (
    _rows,
    _scope,
    _zone,
    _plan,
    _panel,
    _draw,
    _verdicts,
    _twice,
    _looked_at,
    _result,
    _boundary,
    _times,
    _words,
    _id,
)
"""In the order in which a reader would look."""
