"""Reads the package's dictionary, and says what is wrong with what an editor typed."""

import csv
from collections.abc import Iterable, Mapping, Sequence

from wufei_public.common.errors import FieldError
from wufei_public.common.text import N_
from wufei_public.learning.rules.bins import DATA, KINDS, RuralFirst, RuralSecond, TownClass
from wufei_public.learning.rules.search import normalised
from wufei_public.learning.rules.things import Thing

MOST_NAME, MOST_ALIASES, MOST_TEXT = 20, 120, 60
# What the village sorter can make of each household bin.
_SECONDS: Mapping[RuralFirst, frozenset[RuralSecond]] = {
    RuralFirst.ROTS: frozenset({RuralSecond.COMPOST, RuralSecond.OTHER, RuralSecond.SPECIAL}),
    RuralFirst.DOES_NOT_ROT: frozenset(RuralSecond) - {RuralSecond.COMPOST},
}


def read_things(text: str) -> list[Thing]:
    """Return the things of the package's CSV."""
    return [_thing(row) for row in csv.DictReader(text.splitlines())]


def _thing(row: Mapping[str, str]) -> Thing:
    return Thing(
        row["name"],
        split_aliases(row["aliases"]),
        TownClass(row["town_class"]),
        row["town_kind"],
        RuralFirst(row["rural_first"]),
        RuralSecond(row["rural_second"]),
        row["tip"],
        row["note"],
        row["name_en"],
    )


def split_aliases(text: str) -> tuple[str, ...]:
    """Return the spoken names in `text`, each once, by "|", comma or space as people type them."""
    plain = text.translate(str.maketrans("｜，、,;； ", "|||||||"))
    return tuple(dict.fromkeys(part.strip() for part in plain.split("|") if part.strip()))


def package_things() -> list[Thing]:
    """Return the things that the package brings."""
    return read_things((DATA / "sorting.csv").read_text(encoding="utf-8"))


def faults(thing: Thing, others: Iterable[tuple[str, Sequence[str]]]) -> list[FieldError]:
    """Return what is wrong with `thing` beside `others` (name and spoken names of each)."""
    found = _shape_faults(thing)
    taken = {normalised(text): name for name, aliases in others for text in (name, *aliases)}
    for field, texts in (("name", [thing.name]), ("aliases", thing.aliases)):
        for text in texts:
            if normalised(text) in taken:
                message = N_("“%(text)s”已经在“%(other)s”那一条里了。")
                facts = {"text": text, "other": taken[normalised(text)]}
                found.append(FieldError(field, message, facts))
    return found


def _shape_faults(thing: Thing) -> list[FieldError]:
    found = []
    if not normalised(thing.name):
        found.append(FieldError("name", N_("请写名称。")))
    if thing.town_kind and KINDS.get(thing.town_kind) is not thing.town_class:
        found.append(FieldError("town_kind", N_("这个小类不属于所选的大类。")))
    if thing.rural_second not in _SECONDS[thing.rural_first]:
        found.append(FieldError("rural_second", N_("这一桶里的东西不会这样再分。")))
    return found
