"""A word in a name is found among the ends of the name, and nothing else is."""

from hypothesis import given
from hypothesis import strategies as st

from wufei_public.common.suffixes import MOST, plain, span, suffixes

TEXT = st.text("甲乙公司 Aａ（(", max_size=60)


def test_ends_of_a_name() -> None:
    assert suffixes("甲（乙） A") == {"甲(乙)a", "(乙)a", "乙)a", ")a", "a"}
    assert suffixes("  ") == frozenset()


@given(TEXT, TEXT.filter(lambda words: 0 < len(plain(words)) <= MOST))
def test_a_name_is_found_by_what_it_contains(name: str, words: str) -> None:
    first, last = span(words)
    found = any(first <= end <= last for end in suffixes(name))
    assert found == (plain(words) in plain(name))
