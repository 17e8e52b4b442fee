"""What an organisation's card may say: its code, its name, and who is told what is wrong."""

from wufei_public.common import uscc
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

MOST_NAME = 80
MOST_FORMER = 20
MOST_SITES = 200


def read_uscc(text: str, pointer: str = "uscc") -> str:
    """Return the code that `text` means; Invalid at `pointer` if it is none."""
    code = uscc.normalise(text)
    if not uscc.is_valid(code):
        sentence = N_("统一社会信用代码不对：要 18 位，最后一位是校验位，请对着执照再看一遍。")
        raise Invalid("bad_uscc", sentence, [FieldError(pointer, sentence)])
    return code


def renamed(name: str, new: str, former: tuple[str, ...]) -> tuple[str, ...]:
    """Return the former names after `name` has become `new`, the latest first.

    A name that comes back is no former one any more.
    """
    before = (name, *former) if new != name else former
    return tuple(dict.fromkeys(one for one in before if one != new))[:MOST_FORMER]
