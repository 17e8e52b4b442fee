"""The package's places and holidays, read once per process and then written as rows.

Reading the lists costs fifty times what the rows cost, and most tests need places without
asking how they came; how they come is the business of tests/divisions and tests/calendar.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select

from wufei_public.calendar import actions as calendar
from wufei_public.common.actor import SYSTEM
from wufei_public.divisions import actions as divisions
from wufei_public.infra.tables import Base
from wufei_public.infra.work import Work, work

Rows = dict[Table, list[dict[str, Any]]]
_read: dict[tuple[Callable[[Work], object], ...], tuple[datetime, Rows]] = {}


def load(*, holidays: bool = True) -> None:
    """Do what `divisions.seed` does on an empty database, and `calendar.seed` too."""
    seeds = (divisions.seed, calendar.seed) if holidays else (divisions.seed,)
    load_by("division_data", *seeds)


def load_by(name: str, *seeds: Callable[[Work], object]) -> None:
    """Do what `seeds` do while the table `name`, where they sign their work, is empty."""
    stamps = Base.metadata.tables[name]

    def do(w: Work) -> None:
        if seeds in _read and not w.session.execute(select(stamps)).first():
            _write(w, *_read[seeds])
            return
        before = _rows(w)
        for seed in seeds:
            seed(w)
        if not before[stamps]:
            _read[seeds] = w.now, _added(before, _rows(w))

    work(SYSTEM, do)


def _added(before: Rows, after: Rows) -> Rows:
    added = {
        table: [row for row in rows if row not in before[table]] for table, rows in after.items()
    }
    return {table: rows for table, rows in added.items() if rows}


def _rows(w: Work) -> Rows:
    w.session.flush()
    tables = Base.metadata.sorted_tables
    return {
        table: [
            dict(row._mapping)
            for row in w.session.execute(select(table).order_by(*table.primary_key))
        ]
        for table in tables
    }


def _write(w: Work, then: datetime, rows: Rows) -> None:
    """Write rows as if they were made now; numbers are the database's to give."""
    for table, kept in rows.items():
        own = {column.name for column in table.primary_key} - {"id"}
        number = set() if own else {"id"}
        w.session.execute(
            insert(table),
            [
                {
                    name: w.now if value == then else value
                    for name, value in row.items()
                    if name not in number
                }
                for row in kept
            ],
        )
