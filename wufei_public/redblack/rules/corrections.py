"""What a correction may change, and how long the enterprise is heard before.

A correction hides names, or mends what does not change the offence: it leaves whole sentences out,
makes an amount smaller, or writes the same with other marks. Whatever else it does may be another
offence, and takes what a proposal takes: ten working days, a decision and an approval.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from unicodedata import normalize

from wufei_public.redblack.rules.errors import Field
from wufei_public.redblack.rules.names import only_hides


class Weight(StrEnum):
    """How much a correction changes."""

    HIDES = "hides"  # names of people alone: at once
    MENDS = "mends"  # not the offence: the enterprise reads it for three working days
    CHANGES = "changes"  # like a proposal: ten working days, a decision, an approval


_SENTENCES = re.compile(r"[^。！？；;!?\n]+")
_CLAUSES = re.compile(r"[^，,、]+")
_UNITS = "吨|千克|公斤|克|立方米|方|平方米|亩|车|袋|桶|升|万元|元"
_AMOUNT = re.compile(rf"(?<![\d.])(\d+(?:\.\d+)?)\s*(?=(?:{_UNITS}))")
# What speaks for the enterprise: no sentence with it is left out, no amount made smaller beside it.
_FOR_IT = re.compile(
    "已|清走|清运|运回|运走|收回|回收|改正|整改|缴|补|退|还|只|仅|才|剩|至少|不少|未|没|不|无"
)


def weigh(field: Field, before: str, after: str) -> Weight:
    """Return how much it changes that `after` stands in a field instead of `before`."""
    if only_hides(before, after):
        return Weight.HIDES
    mends = _MENDS.get(field)
    if mends is None or (len(after) <= len(before) and mends(before, after)):
        return Weight.MENDS
    return Weight.CHANGES


def _same(before: str, after: str) -> bool:
    """Say whether the letters and numbers are the same: other marks, widths and spaces may be."""
    return _letters(before) == _letters(after) != ""


def _letters(text: str) -> str:
    """Return letters, numbers and masks alone; numbers that stand apart stay so."""
    apart = re.sub(r"(?<=\d)[^\w*]+(?=\d)", "|", normalize("NFKC", text))
    return "".join(one for one in apart if one.isalnum() or one in "*|")


def _milder(before: str, after: str) -> bool:
    """Say whether `after` leaves sentences out or makes amounts smaller, and does nothing else."""
    left = _SENTENCES.findall(before)
    for sentence in _SENTENCES.findall(after):
        while left and not _no_more(left[0], sentence):
            if _FOR_IT.search(left.pop(0)):
                return False
        if not left:
            return False
        left.pop(0)
    return _letters(after) != "" and not any(map(_FOR_IT.search, left))


def _no_more(before: str, after: str) -> bool:
    """Say whether a sentence says the same with amounts that are not larger."""
    clauses = _CLAUSES.findall(before), _CLAUSES.findall(after)
    return len(clauses[0]) == len(clauses[1]) and all(map(_no_more_in, *clauses))


def _no_more_in(before: str, after: str) -> bool:
    before, after = normalize("NFKC", before), normalize("NFKC", after)
    if not _same(_AMOUNT.sub("0", before), _AMOUNT.sub("0", after)):
        return False
    old, new = _amounts(before), _amounts(after)
    if len(old) != len(new):
        return False
    free = _FOR_IT.search(before) is None
    return all(two == one or (free and 0 < two < one) for one, two in zip(old, new, strict=True))


def _amounts(text: str) -> Sequence[Decimal]:
    return [Decimal(found) for found in _AMOUNT.findall(text)]


_MENDS: Mapping[Field, Callable[[str, str], bool]] = {
    Field.FACTS: _milder,
    Field.MEASURE: _milder,
    # Another article or another decision is another offence.
    Field.GROUND: _same,
    Field.DOCUMENT: _same,
}
