"""The rows that most tests start from are those that the product's own commands write."""

from flask import Flask
from sqlalchemy import delete, select

from tests.learning import make as learning
from tests.places import load
from tests.surveys import waves
from wufei_public.calendar import actions as calendar
from wufei_public.common.actor import SYSTEM
from wufei_public.divisions import actions as divisions
from wufei_public.infra.tables import Base
from wufei_public.infra.work import Work, reading, work
from wufei_public.learning.actions import dictionary
from wufei_public.surveys.actions import forms


def everything(*without: str) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows, but for the numbers that the database gives and columns `without`."""
    reading().rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name not in {"id", *without}]
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


def test_the_dictionary_written_from_memory_is_the_package_s(app: Flask) -> None:
    work(SYSTEM, dictionary.seed)
    # Codes are drawn by lot, and the version is a digest of the rows with them.
    read = everything("code", "version")
    assert len(read["sorting_item"]) > 900
    for _ in range(3):
        work(SYSTEM, empty)
        learning.things()
        assert everything("code", "version") == read


def test_the_questionnaires_read_once_are_those_of_the_package(app: Flask) -> None:
    work(SYSTEM, forms.seed)
    # The trail names each by its code, which is drawn by lot.
    read = everything("code")["survey_form"]
    assert len(read) == len(forms.SHIPPED)
    work(SYSTEM, empty)
    waves.seed()
    waves.seed()
    assert everything("code")["survey_form"] == read
    assert work(SYSTEM, forms.seed) == 0
