import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wufei_public.common.codes import ALPHABET, grouped, is_valid, new_code, normalise


def code_of(seed: int) -> str:
    return new_code(random.Random(seed).randbytes)  # noqa: S311  repeatable on purpose


CODES = st.integers(0, 2**64).map(code_of)


def test_worked_example() -> None:
    # 1234 is 16J in Crockford's text; 1234 mod 37 = 13, which is D.
    value = 1234 << 3  # new_code drops the last 3 of 48 bits
    assert new_code(value.to_bytes) == "00000016JD"
    assert is_valid("00000016JD")
    assert grouped("00000016JD") == "00000-016JD"


def test_a_value_whose_check_symbol_cannot_be_said_is_passed_over() -> None:
    # 36 mod 37 = 36 would be "U", 32 would be "*".
    drawn = iter([36 << 3, 32 << 3, 31 << 3])
    assert new_code(lambda size: next(drawn).to_bytes(size)) == "00000000ZZ"


@pytest.mark.parametrize(
    "typed",
    [
        "00000016JD",
        "00000-016JD",
        "ooooo-oi6jd",
        "OOOOO OL6JD",
        "０００００－０１６ＪＤ",
        " 00000—016JD\u200b\n",
        "000.00_016·JD",
    ],
)
def test_what_people_type_is_understood(typed: str) -> None:
    assert normalise(typed) == "00000016JD"


@pytest.mark.parametrize(
    "wrong", ["", "00000016J", "00000016JDD", "00000016JU", "00000016JE", "缑氏镇", "0000001-6J"]
)
def test_what_is_no_code_is_refused(wrong: str) -> None:
    assert not is_valid(wrong)


@given(CODES)
def test_every_new_code_is_valid_and_survives_being_read_aloud(code: str) -> None:
    assert is_valid(code)
    assert normalise(grouped(code).lower()) == code


@given(CODES, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_noticed(code: str, place: int, symbol: str) -> None:
    changed = code[:place] + symbol + code[place + 1 :]
    assert is_valid(changed) == (changed == code)


@given(CODES)
def test_a_swap_of_neighbours_is_noticed(code: str) -> None:
    for place, (one, two) in enumerate(pairwise(code)):
        swapped = code[:place] + two + one + code[place + 2 :]
        assert is_valid(swapped) == (one == two)


@given(st.text())
def test_any_text_may_be_asked_about(text: str) -> None:
    assert not is_valid(normalise(text)) or set(normalise(text)) <= set(ALPHABET)


def test_codes_are_spread_over_the_whole_range() -> None:
    source = random.Random(7).randbytes  # noqa: S311  repeatable on purpose
    codes = [new_code(source) for _ in range(3000)]
    assert len(set(codes)) == 3000
    for place in range(10):
        assert {code[place] for code in codes} == set(ALPHABET)
