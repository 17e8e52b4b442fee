"""The files divisions.csv, towns.csv and departments.csv, checked row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wufei_public.common.places import covers
from wufei_public.common.sheets import Faults, Row, read_sheet
from wufei_public.common.text import N_
from wufei_public.divisions.rules.levels import RANK, TOWN_RANK, Level, canonical_code, code_fits

_EMPTY = N_("文件里没有一行内容。")
_TWICE = N_("“%(value)s”前面已经出现过。")
_MISSING = N_("这一项不能为空。")
_LONG = N_("太长了，最多 %(most)s 个字。")
_MOST_TILES = 50
_LONGEST_NAME = 60
_LONGEST_TEXT = 120
_LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One division; `pinyin` and `name_en` are empty where they are to be made."""

    code: str
    name: str
    level: Level
    parent: str | None
    pinyin: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class TownRow:
    """A town's place in the tile map, and its rough centre in degrees of WGS-84."""

    code: str
    tile_row: int
    tile_col: int
    lat: float
    lon: float
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """A department and every name under which documents know it."""

    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...]


def read_divisions(data: bytes, name: str = "divisions.csv") -> tuple[DivisionRow, ...]:
    """Return the rows of a divisions file, parents first; Invalid names every fault."""
    faults = Faults(name)
    rows = read_sheet(name, data, ("code", "name", "level", "parent"), ("pinyin", "name_en"))
    found: dict[str, DivisionRow] = {}
    numbers: dict[str, int] = {}
    for row in rows:
        division = _division(row, faults)
        if division is None:
            continue
        if division.code in found:
            faults.add(row.number, "code", _TWICE, value=division.code)
        found[division.code] = division
        numbers[division.code] = row.number
    if not rows:
        faults.add(1, "", _EMPTY)
    _check_parents(found, numbers, faults)
    faults.check()
    return tuple(sorted(found.values(), key=lambda item: (RANK[item.level], item.code)))


def _division(row: Row, faults: Faults) -> DivisionRow | None:
    code = canonical_code(row["code"])
    _check_text(row, faults, {"name": _LONGEST_NAME})
    _check_text(row, faults, {"pinyin": 4 * _LONGEST_NAME, "name_en": _LONGEST_TEXT}, empty=True)
    if row["level"] not in RANK:
        faults.add(
            row.number, "level", N_("级别要是其中之一：%(levels)s。"), levels=", ".join(Level)
        )
        return None
    level = Level(row["level"])
    if not code_fits(code, level):
        faults.add(
            row.number,
            "code",
            N_("“%(code)s”不是这一级的代码（省、市、县级 6 位，乡级 9 位，村级 12 位）。"),
            code=row["code"],
        )
        return None
    parent = canonical_code(row["parent"]) or None
    return DivisionRow(code, row["name"], level, parent, row["pinyin"].lower(), row["name_en"])


def _check_parents(
    found: Mapping[str, DivisionRow], numbers: Mapping[str, int], faults: Faults
) -> None:
    for code, division in found.items():
        parent = found.get(division.parent or "")
        if division.parent is None:
            if division.level is not Level.PROVINCE:
                faults.add(numbers[code], "parent", N_("只有省级可以没有上级。"))
        elif parent is None:
            faults.add(
                numbers[code], "parent", N_("文件里没有上级“%(parent)s”。"), parent=division.parent
            )
        elif RANK[parent.level] != RANK[division.level] - 1 or not covers(parent.code, code):
            faults.add(
                numbers[code],
                "parent",
                N_("“%(parent)s”不是“%(code)s”的上一级。"),
                parent=parent.code,
                code=code,
            )


def read_towns(
    data: bytes, divisions: Sequence[DivisionRow], name: str = "towns.csv"
) -> tuple[TownRow, ...]:
    """Return the rows of a towns file; each code must be a town or street of `divisions`."""
    faults = Faults(name)
    towns = {item.code for item in divisions if RANK[item.level] == TOWN_RANK}
    columns = ("code", "name", "tile_row", "tile_col", "lat", "lon", "status", "note")
    found: dict[str, TownRow] = {}
    tiles: set[tuple[int, int]] = set()
    for row in read_sheet(name, data, columns):
        town = _town(row, faults)
        if town.code not in towns:
            faults.add(row.number, "code", N_("“%(code)s”不是镇或街道。"), code=town.code)
        if town.code in found:
            faults.add(row.number, "code", _TWICE, value=town.code)
        if (town.tile_row, town.tile_col) in tiles:
            faults.add(row.number, "tile_row", N_("这一格已经有别的镇了。"))
        tiles.add((town.tile_row, town.tile_col))
        found[town.code] = town
    faults.check()
    return tuple(found.values())


def _town(row: Row, faults: Faults) -> TownRow:
    _check_text(row, faults, {"status": _LONGEST_KEY})
    _check_text(row, faults, {"note": 2 * _LONGEST_TEXT}, empty=True)
    return TownRow(
        canonical_code(row["code"]),
        int(_number(row, "tile_row", 1, _MOST_TILES, faults, whole=True)),
        int(_number(row, "tile_col", 1, _MOST_TILES, faults, whole=True)),
        _number(row, "lat", -90, 90, faults),
        _number(row, "lon", -180, 180, faults),
        row["status"],
        row["note"],
    )


def _number(
    row: Row, column: str, least: float, most: float, faults: Faults, *, whole: bool = False
) -> float:
    try:
        number: float = int(row[column]) if whole else float(row[column])
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        faults.add(
            row.number,
            column,
            N_("“%(value)s”要是 %(least)s 到 %(most)s 之间的数。"),
            value=row[column],
            least=least,
            most=most,
        )
        return least
    return number


def read_departments(data: bytes, name: str = "departments.csv") -> tuple[DepartmentRow, ...]:
    """Return one row per department; the file has one line per name as documents write it."""
    faults = Faults(name)
    rows = read_sheet(name, data, ("name_as_written", "name", "name_en", "code"))
    aliases: dict[str, list[str]] = {}
    named: dict[str, tuple[str, str]] = {}
    seen: set[str] = set()
    for row in rows:
        _check_department(row, faults)
        if row["name_as_written"] in seen:
            faults.add(row.number, "name_as_written", _TWICE, value=row["name_as_written"])
        seen.add(row["name_as_written"])
        names = named.setdefault(row["code"], (row["name"], row["name_en"]))
        if names != (row["name"], row["name_en"]):
            faults.add(row.number, "name", N_("同一个代码“%(code)s”有两个名称。"), code=row["code"])
        aliases.setdefault(row["code"], []).append(row["name_as_written"])
    if not rows:
        faults.add(1, "", _EMPTY)
    faults.check()
    return tuple(
        DepartmentRow(code, *named[code], tuple(written)) for code, written in aliases.items()
    )


def _check_department(row: Row, faults: Faults) -> None:
    names = {"name_as_written": _LONGEST_NAME, "name": _LONGEST_NAME, "code": _LONGEST_KEY}
    _check_text(row, faults, names)
    _check_text(row, faults, {"name_en": _LONGEST_TEXT}, empty=True)


def _check_text(
    row: Row, faults: Faults, longest: Mapping[str, int], *, empty: bool = False
) -> None:
    for column, most in longest.items():
        if not row[column] and not empty:
            faults.add(row.number, column, _MISSING)
        if len(row[column]) > most:
            faults.add(row.number, column, _LONG, most=most)
