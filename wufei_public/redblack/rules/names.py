"""Personal names are not for the public list: who enters a text names them, the rule hides them."""

import re
from collections.abc import Iterable
from unicodedata import normalize

from wufei_public.common.redact import redact

MOST_NAMES = 20
_APART = re.compile(r"[\s,，、;；]+")


def read_names(text: str) -> tuple[str, ...]:
    """Return the names that were typed, the longest first, so that no part is hidden before it."""
    names = {name for name in _APART.split(text) if len(name) > 1}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))[:MOST_NAMES]


def key_of(document: str) -> str:
    """Return the number of a document however it is written: brackets, widths, spaces apart."""
    return "".join(one for one in normalize("NFKC", document) if one.isalnum()).casefold()


def only_hides(before: str, after: str) -> bool:
    """Say whether `after` is `before` with characters hidden, and nothing else."""
    pairs = zip(before, after, strict=False)
    return len(before) == len(after) and all(one in {two, "*"} for two, one in pairs)


def for_public(text: str, names: Iterable[str]) -> str:
    """Return `text` without phones, identity numbers, plates, and with `names` as 张**."""
    for name in names:
        text = text.replace(name, name[0] + "*" * (len(name) - 1))
    return redact(text)
