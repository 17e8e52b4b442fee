"""Takes the order out of what came in.

Rows written by one transaction lie together and share PostgreSQL's `xmin`: that could join
an answer to the token or invitation beside it. So a job writes new rows once more, together
with at least as many old ones and in random order. It goes part by part, since others wait
for the one lock of SQLite, and what comes in meanwhile stays: rows are taken out by the very
statement that reads them, and rows that an answer waits for are never taken out.
"""

import random
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from wufei_public.infra.tables import Base
from wufei_public.infra.work import Work
from wufei_public.surveys.models import Call, Device, Invitation, Response, Token, Unit, Wave

# Written once, read by nobody who is about to change them; by what each is known in its wave.
_TAKEN_OUT: Sequence[tuple[type[Base], str]] = (
    (Response, "id"),
    (Token, "token"),
    (Device, "device"),
    (Unit, "organisation_id"),
)
# So many new rows of a table one transaction writes, and so many old ones at least.
PART, LEAST = 500, 50


def mix_part(w: Work, wave_id: int) -> bool:
    """Write a part of a wave's new rows in random order; say whether there may be more."""
    # A wave that ends destroys tokens: not while they are out. Answers do not wait for this.
    mine = select(Wave.id).where(Wave.id == wave_id)
    w.session.execute(mine.with_for_update(key_share=True))
    full = [_write_anew(w, table, key, wave_id) for table, key in _TAKEN_OUT]
    return any([*full, _touch(w, wave_id)])


def _write_anew(w: Work, table: Any, key: str, wave_id: int) -> bool:
    columns = table.__table__
    new, chosen = _chosen(w, columns, key, wave_id)
    if not chosen:
        return False
    mine = (columns.c.wave_id == wave_id, columns.c[key].in_(chosen))
    connection = w.session.connection()
    found = connection.execute(delete(columns).where(*mine).returning(columns)).mappings()
    rows = [{**row, "fresh": False} for row in found]
    _by_chance().shuffle(rows)
    connection.execute(insert(columns), rows)
    return new == PART


def _touch(w: Work, wave_id: int) -> bool:
    """Write members of the sample, and their numbers, where they are: an answer may wait."""
    new, chosen = _chosen(w, Invitation.__table__, "number", wave_id)
    _by_chance().shuffle(chosen)
    # First the numbers, as an interview does.
    for table, values in ((Call, {"attempts": Call.attempts}), (Invitation, {"fresh": False})):
        for number in chosen:
            mine = (table.wave_id == wave_id, table.number == number)
            w.session.execute(
                update(table).where(*mine).values(values),
                execution_options={"synchronize_session": False},
            )
    return new == PART


def _chosen(w: Work, columns: Any, key: str, wave_id: int) -> tuple[int, list[Any]]:
    """Return how many rows are new, and the keys of these and of old ones, all by chance."""
    anybody = select(columns.c[key]).where(columns.c.wave_id == wave_id).order_by(func.random())
    new = w.session.scalars(anybody.where(columns.c.fresh).limit(PART)).all()
    if not new:
        return 0, []
    others = w.session.scalars(anybody.limit(max(len(new), LEAST))).all()
    return len(new), list({*new, *others})


def _by_chance() -> random.Random:
    return random.Random(secrets.randbits(128))  # noqa: S311  seeded by a secret
