"""Takes personal numbers out of free text before others may read it.

Found are mainland mobile numbers, identity card numbers, number plates and e-mail
addresses, also in full-width characters, with spaces or dashes inside, and (mobiles)
in Chinese numerals. In doubt a number is hidden: the handler still sees the original.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What was found."""

    EMAIL = "email"
    IDENTITY = "identity"
    PLATE = "plate"
    MOBILE = "mobile"


# Part of the resident's own words, so in the language of those words.
MASKS = {
    Kind.EMAIL: "［邮箱已隐去］",
    Kind.IDENTITY: "［证件号已隐去］",
    Kind.PLATE: "［车牌已隐去］",
    Kind.MOBILE: "［手机号已隐去］",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A personal number at text[start:end]; `sure` is false for an unproven identity number."""

    kind: Kind
    start: int
    end: int
    sure: bool = True


# Up to three spaces, dashes, dots or invisible marks may stand between two digits.
_GAP = r"[ \t\-‐-―−－_.·・•\u200b-\u200d\u2060\ufeff]{0,3}"
_EMAIL = re.compile(r"[A-Z0-9._%+\-]{1,64} ?@ ?[A-Z0-9\-]{1,63}(?:\.[A-Z0-9\-]{1,63}){1,4}")
_IDENTITY = re.compile(rf"(?<!\d)[1-9](?:{_GAP}\d){{14}}(?:(?:{_GAP}\d){{2}}{_GAP}[\dX])?(?![\dX])")
# GA 36-2018: the province's sign, a letter, five places (six for new energy, four before a
# sign such as 挂). One more is let pass: people mistype.
_PLATE = re.compile(
    rf"[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云渝藏陕甘青宁新]{_GAP}[A-Z]{_GAP}"
    rf"[A-Z0-9](?:{_GAP}[A-Z0-9]){{3}}(?:[挂学警港澳领]|{_GAP}[A-Z0-9]{{1,3}}(?![A-Z0-9]))"
)
_LEAST_PLATE_DIGITS = 3
_MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_GAP}|0)?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)")
_NUMERALS = str.maketrans("〇零一幺二三四五六七八九", "001123456789")

# A longer number first; Chinese numerals last, since 一 before a number is no part of it.
_ORDER = (
    (Kind.EMAIL, _EMAIL, False),
    (Kind.IDENTITY, _IDENTITY, False),
    (Kind.PLATE, _PLATE, False),
    (Kind.MOBILE, _MOBILE, False),
    (Kind.MOBILE, _MOBILE, True),
)

# GB 11643-1999: weights and check symbols of ISO 7064 MOD 11-2; provinces of GB/T 2260,
# 83 for residence permits of Taiwan's people, 91 to 94 for those of foreigners.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PROVINCES = {
    *(*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55)),
    *(*range(61, 66), 71, 81, 82, 83, *range(91, 95)),
}
_OLD_LENGTH = 15


def redact(text: str) -> str:
    """Return `text` with every personal number in it replaced by a mask that names its kind."""
    parts, end = [], 0
    for found in find_personal(text):
        parts += [text[end : found.start], MASKS[found.kind]]
        end = found.end
    return "".join([*parts, text[end:]])


def find_personal(text: str) -> tuple[Found, ...]:
    """Return the personal numbers in `text`, in order, none over another."""
    plain = "".join(_plain(letter) for letter in text)
    found: list[Found] = []
    for kind, pattern, numerals in _ORDER:
        line = plain.translate(_NUMERALS) if numerals else plain
        for item in _search(kind, pattern, line):
            found.append(item)
            # What is taken cannot be part of another number.
            plain = plain[: item.start] + "\0" * (item.end - item.start) + plain[item.end :]
    return tuple(sorted(found, key=lambda item: item.start))


def _plain(letter: str) -> str:
    """Return the plain upper-case form of `letter`, always one letter long."""
    if letter.isdecimal():
        return str(int(letter))
    plain = unicodedata.normalize("NFKC", letter).upper()
    return plain if len(plain) == 1 else letter


def _search(kind: Kind, pattern: re.Pattern[str], line: str) -> Iterator[Found]:
    match = pattern.search(line)
    while match:
        verdict = _verdict(kind, match[0])
        if verdict is not None:
            yield Found(kind, *match.span(), sure=verdict)
        # A match that is no such number may hide one that begins inside it.
        match = pattern.search(line, match.start() + 1 if verdict is None else match.end())


def _verdict(kind: Kind, match: str) -> bool | None:
    """Return None if the match is no such number, else whether that is sure."""
    if kind is Kind.IDENTITY:
        return _identity("".join(letter for letter in match if letter.isdigit() or letter == "X"))
    if kind is Kind.PLATE:
        digits = sum(letter.isdigit() for letter in match)
        return True if digits >= _LEAST_PLATE_DIGITS else None
    return True


def _identity(number: str) -> bool | None:
    born = f"19{number[6:12]}" if len(number) == _OLD_LENGTH else number[6:14]
    try:
        date.fromisoformat(born)
    except ValueError:
        return None
    if int(number[:2]) not in _PROVINCES or born[:2] not in {"18", "19", "20"}:
        return None
    return len(number) != _OLD_LENGTH and number[-1] == check_symbol(number)


def check_symbol(number: str) -> str:
    """Return the check symbol of an identity number's first 17 digits (GB 11643-1999)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11]
