"""What people did on this site, month by month; never an indicator of the plan."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from wufei_public.checkins.queries import boards
from wufei_public.checkins.rules.boards import Length, Span
from wufei_public.common.clock import day_end
from wufei_public.dumping.queries.counts import accounts, all_of, sums
from wufei_public.dumping.rules.states import Phase
from wufei_public.indicators.rules.lineage import Computed
from wufei_public.indicators.rules.periods import Period
from wufei_public.indicators.rules.states import Source
from wufei_public.learning.queries import quiz as rounds
from wufei_public.learning.queries import training
from wufei_public.organisations.queries.memberships import represented_until


def checkins(session: Session, period: Period) -> Computed | None:
    """Return how many check-ins a month had; none where nobody checked in."""
    span = Span(Length.MONTH, period.first, period.last)
    by_village = {place: one.all for place, one in boards.by_village(session, span).items()}
    whole = sum(by_village.values())
    if not whole:
        return None
    inputs = {"villages": dict(sorted(by_village.items()))}
    return Computed("checkins", Source.CHECKINS, "sum-of-days", Decimal(whole), whole, inputs)


def reports(session: Session, period: Period) -> Computed | None:
    """Return how many reports came in a month; none where nobody reported."""
    names = [all_of(phase) for phase in Phase]
    since = [
        {row.place: sum(int(getattr(row, name)) for name in names) for row in rows}
        for rows in (
            sums(session, names, period.first),
            sums(session, names, period.last + timedelta(days=1)),
        )
    ]
    towns = {place: count - since[1].get(place, 0) for place, count in sorted(since[0].items())}
    whole = sum(towns.values())
    if not whole:
        return None
    return Computed(
        "reports", Source.CASES, "cases-received", Decimal(whole), whole, {"towns": towns}
    )


def residents(session: Session, period: Period) -> Computed | None:
    """Return how many accounts checked in, took a quiz or reported; each counts once."""
    parts: dict[str, Select[Any]] = {
        "checkins": boards.accounts(period.first, period.last),
        "quiz": rounds.accounts(period.first, period.last),
        "reports": accounts(period.first, period.last),
    }
    row = session.execute(_together(parts)).one()
    counts = {name: getattr(row, name) or 0 for name in parts}
    whole = row.whole
    if not whole:
        return None
    inputs = {"by": counts, "whole": whole}
    return Computed("residents", Source.PEOPLE, "distinct-accounts", Decimal(whole), whole, inputs)


def _together(parts: Mapping[str, Select[Any]]) -> Select[Any]:
    """Return how many accounts there are in each part, and in all of them, read once."""
    tagged = []
    for name, part in parts.items():
        found = part.subquery()
        flags = [literal(int(name == one), Integer).label(one) for one in parts]
        tagged.append(select(found.c[0].label("account"), *flags))
    every = union_all(*tagged).subquery()
    flags = [func.max(every.c[name]).label(name) for name in parts]
    one = select(every.c.account, *flags).group_by(every.c.account).subquery()
    sums = [func.sum(one.c[name]).label(name) for name in parts]
    return select(func.count().label("whole"), *sums).select_from(one)


def quiz(session: Session, period: Period) -> Computed | None:
    """Return how many rounds of the quiz a month had; none where nobody took it."""
    by_day = rounds.by_day(session, period.first, period.last)
    whole = sum(by_day.values())
    if not whole:
        return None
    inputs = {"days": {day.isoformat(): count for day, count in sorted(by_day.items())}}
    return Computed("quiz", Source.QUIZ, "sum-of-days", Decimal(whole), whole, inputs)


def trained(session: Session, period: Period) -> Computed | None:
    """Return how often somebody was at a training of a month; none where nobody was."""
    groups = training.held(session, period.first, period.last)
    whole = sum(visits for _events, visits in groups.values())
    if not whole:
        return None
    inputs = {"trainings": {name: list(one) for name, one in sorted(groups.items())}}
    return Computed("training", Source.TRAININGS, "signed-in", Decimal(whole), whole, inputs)


def units(session: Session, period: Period) -> Computed | None:
    """Return how many organisations somebody spoke for here at the end of the last day."""
    found = represented_until(session, day_end(period.last))
    if not found:
        return None
    figure = Decimal(len(found))
    return Computed("units", Source.UNITS, "represented", figure, len(found), {"units": found})


ACTIVITY: Mapping[str, Callable[[Session, Period], Computed | None]] = {
    "residents": residents,
    "checkins": checkins,
    "quiz": quiz,
    "training": trained,
    "reports": reports,
    "units": units,
}
