"""The filters that an official keeps."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.dumping.models.filters import ReportFilter


def kept(session: Session, account: int | None) -> Sequence[ReportFilter]:
    """Return the filters of `account`, by name."""
    statement = select(ReportFilter).where(ReportFilter.account == account)
    return session.scalars(statement.order_by(ReportFilter.name)).all()
