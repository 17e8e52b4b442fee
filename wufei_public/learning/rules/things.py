"""A thing of the dictionary: as a row says it, and as it is looked up."""

from dataclasses import dataclass, field

from wufei_public.learning.rules.bins import RuralFirst, RuralSecond, TownClass


@dataclass(frozen=True, slots=True)
class Thing:
    """What a row of the dictionary says, but for its code."""

    name: str
    aliases: tuple[str, ...]
    town_class: TownClass
    town_kind: str
    rural_first: RuralFirst
    rural_second: RuralSecond
    tip: str = ""
    note: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Entry(Thing):
    """A thing of the dictionary under its code."""

    code: str = field(kw_only=True)
