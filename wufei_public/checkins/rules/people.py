"""Who checks in: a resident, and up to six household members without a phone; nicknames."""

import re
import unicodedata
from datetime import timedelta

from wufei_public.common.errors import FieldError
from wufei_public.common.redact import redact
from wufei_public.common.text import N_

MOST_MEMBERS = 6
# After staff took a nickname from the board, so long no other stands there.
BLANKED_FOR = timedelta(days=30)
OWN = 0  # the resident's own number in the household
MOST_NAME, MOST_NICKNAME = 6, 10
MOST_DIGITS = 4  # a year of birth, not a telephone number
# What is put between the signs of a word so that nobody finds it.
_SIGNS = re.compile(r"[_·\W\d]+")
_PLAIN = re.compile(r"[\w\u4e00-\u9fff·]+")


def name_faults(field: str, text: str, most: int, words: frozenset[str]) -> list[FieldError]:
    """Return what is wrong with a first name or nickname: length, signs, numbers, bad words."""
    plain = unicodedata.normalize("NFKC", text).lower()
    if not 1 <= len(text) <= most:
        message = N_("请写 1 到 %(most)s 个字。")
        return [FieldError(field, message, {"most": most})]
    if (
        not _PLAIN.fullmatch(plain)
        or redact(plain) != plain
        or sum(map(str.isdigit, plain)) > MOST_DIGITS
    ):
        return [FieldError(field, N_("只写字就行，不要写号码和符号。"))]
    bare = _SIGNS.sub("", plain)
    if any(word in bare for word in words):
        return [FieldError(field, N_("请换一个称呼。"))]
    return []
