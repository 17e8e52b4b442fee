"""Public codes: random, sayable over the telephone, with a check symbol.

Nine random symbols of Crockford's base 32 (no I, L, O, U) and his check symbol: the
value modulo 37. Five of his 37 check symbols (* ~ $ = U) cannot be spoken or typed
easily, so values that would need one are not given out: 32^9 × 32/37 ≈ 3.0 × 10^13
codes are left, 44.8 bits. Since 37 is a prime above 32, every single wrong symbol and
every swap of two neighbours is noticed.
Source: Douglas Crockford, "Base 32" (crockford.com/base32.html).
"""

import unicodedata
from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS = 10
_DATA = SYMBOLS - 1
_HALF = SYMBOLS // 2
_BITS = 5 * _DATA
_PRIME = 37
_LOOKALIKES = str.maketrans("OIL", "011")
# Unicode's dashes, spaces, invisible marks, and the low line and dots people type.
_SEPARATORS = {"Pd", "Zs", "Cf", "Cc"}
_TYPED_SEPARATORS = "_.·・−"


def new_code(random_bytes: Callable[[int], bytes]) -> str:
    """Return a new code of ten symbols; `random_bytes` is `secrets.token_bytes`."""
    while True:
        value = int.from_bytes(random_bytes(6)) >> (48 - _BITS)
        if value % _PRIME < len(ALPHABET):
            return _encode(value) + ALPHABET[value % _PRIME]


def _encode(value: int) -> str:
    return "".join(ALPHABET[value >> (5 * place) & 31] for place in reversed(range(_DATA)))


def normalise(text: str) -> str:
    """Return what was meant by `text`: upper case, O as 0, I and L as 1, no separators.

    Full-width letters are made plain. What is no code stays none: ask `is_valid`.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(
        letter
        for letter in plain
        if unicodedata.category(letter) not in _SEPARATORS and letter not in _TYPED_SEPARATORS
    ).translate(_LOOKALIKES)


def is_valid(code: str) -> bool:
    """Say whether `code`, already normalised, has the right length and check symbol."""
    if len(code) != SYMBOLS or any(symbol not in ALPHABET for symbol in code):
        return False
    value = 0
    for symbol in code[:_DATA]:
        value = value * len(ALPHABET) + ALPHABET.index(symbol)
    return value % _PRIME == ALPHABET.index(code[_DATA])


def grouped(code: str) -> str:
    """Return `code` as it is shown and read aloud: XXXXX-XXXXX."""
    return f"{code[:_HALF]}-{code[_HALF:]}"
