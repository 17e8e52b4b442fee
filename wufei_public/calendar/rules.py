"""Reads a holiday calendar; names row and column of every fault."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A weekday off, or a weekend day worked."""

    day: date
    works: bool
    name: str


def read_days(lines: Iterable[str]) -> list[SpecialDay]:
    """Read `day,kind,name` with kind off or work; nothing is half read."""
    days: list[SpecialDay] = []
    faults: list[FieldError] = []
    for number, row in enumerate(csv.DictReader(lines), start=2):
        try:
            day = date.fromisoformat(row["day"])
            works = {"off": False, "work": True}[row["kind"]]
        except (KeyError, ValueError, TypeError):
            faults.append(FieldError(f"{number}/day", N_("这一行的日期或类别看不懂。")))
        else:
            days.append(SpecialDay(day, works, row.get("name") or ""))
    if faults:
        raise Invalid("bad_table", N_("节假日表有错，没有导入任何一行。"), faults)
    return days
