"""Fields of a draft as they were typed: read one after the other, every fault named at once."""

from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

MOST_WORDS, MOST_NUMBER = 1000, 10**6


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= MOST_NUMBER else None


class Reader:
    """What was typed; `check` refuses with the fault of every field that was read."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self._typed = typed
        self._faults: list[FieldError] = []

    def has(self, field: str) -> bool:
        """Say whether anything stands in a field."""
        return bool(self._typed.get(field, "").strip())

    def words(self, field: str, *, most: int = MOST_WORDS, needed: bool = True) -> str:
        """Return the words of a field."""
        text = self._typed.get(field, "").strip()
        if len(text) > most:
            sentence = N_("最多 %(most)s 个字。")
            self._faults.append(FieldError(field, sentence, {"most": most}))
        elif needed and not text:
            self._faults.append(FieldError(field, N_("请填写这一项。")))
        return text

    def one_of(self, field: str, known: Collection[str]) -> str:
        """Return the choice of a field."""
        text = self._typed.get(field, "")
        if text not in known:
            self._faults.append(FieldError(field, N_("请选一项。")))
        return text

    def number(self, field: str) -> int | str:
        """Return a number as a rubric has it: whole, or its digits as text, never a float."""
        value = _decimal(self._typed.get(field, "").strip())
        if value is None:
            self._faults.append(FieldError(field, N_("请填一个不小于 0 的数。")))
            return 0
        return int(value) if value == int(value) else str(value)

    def check(self) -> None:
        """Raise Invalid that names every field with a fault."""
        if self._faults:
            raise Invalid("bad_rubric_field", N_("有几处要改。"), self._faults)
