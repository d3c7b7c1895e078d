"""Which takes pass by a certificate today, and which certificates have ended by themselves."""

from __future__ import annotations

from collections.abc import Mapping

from evals.audits.cases import film_cases
from evals.audits.cut import Cut, read_cut, scores_digest
from evals.audits.scope import changes, scope_now
from evals.decisions import sentences
from evals.decisions.triage import Cover
from tracker.domain.addresses import Address
from tracker.domain.lots import Certificate, CertificateState, Purpose
from tracker.store import Tx
from tracker.store import lots as table
from tracker.store.productions import get_film
from tracker.store.reviews import standing_decisions

__all__ = ["covered_takes", "end_what_changed", "uncovered_takes", "would_end"]


def would_end(tx: Tx, film: Address, *, pack: str | None = None) -> list[tuple[Certificate, str]]:
    """Return a film's valid certificates whose scope is not what it was, with the reason.

    With a pack those that adopting it would end.
    """
    ended = []
    cuts: dict[Purpose, Cut] = {}
    for certificate in table.certificates(tx, film):
        if certificate.state is not CertificateState.VALID:
            continue
        purpose = certificate.purpose
        if purpose not in cuts:
            cuts[purpose] = read_cut(tx, film, purpose, pack=pack)
        who = get_film(tx, film.production, film.film or "").director or "nobody"
        now = scope_now(cuts[purpose], certificate.scope, director=who)
        found = changes(certificate.scope, now)
        if found:
            ended.append((certificate, f"{found[0][:1].upper()}{'; '.join(found)[1:]}."))
    return ended


def end_what_changed(tx: Tx, film: Address) -> list[tuple[Certificate, str]]:
    """Declare a film's certificates void whose scope has changed; return them with the reason."""
    ended = would_end(tx, film)
    for certificate, why in ended:
        table.end_certificate(tx, certificate, CertificateState.VOID, why)
    return ended


def covered_takes(tx: Tx, film: Address, *, pack: str | None = None) -> Mapping[int, Cover]:
    """Return take id -> what a valid certificate lets happen to it.

    A take whose file or scores are not those that were frozen is uncovered, and so is one that a person
    has decided since: their word counts. Where one certificate would pass a take and another make it again
    neither speaks. With a pack as if that pack were adopted.
    """
    found = table.covering(tx, film)
    if not found:
        return {}
    film_now = film_cases(tx, film, pack=pack)
    decided = standing_decisions(tx, film)
    covered = {}
    for take_id, entries in found.items():
        if take_id not in film_now.cases or take_id in decided:
            continue
        now = (film_now.takes[take_id].sha256, scores_digest(film_now.scores[take_id]))
        speaking = [certificate for certificate, *frozen in entries if now == tuple(frozen)]
        if len({certificate.purpose for certificate in speaking}) == 1:
            chosen = speaking[-1]
            covered[take_id] = Cover(chosen.purpose, chosen.uid, str(chosen.document["claim"]))
    return covered


def uncovered_takes(tx: Tx, film: Address) -> Mapping[int, str]:
    """Return take id -> which certificate covered it until it ended, and why that one did, in a sentence.

    Not of takes that a person has decided since: then nobody is owed an explanation any more.
    """
    found = table.covering(tx, film, has_ended=True)
    decided = standing_decisions(tx, film) if found else {}
    return {
        take_id: sentences.lost(entries[0][0].uid, entries[0][0].state, entries[0][0].ended_why)
        for take_id, entries in found.items()
        if take_id not in decided
    }
