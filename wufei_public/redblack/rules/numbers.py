"""Of which decision a document's number speaks, whatever stands around it.

示罚〔2022〕20号, 依据示罚(2022)第020号处罚决定书 and 示罚二〇二二年第二十号 are one: year and
number say which, for the words around can be any. Two offices that gave one enterprise the same
number in one year are told apart by nothing here: the second is refused, and rests on scores.
"""

import re
from unicodedata import normalize

LONGEST = 160
_DIGITS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")} | {
    numeral: value for value, numeral in enumerate("〇壹贰叁肆伍陆柒捌玖")
}
_TIMES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_NUMERAL = re.compile(f"[{''.join(_DIGITS)}{''.join(_TIMES)}]+")
_DATE = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?")
_SERIAL = re.compile(r"\d+(?:\s*[-–—‐−之]\s*\d+)*")
_YEAR = re.compile(r"(?:19|20)\d{2}")
# Between them, or before it, a number is a year and no second number of the one before.
_OPENS, _CLOSES = re.compile(r"[〔\[(【「『<{]\s*$"), re.compile(r"\s*[年〕\])】」』>}]")
# Words around a number without a year that say nothing of which one it is.
_EMPTY = frozenset("第号號字年")


def keys_of(document: str) -> tuple[str, ...]:
    """Return which decisions a document's number names, as year-number; () where it names none."""
    plain = _DATE.sub(" ", _in_digits(normalize("NFKC", document).casefold()))
    keys: list[str] = []
    year = ""
    for found in _SERIAL.finditer(plain):
        if _YEAR.fullmatch(found[0]) and (not year or (keys and _is_marked(plain, found))):
            year = found[0]
        elif year:
            keys.append(f"{year}-{_serial(found[0])}"[:LONGEST])
    return tuple(dict.fromkeys(keys or _without_year(plain)))


def _is_marked(plain: str, found: re.Match[str]) -> bool:
    """Say whether a number stands where years stand: in brackets, or before 年."""
    before, after = plain[: found.start()], plain[found.end() :]
    return bool(_OPENS.search(before) or _CLOSES.match(after))


def _without_year(plain: str) -> list[str]:
    """Return the words as they are, with numbers kept apart where there is no year."""
    short = _SERIAL.sub(lambda found: _serial(found[0]), plain)
    kept = (one for one in short if (one.isalnum() or one == "-") and one not in _EMPTY)
    key = "".join(kept).strip("-")[:LONGEST]
    return [key] if key else []


def _serial(number: str) -> str:
    return "-".join(str(int(part)) for part in re.findall(r"\d+", number))


def _in_digits(text: str) -> str:
    """Return `text` with the numbers that stand in words in digits: 二〇二二, 一百二十."""
    return _NUMERAL.sub(lambda found: _value(found[0]), text)


def _value(numeral: str) -> str:
    if not any(one in _TIMES for one in numeral):
        return "".join(str(_DIGITS[one]) for one in numeral)
    total, digit = 0, None
    for one in numeral:
        if one in _TIMES:
            total += (1 if digit is None else digit) * _TIMES[one]
            digit = None
        else:
            digit = _DIGITS[one] or None
    return str(total + (digit or 0))
