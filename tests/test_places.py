"""The rows that most tests start from are those that the product's own commands write."""

from flask import Flask
from sqlalchemy import delete, select

from tests.places import load
from wufei_public.calendar import actions as calendar
from wufei_public.common.actor import SYSTEM
from wufei_public.divisions import actions as divisions
from wufei_public.infra.tables import Base
from wufei_public.infra.work import Work, reading, work


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Return all rows, but for the numbers that the database gives."""
    reading().rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name != "id"]
        rows = reading().execute(select(*columns)).all()
        found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def empty(w: Work) -> None:
    for table in reversed(Base.metadata.sorted_tables):
        w.session.execute(delete(table))


def test_rows_written_from_memory_are_those_that_the_lists_give(app: Flask) -> None:
    work(SYSTEM, lambda w: (divisions.seed(w), calendar.seed(w)))
    read = everything()
    assert len(read["division"]) > 250
    for _ in range(3):
        work(SYSTEM, empty)
        load()
        assert everything() == read


def test_loading_twice_is_as_harmless_as_seeding_twice(app: Flask) -> None:
    load(holidays=False)
    load()
    load()
    once = everything()
    work(SYSTEM, empty)
    work(SYSTEM, lambda w: (divisions.seed(w), calendar.seed(w)))
    assert everything() == once
