"""Finding a word anywhere in a name through an ordinary index: every end of the name is a row.

A search for what a name contains is then a search for what an end of it begins with, so it
costs the same among a hundred names and among a hundred thousand.
"""

import unicodedata

MOST = 40  # symbols of an end that are kept, and of what is looked for
# Sorts after every symbol of a name (code points, not a language's order).
_LAST = "\U0010ffff"


def plain(text: str) -> str:
    """Return `text` as names are compared: one width, one case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def suffixes(name: str) -> frozenset[str]:
    """Return every end of `name` as it is compared, each cut to MOST symbols."""
    whole = plain(name)
    return frozenset(whole[at : at + MOST] for at in range(len(whole)))


def span(words: str) -> tuple[str, str]:
    """Return the first and last end (both may be none) of names that contain `words`."""
    wanted = plain(words)[:MOST]
    return wanted, wanted + _LAST
