"""A decision is one however its number is written, and another one is another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wufei_public.redblack.rules.numbers import keys_of

WORDS = st.text("示罚依据洛环 决定书关于的（）第字号〔", max_size=12)


@pytest.mark.parametrize(
    "written",
    [
        "示罚〔2022〕20号", "示罚[2022] 20 号", "示罚（２０２２）２０号",
        "示罚字【二〇二二】第020號",
        "示罚2022年第20号", "示罚「2022」二十", "依据示罚〔2022〕20号行政处罚决定书",
        "示范区〔二零二二〕示罚字第贰拾号", "2022年7月3日 示罚〔2022〕20号", "〔2022〕20",
        "示罚2022 年度第 20 号（送达回证）",
    ],
)  # fmt: skip
def test_one_decision(written: str) -> None:
    assert keys_of(written) == ("2022-20",)


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("示罚〔2022〕21号", ("2022-21",)), ("示罚〔2021〕20号", ("2021-20",)),
        ("示罚〔2022〕1-2号", ("2022-1-2",)), ("示罚〔2022〕1－2号", ("2022-1-2",)),
        ("示罚〔2022〕一之二号", ("2022-1-2",)), ("示罚〔2022〕12号", ("2022-12",)),
        ("示罚〔2022〕20号、21号", ("2022-20", "2022-21")),
        ("示罚〔2022〕20号和〔2023〕3号", ("2022-20", "2023-3")),
        ("示罚〔2022〕一百二十号", ("2022-120",)), ("〔2022〕第一百零二号", ("2022-102",)),
        ("示罚〔2022〕2022号", ("2022-2022",)),
        # Without a year the words say which one it is, and numbers stay apart.
        ("第十二号", ("12",)), ("12号", ("12",)), ("第二十号", ("20",)), ("1-2号", ("1-2",)),
        ("通知甲3", ("通知甲3",)), ("没有文号", ("没有文",)), ("——", ()), ("", ()),
    ],
)  # fmt: skip
def test_other_decisions(written: str, keys: tuple[str, ...]) -> None:
    assert keys_of(written) == keys


@given(st.integers(1950, 2099), st.integers(1, 9999), WORDS, WORDS, WORDS)
def test_no_words_around_make_another_key(
    year: int, number: int, before: str, between: str, after: str
) -> None:
    assert keys_of(f"{before}〔{year}〕{between}第{number}号{after}") == (f"{year}-{number}",)


@given(st.integers(2000, 2099), *(st.integers(1, 999) for _time in range(3)))
def test_numbers_that_are_not_the_same_are_not_one(
    year: int, one: int, two: int, other: int
) -> None:
    key = keys_of(f"示罚〔{year}〕{one}-{two}号")
    assert key != keys_of(f"示罚〔{year}〕{one}{two}号")
    assert key != keys_of(f"示罚〔{year}〕{two}号")
    same = keys_of(f"示罚〔{year}〕{one}号") == keys_of(f"示罚〔{year}〕{other}号")
    assert same == (one == other)
