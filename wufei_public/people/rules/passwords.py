"""Which passwords will do: long and not guessable; no rules of composition.

Source: NIST SP 800-63B §5.1.1.2 (length, list of common ones, context words, no forced
mixtures) with 12 characters instead of 8, since staff have few passwords here.
"""

import re
import unicodedata
from collections.abc import Collection
from itertools import pairwise

from wufei_public.common.errors import FieldError
from wufei_public.common.text import N_

LEAST = 12
MOST = 128
LEAST_DISTINCT = 5
# What must be left when the words that everybody tries are taken out.
LEAST_OWN = 6
_LEAST_WORD = 4
_PARTS = re.compile(r"[._\-]")


def prepared(password: str) -> str:
    """Return `password` in the one form that is hashed (NFKC: keyboards differ)."""
    return unicodedata.normalize("NFKC", password)


def password_faults(
    password: str, user_name: str, common: Collection[str], pointer: str = "password"
) -> list[FieldError]:
    """Return why `password` will not do for `user_name`; `common` are words often tried."""
    plain = prepared(password).casefold()
    if len(plain) < LEAST:
        return [FieldError(pointer, N_("至少 %(least)s 个字符，可以用一句话。"), {"least": LEAST})]
    if len(plain) > MOST:
        return [FieldError(pointer, N_("最多 %(most)s 个字符。"), {"most": MOST})]
    if any(name in plain for name in _names(user_name)):
        return [FieldError(pointer, N_("密码里不能有您的用户名。"))]
    if len(set(plain)) < LEAST_DISTINCT or _is_run(plain):
        return [FieldError(pointer, N_("重复或连着的字符太多，容易被猜到。"))]
    if _own_length(plain, common) < LEAST_OWN:
        return [FieldError(pointer, N_("这个密码太常见，容易被猜到。"))]
    return []


def _names(user_name: str) -> list[str]:
    name = user_name.casefold()
    return [part for part in {name, *_PARTS.split(name)} if len(part) >= _LEAST_WORD]


def _is_run(plain: str) -> bool:
    """Say whether most neighbours differ by the same small step, such as 123456 or aaaabbbb."""
    steps = [ord(right) - ord(left) for left, right in pairwise(plain)]
    return max(steps.count(step) for step in (-1, 0, 1)) * 2 > len(steps)


def _own_length(plain: str, common: Collection[str]) -> int:
    for word in sorted(common, key=len, reverse=True):
        plain = plain.replace(word, "")
    return len(plain)
