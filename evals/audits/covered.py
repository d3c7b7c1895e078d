"""Which takes pass by a certificate today, and which certificates have ended by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evals.audits.cases import film_cases
from evals.audits.cut import read_cut, scores_digest
from evals.audits.scope import changes, is_of_batch, scope_now
from evals.decisions import sentences
from evals.decisions.triage import Cover
from tracker.domain.addresses import Address
from tracker.domain.lots import Certificate, CertificateState, Purpose
from tracker.domain.meaning import changed_since, difference
from tracker.store import Tx
from tracker.store import lots as table
from tracker.store.asks import contradicted
from tracker.store.meaning import meanings
from tracker.store.productions import get_film
from tracker.store.reviews import standing_decisions
from tracker.store.takes import list_takes

__all__ = ["covered_takes", "end_what_changed", "uncovered_takes", "why_void", "would_end"]


def would_end(tx: Tx, film: Address, *, pack: str | None = None) -> list[tuple[Certificate, str]]:
    """Return a film's valid certificates whose scope is not what it was, with the reason.

    With a pack those that adopting it would end.
    """
    ended = []
    for certificate in table.certificates(tx, film):
        if certificate.state is CertificateState.VALID:
            why = why_void(tx, film, certificate.scope, lot_id=certificate.lot_id, pack=pack)
            if why:
                ended.append((certificate, why))
    return ended


def why_void(
    tx: Tx, film: Address, frozen: Mapping[str, Any], *, lot_id: int, pack: str | None = None
) -> str:
    """Say in a sentence what a lot's scope holds that is not so any more; empty where nothing changed."""
    batch = {take.take_id for take in table.lot_takes(tx, lot_id)} if is_of_batch(frozen) else ()
    cut = read_cut(tx, film, Purpose(frozen["purpose"]), batch=batch, pack=pack)
    who = get_film(tx, film.production, film.film or "").director or "nobody"
    found = changes(frozen, scope_now(cut, frozen, director=who))
    return f"{found[0][:1].upper()}{'; '.join(found)[1:]}." if found else ""


def end_what_changed(tx: Tx, film: Address) -> list[tuple[Certificate, str]]:
    """Declare a film's certificates void whose scope has changed; return them with the reason."""
    ended = would_end(tx, film)
    for certificate, why in ended:
        table.end_certificate(tx, certificate, CertificateState.VOID, why)
    return ended


def covered_takes(tx: Tx, film: Address, *, pack: str | None = None) -> Mapping[int, Cover]:
    """Return take id -> what a valid certificate lets happen to it.

    A take whose file or scores are not those that were frozen is uncovered, and so is one whose shot has
    changed since, that a person has decided since, or against which a kept audit spoke, be it taken back.
    Where one certificate would pass a take and another make it again neither speaks. With a pack as if that
    pack were adopted.
    """
    found = table.covering(tx, film)
    if not found:
        return {}
    film_now = film_cases(tx, film, pack=pack)
    meant = meanings(tx, film)
    against = contradicted(tx, film)
    decided = standing_decisions(tx, film)
    covered = {}
    for take_id, entries in found.items():
        if take_id not in film_now.cases or take_id in decided or take_id in against:
            continue
        take = film_now.takes[take_id]
        now = (take.sha256, scores_digest(film_now.scores[take_id]))
        speaking = [
            entry.certificate
            for entry in entries
            if now == (entry.sha256, entry.scores_sha256)
            and not difference(entry.meant, meant[take.shot])
        ]
        if len({certificate.purpose for certificate in speaking}) == 1:
            chosen = speaking[-1]
            covered[take_id] = Cover(chosen.purpose, chosen.uid, str(chosen.document["claim"]))
    return covered


def uncovered_takes(
    tx: Tx, film: Address, *, ending: Mapping[str, str] | None = None
) -> Mapping[int, str]:
    """Return take id -> which certificate covered it, and in a sentence why it does no more.

    Not of takes that a person has decided since: then nobody is owed an explanation any more. `ending` names
    certificates with the reason for which they would be void: what would be said then.
    """
    void = ending or {}
    ended = table.covering(tx, film, has_ended=True)
    valid = table.covering(tx, film)
    if not ended and not valid:
        return {}
    decided = standing_decisions(tx, film)
    meant, against = meanings(tx, film), contradicted(tx, film)
    shots = {take_id: take.shot for take_id, take in list_takes(tx, film)}
    found = {}
    for take_id in {*ended, *valid} - set(decided):
        staying = [e for e in valid.get(take_id, ()) if e.certificate.uid not in void]
        gone = [e.certificate for e in valid.get(take_id, ()) if e.certificate.uid in void]
        gone += [e.certificate for e in ended.get(take_id, ())]
        what = difference(staying[0].meant, meant[shots[take_id]]) if staying else ""
        if what:
            found[take_id] = changed_since(staying[0].certificate.uid, what)
        elif staying and take_id in against:
            found[take_id] = sentences.contradicted(staying[0].certificate.uid)
        elif gone:
            newest = max(gone, key=lambda c: c.certificate_id)
            state = CertificateState.VOID if newest.uid in void else newest.state
            why = void.get(newest.uid, newest.ended_why)
            found[take_id] = sentences.lost(newest.uid, state, why)
    return found
