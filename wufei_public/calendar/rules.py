"""The file holidays.csv, checked: a year that is loaded is taken as wholly known."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wufei_public.common.sheets import Faults, Row, read_sheet
from wufei_public.common.text import N_
from wufei_public.common.workdays import BELONGS_TO_NEXT_YEAR


class Kind(StrEnum):
    """What a notice makes of a day."""

    OFF = "off"
    WORK = "work"


@dataclass(frozen=True, slots=True, order=True)
class DayRow:
    """One day of a notice."""

    day: date
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class YearRow:
    """The notice of one year; `verified` once somebody has compared it with its text."""

    year: int
    source: str
    verified: bool
    days: tuple[DayRow, ...]


_COLUMNS = ("year", "day", "kind", "name", "source", "verified")
_YES = {"yes": True, "no": False}
_LONGEST = 60
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_SATURDAY = 5
# 全国年节及纪念日放假办法 (2024) art. 2: the festivals whose dates do not move.
_FIXED = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))


def read_holidays(data: bytes, name: str = "holidays.csv") -> tuple[YearRow, ...]:
    """Return the notices in the file, by year; Invalid names every faulty row and column.

    A year must be whole: without its fixed festivals it is refused, since days that are
    missing would count as worked.
    """
    faults = Faults(name)
    years: dict[int, list[tuple[Row, DayRow]]] = {}
    for row in read_sheet(name, data, _COLUMNS):
        year, day = _year(row, faults), _day(row, faults)
        if year and day:
            years.setdefault(year, []).append((row, day))
    if not years and not faults.errors:
        faults.add(1, "", N_("文件里没有一行内容。"))
    seen: set[date] = set()
    for year, rows in years.items():
        for row, day in rows:
            _check_day(year, row, day, seen, faults)
        _check_year(year, rows, faults)
    faults.check()
    return tuple(_whole(year, years[year]) for year in sorted(years))


def _whole(year: int, rows: Sequence[tuple[Row, DayRow]]) -> YearRow:
    first = rows[0][0]
    days = tuple(sorted(day for _, day in rows))
    return YearRow(year, first["source"], _YES[first["verified"]], days)


def _year(row: Row, faults: Faults) -> int | None:
    text = row["year"]
    if text.isascii() and text.isdigit() and _FIRST_YEAR <= int(text) <= _LAST_YEAR:
        return int(text)
    faults.add(row.number, "year", N_("“%(value)s”不是年份。"), value=text)
    return None


def _day(row: Row, faults: Faults) -> DayRow | None:
    for column in ("name", "source"):
        if not 0 < len(row[column]) <= _LONGEST:
            faults.add(row.number, column, N_("这一项要有，最多 %(most)s 个字。"), most=_LONGEST)
    if row["verified"] not in _YES:
        faults.add(row.number, "verified", N_("这一项要填 yes 或 no。"))
        return None
    if row["kind"] not in set(Kind):
        faults.add(row.number, "kind", N_("这一项要填 off（放假）或 work（上班）。"))
        return None
    try:
        day = date.fromisoformat(row["day"])
    except ValueError:
        faults.add(
            row.number, "day", N_("“%(value)s”不是日期，要写成 2026-10-01 这样。"), value=row["day"]
        )
        return None
    return DayRow(day, Kind(row["kind"]), row["name"])


def _check_day(year: int, row: Row, day: DayRow, seen: set[date], faults: Faults) -> None:
    before = day.day.year == year - 1 and (day.day.month, day.day.day) >= BELONGS_TO_NEXT_YEAR
    if day.day.year != year and not before:
        faults.add(row.number, "day", N_("这一天不在 %(year)s 年的安排里。"), year=year)
    if day.kind is Kind.WORK and day.day.weekday() < _SATURDAY:
        faults.add(row.number, "kind", N_("只有周六、周日才会调成上班。"))
    if day.day in seen:
        faults.add(row.number, "day", N_("“%(value)s”前面已经出现过。"), value=day.day)
    seen.add(day.day)


def _check_year(year: int, rows: Sequence[tuple[Row, DayRow]], faults: Faults) -> None:
    off = {day.day for _, day in rows if day.kind is Kind.OFF}
    missing = [date(year, *fixed) for fixed in _FIXED if date(year, *fixed) not in off]
    if missing:
        faults.add(
            rows[0][0].number,
            "year",
            N_("%(year)s 年不完整，缺少 %(days)s。"),
            year=year,
            days="、".join(map(str, missing)),
        )
    first = rows[0][0]
    for row, _ in rows:
        for column in ("source", "verified"):
            if row[column] != first[column]:
                faults.add(row.number, column, N_("同一年的这一项要相同。"))


# ---- a year as it is typed ------------------------------------------------------

WORDS = {Kind.OFF: N_("放假"), Kind.WORK: N_("上班")}
_KINDS = {word: kind for kind, word in WORDS.items()}


def typed_year(year: int, source: str, text: str, *, verified: bool) -> YearRow:
    """Return the notice that is typed as lines like `2027-01-01 放假 元旦`.

    Invalid names each faulty line (counted without empty ones), and what the year lacks.
    """
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for line in filter(str.strip, text.splitlines()):
        day, kind, name, *_rest = [*line.split(maxsplit=2), "", "", ""]
        known = _KINDS.get(kind, kind)
        writer.writerow((year, day, known, name.strip(), source, "yes" if verified else "no"))
    (found,) = read_holidays(made.getvalue().encode(), "days")
    return found


def lines_of(days: Iterable[DayRow]) -> str:
    """Return the days of a year as they are typed."""
    return "\n".join(f"{day.day.isoformat()} {WORDS[day.kind]} {day.name}" for day in days)
