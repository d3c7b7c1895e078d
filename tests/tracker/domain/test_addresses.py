import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.addresses import (
    HOUSE_NAMING,
    NETFLIX_NAMING,
    Address,
    take_code,
    take_number,
)
from tracker.errors import AddressError

parts = st.from_regex(r"[A-Z0-9][A-Z0-9_]{0,20}", fullmatch=True)


@given(parts, parts, parts, st.integers(1, 999_999))
def test_addresses_survive_a_round_trip(production, film, shot, number):
    address = Address(production, film, shot, take_code(number))
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("ANTH01", "production"),
        ("ANTH01/F02", "film"),
        ("ANTH01/F02/SQ010_SH0010", "shot"),
        ("ANTH01/F02/SQ010_SH0010/v001", "take"),
        ("ANTH01/F02/", "film"),
    ],
)
def test_every_prefix_is_an_address(text, level):
    assert Address.parse(text).level == level


@pytest.mark.parametrize(
    "text", ["", "/", "A//B", "A/B/C/D", "A/B/C/v0", "A/B/C/v001/x", "A B", "../etc", "A/B/C/1"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(AddressError):
        Address.parse(text)


@given(st.integers(1, 999_999))
def test_take_numbers_survive_a_round_trip(number):
    assert take_number(take_code(number)) == number


def test_take_zero_does_not_exist():
    with pytest.raises(AddressError):
        take_number("v000")


@pytest.mark.parametrize("code", ["SQ010_SH0010", "SQ999_SH0015A"])
def test_house_codes_are_accepted(code):
    assert HOUSE_NAMING.check(code) == code
    assert HOUSE_NAMING.sequence_of(code) == code[:5]


@pytest.mark.parametrize("code", ["SH0010", "SQ10_SH0010", "SQ010_SH0010AB", "sq010_sh0010"])
def test_other_codes_are_refused_with_an_example(code):
    with pytest.raises(AddressError, match="SQ010_SH0010"):
        HOUSE_NAMING.check(code)


def test_the_netflix_preset_reads_its_own_example():
    assert NETFLIX_NAMING.check(NETFLIX_NAMING.example)
