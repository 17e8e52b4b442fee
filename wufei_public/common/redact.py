"""Masks personal numbers in free text before the public sees it.

Mainland mobiles, identity-card numbers (GB 11643), number plates (GA 36) and e-mail
addresses; full-width digits and separators inside a number are seen through.
"""

import re
import unicodedata

MASK = "＊＊＊"
_GAP = r"[\s\-—·.]?"

_IDENTITY = re.compile(
    rf"(?<!\d)[1-9](?:{_GAP}\d){{5}}{_GAP}(?:1{_GAP}9|2{_GAP}0)(?:{_GAP}\d){{2}}"
    rf"{_GAP}[01]{_GAP}\d{_GAP}[0-3]{_GAP}\d(?:{_GAP}\d){{3}}{_GAP}[\dXx](?!\d)"
)
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[\s\-—]?\d{7,8}(?!\d)")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使]"
    r"[\s·.]?[A-HJ-NP-Za-hj-np-z][\s·.\-]?[A-HJ-NP-Za-hj-np-z0-9]{4,5}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳]"
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+\s?@\s?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_WHAT = (_IDENTITY, _MOBILE, _LANDLINE, _PLATE, _EMAIL)


def _narrow(text: str) -> str:
    """Return `text` with full-width letters and digits narrowed, length unchanged."""
    narrowed = (unicodedata.normalize("NFKC", letter) for letter in text)
    return "".join(
        small if len(small) == 1 else letter
        for small, letter in zip(narrowed, text, strict=True)
    )


def redact(text: str) -> str:
    """Return `text` with every personal number replaced by a mask."""
    narrow = _narrow(text)
    spans = sorted(match.span() for what in _WHAT for match in what.finditer(narrow))
    kept, at = [], 0
    for start, end in spans:
        if start >= at:
            kept += [text[at:start], MASK]
        at = max(at, end)
    return "".join([*kept, text[at:]])
