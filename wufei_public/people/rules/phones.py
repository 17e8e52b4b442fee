"""Mainland mobile numbers: what was meant, and what may be shown."""

import re
import unicodedata

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PREFIX = re.compile(r"^(?:\+|00)?86(?=1[3-9][0-9]{9}$)")
_SEPARATORS = re.compile(r"[\s\-‐-―.·()]")


def read_mobile(text: str, pointer: str = "phone") -> str:
    """Return the eleven digits that `text` means; Invalid at `pointer` if it is no mobile."""
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    number = _PREFIX.sub("", plain)
    if not _MOBILE.fullmatch(number):
        fault = FieldError(pointer, N_("请填 11 位的手机号，例如 13812345678。"))
        raise Invalid("bad_phone", N_("这个手机号不对。"), (fault,))
    return number


def masked(number: str) -> str:
    """Return a mobile number as officials see it: 138****5678."""
    return f"{number[:3]}****{number[-4:]}"
