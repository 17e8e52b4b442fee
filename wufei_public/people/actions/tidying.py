"""What nobody needs any more: old codes, counts, links and sessions."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, or_

from wufei_public.common.clock import district_day
from wufei_public.infra.tables import Base
from wufei_public.infra.work import Work
from wufei_public.people.actions.children import let_go
from wufei_public.people.models import OneTimeCode, SessionRow, SetupLink

# Sign-ins stay in the audit log; these rows only open doors.
KEEP_SESSIONS = timedelta(days=30)
KEEP_CODES = timedelta(days=2)


def tidy(w: Work) -> int:
    """Delete what can no longer change any answer; return how many rows."""
    old = w.now - KEEP_SESSIONS
    rows: tuple[tuple[type[Base], ColumnElement[bool]], ...] = (
        (OneTimeCode, OneTimeCode.day < district_day(w.now - KEEP_CODES)),
        (SetupLink, SetupLink.expires_at < old),
        (SessionRow, or_(SessionRow.idle_until < old, SessionRow.ended_at < old)),
    )
    connection = w.session.connection()
    grown = let_go(w)
    return grown + sum(
        connection.execute(delete(model).where(which)).rowcount for model, which in rows
    )
