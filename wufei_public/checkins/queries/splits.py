"""Reads of the village sorters' weights."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wufei_public.checkins.models import SecondSplit
from wufei_public.checkins.rules.boards import Span
from wufei_public.checkins.rules.splits import PARTS, Weights
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_

_WEIGHTS = tuple(getattr(SecondSplit, part) for part in PARTS)


def split_row(session: Session, code: str) -> SecondSplit:
    """Return a record for a change; NotFound."""
    row = session.scalar(
        select(SecondSplit).where(SecondSplit.code == normalise(code)).with_for_update()
    )
    if row is None:
        raise NotFound("no_such_split", N_("没有这条记录。"))
    return row


def weights_of(row: SecondSplit) -> Weights:
    """Return the weights of a record."""
    return Weights(*(getattr(row, part) for part in PARTS))


def own(session: Session, sorter: int, since: date) -> Sequence[SecondSplit]:
    """Return what a sorter has recorded since a day, newest first, without what was withdrawn."""
    return session.scalars(
        select(SecondSplit)
        .where(
            SecondSplit.sorter == sorter,
            SecondSplit.day >= since,
            SecondSplit.withdrawn_at.is_(None),
        )
        .order_by(SecondSplit.day.desc(), SecondSplit.id.desc())
    ).all()


def by_village(session: Session, span: Span, town: str = "") -> dict[str, tuple[int, int, Weights]]:
    """Return by village how often was weighed, from how many doors, and the weights of a span."""
    rows = session.execute(
        select(
            SecondSplit.village,
            func.count(),
            func.coalesce(func.sum(SecondSplit.households), 0),
            *(func.sum(part) for part in _WEIGHTS),
        )
        .where(
            SecondSplit.day.between(span.first, span.last),
            SecondSplit.village.startswith(town),
            SecondSplit.withdrawn_at.is_(None),
        )
        .group_by(SecondSplit.village)
        .order_by(SecondSplit.village)
    )
    return {
        village: (int(times), int(doors), Weights(*map(int, weights)))
        for village, times, doors, *weights in rows
    }
