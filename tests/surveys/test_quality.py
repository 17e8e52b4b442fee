import pytest

from wufei_public.surveys.rules.quality import (
    Pace,
    contradicts,
    pace,
    reading_seconds,
    straight_lined,
)


def test_reading_takes_a_sixth_of_a_second_a_character_and_a_choice_a_question() -> None:
    assert reading_seconds(characters=600, questions=10) == pytest.approx(115)


@pytest.mark.parametrize(
    ("seconds", "found"),
    [(0, Pace.FAST), (29.9, Pace.FAST), (30, Pace.USUAL), (450, Pace.USUAL), (451, Pace.SLOW)],
)
def test_pace_is_a_class_of_the_time_that_reading_takes(seconds: float, found: Pace) -> None:
    assert pace(seconds, reading=90) is found


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([3, 3, 3, 3], True),
        ([3, 3, 3], False),
        ([3, 3, 3, None], False),
        ([5, 5, None, 5, 5], True),
        ([3, 3, 3, 4], False),
        ([], False),
    ],
)
def test_straight_lines_need_four_equal_answers(answers: list[int | None], found: bool) -> None:
    assert straight_lined(answers) is found


def test_longer_batteries_may_ask_for_more() -> None:
    assert not straight_lined([2] * 5, least=6)


@pytest.mark.parametrize(
    ("whole", "parts", "found"),
    [
        (5, [1, 1, 1, None], True),
        (1, [5, 5, 5, 5], True),
        (5, [1, 1, None, None], False),
        (5, [1, 1, 2], False),
        (4, [1, 1, 1], False),
        (None, [1, 1, 1], False),
    ],
)
def test_what_cannot_be_so_together(
    whole: int | None, parts: list[int | None], found: bool
) -> None:
    assert contradicts(whole, parts) is found
