"""Entries and editors for tests; nothing surprising."""

from dataclasses import asdict
from functools import cache
from typing import Any

from tests.dumping import make as people
from tests.places import load_by
from wufei_public.common.actor import Actor
from wufei_public.learning.actions import dictionary
from wufei_public.learning.queries import dictionary as queries
from wufei_public.learning.rules.bins import DATA, RuralFirst, RuralSecond, TownClass
from wufei_public.learning.rules.items import read_things
from wufei_public.learning.rules.search import Dictionary
from wufei_public.learning.rules.things import Entry, Thing

EDITOR, CREW, RESIDENT = people.DISTRICT_OFFICER, people.CREW, people.RESIDENT
READINGS = {
    "电": "dian", "池": "chi", "子": "zi", "线": "xian", "充": "chong", "宝": "bao", "视": "shi",
    "菜": "cai", "叶": "ye", "瓶": "ping", "纽": "niu", "扣": "kou", "迟": "chi",
}  # fmt: skip


def things() -> None:
    """Load the package's dictionary."""
    load_by("learning_data", dictionary.seed)


@cache
def package() -> Dictionary:
    """Return the package's dictionary as it is loaded, without a database."""
    found = enumerate(read_things((DATA / "sorting.csv").read_text(encoding="utf-8")))
    entries = [Entry(**asdict(thing), code=f"{number:010}") for number, thing in found]
    letters = {letter for one in entries for text in (one.name, *one.aliases) for letter in text}
    readings = {one: sound for one, sound in queries._readings().items() if one in letters}
    return Dictionary(entries, readings, words=queries.words())


def editor() -> Actor:
    """Return an editor who has an account."""
    return people.account(EDITOR)


def thing(name: str = "试验品", **changes: Any) -> Thing:
    """Return a whole thing."""
    values: dict[str, Any] = {
        "aliases": (),
        "town_class": TownClass.RECYCLABLE,
        "town_kind": "塑料",
        "rural_first": RuralFirst.DOES_NOT_ROT,
        "rural_second": RuralSecond.SELLABLE,
    }
    return Thing(name, **(values | changes))


def entry(name: str, *aliases: str, name_en: str = "") -> Entry:
    return Entry(
        name,
        aliases,
        TownClass.HAZARDOUS,
        "电池",
        RuralFirst.DOES_NOT_ROT,
        RuralSecond.HAZARDOUS,
        name_en=name_en,
        code=name,
    )


SMALL = Dictionary(
    [
        entry("电池", "电池子", name_en="Battery"),
        entry("纽扣电池", "扣子电池", name_en="Button battery"),
        entry("充电宝", "充电池子"),
        entry("电线"),
        entry("菜叶", name_en="Vegetable leaves"),
    ],
    READINGS,
)
