"""The unified social credit code of organisations (统一社会信用代码, GB 32100-2015).

Eighteen symbols of an alphabet of 31 (the digits, and the letters without I, O, S, V, Z):
who registered it, what kind it is, six digits of the place, nine of the organisation code,
and a check symbol. With Ci the value of the i-th symbol and Wi = 3^(i-1) mod 31, the check
symbol is 31 - (C1·W1 + … + C17·W17) mod 31, and 0 where that is 31.
"""

import re
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SYMBOLS = 18
_BASE = len(ALPHABET)
_WEIGHTS = tuple(pow(3, place, _BASE) for place in range(SYMBOLS - 1))
# Registered by whom and what kind: any symbol; the place (GB/T 2260): six digits.
_SHAPE = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
# What people type for the letters that the standard leaves out.
_LOOKALIKES = str.maketrans("OISZ", "0152")
_SEPARATORS = re.compile(r"[\s\-‐-―_.·]")


def normalise(text: str) -> str:
    """Return what was meant by `text`: plain upper case without separators; it may be no code."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return _SEPARATORS.sub("", plain).translate(_LOOKALIKES)


def check_symbol(first: str) -> str:
    """Return the eighteenth symbol that belongs to the `first` seventeen (GB 32100, 5.6)."""
    total = sum(
        ALPHABET.index(symbol) * weight for symbol, weight in zip(first, _WEIGHTS, strict=True)
    )
    return ALPHABET[-total % _BASE]


def is_valid(code: str) -> bool:
    """Say whether `code`, already normalised, has the right shape and check symbol."""
    return bool(_SHAPE.fullmatch(code)) and check_symbol(code[:-1]) == code[-1]
