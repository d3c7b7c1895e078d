"""Cast members on the way into one another."""

from __future__ import annotations

from evals.animatic.cast import blend, draw_person

A, B = draw_person(2_000_003), draw_person(2_000_004)


def test_a_blend_begins_and_ends_with_the_persons_themselves() -> None:
    assert blend(A, B, 0.0) is A
    assert blend(A, B, 1.0) is B


def test_numbers_slide_and_kinds_change_at_half() -> None:
    early, late = blend(A, B, 0.25), blend(A, B, 0.75)
    assert early.jaw == A.jaw + 0.25 * (B.jaw - A.jaw)
    assert (early.hair_style, late.hair_style) == (A.hair_style, B.hair_style)
    assert (early.seed, late.seed) == (A.seed, B.seed)
