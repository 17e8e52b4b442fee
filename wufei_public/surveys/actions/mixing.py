"""Takes the order out of what came in.

Rows written by one transaction lie together and share PostgreSQL's `xmin`: that could join
an answer to the token or invitation beside it. So a job writes these rows anew, in random
order and all in one transaction.
"""

import random
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from wufei_public.infra.tables import Base
from wufei_public.infra.work import Work
from wufei_public.surveys.models import Device, Invitation, Response, Token, Unit, Wave
from wufei_public.surveys.queries import waves
from wufei_public.surveys.rules.waves import State

_TABLES: Sequence[type[Base]] = (Response, Token, Device, Invitation, Unit)
_PART = 500


def mix(w: Work) -> int:
    """Write the rows of waves with new answers in random order; return how many waves."""
    mixed = 0
    for wave in w.session.scalars(select(Wave).where(Wave.state.in_([State.OPEN, State.CLOSED]))):
        rows = waves.rows_of(w.session, wave.id)
        if rows != wave.mixed:
            for table in _TABLES:
                _shuffle(w, table, wave.id)
            wave.mixed = rows
            mixed += 1
    return mixed


def _shuffle(w: Work, table: Any, wave_id: int) -> None:
    connection = w.session.connection()
    columns = table.__table__
    found = connection.execute(select(columns).where(columns.c.wave_id == wave_id)).mappings()
    rows = [dict(row) for row in found]
    random.Random(secrets.randbits(128)).shuffle(rows)  # noqa: S311  seeded by a secret
    connection.execute(delete(columns).where(columns.c.wave_id == wave_id))
    for at in range(0, len(rows), _PART):
        connection.execute(insert(columns), rows[at : at + _PART])
