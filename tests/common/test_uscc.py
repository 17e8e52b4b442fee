"""Codes of GB 32100-2015: the worked example of the standard, slips, look-alikes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wufei_public.common.uscc import ALPHABET, check_symbol, is_valid, normalise

# Worked by hand: 9·1 + 1·3 + 3·9 + 5·27 + 0·19 + 1·26 + 0·16 + 0·17 + 21·20 + 0·29 + 0·25
# + 0·13 + 1·8 + 0·24 + 0·10 + 30·30 + 4·28 = 1640; 1640 mod 31 = 28; 31 - 28 = 3.
EXAMPLE = "91350100M000100Y43"
CODES = st.builds(
    lambda head, place, rest: head + place + rest + check_symbol(head + place + rest),
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


def test_the_worked_example_holds() -> None:
    assert check_symbol(EXAMPLE[:-1]) == "3"
    assert is_valid(EXAMPLE)


def test_a_public_code_of_a_large_company_holds() -> None:
    assert is_valid("91110000600037341L")


@pytest.mark.parametrize(
    "code",
    ["", "91350100M000100Y4", "91350100M000100Y433", "91350100M000100Y44", "9135A100M000100Y43",
     "91350100I000100Y43", "91350100m000100y43"],
)  # fmt: skip
def test_what_is_no_code_is_refused(code: str) -> None:
    assert not is_valid(code)


@pytest.mark.parametrize(
    "typed",
    ["91350100m000100y43", " 9135 0100 M000 100Y 43 ", "９１３５０１００Ｍ０００１００Ｙ４３",
     "91350100-MOOO1OOY-43", "9I350100M000I00Y43"],
)  # fmt: skip
def test_what_people_type_is_understood(typed: str) -> None:
    assert normalise(typed) == EXAMPLE


@given(CODES, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_every_single_wrong_symbol_is_noticed(code: str, place: int, symbol: str) -> None:
    wrong = code[:place] + symbol + code[place + 1 :]
    assert is_valid(wrong) == (wrong == code)


@given(CODES, st.integers(0, 16))
def test_every_swap_of_neighbours_is_noticed(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_valid(swapped) == (swapped == code)
