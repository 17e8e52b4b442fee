"""The divisions of the district as one value: by code, by name, as list and as tile map."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from wufei_public.common.geo import Point
from wufei_public.common.places import covers
from wufei_public.divisions.rules.levels import RANK, TOWN_RANK, UNIT_RANK, Level


@dataclass(frozen=True, slots=True)
class Place:
    """A division as features know it; `name` is the short one, `official` the full one.

    `tile` is (row, column) in the tile map, `centre` a rough centre; only towns have them.
    """

    code: str
    name: str
    official: str
    level: Level
    parent: str | None
    active: bool = True
    pinyin: str = ""
    initials: str = ""
    name_en: str = ""
    tile: tuple[int, int] | None = None
    centre: Point | None = None

    @property
    def rank(self) -> int:
        """Return 1 for a province to 5 for a village or community."""
        return RANK[self.level]


class Directory:
    """Every division, also those no longer in use, which old records still name."""

    def __init__(self, places: Iterable[Place], version: str = "") -> None:
        self.places: Mapping[str, Place] = {place.code: place for place in places}
        self.version = version

    def get(self, code: str | None) -> Place | None:
        """Return the division with that code, None if there is none."""
        return self.places.get(code or "")

    def is_place_for_records(self, code: str) -> bool:
        """Say whether a record may end here: a town, street, village or community in use."""
        place = self.get(code)
        return place is not None and place.active and place.rank >= TOWN_RANK

    def lineage(self, code: str) -> tuple[Place, ...]:
        """Return the division and those above it, the highest first; empty if unknown."""
        place, found = self.get(code), list[Place]()
        while place is not None:
            found.append(place)
            place = self.get(place.parent)
        return tuple(reversed(found))

    def path(self, code: str | None, *, english: bool = False) -> str:
        """Return town and unit, "缑氏镇 官庄村" or "Guanzhuang Village, Goushi Town".

        Above the towns it is the division's own name, empty if the code is unknown.
        """
        line = self.lineage(code or "")
        shown = [place for place in line if place.rank >= TOWN_RANK] or line[-1:]
        if english:
            return ", ".join(place.name_en for place in reversed(shown))
        return " ".join(place.name for place in shown)

    def children(self, code: str) -> tuple[Place, ...]:
        """Return the divisions in use directly below `code`, by code."""
        return tuple(place for place in self._active if place.parent == code)

    @cached_property
    def _active(self) -> tuple[Place, ...]:
        return tuple(place for place in sorted(self.places.values(), key=_order) if place.active)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Return the short name of every division by its code."""
        return {code: place.name for code, place in self.places.items()}

    @cached_property
    def names_en(self) -> Mapping[str, str]:
        """Return the English name of every division by its code."""
        return {code: place.name_en or place.name for code, place in self.places.items()}

    def called(self, *, english: bool) -> Mapping[str, str]:
        """Return the names of every division in the reader's language."""
        return self.names_en if english else self.names

    @cached_property
    def active_codes(self) -> frozenset[str]:
        """Return the codes in use, of every level."""
        return frozenset(place.code for place in self._active)

    @cached_property
    def districts(self) -> tuple[Place, ...]:
        """Return the districts in use; a site has one."""
        return tuple(place for place in self._active if place.level is Level.DISTRICT)

    @cached_property
    def towns(self) -> tuple[Place, ...]:
        """Return the towns and streets in use, by code."""
        return tuple(place for place in self._active if place.rank == TOWN_RANK)

    @cached_property
    def units(self) -> tuple[Place, ...]:
        """Return the villages and communities in use, by code."""
        return tuple(place for place in self._active if place.rank == UNIT_RANK)

    @cached_property
    def _unit_words(self) -> Mapping[str, str]:
        words: dict[str, str] = {}
        for place in self.units:
            path = self.path(place.code)
            words |= dict.fromkeys((place.code, path, path.replace(" ", "")), place.code)
        return words

    def unit_named(self, words: str) -> Place | None:
        """Return the village or community in use that a cell means: its code, or town and unit."""
        return self.get(self._unit_words.get(words))

    @cached_property
    def tiles(self) -> tuple[tuple[Place | None, ...], ...]:
        """Return the tile map as rows of towns, None for an empty tile; empty without tiles."""
        placed = {town.tile: town for town in self.towns if town.tile}
        rows = range(1, max((row for row, _ in placed), default=0) + 1)
        columns = range(1, max((column for _, column in placed), default=0) + 1)
        return tuple(tuple(placed.get((row, column)) for column in columns) for row in rows)

    def below(self, scope: str) -> tuple[Place, ...]:
        """Return the towns and units in use in the subtree of `scope`."""
        return tuple(place for place in (*self.towns, *self.units) if covers(scope, place.code))

    def search(self, words: str, limit: int = 20) -> tuple[Place, ...]:
        """Return towns and units that `words` mean: names, pinyin or initials, best first.

        Each word must fit the place or what lies above it, the last one the place itself.
        """
        wanted = _typed(words)
        if not wanted:
            return ()
        ranked = []
        for place in (*self.towns, *self.units):
            line = self.lineage(place.code)
            fit = _fit(place, wanted[-1])
            if fit and all(any(_fit(one, word) for one in line) for word in wanted):
                ranked.append((fit, place.rank, place.code, place))
        return tuple(place for *_, place in sorted(ranked, key=lambda item: item[:3])[:limit])


def _order(place: Place) -> tuple[int, str]:
    return place.rank, place.code


def _typed(words: str) -> list[str]:
    return unicodedata.normalize("NFKC", words).lower().replace("'", "").split()


def _fit(place: Place, word: str) -> int:
    """Return 1 for the same name, 2 for a beginning, 3 for a part of it, 0 for none."""
    syllables = place.pinyin.split()
    begun = ["".join(syllables[at:]) for at in range(len(syllables))]
    if word in {place.name, begun[0] if begun else "", place.initials}:
        return 1
    if place.name.startswith(word) or place.initials.startswith(word):
        return 2
    if begun and begun[0].startswith(word):
        return 2
    if word in place.official or any(tail.startswith(word) for tail in begun):
        return 3
    return 0
