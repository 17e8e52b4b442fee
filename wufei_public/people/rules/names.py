"""User names of staff: short, typed on any keyboard, the same in any case."""

import re
import unicodedata

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

_NAME = re.compile(r"[a-z][a-z0-9]*(?:[._\-][a-z0-9]+)*")
LEAST, MOST = 3, 32
MOST_WORDS = 40


def plain_user_name(text: str) -> str:
    """Return what was meant by a typed user name; it may still be none."""
    return unicodedata.normalize("NFKC", text).strip().lower()[:MOST]


def read_user_name(text: str, pointer: str = "user_name") -> str:
    """Return a new account's user name; Invalid at `pointer` if it will not do."""
    name = unicodedata.normalize("NFKC", text).strip().lower()
    if not LEAST <= len(name) <= MOST or not _NAME.fullmatch(name):
        fault = FieldError(
            pointer, N_("3 到 32 个小写字母和数字，以字母开头，中间可以有点、横线。")
        )
        raise Invalid("bad_user_name", N_("这个用户名不能用。"), (fault,))
    return name
