"""Values: entered by a department, checked and published by another person."""

import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wufei_public import __version__
from wufei_public.common.actor import Verdict
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid, NotAllowed, NotFound
from wufei_public.common.text import N_
from wufei_public.divisions.queries import departments, directory
from wufei_public.indicators import policy
from wufei_public.indicators.models.values import Value
from wufei_public.indicators.queries import values
from wufei_public.indicators.queries.values import Place
from wufei_public.indicators.rules.checks import Told, check_entry
from wufei_public.indicators.rules.periods import Period, read_period
from wufei_public.indicators.rules.plans import Indicator, current
from wufei_public.indicators.rules.series import PERCEIVED
from wufei_public.indicators.rules.sheets import COMPUTED
from wufei_public.indicators.rules.states import WORKFLOW, Move, Source, State
from wufei_public.infra import audit
from wufei_public.infra.work import Work

REASONS = {
    "not_your_department": N_("这一项不归您的部门。"),
    "not_yours_to_do": N_("这一步不由您来做。"),
    "own_figure": N_("这个数是您填的，要由别人来核对和公布。"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a department writes about one period."""

    series: str
    period: str
    document: str
    figure: Decimal | None = None
    statement: str = ""
    met: bool | None = None
    component: str = ""
    collector: str = ""
    method: str = ""
    n: int | None = None
    low: Decimal | None = None
    high: Decimal | None = None


def require(verdict: Verdict) -> None:
    """Raise NotAllowed with the reason when `verdict` is a no."""
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, REASONS[verdict.reason])


def responsible(w: Work, names: tuple[str, ...]) -> frozenset[str]:
    """Return the codes of the departments that the plan names."""
    known = departments(w.session)
    return frozenset(office.code for name in names if (office := known.named(name)))


def named(series: str) -> Indicator:
    """Return the plan's indicator; NotFound for anything else."""
    found = current().indicator(series)
    if found is None:
        raise NotFound("no_indicator", N_("没有这项指标。"))
    return found


def district(w: Work) -> str:
    """Return the code of the district that the plan is of."""
    return next(iter(directory(w.session).districts)).code


def enter(w: Work, entry: Entry) -> Value:
    """Write a figure from outside as a draft; it counts once a second person publishes it."""
    indicator, period = named(entry.series), read_period(entry.period)
    require(policy.may_enter(w.actor, responsible(w, indicator.responsible)))
    if entry.component not in indicator.components:
        sentence = N_("这项指标没有这个分项。")
        raise Invalid("no_component", sentence, [FieldError("component", sentence)])
    if entry.series in COMPUTED:
        sentence = N_("这一项由本站的数据算出，不用填。")
        raise Invalid("computed_here", sentence, [FieldError("figure", sentence)])
    if period.first > district_day(w.now):
        sentence = N_("这段时间还没有开始。")
        raise Invalid("future_period", sentence, [FieldError("period", sentence)])
    check_entry(told_of(entry), indicator.unit.zh)
    row = _row(w, entry, period) | {
        "state": State.DRAFT,
        "entered_by": w.actor.id,
        "source": Source.EXTERNAL,
    }
    return add(w, row)


def told_of(entry: Entry) -> Told:
    """Return what the rules ask of an entry."""
    bounds = (entry.low, entry.high)
    own = (entry.n, entry.method, entry.collector)
    return Told(entry.figure, entry.statement, bounds, entry.series in PERCEIVED, *own)


def _row(w: Work, entry: Entry, period: Period) -> dict[str, Any]:
    return {
        "series": entry.series,
        "component": entry.component,
        **days_of(period),
        "figure": entry.figure,
        "statement": entry.statement,
        "met": entry.met,
        "low": entry.low,
        "high": entry.high,
        "n": entry.n,
        "method": entry.method,
        "method_version": "",
        "collector": entry.collector,
        "document": entry.document,
        "cut_off": w.now,
        "rows": 0,
        "digest": "",
        "inputs": {},
        "run": "",
    }


def days_of(period: Period) -> dict[str, Any]:
    """Return the columns that a period fills."""
    return {
        "period": period.key,
        "kind": period.kind,
        "starts_on": period.first,
        "ends_on": period.last,
    }


def add(w: Work, row: dict[str, Any]) -> Value:
    """Write the next version of a value; those before stay."""
    place = Place(current().code, row["series"], row["component"], row["period"], district(w))
    made = Value(
        code=new_code(secrets.token_bytes),
        plan=place.plan,
        division=place.division,
        version=values.last_version(w.session, place) + 1,
        entered_at=w.now,
        code_version=__version__,
        **row,
    )
    w.session.add(made)
    w.session.flush()
    _note(w, made, "enter")
    return made


def move(w: Work, *, code: str, what: Move, reason: str = "") -> Value:
    """Check, publish or drop a value; publishing supersedes what was published before."""
    row = values.value(w.session, code, locked=True)
    indicator = current().indicator(row.series)
    offices = responsible(w, indicator.responsible) if indicator else frozenset()
    require(policy.may_move(w.actor, row.facts, what, offices))
    if what is Move.PUBLISH:
        _supersede(w, row)
        row.published_by, row.published_at = w.actor.id, w.now
    if what is Move.CHECK:
        row.checked_by = w.actor.id
    row.state = WORKFLOW.step(State(row.state), what).target
    w.session.flush()
    _note(w, row, what, reason)
    return row


def _supersede(w: Work, row: Value) -> None:
    external = row.source == Source.EXTERNAL
    place = Place(row.plan, row.series, row.component, row.period, row.division, external)
    before = values.published_at(w.session, place)
    if before is not None:
        before.state = WORKFLOW.step(State(before.state), Move.SUPERSEDE).target
        w.session.flush()
        _note(w, before, Move.SUPERSEDE)


def _note(w: Work, row: Value, verb: str, reason: str = "") -> None:
    after = {"state": row.state, "period": row.period, "version": row.version}
    audit.record(
        w, f"indicators:value:{verb}", f"indicators/{row.code}", after=after, reason=reason
    )
