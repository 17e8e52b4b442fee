"""Indicators: what departments told, what this site computed month by month, and the tasks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial

from wufei_public.checkins.actions.figures import MOST_MARKS, recount
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.common.clock import DISTRICT_ZONE, district_day
from wufei_public.demo import queries
from wufei_public.demo.actions.parts import Maker, Writer, nothing
from wufei_public.demo.rules.figures import figures as told
from wufei_public.demo.rules.figures import progress
from wufei_public.demo.rules.plan import Plan
from wufei_public.demo.rules.words import say
from wufei_public.divisions.queries import departments
from wufei_public.dumping.actions.counting import recount as recount_cases
from wufei_public.dumping.queries.counts import MEASURE as CASES
from wufei_public.indicators.actions import computing, tasks, values
from wufei_public.indicators.actions.driving import run_due
from wufei_public.indicators.queries.values import waiting
from wufei_public.indicators.rules.periods import Period, month_before
from wufei_public.indicators.rules.plans import current
from wufei_public.indicators.rules.states import Move, State
from wufei_public.infra.buckets import is_marked
from wufei_public.infra.work import Work, reading, work

_MONTHS = 11
_ENTERED, _LIVE, _REPORTED = timedelta(days=300), timedelta(days=210), timedelta(days=150)
_NIGHT, _MORNING = time(2, 30), time(9)


def parts(_plan: Plan) -> int:
    """Return how many parts there are: what was told, the tasks, and each month."""
    return 2 + _MONTHS


def figures(plan: Plan) -> Maker:
    """Return what writes figures by the indicators' own actions, from the rows that are there."""
    while work(SYSTEM, recount) == MOST_MARKS:
        pass
    return partial(_part, plan)


def counted(_plan: Plan) -> Maker:
    """Count cases by place and day, then the buckets of the board, as the jobs process does."""
    while is_marked(reading(), CASES):
        work(SYSTEM, recount_cases)
    run_due()
    return nothing


def _part(plan: Plan, part: int) -> Writer:
    if part == 0:
        return lambda w: _tell(w, plan)
    if part == 1:
        return lambda w: _report(w, plan)
    period = _month(plan, parts(plan) - part)
    return lambda w: _compute(w, period, last=part == parts(plan) - 1)


def _month(plan: Plan, back: int) -> Period:
    day = district_day(plan.until)
    for _ in range(back - 1):
        day = month_before(day).first
    return month_before(day)


def _speaker(w: Work, names: Sequence[str]) -> Actor:
    """Return an officer of the first department that has one, else one of the district."""
    known = departments(w.session)
    offices = [office.code for name in names if (office := known.named(name))]
    found = (queries.officer_of(w.session, code) for code in offices)
    return next((actor for actor in found if actor), queries.officers(w.session)[0])


def _tell(w: Work, plan: Plan) -> None:
    at = replace(w, now=plan.until - _ENTERED)
    publisher = queries.officers(w.session)[-1]
    rng = plan.rng("figures")
    for one in list(told(rng, current())):
        indicator = values.named(one.series)
        speaker = _speaker(at, indicator.responsible)
        entry = values.Entry(
            series=one.series,
            component=one.component,
            period=one.period,
            figure=one.figure,
            statement=one.statement,
            met=one.met,
            document=say(rng, "document"),
        )
        row = values.enter(replace(at, actor=speaker), entry)
        for move in (Move.CHECK, Move.PUBLISH):
            values.move(replace(at, actor=publisher), code=row.code, what=move)


def _report(w: Work, plan: Plan) -> None:
    rng, began = plan.rng("tasks"), plan.until - _LIVE
    tasks.go_live(replace(w, now=began), on_day=district_day(began), notice_days=30)
    for task in current().tasks:
        said = progress(rng, task)
        if said is not None:
            at = plan.until - _REPORTED * rng.random()
            speaker = replace(w, actor=_speaker(w, (task.lead,)), now=at)
            tasks.report(speaker, code=task.code, progress=said[0], words=said[1])


def _compute(w: Work, period: Period, *, last: bool) -> None:
    """Compute a month in the night of the second after it; the newest waits for a person."""
    second = period.last + timedelta(days=2)
    night, morning = (datetime.combine(second, at, DISTRICT_ZONE) for at in (_NIGHT, _MORNING))
    run = f"demo {second.isoformat()}"
    computing.compute(replace(w, now=min(night, w.now)), period=period, run=run)
    if last:
        return
    publisher = replace(w, actor=queries.officers(w.session)[0], now=min(morning, w.now))
    for row in waiting(w.session):
        if row.state == State.CHECKED:
            values.move(publisher, code=row.code, what=Move.PUBLISH)
