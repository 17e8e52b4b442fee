"""Personal names are not for the public list: who enters a text names them, the rule hides them."""

import re
from collections.abc import Iterable

from wufei_public.common.redact import redact
from wufei_public.common.text import N_

MOST_NAMES = 20
_MOST_OF_A_NAME = 4  # characters; longer ones of other peoples carry a dot, or are Latin
_MOST_OF_A_LONG_NAME = 30
# Names hide a fifth of what is said at most, and in a short text this many characters.
MOST_HIDDEN, SHARE = 6, 5
# So many names are hidden at once without the enterprise being heard: no sentence is made of them.
MOST_AT_ONCE = 3
_APART = re.compile(r"[\s,，、;；]+")
_NAME = re.compile(r"[^\W\d_]+(?:[·.][^\W\d_]+)*")
# No surname: what begins so is a piece of a sentence, and hiding it turns the sentence round.
_NO_SURNAME = frozenset("不没未非否我你您他她它这那是的了在并而却")


def read_names(text: str) -> tuple[str, ...]:
    """Return the names that were typed, the longest first, so that no part is hidden before it."""
    names = {name for name in _APART.split(text) if len(name) > 1}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def no_names(names: Iterable[str]) -> str:
    """Return what is wrong with what was typed as names of people; '' where nothing is."""
    given = tuple(names)
    if len(given) > MOST_NAMES:
        return N_("人名太多了，最多 20 个。")
    return "" if all(map(_is_name, given)) else N_("只填人名，不要填别的话。")


def _is_name(name: str) -> bool:
    if not _NAME.fullmatch(name) or name[0] in _NO_SURNAME:
        return False
    foreign = name.isascii() or "·" in name
    return len(name) <= (_MOST_OF_A_LONG_NAME if foreign else _MOST_OF_A_NAME)


def hides_too_much(said: str, shown: str) -> bool:
    """Say whether more is hidden in `shown` than names ever are; what was hidden before counts."""
    hidden = shown.count("*") - said.count("*")
    return hidden > MOST_HIDDEN and hidden * SHARE > len(said)


def only_hides(before: str, after: str) -> bool:
    """Say whether `after` is `before` with a few names hidden as 张**, and nothing else.

    Each hidden part follows a letter that is shown, and is what is left of one name; there are
    `MOST_AT_ONCE` names at the most, and never more than is hidden of what anybody says.
    """
    if len(before) != len(after) or hides_too_much(before, after):
        return False
    hidden = "".join(_mark(*pair) for pair in zip(before, after, strict=True))
    parts = [part.span() for part in re.finditer("x+", hidden)]
    names = {before[max(0, begin - 1) : end] for begin, end in parts}
    return (
        "!" not in hidden
        and not any(begin == 0 for begin, _end in parts)
        and len(names) <= MOST_AT_ONCE
        and all(map(_is_name, names))
    )


def _mark(before: str, after: str) -> str:
    """Return x for a letter that is hidden, a point for one that stays, else !."""
    return "." if before == after else "x" if after == "*" else "!"


def for_public(text: str, names: Iterable[str]) -> str:
    """Return `text` without phones, identity numbers, plates, and with `names` as 张**."""
    for name in names:
        text = text.replace(name, name[0] + "*" * (len(name) - 1))
    return redact(text)
