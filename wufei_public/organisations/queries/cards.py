"""Cards of organisations: one, a page of them by what their name contains, names for others."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, false, or_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from wufei_public.common import uscc
from wufei_public.common.actor import Actor
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.places import TOWN_DIGITS, stem
from wufei_public.common.suffixes import plain, span
from wufei_public.common.text import N_
from wufei_public.organisations.models import FormerName, NameEnd, Organisation, Site
from wufei_public.people.rules.roles import Role

Rows = Sequence[Row[Any]]
PAGE = 30
# As many symbols of a code are looked for as the beginning of one.
LEAST_OF_CODE = 6
# The last row seen: the end of its name by which it was found, and its id.
Position = tuple[str, int]

COLUMNS = (
    Organisation.id,
    Organisation.code,
    Organisation.uscc,
    Organisation.name,
    Organisation.kind,
    Organisation.division,
    Organisation.town,
    Organisation.permit_class,
    Organisation.waste_related,
    Organisation.ended_on,
)


@dataclass(frozen=True, slots=True)
class CardFilter:
    """What the register is narrowed to."""

    words: str = ""
    town: str | None = None
    kind: str | None = None
    after: Position | None = None


def missing() -> NotFound:
    """Return the one answer for every card that is not there, or not for this person."""
    return NotFound("no_organisation", N_("没有这个单位，请核对一下。"))


def organisation(session: Session, code: str, *, locked: bool = False) -> Organisation:
    """Return the card with that public code, locked for a change if asked; NotFound."""
    statement = select(Organisation).where(Organisation.code == normalise(code))
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise missing()
    return found


def hold(session: Session, organisation_id: int) -> None:
    """Lock an organisation's card, so that two steps about it take turns."""
    session.execute(
        select(Organisation.id).where(Organisation.id == organisation_id).with_for_update()
    )


def by_uscc(session: Session, code: str) -> Organisation | None:
    """Return the card with that unified social credit code, None if there is none."""
    return session.scalar(select(Organisation).where(Organisation.uscc == code))


def cards_of(session: Session, ids: Collection[int]) -> Mapping[int, Row[Any]]:
    """Return the cards with these ids, for lists of other features."""
    rows = session.execute(select(*COLUMNS).where(Organisation.id.in_(ids)))
    return {row.id: row for row in rows}


def whole(session: Session, ids: Collection[int]) -> Mapping[int, Organisation]:
    """Return the cards with these ids, every column of them."""
    rows = session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {row.id: row for row in rows}


def former_names(session: Session, organisation_id: int) -> tuple[str, ...]:
    """Return the names that the organisation had, the latest first."""
    return tuple(
        session.scalars(
            select(FormerName.name)
            .where(FormerName.organisation_id == organisation_id)
            .order_by(FormerName.position)
        )
    )


def sites(session: Session, organisation_id: int, *, ended: bool = False) -> Rows:
    """Return `(id, code, name, address, division, town, ended_at)` of each site in use."""
    statement = select(
        Site.id, Site.code, Site.name, Site.address, Site.division, Site.town, Site.ended_at
    ).where(Site.organisation_id == organisation_id)
    if not ended:
        statement = statement.where(Site.ended_at.is_(None))
    return session.execute(statement.order_by(Site.id)).all()


def site(session: Session, code: str, organisation_id: int) -> Site:
    """Return a site of that very organisation, locked for a change; NotFound."""
    found = session.scalar(
        select(Site)
        .where(Site.code == normalise(code), Site.organisation_id == organisation_id)
        .with_for_update()
    )
    if found is None:
        raise NotFound("no_site", N_("没有这个地点。"))
    return found


def page(
    session: Session, actor: Actor, wanted: CardFilter, limit: int = PAGE
) -> tuple[Rows, Position | None]:
    """Return a page of the cards that the official sees, and the position of the next.

    By where in the name the words stand, so that each page costs what the first costs.
    """
    statement = _narrow(_found_by(wanted), wanted).where(in_scope(actor, Organisation.town))
    rows = session.execute(statement.limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last.found_at, last.id) if last else None


def search(session: Session, words: str, limit: int = 10) -> Rows:
    """Return the first cards that `words` mean, whoever asks: for choosing one's own."""
    return session.execute(_found_by(CardFilter(words)).limit(limit)).all()


def named(words: str) -> Select[Any]:
    """Return the ids of every card that `words` mean, for a search of another feature."""
    found = _found_by(CardFilter(words)).order_by(None).subquery()
    return select(found.c.id)


def _found_by(wanted: CardFilter) -> Select[Any]:
    words = plain(wanted.words)
    code = uscc.normalise(wanted.words)
    if len(code) >= LEAST_OF_CODE and code.isascii() and code.isalnum():
        return _by_code(code, wanted.after)
    return _by_name(words, wanted) if words else _all(wanted.after)


def _by_code(code: str, after: Position | None) -> Select[Any]:
    statement = select(*COLUMNS, Organisation.uscc.label("found_at")).where(
        Organisation.uscc >= code, Organisation.uscc < f"{code}Z"
    )
    if after is not None:
        statement = statement.where(Organisation.uscc > after[0])
    return statement.order_by(Organisation.uscc)


def _all(after: Position | None) -> Select[Any]:
    statement = select(*COLUMNS, Organisation.code.label("found_at"))
    if after is not None:
        statement = statement.where(Organisation.id < after[1])
    return statement.order_by(Organisation.id.desc())


def _by_name(words: str, wanted: CardFilter) -> Select[Any]:
    first, last = span(words)
    earlier = aliased(NameEnd)
    statement = (
        select(*COLUMNS, NameEnd.name_end.label("found_at"))
        .join(Organisation, Organisation.id == NameEnd.organisation_id)
        .where(
            NameEnd.name_end >= first,
            NameEnd.name_end < last,
            # A name that holds the words twice is one card.
            ~exists().where(
                earlier.organisation_id == NameEnd.organisation_id,
                earlier.name_end >= first,
                earlier.name_end < NameEnd.name_end,
            ),
        )
        .order_by(NameEnd.name_end, NameEnd.organisation_id)
    )
    if wanted.town:
        statement = statement.where(NameEnd.town == wanted.town)
    if wanted.after is not None:
        statement = statement.where(
            tuple_(NameEnd.name_end, NameEnd.organisation_id) > wanted.after
        )
    return statement


def _narrow(statement: Select[Any], wanted: CardFilter) -> Select[Any]:
    if wanted.town:
        statement = statement.where(Organisation.town == wanted.town)
    if wanted.kind:
        statement = statement.where(Organisation.kind == wanted.kind)
    return statement


def in_scope(actor: Actor, town: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Return what `policy.may_see` says of rows with a `town`, in SQL."""
    if actor.has_role(Role.DEPARTMENT_OFFICER):
        return true()
    places = [
        _place(grant.division, town)
        for grant in actor.grants
        if grant.role in {Role.TOWN_OFFICER, Role.DISTRICT_OFFICER}
    ]
    return or_(false(), *places)


def _place(division: str | None, town: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    if division is None:
        return true()
    return town == division if len(division) == TOWN_DIGITS else town.startswith(stem(division))


def names_by(session: Session, symbols: Collection[str]) -> Mapping[str, str]:
    """Return the names of cards by their own code or their social credit code, as asked for."""
    wanted = select(Organisation.code, Organisation.uscc, Organisation.name).where(
        or_(Organisation.code.in_(symbols), Organisation.uscc.in_(symbols))
    )
    return {
        symbol: row.name
        for row in session.execute(wanted)
        for symbol in (row.code, row.uscc)
        if symbol
    }
