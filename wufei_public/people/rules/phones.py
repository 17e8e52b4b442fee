"""Mainland mobile numbers: checked, kept in one form, shown masked."""

import re
import unicodedata

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

_MOBILE = re.compile(r"1[3-9]\d{9}")


def normalise_phone(text: str) -> str:
    """Return the eleven digits of a mainland mobile number; Invalid at `phone` otherwise."""
    narrow = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"[\s\-—().]", "", narrow)
    digits = digits.removeprefix("+").removeprefix("86") if len(digits) > 11 else digits  # noqa: PLR2004
    if not _MOBILE.fullmatch(digits):
        sentence = N_("这不像手机号。请填 11 位的手机号。")
        raise Invalid("bad_phone", sentence, [FieldError("phone", sentence)])
    return digits


def mask_phone(phone: str) -> str:
    """Return 138****5678."""
    return f"{phone[:3]}****{phone[-4:]}"
