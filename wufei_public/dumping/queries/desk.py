"""What officials have on the desk, and what residents find under 我的."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, text, tuple_, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from wufei_public.common.actor import Actor, Grant
from wufei_public.common.clock import day_end, district_day
from wufei_public.common.codes import is_valid, normalise
from wufei_public.common.places import TOWN_DIGITS, stem
from wufei_public.divisions.queries import directory
from wufei_public.dumping.models.conditions import IS_OPEN, IS_OVER, IS_UNDECIDED
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries.cases import Rows
from wufei_public.dumping.queries.extending import cases_waiting
from wufei_public.dumping.queries.public import PAGE, Position
from wufei_public.dumping.rules.clocks import SOON, Urgency
from wufei_public.dumping.rules.states import WORKFLOW, Source, State
from wufei_public.people.rules.roles import Role

PLACELESS, UNRELEASED, ASKED = "placeless", "unreleased", "asked"
# Somebody wants more time for it.
LONGER = "longer"
# Finished cases in which one request looks for words.
SEARCHED = 2000

_QUEUE = (
    Report.id,
    Report.code,
    Report.plain_kind,
    Report.official_kind,
    Report.state,
    Report.release,
    Report.division,
    Report.town,
    Report.spot,
    Report.words,
    Report.due_at,
    Report.release_due,
    Report.department,
    Report.crew_id,
    Report.submitted_at,
    Report.closed_at,
    Report.photos,
)


# What an export tells beside that.
WHOLE = (
    *_QUEUE,
    Report.public_code,
    Report.source,
    Report.outside_number,
    Report.lat,
    Report.lon,
    Report.accuracy,
    Report.accept_due,
    Report.legal_accept_due,
    Report.accepted_at,
    Report.transfer_due,
    Report.finish_due,
    Report.legal_finish_due,
    Report.returns,
    Report.reopened,
    Report.outcome,
    Report.refuse_ground,
    Report.withhold_reason,
)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What an official's queue is narrowed to; `state` may be one of the words above."""

    state: str | None = None
    town: str | None = None
    kind: str | None = None
    due: str | None = None
    words: str | None = None
    after: Position | None = None
    # Words are looked for in so many rows at the most, the last of them `end`.
    searched: int = SEARCHED
    end: Position | None = None

    @property
    def over(self) -> bool:
        """Say whether it lists cases that are over."""
        return self.state in set(WORKFLOW.finals)


def scopes(actor: Actor) -> Sequence[ColumnElement[bool]]:
    """Return one condition per way in which `actor` handles cases, as `policy.roles_on` has it.

    None of them overlaps by much, and each has an index of its own.
    """
    found = [_of_grant(grant) for grant in actor.grants]
    if actor.id is not None:
        crews = (grant for grant in actor.grants if grant.role == Role.CREW_MEMBER)
        found += [_of_crew(grant, actor.id) for grant in crews]
    return [scope for scope in found if scope is not None]


def _of_crew(grant: Grant, account: int) -> ColumnElement[bool]:
    """Return the cases of a person in one crew (`assigning.can_get`).

    The person's index leads to them: the town is written so that its own is no choice.
    """
    found = [Report.crew_id == account]
    town = func.coalesce(Report.town, "")
    if grant.division is not None and len(grant.division) == TOWN_DIGITS:
        found.append(town == grant.division)
    elif grant.division is not None:
        found.append(or_(town == "", Report.division.startswith(stem(grant.division))))
    if grant.department is not None:
        found.append(func.coalesce(Report.department, grant.department) == grant.department)
    return and_(*found)


def _of_grant(grant: Grant) -> ColumnElement[bool] | None:
    place = _place(grant.division)
    if grant.role == Role.DISTRICT_OFFICER:
        return Report.id.is_not(None) if place is None else or_(Report.town.is_(None), place)
    if grant.role == Role.TOWN_OFFICER:
        return Report.town.is_not(None) if place is None else place
    if grant.role == Role.DEPARTMENT_OFFICER and grant.department is not None:
        here = Report.department == grant.department
        return here if place is None else and_(here, place)
    return None


def _place(division: str | None) -> ColumnElement[bool] | None:
    if division is None:
        return None
    if len(division) == TOWN_DIGITS:
        return Report.town == division
    return Report.division.startswith(stem(division))


def in_scope(statement: Select[Any], actor: Actor) -> Select[Any]:
    """Narrow `statement` to the cases that `actor` handles."""
    return statement.where(or_(false(), *scopes(actor)))


def codes_in_scope(session: Session, actor: Actor, codes: Collection[str]) -> frozenset[str]:
    """Return those of `codes` whose cases `actor` handles."""
    wanted = [code for code in codes if code]
    if not wanted:
        return frozenset()
    found = in_scope(select(Report.code).where(Report.code.in_(wanted)), actor)
    return frozenset(session.scalars(found))


def queue(
    session: Session,
    actor: Actor,
    wanted: QueueFilter,
    now: datetime,
    limit: int = PAGE,
    *,
    whole: bool = False,
) -> Rows:
    """Return the actor's cases, most urgent first; one row more than `limit` if there are more.

    Who holds several grants gets the best rows of each, put together: an OR over them
    would sort everything that any of them reaches.
    """
    order, columns = _order(wanted), WHOLE if whole else _QUEUE
    parts = [
        order.of(
            _narrow(session, select(*columns).where(scope, *_range(scope, wanted)), wanted, now)
        ).limit(limit + 1)
        for scope in scopes(actor)
    ]
    if not parts:
        return []
    if len(parts) == 1:
        return session.execute(parts[0]).all()
    both = union(*(select(part.subquery()) for part in parts)).subquery()
    ordered = order.sort(select(both), both.c)
    return session.execute(ordered.limit(limit + 1)).all()


@dataclass(frozen=True, slots=True)
class _Order:
    """A keyset order by one column and the id."""

    column: InstrumentedAttribute[Any]
    after: Position | None
    newest_first: bool = False

    def of(self, statement: Select[Any]) -> Select[Any]:
        """Return `statement` in this order, from the position on."""
        if self.after is not None:
            key = tuple_(self.column, Report.id)
            statement = statement.where(key < self.after if self.newest_first else key > self.after)
        return self.sort(statement, Report)

    def sort(self, statement: Select[Any], columns: Any) -> Select[Any]:
        """Return `statement` sorted by these `columns`."""
        keys = getattr(columns, self.column.key), columns.id
        return statement.order_by(*(key.desc() if self.newest_first else key for key in keys))


def _order(wanted: QueueFilter) -> _Order:
    if wanted.over:
        return _Order(Report.submitted_at, wanted.after, newest_first=True)
    if wanted.state == UNRELEASED:
        return _Order(Report.release_due, wanted.after)
    return _Order(Report.due_at, wanted.after)


def queue_page(
    session: Session,
    actor: Actor,
    wanted: QueueFilter,
    now: datetime,
    limit: int = PAGE,
    *,
    searched: int = SEARCHED,
    whole: bool = False,
) -> tuple[Rows, Position | None]:
    """Return one page of the queue and the position of the next, if there is one.

    Words are looked for in so many finished cases at a time (`searched`): a page may hold
    fewer rows than there is room for, even none, and the next one goes on from there.
    """
    wanted = replace(wanted, searched=searched)
    end = _search_end(session, actor, wanted)
    rows = queue(session, actor, replace(wanted, end=end), now, limit, whole=whole)
    last = rows[limit - 1] if len(rows) > limit else None
    position = (getattr(last, _order(wanted).column.key), last.id) if last else end
    return rows[:limit], position


def _search_end(session: Session, actor: Actor, wanted: QueueFilter) -> Position | None:
    """Return where the search for words in finished cases rests, None if it goes to the end.

    What somebody writes is in no index that both databases have (two Chinese letters are too
    short for trigrams), so a search costs what it looks at, and looks at no more than this.
    """
    if not wanted.over or not wanted.words or is_valid(normalise(wanted.words)):
        return None
    order, where = _order(wanted), _state(wanted)
    keys = select(Report.submitted_at, Report.id).where(*where)
    ends = [
        session.execute(
            order.of(keys.where(scope)).offset(wanted.searched - 1).limit(1)
        ).one_or_none()
        for scope in scopes(actor)
    ]
    return max(((end.submitted_at, end.id) for end in ends if end is not None), default=None)


def _range(scope: ColumnElement[bool], wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """Return the cases of `scope` in which words are looked for: a range of its own order."""
    if wanted.end is None:
        return []
    keys = select(Report.id).where(scope, *_state(wanted))
    near = _order(wanted).of(keys).limit(wanted.searched).correlate(None)
    return [Report.id.in_(near), tuple_(Report.submitted_at, Report.id) >= wanted.end]


def _narrow(
    session: Session, statement: Select[Any], wanted: QueueFilter, now: datetime
) -> Select[Any]:
    statement = statement.where(*_state(wanted), *_due(wanted.due, now))
    if wanted.town:
        statement = statement.where(Report.town == wanted.town)
    if wanted.kind:
        statement = statement.where(Report.official_kind == wanted.kind)
    if wanted.words:
        statement = statement.where(_matches(session, wanted.words))
    return statement


def _state(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    if wanted.over:
        # In this order: of two terms for a column SQLite may try the first alone, and an IN
        # keeps no order.
        return [Report.state == wanted.state, text(IS_OVER)]  # type: ignore[list-item]
    if wanted.state == UNRELEASED:
        return [text(IS_UNDECIDED)]  # type: ignore[list-item]
    found: list[ColumnElement[bool]] = [text(IS_OPEN)]  # type: ignore[list-item]
    if wanted.state == PLACELESS:
        found.append(Report.town.is_(None))
    elif wanted.state == ASKED:
        found.append(Report.held_until.is_not(None))
    elif wanted.state == LONGER:
        found.append(Report.id.in_(cases_waiting()))
    elif wanted.state:
        found.append(Report.state == wanted.state)
    return found


def _due(due: str | None, now: datetime) -> list[ColumnElement[bool]]:
    tonight = day_end(district_day(now))
    found = {
        Urgency.OVER: [Report.due_at < now],
        Urgency.TODAY: [Report.due_at >= now, Report.due_at <= tonight],
        Urgency.SOON: [Report.due_at > tonight, Report.due_at <= now + SOON],
        Urgency.LATER: [Report.due_at > tonight, Report.due_at > now + SOON],
    }
    return found[Urgency(due)] if due else []


def _matches(session: Session, words: str) -> ColumnElement[bool]:
    """Return what `words` mean: a number, ours or another office's, a place, or the report's words.

    The masked words: whoever looks for a telephone number finds no case by it.
    """
    code = normalise(words)
    if is_valid(code):
        return or_(Report.code == code, Report.public_code == code)
    places = [place.code for place in directory(session).search(words)]
    towns = [code for code in places if len(code) == TOWN_DIGITS]
    return or_(
        Report.division.in_(places),
        Report.town.in_(towns),
        # By door, since the index begins with it.
        and_(Report.source.in_(list(Source)), Report.outside_number == words.strip()),
        Report.public_spot.contains(words, autoescape=True),
        Report.public_words.contains(words, autoescape=True),
    )


def open_count(session: Session, actor: Actor) -> int:
    """Return how many open cases `actor` handles, for the menu of every page: one index is read."""
    counted = in_scope(select(func.count()).where(text(IS_OPEN)), actor)
    return session.scalar(counted) or 0


def queue_counts(session: Session, actor: Actor, now: datetime) -> Mapping[str, int]:
    """Return the counts for the queue's chips: all, over, submitted, placeless and so on."""
    open_cases = in_scope(
        select(
            func.count().label("all"),
            *(
                func.count().filter(*_due(due, now)).label(due)
                for due in (Urgency.OVER, Urgency.TODAY, Urgency.SOON)
            ),
            func.count().filter(Report.held_until.is_not(None)).label(ASKED),
            func.count().filter(Report.state == State.SUBMITTED).label("submitted"),
            func.count().filter(Report.town.is_(None)).label("placeless"),
            func.count().filter(Report.state == State.DISPUTED).label("disputed"),
            func.count().filter(Report.state == State.OBJECTED).label("objected"),
            func.count().filter(Report.id.in_(cases_waiting())).label("longer"),
        ).where(text(IS_OPEN)),
        actor,
    )
    undecided = select(
        func.count().label("unreleased"),
        func.count().filter(Report.release_due < now).label("unreleased_over"),
    ).where(text(IS_UNDECIDED))
    found = session.execute(open_cases).mappings().one()
    return {**found, **session.execute(in_scope(undecided, actor)).mappings().one()}


def of_reporter(
    session: Session, reporter_id: int, after: Position | None = None, limit: int = PAGE
) -> tuple[Rows, Position | None]:
    """Return a page of a resident's own reports, newest first, and the next page's position."""
    order = _Order(Report.submitted_at, after, newest_first=True)
    own = select(*_QUEUE).where(Report.reporter_id == reporter_id)
    rows = session.execute(order.of(own).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last.submitted_at, last.id) if last else None
