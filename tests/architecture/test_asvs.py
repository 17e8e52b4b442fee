"""The table of OWASP ASVS 5: every requirement stands in it once, and every test in it exists."""

import re
from pathlib import Path

import pytest

TABLE = Path("docs/asvs.md")
ROW = re.compile(r"\| (\d+)\.(\d+)\.(\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|")
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
STATES = {"met", "open", "not applicable"}
# How many requirements of level 1 or 2 each chapter of v5.0.0 has.
CHAPTERS = {
    1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13,
    14: 9, 15: 13, 16: 16, 17: 7,
}  # fmt: skip


def rows() -> list[tuple[tuple[int, int, int], str, str]]:
    """Return number, state and reason of every requirement in the table."""
    found = []
    for line in TABLE.read_text("utf-8").splitlines():
        if line.startswith("| ") and line[2].isdigit():
            row = ROW.fullmatch(line)
            assert row, line
            found.append(((int(row[1]), int(row[2]), int(row[3])), row[5], row[6]))
    return found


ROWS = rows()


def test_every_requirement_stands_in_the_table_once_and_in_order() -> None:
    numbers = [number for number, _state, _why in ROWS]
    assert numbers == sorted(set(numbers))
    counted = {chapter: sum(number[0] == chapter for number in numbers) for chapter in CHAPTERS}
    assert (counted, len(numbers)) == (CHAPTERS, sum(CHAPTERS.values()))


@pytest.mark.parametrize(("number", "state", "why"), ROWS, ids=lambda value: str(value)[:14])
def test_what_is_met_names_tests_that_exist_and_what_is_not_says_why(
    number: tuple[int, int, int], state: str, why: str
) -> None:
    assert state in STATES, number
    named = TEST.findall(why)
    assert state != "met" or named, number
    assert state == "met" or TEST.sub("", why).strip(), number
    for file, test in named:
        text = Path(file).read_text("utf-8")
        assert re.search(rf"^def {test or r'test_[a-z]'}", text, re.MULTILINE), (number, file, test)


def test_the_sums_at_the_head_are_those_of_the_table() -> None:
    head = TABLE.read_text("utf-8").split("## ")[0]
    counts = {state: sum(row[1] == state for row in ROWS) for state in STATES}
    said = f"{counts['met']} are met, {counts['open']} open, {counts['not applicable']} not"
    assert said in head
