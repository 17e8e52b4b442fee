"""Reads of the dictionary; kept per process under a digest of its rows, as the places are."""

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.divisions.rules.names import read_pinyin
from wufei_public.learning.models import LearningData, SortingItem, SortingMiss
from wufei_public.learning.rules.bins import RuralFirst, RuralSecond, TownClass
from wufei_public.learning.rules.search import Dictionary, read_words
from wufei_public.learning.rules.things import Entry

SORTING = "sorting"
MOST_MISSES = 100

_VERSION = select(LearningData.version).where(LearningData.part == bindparam("part"))
_kept: dict[str, Dictionary] = {}


@cache
def _readings() -> dict[str, str]:
    """Return the reading of each character: as in places' names, but for some in things."""
    found = resources.files("wufei_public.divisions") / "data" / "pinyin.csv"
    own = {word: sounds[0] for word, sounds in _own().items() if len(word) == 1}
    return read_pinyin(found.read_text(encoding="utf-8")) | own


@cache
def _own() -> dict[str, tuple[str, ...]]:
    found = resources.files("wufei_public.learning") / "data" / "readings.csv"
    return read_words(found.read_text(encoding="utf-8"))


def words() -> dict[str, tuple[str, ...]]:
    """Return the words in which a character is read otherwise than alone."""
    return {word: sounds for word, sounds in _own().items() if len(word) > 1}


def dictionary(session: Session) -> Dictionary:
    """Return the dictionary of all things in use as one value."""
    version = session.connection().execute(_VERSION, {"part": SORTING}).scalar()
    kept = _kept.get(SORTING)
    if kept is None or kept.version != version:
        kept = _kept[SORTING] = read_dictionary(session)
    return kept


def read_dictionary(session: Session) -> Dictionary:
    """Return the dictionary as it stands in the database now; its version is a digest."""
    rows = session.execute(
        select(SortingItem.__table__).where(SortingItem.active).order_by(SortingItem.id)
    ).all()
    entries = [_entry(row) for row in rows]
    used = {character for entry in entries for text in _texts(entry) for character in text}
    readings = {one: sound for one, sound in _readings().items() if one in used}
    return Dictionary(entries, readings, _digest(rows), words())


def _texts(entry: Entry) -> tuple[str, ...]:
    return (entry.name, *entry.aliases)


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        row.name,
        tuple(part for part in row.aliases.split("|") if part),
        TownClass(row.town_class),
        row.town_kind,
        RuralFirst(row.rural_first),
        RuralSecond(row.rural_second),
        row.tip,
        row.note,
        row.name_en,
        code=row.code,
    )


def _digest(rows: Sequence[Row[Any]]) -> str:
    shown = [[str(cell) for cell in row[1:-2]] for row in rows]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def item(session: Session, code: str, *, locked: bool = False) -> SortingItem:
    """Return a row of the dictionary, locked for a change if asked; NotFound."""
    statement = select(SortingItem).where(SortingItem.code == normalise(code))
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise NotFound("no_such_item", N_("词典里没有这一条。"))
    return found


def misses(session: Session) -> list[tuple[str, int]]:
    """Return words that were looked for in vain and still find nothing, with how often."""
    known = dictionary(session)
    counted = func.count()
    rows = session.execute(
        select(SortingMiss.words, counted)
        .group_by(SortingMiss.words)
        .order_by(counted.desc(), SortingMiss.words)
    ).tuples()
    # What is known by now is left out before the list is cut, not after.
    unknown = ((missed, count) for missed, count in rows if not known.fits(missed))
    return list(islice(unknown, MOST_MISSES))
