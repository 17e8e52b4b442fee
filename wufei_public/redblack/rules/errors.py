"""Errors that anyone may report in a field of an entry: which fields, who is to answer."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from wufei_public.common.text import N_

# So many reports of guests about one entry wait at the same time: whoever signs in, and whoever
# represents the enterprise, is heard all the same, once for each field.
MOST_OF_GUESTS = 20


class Field(StrEnum):
    """What an error is in."""

    NAME = "name"
    USCC = "uscc"
    PLACE = "place"
    FACTS = "facts"
    GROUND = "ground"
    MEASURE = "measure"
    DOCUMENT = "document"
    DATES = "dates"
    REPLY = "reply"
    OTHER = "other"


FIELD_LABELS = {
    Field.NAME: N_("企业名称"),
    Field.USCC: N_("统一社会信用代码"),
    Field.PLACE: N_("地方或者类型"),
    Field.FACTS: N_("事实"),
    Field.GROUND: N_("依据"),
    Field.MEASURE: N_("处理"),
    Field.DOCUMENT: N_("文书"),
    Field.DATES: N_("日期"),
    Field.REPLY: N_("企业的说法"),
    Field.OTHER: N_("别的"),
}
# What an official can put right in the entry itself, by column. Name, code and place are put
# right in the register, and the entry follows it.
COLUMNS: Mapping[Field, str] = {
    Field.FACTS: "public_facts",
    Field.GROUND: "ground",
    Field.MEASURE: "measure",
    Field.DOCUMENT: "document",
}
# How long each of these may be.
LONGEST: Mapping[str, int] = {
    "public_facts": 2000, "ground": 200, "measure": 200, "document": 80,
}  # fmt: skip


def handler_for(open_of: Mapping[int, int]) -> int | None:
    """Return who is to answer, of officials with so many open reports: the least busy one."""
    return min(open_of, key=lambda account: (open_of[account], account), default=None)


def told_of_overdue(
    handler: int | None, chiefs: Collection[int], parties: Collection[int | None]
) -> tuple[int, ...]:
    """Return whom an overdue report is told to: who has it, and each of the district without part.

    Where the whole district took part it hears all the same: somebody has to see to it.
    """
    free = [account for account in chiefs if account not in parties] or list(chiefs)
    return tuple(dict.fromkeys([*([handler] if handler is not None else []), *free]))
