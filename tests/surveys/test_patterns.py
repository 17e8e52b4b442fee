"""No pattern that is taken needs many steps, counted and not clocked."""

import re
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from wufei_public.surveys.rules.patterns import LONGEST, MOST_LETTERS, MOST_WAYS, is_safe, ways

TAKEN = [
    r"1[3-9]\d{9}", r"\d{3,4}-\d{7,8}", r".*[0-9]{11}.*", r"[a-z]*1", r"[^@]+@qq\.com",
    r"a?b?c?.*", r"\d{4}-\d{2}-\d{2}", r"是|否", r"\.*x", r"x{2,}",
]  # fmt: skip
REFUSED = [
    "[a-z]*[a-z]*[a-z]*[a-z]*1", ".*a.*a.*a.*b", "(a+)+", "a*a*", "a+b+.*", "x{0,999}x{0,999}",
    "a?" * 26 + "a" * 26, "x{2,}y{2,}", "a++", "x*+", r"\Ax", r"\Z", "[", "{,5}*", "a{1,2}{3,4}",
    "x" * (MOST_LETTERS + 1), r"[\A]", "[[x]",
]  # fmt: skip
# What makes the repeats of a pattern try all they can.
WORST = ("a" * 60, "x" * 60, "1" * 60, "a" * 59 + "!", "3" * 59 + "x", "ab" * 30)


class Steps:
    """A matcher that goes back as those of Python and JavaScript do, and counts its tries."""

    def __init__(self, pattern: str, text: str) -> None:
        self.text = text
        self.count = 0
        self._begin(list(parser.parse(pattern, re.DOTALL)))

    def _begin(self, parts: list[Any]) -> bool:
        branches = [parts]
        if len(parts) == 1 and str(parts[0][0]) == "BRANCH":
            branches = [list(one) for one in parts[0][1][1]]
        return any(self._from(list(one), 0) for one in branches)

    def _from(self, parts: list[Any], at: int) -> bool:
        self.count += 1
        if not parts:
            return at == len(self.text)
        (kind, value), rest = parts[0], parts[1:]
        if "REPEAT" not in str(kind):
            return self._one(parts[0], at) and self._from(rest, at + 1)
        least, most, inner = value
        far = at
        while far - at < int(most) and self._one(inner[0], far):
            self.count += 1
            far += 1
        return any(self._from(rest, end) for end in range(far, at + int(least) - 1, -1))

    def _one(self, part: Any, at: int) -> bool:
        if at >= len(self.text):
            return False
        kind, value = str(part[0]), part[1]
        if kind == "ANY":
            return True
        if kind == "LITERAL":
            return ord(self.text[at]) == value
        single = re.compile(_source(part))
        return single.fullmatch(self.text[at]) is not None


def _source(part: Any) -> str:
    return {"IN": _among}.get(str(part[0]), lambda value: re.escape(chr(value)))(part[1])


def _among(items: Any) -> str:
    words = []
    for kind, value in items:
        name = str(kind)
        if name == "NEGATE":
            words.append("^")
        elif name == "RANGE":
            words.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        elif name == "CATEGORY":
            words.append({"CATEGORY_DIGIT": r"\d", "CATEGORY_WORD": r"\w"}[str(value)])
        else:
            words.append(re.escape(chr(value)))
    return f"[{''.join(words)}]"


@pytest.mark.parametrize("pattern", TAKEN)
def test_what_is_taken_needs_few_steps_for_any_text(pattern: str) -> None:
    assert is_safe(pattern)
    for text in WORST:
        steps = Steps(pattern, text).count
        # No more than the repeats can be divided, each division read once.
        choices = (ways(pattern) or 0) * len(text) / LONGEST + 1
        assert steps <= (choices + len(text)) * MOST_LETTERS


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_could_take_for_ever_or_differ_on_the_phone_is_refused(pattern: str) -> None:
    assert not is_safe(pattern)


def test_the_counter_sees_what_goes_wrong() -> None:
    assert Steps("a*a*a*b", "a" * 60).count > 30_000
    assert Steps(".*b", "a" * 60).count < 200


def test_the_bound_leaves_room_for_one_repeat_without_an_end() -> None:
    assert LONGEST < MOST_WAYS < LONGEST**2
