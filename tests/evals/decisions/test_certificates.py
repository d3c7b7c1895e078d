"""A certificate checks itself, and whoever changes one verdict, draw or score is told where."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from evals.decisions.bounds import labels_needed
from evals.decisions.certificates import (
    METHOD,
    AuditVerdict,
    LotFacts,
    build_document,
    claim,
    drawn_rows,
    id_of,
    manifest_of,
    row_digest,
)
from evals.decisions.reviewers import Reviewers
from evals.decisions.tickets import digest_of
from evals.decisions.verification import verify
from tracker.domain.lots import VerdictOf

SEED = hashlib.sha256(b"drawn in the open").hexdigest()
DIRECTOR = "Ada Quill"


def scope_of(purpose: str = "pass", alpha: float = 0.10) -> dict:
    """Return a scope in the order in which one is made."""
    return {
        "film": "ANTH01/F02", **Reviewers.director(DIRECTOR).scope(), "purpose": purpose,
        "alpha": alpha, "delta": 0.10, "method": METHOD, "generators": ["kite 2"],
        "workflows": ["none named"], "stages": ["anm"], "shot_classes": ["ai"],
        "scorers": ["flicker 1 by standard"], "shots": ["SQ010_SH0000"],
    }  # fmt: skip


def facts(
    count: int = 60,
    *,
    rejected: int = 0,
    labels: int = 26,
    tolerated: int = 0,
    purpose: str = "pass",
    alpha: float = 0.10,
) -> LotFacts:
    takes = [
        {
            "address": f"ANTH01/F02/SQ010_SH{10 * i:04d}/v001",
            "sha256": hashlib.sha256(f"take {i}".encode()).hexdigest(),
            "score": round(1 - i / 1000, 6),
            "scores_sha256": hashlib.sha256(f"scores {i}".encode()).hexdigest(),
        }
        for i in range(count)
    ]
    drawn = drawn_rows(SEED, takes, threshold=0.5, labels=labels)
    right, wrong = ("approve", "direct") if purpose == "pass" else ("regenerate", "approve")
    verdicts = {
        row["address"]: {
            DIRECTOR: AuditVerdict(
                outcome=wrong if i < rejected else right,
                by=DIRECTOR,
                role="director",
                decided=f"2027-03-02T10:{i:02d}:00+00:00",
                decision=f"decision {i}",
            )
        }
        for i, row in enumerate(drawn)
    }
    return LotFacts(
        film="ANTH01/F02", purpose=purpose, alpha=alpha, delta=0.10, decision_maker=DIRECTOR,
        scope=scope_of(purpose, alpha), takes=takes, threshold=0.5,
        labels=labels, tolerated=tolerated, seed=SEED, frozen="2027-03-01T08:00:00+00:00",
        drawn="2027-03-01T09:00:00+00:00", issued="2027-03-03T09:00:00+00:00", verdicts=verdicts,
    )  # fmt: skip


@pytest.fixture(scope="module")
def document() -> dict:
    return build_document(facts())


@pytest.mark.parametrize("purpose", ["pass", "regenerate"])
def test_a_certificate_holds_after_a_round_trip_through_json(purpose):
    document = build_document(facts(purpose=purpose))
    assert verify(json.loads(json.dumps(document))) == []


def test_the_claim_is_a_sentence_with_its_numbers(document):
    assert document["claim"] == (
        "Of the 34 takes of ANTH01/F02 that nobody looked at, at most 3 (10%) would be rejected by "
        "Ada Quill, with 90% confidence."
    )


def test_one_rejection_too_many_does_not_certify():
    problems = verify(build_document(facts(rejected=1)))
    assert len(problems) == 1
    assert "does not certify" in problems[0]
    assert "1 wrong of 26 verdicts" in problems[0]


def test_a_missing_verdict_counts_as_a_rejection():
    lot = facts()
    missing = next(iter(lot.verdicts))
    held_back = {k: v for k, v in lot.verdicts.items() if k != missing}
    document = build_document(LotFacts(**{**lot.__dict__, "verdicts": held_back}))
    assert document["result"]["wrong"] == 1
    assert any("does not certify" in problem for problem in verify(document))


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [("verdicts", "outcome", "direct"), ("draws", "sha256", "0" * 64), ("takes", "score", 0.4)],
)
def test_a_changed_row_is_named(document, table, key, value):
    changed = copy.deepcopy(document)
    changed[table][7][key] = value
    problems = verify(changed)
    assert f"{table}[7], {changed[table][7]['address']}, was changed" in problems[0]


@pytest.mark.parametrize("table", ["verdicts", "draws", "takes"])
def test_a_changed_row_with_a_new_digest_is_found_all_the_same(document, table):
    changed = copy.deepcopy(document)
    row = changed[table][3]
    row["address"] = changed["takes"][-1]["address"] + "x"
    row["digest"] = row_digest(row)
    assert verify(changed)


def test_a_verdict_that_was_turned_and_sealed_again_no_longer_has_its_id():
    document = build_document(facts(60, rejected=1, labels=48, tolerated=1))
    assert verify(document) == []
    changed = copy.deepcopy(document)
    row = next(r for r in changed["verdicts"] if r["outcome"] == "direct")
    row["outcome"] = "approve"
    row["digest"] = row_digest(row)
    changed["result"]["wrong"] = 0
    problems = verify(changed)
    assert any("result.p_value" in problem for problem in problems)
    assert any("not the digest of the content" in problem for problem in problems)


def test_another_seed_draws_others(document):
    changed = copy.deepcopy(document)
    changed["seed"] = hashlib.sha256(b"a seed that suits me").hexdigest()
    assert any("the seed draws" in problem for problem in verify(changed))


def test_a_verdict_of_somebody_else_does_not_count(document):
    changed = copy.deepcopy(document)
    changed["verdicts"][0]["by"] = "Tom Aldine"
    assert any("is by 'Tom Aldine' and not by Ada Quill" in problem for problem in verify(changed))


def test_a_verdict_from_before_the_draw_is_refused(document):
    changed = copy.deepcopy(document)
    changed["verdicts"][0]["decided"] = "2027-02-01T10:00:00+00:00"
    assert any("not given between the draw and the issue" in p for p in verify(changed))


@pytest.mark.parametrize("text", [None, [], {}, {"format": "roundtable certificate 1"}, 3])
def test_what_is_no_certificate_is_said_so(text):
    assert verify(text)


def places(node: object, path: tuple = ()):
    """Yield the path of every value, of three rows of each table."""
    items = node.items() if isinstance(node, dict) else enumerate(node[:3])
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


@pytest.mark.parametrize("new", [None, 0, -1, "x", [], {}, 1e9, True])
def test_no_single_field_can_be_changed_unseen(document, new):
    """Any one value anywhere, replaced by anything else, is found; and nothing ever crashes."""
    for path in list(places(document)):
        changed = copy.deepcopy(document)
        inside = changed
        for key in path[:-1]:
            inside = inside[key]
        if type(inside[path[-1]]) is not type(new) or inside[path[-1]] != new:
            inside[path[-1]] = new
            assert verify(changed), path


def test_the_id_is_the_digest_of_everything_else(document):
    assert document["certificate"] == id_of({**document, "certificate": "anything"})


PANEL = ("Ada Quill", "Nika Brandt", "Tom Aldine")


def panel_facts(rule: str, count: int = 60, *, labels: int = 26, dissenter: str = "") -> LotFacts:
    """A panel that accepts everything; the dissenter rejects everything."""
    lot = facts(count, labels=labels)
    reviewers = Reviewers(VerdictOf(rule), PANEL)
    drawn = drawn_rows(SEED, lot.takes, threshold=0.5, labels=labels)
    verdicts = {
        row["address"]: {
            person: replace(
                lot.verdicts[row["address"]][DIRECTOR],
                by=person,
                outcome="direct" if person == dissenter else "approve",
            )
            for person in reviewers.asked_about(row["ticket"])
        }
        for row in drawn
    }
    return replace(
        lot,
        scope={**lot.scope, **reviewers.scope()},
        decision_maker=reviewers.phrase(),
        verdicts=verdicts,
    )


@pytest.fixture(scope="module", params=["majority", "member"])
def of_panel(request) -> dict:
    return build_document(panel_facts(request.param))


def sealed_again(document: dict) -> dict:
    """Make every digest fit again, as somebody who knows how would."""
    for table in ("takes", "draws", "verdicts", "looked_at"):
        for row in document[table]:
            row["digest"] = row_digest(row)
    document["scope_sha256"] = digest_of(document["scope"])
    document["manifest_sha256"] = manifest_of(document["scope"], document["takes"])
    document["certificate"] = id_of(document)
    return document


def looked_at(count: int, **said: str) -> dict:
    """So many takes of the zone were decided outside the draw; the director's rejections are known."""
    lot = facts()
    free = [take["address"] for take in lot.takes if take["address"] not in lot.verdicts]
    usual = {"outcome": "direct", "by": DIRECTOR, "decided": "2027-03-02T12:00:00+00:00"}
    seen = dict.fromkeys(free[:count], AuditVerdict(**usual | said))
    return build_document(replace(lot, looked_at=seen))


def test_what_was_decided_outside_the_draw_leaves_the_claim():
    found = looked_at(20)
    assert verify(json.loads(json.dumps(found))) == []
    assert found["claim"].startswith("Of the 14 takes of ANTH01/F02 that nobody looked at")
    for unknown in (looked_at(20, by="Tom Aldine"), looked_at(20, outcome="approve")):
        assert "The test does not certify" in verify(unknown)[0]


def test_a_take_is_looked_at_once_in_the_zone_and_in_time():
    assert "between the freeze" in verify(looked_at(1, decided="2027-03-09T12:00:00+00:00"))[0]
    for forged, other in ((looked_at(2), "looked_at"), (looked_at(1), "draws")):
        forged["looked_at"][-1]["address"] = forged[other][0]["address"]
        assert any("no take of the zone" in problem for problem in verify(sealed_again(forged)))


def test_a_directors_certificate_from_before_there_were_panels_still_holds():
    text = Path(__file__).with_name("director_certificate.json").read_text(encoding="utf-8")
    old = json.loads(text)
    assert verify(old) == []
    made = build_document(facts(12, labels=8, alpha=0.30))
    assert made["result"].pop("p_value") == pytest.approx(old["result"].pop("p_value"))
    # The id is the digest of all, and the p-value's last digits may be another library's.
    new_id, old_id = made.pop("certificate"), old.pop("certificate")
    assert len(new_id) == len(old_id)
    assert json.dumps(made) == json.dumps(old)


def test_a_panels_certificate_holds_and_says_whose_verdict_it_is(of_panel):
    assert verify(json.loads(json.dumps(of_panel))) == []
    rule = of_panel["scope"]["verdict_of"]
    assert len(of_panel["verdicts"]) == (78 if rule == "majority" else 26)
    assert of_panel["result"] == build_document(facts())["result"]
    names = "Ada Quill, Nika Brandt and Tom Aldine"
    who = f"the majority of {names}" if rule == "majority" else f"a member of {names} drawn by lot"
    assert of_panel["claim"].endswith(f"would be rejected by {who}, with 90% confidence.")


def test_one_of_three_is_outvoted_and_a_member_is_not():
    assert verify(build_document(panel_facts("majority", dissenter=PANEL[2]))) == []
    document = build_document(panel_facts("member", dissenter=PANEL[2]))
    rejected = sum(row["asked"] == PANEL[2] for row in document["verdicts"])
    assert document["result"]["wrong"] == rejected > 0
    assert any(f"{rejected} wrong of 26 verdicts" in problem for problem in verify(document))


def test_two_who_have_not_answered_count_as_a_rejection():
    lot = panel_facts("majority")
    address = next(iter(lot.verdicts))
    held_back = {**lot.verdicts, address: {PANEL[1]: lot.verdicts[address][PANEL[1]]}}
    assert build_document(replace(lot, verdicts=held_back))["result"]["wrong"] == 1
    del lot.verdicts[address][PANEL[0]]  # one alone does not matter: the others agree
    assert verify(build_document(lot)) == []


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("verdicts", "outcome", "direct"),
        ("verdicts", "asked", "Lene Marsh"),
        ("draws", "sha256", "0" * 64),
        ("takes", "score", 0.4),
    ],
)
def test_any_changed_row_of_a_panels_certificate_is_named(of_panel, table, key, value):
    for index in range(len(of_panel[table])):
        changed = copy.deepcopy(of_panel)
        changed[table][index][key] = value
        where = f"{table}[{index}], {changed[table][index]['address']}, was changed"
        assert where in verify(changed)[0]


def test_whose_verdict_a_row_is_cannot_be_exchanged_even_with_every_digest(of_panel):
    """Somebody kinder than the ticket's or the panel's person speaks; all is sealed again."""
    for index, row in enumerate(of_panel["verdicts"]):
        changed = copy.deepcopy(of_panel)
        other = next(person for person in PANEL if person != row["asked"])
        changed["verdicts"][index] |= {"asked": other, "by": other}
        problems = verify(sealed_again(changed))
        assert f"verdicts[{index}], {row['address']}, is asked of '{other}'" in problems[0]
        changed["verdicts"][index]["asked"] = row["asked"]
        problems = verify(sealed_again(changed))
        assert problems == [
            f"verdicts[{index}], {row['address']}, is by '{other}' and not by {row['asked']}."
        ]


def test_votes_are_counted_by_the_rule_even_with_every_digest():
    document = build_document(panel_facts("majority"))
    assert verify(sealed_again(copy.deepcopy(document))) == []
    rows = document["verdicts"][3:6]
    rows[0]["outcome"] = "regenerate"
    assert verify(sealed_again(document)) == []  # one of three
    rows[2]["outcome"] = None
    problems = verify(sealed_again(document))
    assert "result.wrong says 0, the verdicts give 1." in problems


def test_a_panel_cannot_be_made_another_even_with_every_digest(of_panel):
    smaller = copy.deepcopy(of_panel)
    smaller["scope"]["panel"] = ["Lene Marsh", *PANEL[1:]]
    problems = verify(sealed_again(smaller))
    assert any("the scope names" in problem for problem in problems)
    assert any("asks Lene Marsh there" in problem for problem in problems)
    directors = copy.deepcopy(of_panel)
    del directors["scope"]["verdict_of"], directors["scope"]["panel"]
    assert any("have another" in problem for problem in verify(sealed_again(directors)))


def test_a_verdict_that_is_left_out_is_missed_even_with_every_digest(of_panel):
    changed = copy.deepcopy(of_panel)
    del changed["verdicts"][4]
    assert "verdicts do not answer the draws one by one, in their order." in verify(
        sealed_again(changed)
    )


@pytest.mark.parametrize("new", [None, 0, -1, "x", [], {}, 1e9, True])
def test_no_single_field_of_a_panels_certificate_can_be_changed_unseen(of_panel, new):
    for path in list(places(of_panel)):
        changed = copy.deepcopy(of_panel)
        inside = changed
        for key in path[:-1]:
            inside = inside[key]
        if type(inside[path[-1]]) is not type(new) or inside[path[-1]] != new:
            inside[path[-1]] = new
            assert verify(changed), path


@pytest.mark.parametrize(
    ("unseen", "words"),
    [
        (
            34,
            "Of the 34 takes of A/F that nobody looked at, at most 3 (10%) would be rejected by Ada",
        ),
        (9, "Of the 9 takes of A/F that nobody looked at, none would be rejected by Ada"),
        (1, "Of the 1 take of A/F that nobody looked at, none would be rejected by Ada"),
    ],
)
def test_the_claim_is_said_as_people_say_it(unseen, words):
    said = claim(film="A/F", purpose="pass", unseen=unseen, alpha=0.1, delta=0.1, who="Ada")
    assert said == f"{words}, with 90% confidence."


def test_the_claim_never_says_more_than_holds():
    said = claim(
        film="A/F", purpose="regenerate", unseen=400, alpha=0.125, delta=0.004, who="Ada"
    )  # fmt: skip
    assert said == (
        "Of the 400 takes of A/F that nobody looked at, at most 50 (12.5%) would have been accepted by "
        "Ada, with 99.6% confidence."
    )


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("film", "ANTH01/F99"),
        ("purpose", "regenerate"),
        ("alpha", 0.30),
        ("delta", 0.30),
        ("decision_maker", "Lene Marsh"),
    ],
)
def test_a_certificate_cannot_say_another_thing_than_its_scope_even_with_every_digest(fact, value):
    """All that follows from the fact is made to fit: the plan, the verdicts' people, the words, the alarm."""
    lot = facts()
    labels = labels_needed(
        0, takes=60, **{"alpha": lot.alpha, "delta": lot.delta, fact: value}
    ) if fact in {"alpha", "delta"} else lot.labels  # fmt: skip
    right = facts(labels=labels, **({fact: value} if fact in {"purpose", "alpha"} else {}))
    right = replace(right, **{fact: value}, scope=lot.scope)
    if fact == "decision_maker":
        right = replace(
            right,
            verdicts={
                take: {value: replace(said[DIRECTOR], by=value)}
                for take, said in lot.verdicts.items()
            },
        )
    problems = verify(sealed_again(build_document(right)))
    assert f"{fact} is '{value}', and '{lot.scope[fact]}' in the scope." in problems
    if fact != "decision_maker":
        assert len(problems) == 1, problems


@pytest.mark.parametrize(
    "fact", ["film", "purpose", "alpha", "delta", "decision_maker", "method"]
)  # fmt: skip
def test_a_scope_that_leaves_a_fact_out_is_refused_even_with_every_digest(document, fact):
    changed = copy.deepcopy(document)
    del changed["scope"][fact]
    assert f"Field '{fact}' is missing (while checking scope)." in verify(sealed_again(changed))


def test_the_scopes_method_is_the_certificates_even_with_every_digest(document):
    changed = copy.deepcopy(document)
    changed["scope"]["method"] = "lot hypergeometric 1"
    assert verify(sealed_again(changed)) == [
        f"method is '{METHOD}', and 'lot hypergeometric 1' in the scope."
    ]


@pytest.mark.parametrize(
    ("labels", "tolerated", "said", "sentence"),
    [
        (26, 0, 9, "to tolerate 9 of 60 takes every take must be looked at."),
        (26, 0, 1, "to tolerate 1 of 60 takes 48 labels are needed."),
        (48, 1, 0, "to tolerate 0 of 60 takes 26 labels are needed."),
    ],
)
def test_a_plan_tolerates_what_its_labels_bear_even_with_every_digest(
    labels, tolerated, said, sentence
):
    document = build_document(facts(labels=labels, tolerated=tolerated))
    assert verify(document) == []
    document["plan"]["tolerated"] = said
    problems = verify(sealed_again(document))
    assert problems == [f"plan.tolerated says {said} with {labels} labels; {sentence}"]


@pytest.mark.parametrize("key", ["address", "sha256"])
def test_no_take_stands_twice_even_with_every_digest(key):
    """The strictest takes nobody drew are made the same: the draw and every count stay as they are."""
    lot = facts()
    drawn = {row["address"] for row in build_document(lot)["draws"]}
    first, second = [take for take in lot.takes if take["address"] not in drawn][:2]
    second[key] = first[key]
    problems = verify(build_document(lot))
    at = [index for index, take in enumerate(lot.takes) if take in (first, second)]
    expected = f"takes[{at[1]}], {second['address']}, has the {key} of takes[{at[0]}]."
    assert problems == [expected]


def test_no_verdict_stands_twice_even_with_every_digest(document, of_panel):
    for original in (document, of_panel):
        changed = copy.deepcopy(original)
        changed["verdicts"][4] = changed["verdicts"][3]
        address = changed["verdicts"][3]["address"]
        where = f"verdicts[4], {address}, has the address"
        assert any(p.startswith(where) for p in verify(sealed_again(changed)))


@pytest.mark.parametrize(("key", "value"), [("outcome", "retake"), ("position", 9)])
def test_a_verdict_that_cannot_be_is_refused_even_with_every_digest(document, key, value):
    changed = copy.deepcopy(document)
    changed["verdicts"][3][key] = value
    assert verify(sealed_again(changed))
