"""What an audit says of takes that will be made: claims, refusals, and what may be seen while it is open."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta, binom

from evals.audits.close import close
from evals.audits.draw import draw, newest_lot, plan
from evals.audits.freeze import freeze
from evals.audits.progress import progress_of
from tracker.domain.addresses import Address
from tracker.domain.lots import Purpose
from tracker.store.lots import certificates
from tracker.store.queue import queue_of

FILM = Address("ANTH01", "F01")
DIRECTOR = "Ada Quill"
OF = "of ANTH01/F01 by kite"


@pytest.fixture
def drawn(studio, film_of):
    """Freeze, plan and draw a film's audit; return the drawn takes."""

    def make(
        shots: int = 60,
        *,
        alpha: float = 0.10,
        delta: float = 0.10,
        purpose: Purpose = Purpose.PASS,
    ) -> list[str]:
        film_of(studio, shots)
        with studio.store.write() as tx:
            freeze(tx, FILM, alpha=alpha, delta=delta, purpose=purpose)
            plan(tx, FILM, threshold=0.0, purpose=purpose)
            draw(tx, FILM, purpose=purpose)
            return [t.address for t in progress_of(tx, newest_lot(tx, FILM, purpose)).drawn]

    return make


def judge(studio, takes, *, against: int = 0, words=("approve", "direct")) -> None:
    for i, take in enumerate(takes):
        studio.decide(take, words[i < against])


def finish(studio, *, purpose: Purpose = Purpose.PASS) -> None:
    with studio.store.write() as tx:
        close(tx, FILM, purpose=purpose, is_final=True)
    studio.judge()


def told(roundtable, *arguments):
    ran = roundtable("evals", "lots", "forecast", FILM, *arguments, "--json")
    return ran.code, ran.json


def test_a_claim_writes_its_rates_as_they_were_given(studio, drawn, roundtable):
    judge(studio, drawn(alpha=0.1234))
    finish(studio)
    assert "by Ada Quill at most 12.34% of the time" in told(roundtable)[1]["sentence"]


def test_a_claim_never_says_more_confidence_than_there_is(studio, drawn, roundtable):
    judge(studio, drawn(alpha=0.30, delta=0.0004))
    assert "with 99.96% confidence" in told(roundtable)[1]["sentence"]


def test_a_closed_audit_without_rejections_claims_the_whole_zone(studio, drawn, roundtable):
    takes = drawn()
    judge(studio, takes)
    finish(studio)
    code, found = told(roundtable)
    assert (code, found["holds"], found["reason"]) == (0, True, "")
    assert (found["verdicts"], found["wrong"]) == (26, 0)
    assert found["upper"] == pytest.approx(1 - 0.1 ** (1 / 26))
    tested = [zone for zone in found["zones"] if zone["p_value"] is not None]
    assert tested == [found["zones"][-1]]
    assert tested[0]["p_value"] == pytest.approx(0.9**26)
    assert (tested[0]["takes"], tested[0]["certified"]) == (60, True)
    assert found["sentence"].startswith(f"Future takes {OF}, with a score of at least ")
    assert found["sentence"].endswith(
        "(as all 60 frozen here have), are rejected by Ada Quill at most 10% of the time, with "
        "90% confidence, if they are like the labelled ones."
    )


def test_a_rejection_too_many_says_how_many_verdicts_it_would_take(studio, drawn, roundtable):
    judge(studio, drawn(), against=1)
    finish(studio)
    code, found = told(roundtable)
    assert (code, found["holds"], found["threshold"], found["needed"]) == (11, False, None, 38)
    assert "would need 38 verdicts with 1 rejection, they have 26." in found["reason"]
    assert binom.cdf(1, 38, 0.1) <= 0.1 < binom.cdf(1, 37, 0.1)
    assert found["sentence"] == ""


def test_a_take_without_a_verdict_counts_as_a_rejection(studio, drawn, roundtable):
    judge(studio, drawn()[:-3])
    finish(studio)
    code, found = told(roundtable)
    assert (code, found["missing"], found["wrong"]) == (11, 3, 3)
    assert found["reason"] == (
        "3 drawn takes have no verdict, which counts as rejections: 3 of 26 are more than 10%."
    )


def test_the_strictest_word_since_the_draw_counts(studio, drawn, roundtable):
    takes = drawn()
    judge(studio, takes, against=1)
    studio.decide(takes[0], "approve")
    finish(studio)
    assert told(roundtable)[1]["wrong"] == 1


def test_decisions_outside_the_draw_say_nothing(studio, drawn, roundtable):
    takes = drawn()
    others = {f"{FILM}/SQ010_SH{10 * i:04d}/v001" for i in range(1, 61)} - set(takes)
    judge(studio, takes)
    judge(studio, sorted(others)[:5], against=5)
    finish(studio)
    code, found = told(roundtable)
    assert (code, found["wrong"], found["verdicts"]) == (0, 0, 26)


def test_an_open_audit_shows_an_interval_and_nothing_that_lots_status_does_not(
    studio, drawn, roundtable
):
    takes = drawn()
    judge(studio, takes[:10], against=1)
    code, found = told(roundtable)
    assert code == 11
    status = roundtable("evals", "lots", "status", FILM, "--json").json
    assert (found["verdicts"], found["wrong"], found["missing"]) == (
        status["verdicts"], status["wrong"], status["missing"],
    )  # fmt: skip
    assert found["zones"] == []
    text = roundtable("evals", "lots", "forecast", FILM).out
    assert not any(take in text or Address.parse(take).shot in text for take in takes)
    # The definition: prior and posterior density are a factor of ten apart at the ends.
    for end in (found["low"], found["upper"]):
        assert beta.pdf(end, 0.5, 20) / beta.pdf(end, 1.5, 29) == pytest.approx(10, rel=1e-3)


def test_the_interval_of_an_open_audit_is_told_and_rounded_outwards(studio, drawn, roundtable):
    judge(studio, drawn()[:20])
    _, found = told(roundtable)
    percent = int(np.ceil(100 * found["upper"]))
    assert f"So far between 0% and {percent}% of future takes {OF}" in found["sentence"]
    assert "confidence whenever you look" in found["sentence"]
    assert found["needed"] == 26
    assert "26 verdicts without a rejection would show at most 10%; 20 are there" in found["reason"]


def test_an_open_audit_may_claim_as_soon_as_its_interval_is_low_enough(studio, drawn, roundtable):
    takes = drawn(90, alpha=0.20)
    judge(studio, takes[:11])
    assert told(roundtable)[0] == 11
    for take in takes[11:12]:
        studio.decide(take)
    code, found = told(roundtable)
    assert (code, found["state"], found["holds"]) == (0, "drawn", True)


def test_before_the_draw_there_is_nothing_to_say(studio, film_of, roundtable):
    film_of(studio, 60)
    assert roundtable("evals", "lots", "forecast", FILM).code == 2
    with studio.store.write() as tx:
        freeze(tx, FILM)
    code, found = told(roundtable)
    assert (code, found["holds"], found["needed"]) == (11, False, 22)
    assert found["reason"].startswith("Nothing is drawn yet")


def test_a_lot_that_is_frozen_later_leaves_the_last_audit_to_speak(studio, drawn, roundtable):
    judge(studio, drawn(), against=1)
    finish(studio)
    before = told(roundtable)
    fresh = studio.shot(99)
    studio.score({studio.take(fresh): {"flicker": 0.001, "prompt_own": 0.9}})
    with studio.store.write() as tx:
        freeze(tx, FILM)
    assert told(roundtable) == before


def test_a_revoked_certificate_takes_the_claim_with_it(studio, drawn, roundtable):
    judge(studio, drawn())
    finish(studio)
    assert told(roundtable)[0] == 0
    with studio.store.read() as tx:
        kept = [item.take for item in queue_of(tx, DIRECTOR) if item.place is not None]
    judge(studio, kept, against=len(kept))
    with studio.store.read() as tx:
        assert certificates(tx, FILM)[0].state == "revoked"
    code, found = told(roundtable)
    assert (code, found["threshold"], found["sentence"], found["zones"]) == (11, None, "", [])
    assert "contradict it" in found["reason"]


def test_a_regenerate_audit_speaks_of_takes_that_would_have_been_accepted(
    studio, drawn, roundtable
):
    purpose = Purpose.REGENERATE
    judge(studio, drawn(alpha=0.25, purpose=purpose), words=("regenerate", "approve"))
    finish(studio, purpose=purpose)
    code, found = told(roundtable, "--purpose", "regenerate")
    assert (code, found["purpose"], found["wrong"]) == (0, "regenerate", 0)
    assert "with a score for another take of at least" in found["sentence"]
    assert "are accepted by Ada Quill at most 25% of the time" in found["sentence"]


def test_the_command_says_the_claim_and_that_no_release_reads_it(studio, drawn, roundtable):
    judge(studio, drawn())
    finish(studio)
    ran = roundtable("evals", "lots", "forecast", FILM)
    assert ran.code == 0
    header, *rows, sentence = ran.out.splitlines()
    assert header.split() == ["threshold", "takes", "verdicts", "against", "it", "p", "certified"]
    assert rows[-1].split()[1:] == ["60", "26", "0", "0.065", "yes"]
    assert "not tested" in rows[0]
    assert sentence.startswith("Future takes of ANTH01/F01")
    assert "only a certificate lets takes pass" in ran.err
