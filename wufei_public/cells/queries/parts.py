"""Whose decision was overruled; which towns have checked a joint application."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.parts import CellOverruled, CellTownCheck


def overruled(session: Session, application_id: int) -> frozenset[int]:
    """Return whose decision on an application was taken back."""
    rows = select(CellOverruled.account_id).where(CellOverruled.application_id == application_id)
    return frozenset(session.scalars(rows))


def town_checks(session: Session, row: CellApplication) -> Sequence[CellTownCheck]:
    """Return the checks of the towns of the last submission, by town; none of a single town."""
    return session.scalars(
        select(CellTownCheck)
        .where(CellTownCheck.application_id == row.id, CellTownCheck.submission == row.submissions)
        .order_by(CellTownCheck.town)
    ).all()


def towns_waited_for(session: Session, row: CellApplication) -> Sequence[str]:
    """Return the towns whose check is still to come: of a single one, the application's own."""
    found = town_checks(session, row)
    return [one.town for one in found if one.checked_at is None] if found else [row.town]
