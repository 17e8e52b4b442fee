"""The list as a table: what is published in this instant, and nothing that is over."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from wufei_public.common.sheets import harmless
from wufei_public.redblack.documents.shown import public_rows
from wufei_public.redblack.queries import public
from wufei_public.redblack.queries.public import PublicFilter

# The names of the API.
COLUMNS = (
    "code", "list", "severity", "name", "uscc", "town", "trade", "facts", "ground",
    "published_at", "repair_from", "ends_at",
)  # fmt: skip
PART = 500


def as_csv(session: Session, wanted: PublicFilter, now: datetime) -> Iterator[str]:
    """Yield the found entries as CSV, a page at a time: memory does not grow."""
    yield "\ufeff" + _csv([COLUMNS])
    position = wanted
    while True:
        rows, following = public.page(session, position, now, PART)
        lines = public_rows(session, rows)
        yield _csv([_cell(line[column]) for column in COLUMNS] for line in lines)
        if following is None:
            return
        position = replace(position, after=following)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return harmless("" if value is None else str(value))


def _csv(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
