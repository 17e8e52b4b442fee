"""Values: what is published of each series, what waits, and every version."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.indicators.models.values import Value
from wufei_public.indicators.rules.states import Source, State

MOST = 400


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the tables a value stands: one row of these is published at most.

    What somebody outside has found stands beside what was computed here, never in its place.
    """

    plan: str
    series: str
    component: str
    period: str
    division: str
    external: bool = False


def missing() -> NotFound:
    """Return the answer for a value that is not there."""
    return NotFound("no_value", N_("没有这个数值。"))


def value(session: Session, code: str, *, locked: bool = False) -> Value:
    """Return the value with this code, locked for a change if asked; NotFound without one."""
    wanted = select(Value).where(Value.code == code)
    found = session.scalar(wanted.with_for_update() if locked else wanted)
    if found is None:
        raise missing()
    return found


def published(session: Session, plan: str, division: str, series: str = "") -> Sequence[Value]:
    """Return what is published of a division, each series from its newest period back."""
    wanted = select(Value).where(
        Value.plan == plan, Value.division == division, Value.state == State.PUBLISHED
    )
    if series:
        wanted = wanted.where(Value.series == series)
    # Of one period what was computed here comes first.
    theirs = case((Value.source == Source.EXTERNAL, 1), else_=0)
    ordered = wanted.order_by(Value.ends_on.desc(), Value.starts_on, theirs, Value.id.desc())
    return session.scalars(ordered).all()


def edition(session: Session, plan: str) -> tuple[object, ...]:
    """Return what changes whenever something is published: which rows, how many, and when last.

    A published value never changes, and one that is superseded leaves with its successor's coming.
    """
    wanted = select(
        func.count(),
        func.sum(Value.id),
        func.max(Value.published_at),
        # Codes are random: two databases that were filled alike are told apart.
        func.min(Value.code),
        func.max(Value.code),
    ).where(Value.plan == plan, Value.state == State.PUBLISHED)
    return tuple(session.execute(wanted).one())


def versions(session: Session, plan: str, series: str, *, public: bool) -> Sequence[Value]:
    """Return every version of a series, for the public only those once published."""
    wanted = select(Value).where(Value.plan == plan, Value.series == series)
    if public:
        wanted = wanted.where(Value.state.in_((State.PUBLISHED, State.SUPERSEDED)))
    ordered = wanted.order_by(Value.ends_on.desc(), Value.version.desc(), Value.id.desc())
    return session.scalars(ordered.limit(MOST)).all()


def waiting(session: Session) -> Sequence[Value]:
    """Return what somebody has to check or publish, the oldest first."""
    wanted = select(Value).where(Value.state.in_((State.DRAFT, State.CHECKED)))
    return session.scalars(wanted.order_by(Value.id).limit(MOST)).all()


def count_waiting(session: Session) -> int:
    """Return how many values somebody has to check or publish."""
    wanted = select(func.count()).where(Value.state.in_((State.DRAFT, State.CHECKED)))
    return session.scalar(wanted) or 0


def _either(place: Place) -> tuple[ColumnElement[bool], ...]:
    return (
        Value.plan == place.plan,
        Value.series == place.series,
        Value.component == place.component,
        Value.period == place.period,
        Value.division == place.division,
    )


def _at(place: Place) -> tuple[ColumnElement[bool], ...]:
    theirs = Value.source == Source.EXTERNAL
    return (*_either(place), theirs if place.external else ~theirs)


def last_version(session: Session, place: Place) -> int:
    """Return the number of the last version of a period, ours and theirs counted on; 0 if none."""
    return session.scalar(select(func.max(Value.version)).where(*_either(place))) or 0


def newest(session: Session, place: Place) -> Value | None:
    """Return the newest version at `place`, in whatever state."""
    wanted = select(Value).where(*_at(place))
    return session.scalar(wanted.order_by(Value.version.desc()).limit(1))


def published_at(session: Session, place: Place) -> Value | None:
    """Return the published version at `place`, locked for being superseded."""
    wanted = select(Value).where(*_at(place), Value.state == State.PUBLISHED)
    return session.scalar(wanted.with_for_update())


def computed(session: Session) -> Sequence[Value]:
    """Return every published value that was computed here, the oldest first."""
    wanted = select(Value).where(Value.state == State.PUBLISHED, Value.run != "")
    return session.scalars(wanted.order_by(Value.id)).all()
