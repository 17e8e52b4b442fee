"""Sheets of departments, and what was published before of the series in them."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.divisions.queries import departments
from wufei_public.indicators import policy
from wufei_public.indicators.models.sheets import Sheet
from wufei_public.indicators.models.values import Value
from wufei_public.indicators.rules.plans import current
from wufei_public.indicators.rules.sheets import COMPUTED
from wufei_public.indicators.rules.states import State


def ours(session: Session, actor: Actor) -> frozenset[str]:
    """Return the series that `actor` may enter, by the departments that the plan names."""
    known = departments(session)
    return frozenset(
        one.series
        for one in current().indicators
        if one.series not in COMPUTED
        and policy.may_enter(
            actor, {office.code for name in one.responsible if (office := known.named(name))}
        ).allowed
    )


def sheet(session: Session, code: str, *, locked: bool = False) -> Sheet:
    """Return the sheet with this code; NotFound without one."""
    wanted = select(Sheet).where(Sheet.code == code)
    found = session.scalar(wanted.with_for_update() if locked else wanted)
    if found is None:
        raise NotFound("no_sheet", N_("没有这张表。"))
    return found


def newest(session: Session, limit: int = 20) -> Sequence[Sheet]:
    """Return the sheets from which values were written, the newest first."""
    rows = session.scalars(select(Sheet).order_by(Sheet.id.desc()).limit(limit)).all()
    return [row for row in rows if row.written]


def values_of(session: Session, row: Sheet) -> Sequence[Value]:
    """Return the values that were written from a sheet, in its order."""
    found = session.scalars(select(Value).where(Value.code.in_(row.written)))
    by_code = {value.code: value for value in found}
    return [by_code[code] for code in row.written]


def published(
    session: Session, plan: str, series: Collection[str]
) -> Mapping[tuple[str, str], Sequence[Value]]:
    """Return what is published of each (series, component), the newest period first."""
    wanted = select(Value).where(
        Value.plan == plan, Value.series.in_(series), Value.state == State.PUBLISHED
    )
    found: dict[tuple[str, str], list[Value]] = {}
    for row in session.scalars(wanted.order_by(Value.ends_on.desc(), Value.id.desc())):
        found.setdefault((row.series, row.component), []).append(row)
    return found
