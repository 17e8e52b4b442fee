"""Patterns of `regex`: only such as server and phone match alike, and none that takes for ever.

Both go back and try again wherever a repeat may be longer or shorter, so that the choices of
all repeats multiply. No groups, at most one repeat without an end before a last `.*`, and few
other choices: that keeps the product, and with it the work for the longest text, within bounds.
"""

import re
import warnings

# The longest text that an answer is (rules/replies.py).
LONGEST = 2000
MOST_LETTERS = 80
# So many ways to divide a text among the repeats: one repeat without an end, and a few short ones.
MOST_WAYS = 10 * LONGEST
# What means the same in Python and in JavaScript; other letters after \ do not.
_SAME = frozenset("dDwWsSbnrt")
_PART = re.compile(
    r"(?P<escape>\\.)|(?P<among>\[\^?\]?(?:\\.|[^\]\\])*\])"
    r"|(?P<repeat>[*+?]|\{\d+(?:,\d*)?\})(?P<lazy>[?+]?)|(?P<plain>.)",
    re.DOTALL,
)


def ways(pattern: str) -> int | None:
    """Return in how many ways the repeats divide the longest text; None for what is not taken."""
    if len(pattern) > MOST_LETTERS or "(" in pattern or not _compiles(pattern):
        return None
    found = 1
    parts = list(_PART.finditer(pattern))
    if [part[0] for part in parts[-2:]] == [".", "*"]:
        # Takes whatever is left, so that nothing is ever tried again.
        del parts[-2:]
    for part in parts:
        if part["lazy"] == "+" or not _alike(part["escape"] or part["among"] or ""):
            return None
        if part["repeat"]:
            found *= _choices(part["repeat"])
    return found


def is_safe(pattern: str) -> bool:
    """Say whether the pattern can be matched soon, whatever the text."""
    found = ways(pattern)
    return found is not None and found <= MOST_WAYS


def _compiles(pattern: str) -> bool:
    with warnings.catch_warnings():
        # What a later Python, or a phone, will read in another way.
        warnings.simplefilter("error", FutureWarning)
        try:
            re.compile(pattern)
        except (re.error, OverflowError, FutureWarning):
            return False
    return True


def _alike(text: str) -> bool:
    escaped = re.findall(r"\\(.)", text, re.DOTALL)
    return all(one in _SAME or not one.isalnum() for one in escaped)


def _choices(repeat: str) -> int:
    """Return how many lengths a repeat can have."""
    if repeat in "*+":
        return LONGEST + 1
    if repeat == "?":
        return 2
    least, comma, most = repeat.strip("{}").partition(",")
    if not comma:
        return 1
    return (min(int(most), LONGEST) if most else LONGEST) - min(int(least), LONGEST) + 1
