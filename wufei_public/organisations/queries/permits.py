"""Under which permit class organisations stood, and since when."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from wufei_public.organisations.models import Organisation, PermitSpan
from wufei_public.organisations.rules.kinds import PermitClass


def newest(session: Session, organisation_id: int) -> PermitSpan | None:
    """Return the row that holds now, None where the organisation never had a class."""
    return session.scalar(
        select(PermitSpan)
        .where(PermitSpan.organisation_id == organisation_id)
        .order_by(PermitSpan.since.desc())
        .limit(1)
    )


def begun(session: Session, ids: Collection[int]) -> dict[int, date]:
    """Return by organisation since when it stands under the class that holds now."""
    rows = session.execute(
        select(PermitSpan.organisation_id, func.max(PermitSpan.since))
        .where(PermitSpan.organisation_id.in_(ids))
        .group_by(PermitSpan.organisation_id)
    )
    return dict(rows.tuples().all())


def history(session: Session, organisation_id: int) -> Sequence[PermitSpan]:
    """Return every class of an organisation with its first day, the newest first."""
    return session.scalars(
        select(PermitSpan)
        .where(PermitSpan.organisation_id == organisation_id)
        .order_by(PermitSpan.since.desc())
    ).all()


def holders(session: Session, day: date) -> Sequence[Row[Any]]:
    """Return the denominator of indicator 41 on `day`, by code.

    Solid-waste related enterprises that stood under key or simplified permit management on that
    very day and were not struck off.
    """
    later = aliased(PermitSpan)
    return session.execute(
        select(
            Organisation.id,
            Organisation.code,
            Organisation.uscc,
            Organisation.name,
            Organisation.town,
            PermitSpan.permit_class,
            PermitSpan.since,
        )
        .join(Organisation, Organisation.id == PermitSpan.organisation_id)
        .where(
            PermitSpan.permit_class.in_([PermitClass.KEY, PermitClass.SIMPLIFIED]),
            PermitSpan.waste_related.is_(True),
            PermitSpan.since <= day,
            ~exists().where(
                later.organisation_id == PermitSpan.organisation_id,
                later.since > PermitSpan.since,
                later.since <= day,
            ),
            or_(Organisation.ended_on.is_(None), Organisation.ended_on > day),
        )
        .order_by(Organisation.uscc)
    ).all()
