import pytest

from wufei_public.common.places import covers, stem, town_of


@pytest.mark.parametrize(
    ("scope", "code", "held"),
    [
        ("410000", "410307106214", True),
        ("410300", "410307", True),
        ("410307", "410307106", True),
        ("410307", "410307", True),
        ("410307106", "410307106214", True),
        ("410307106", "410307105", False),
        ("410307", "410381", False),
        ("410307106", "410307", False),
        ("410000", "420000", False),
    ],
)
def test_a_division_covers_its_subtree(scope: str, code: str, *, held: bool) -> None:
    assert covers(scope, code) is held


def test_the_stem_is_what_the_subtree_begins_with() -> None:
    assert [stem(code) for code in ("410000", "410300", "410307", "410307106")] == [
        "41",
        "4103",
        "410307",
        "410307106",
    ]


@pytest.mark.parametrize(
    ("code", "town"),
    [
        ("410307106214", "410307106"),
        ("410307106", "410307106"),
        ("410307", None),
        ("", None),
        (None, None),
    ],
)
def test_the_town_of_a_division(code: str | None, town: str | None) -> None:
    assert town_of(code) == town
