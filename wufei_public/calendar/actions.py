"""Loads the yearly notices; a second load of the same changes nothing."""

import hashlib
import json
from collections.abc import Sequence
from importlib.resources import files

from sqlalchemy import delete, insert, or_

from wufei_public.calendar.models import HolidayDay, HolidayYear
from wufei_public.calendar.rules import YearRow, read_holidays
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work

_FILE = files("wufei_public.calendar") / "data" / "holidays.csv"
PACKAGE = "package"
OPERATOR = "operator"


def load(w: Work, years: Sequence[YearRow], *, origin: str = OPERATOR) -> tuple[int, ...]:
    """Replace the notices of `years`, leave other years alone; return the years that changed."""
    return tuple(year.year for year in years if _load_year(w, year, origin))


def seed(w: Work) -> tuple[int, ...]:
    """Load the package's notices, but for years that the operator has loaded."""
    notices = read_holidays(_FILE.read_bytes())
    theirs = [notice for notice in notices if not _by_operator(w, notice.year)]
    return load(w, theirs, origin=PACKAGE)


def _by_operator(w: Work, year: int) -> bool:
    there = w.session.get(HolidayYear, year)
    return there is not None and there.origin == OPERATOR


def _load_year(w: Work, notice: YearRow, origin: str) -> bool:
    values = {
        "source": notice.source,
        "verified": notice.verified,
        "origin": origin,
        "digest": _digest(notice),
    }
    there = w.session.get(HolidayYear, notice.year)
    if there is None:
        w.session.add(HolidayYear(year=notice.year, loaded_at=w.now, **values))
    elif all(getattr(there, name) == value for name, value in values.items()):
        return False
    else:
        for name, value in {**values, "loaded_at": w.now}.items():
            setattr(there, name, value)
    w.session.flush()
    # A day at the turn of the year belongs to the notice that spoke last.
    taken = HolidayDay.day.in_([day.day for day in notice.days])
    w.session.execute(delete(HolidayDay).where(or_(HolidayDay.year == notice.year, taken)))
    w.session.execute(
        insert(HolidayDay),
        [
            {"day": day.day, "year": notice.year, "kind": day.kind.value, "name": day.name}
            for day in notice.days
        ],
    )
    record(w, "calendar:load", f"calendar/{notice.year}", after=values)
    return True


def _digest(notice: YearRow) -> str:
    days = [(day.day.isoformat(), day.kind, day.name) for day in notice.days]
    return hashlib.sha256(json.dumps(days).encode()).hexdigest()
