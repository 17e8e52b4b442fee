"""Personal names are not for the public list: who enters a text names them, the rule hides them."""

import re
from collections.abc import Iterable
from unicodedata import normalize

from wufei_public.common.redact import redact
from wufei_public.common.text import N_

MOST_NAMES = 20
_MOST_OF_A_NAME = 4  # characters; longer ones of other peoples carry a dot, or are Latin
_MOST_OF_A_LONG_NAME = 30
# Names hide a fifth of what is said at most, and in a short text this many characters.
MOST_HIDDEN, SHARE = 6, 5
_APART = re.compile(r"[\s,，、;；]+")
_NAME = re.compile(r"[^\W\d_]+(?:[·.][^\W\d_]+)*")
# No surname: what begins so is a piece of a sentence, and hiding it turns the sentence round.
_NO_SURNAME = frozenset("不没未非否我你您他她它这那是的了在并而却")
_NUMERALS = str.maketrans("〇零一二三四五六七八九號", "00123456789号")
_TENS = re.compile(r"([1-9]?)十([1-9]?)")
# Words around the number of a document that change nothing of which one it is.
_EMPTY = frozenset("第号字年")


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


def key_of(document: str) -> str:
    """Return the number of a document however it is written.

    Brackets, widths, spaces, 第, 号, 字, 年, zeros before a number, numbers in words: all one.
    """
    plain = normalize("NFKC", document).casefold().translate(_NUMERALS)
    digits = _TENS.sub(lambda found: f"{found[1] or '1'}{found[2] or '0'}", plain)
    short = re.sub(r"(?<!\d)0+(?=\d)", "", digits)
    return "".join(one for one in short if one.isalnum() and one not in _EMPTY)


def only_hides(before: str, after: str) -> bool:
    """Say whether `after` is `before` with characters hidden, and nothing else."""
    pairs = zip(before, after, strict=False)
    return len(before) == len(after) and all(one in {two, "*"} for two, one in pairs)


def for_public(text: str, names: Iterable[str]) -> str:
    """Return `text` without phones, identity numbers, plates, and with `names` as 张**."""
    for name in names:
        text = text.replace(name, name[0] + "*" * (len(name) - 1))
    return redact(text)
