"""Public codes: random, spoken over the phone, checked for slips (Crockford base 32)."""

import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 9
_VALUES = {letter: number for number, letter in enumerate(ALPHABET)}
# What people write for what they read, hear or type.
_SLIPS = str.maketrans("OILU", "011V")


def new_code(random: bytes) -> str:
    """Return a code from at least six random bytes: nine characters and a check character.

    45 random bits. The check character is the weighted sum modulo 31, so that a wrong
    character and two swapped neighbours are found, and every character can be spoken
    (Crockford's own five extra check symbols can not).
    """
    number = int.from_bytes(random[:6], "big") >> 3
    body = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return body + _check(body)


def _check(body: str) -> str:
    total = sum((place + 1) * _VALUES[letter] for place, letter in enumerate(body))
    return ALPHABET[total % 31]


def normalise(text: str) -> str:
    """Return what was meant by `text`: full width, lower case, spaces and dashes forgiven."""
    wide = unicodedata.normalize("NFKC", text).upper().translate(_SLIPS)
    return "".join(letter for letter in wide if letter in _VALUES)


def is_code(code: str) -> bool:
    """Say whether a normalised code is whole and its check character right."""
    return len(code) == LENGTH + 1 and _check(code[:LENGTH]) == code[LENGTH]


def grouped(code: str) -> str:
    """Return a code as it is shown: two groups of five."""
    return f"{code[:5]}-{code[5:]}"
