"""Reads of the register of places that sort, and the coverage that comes from it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.checkins.models import SortingPlace, SortingSpan, VillageScheme
from wufei_public.checkins.queries.own import usual_of
from wufei_public.checkins.rules.coverage import (
    Coverage,
    Entry,
    Kind,
    Place,
    Span,
    coverage_of,
)
from wufei_public.checkins.rules.schemes import Scheme
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.levels import Level

MOST_SPANS = 100


def entry_of(row: SortingPlace) -> Entry:
    """Return what was entered last."""
    return Entry(row.division, row.name, row.households, row.started_on, row.since, row.until)


def facts_of(row: SortingPlace, spans: Sequence[SortingSpan]) -> Place:
    """Return what the rules ask of a row, with what was checked of it, oldest first."""
    said = [Span(one.since, one.until, one.households, one.started_on) for one in spans]
    checked = row.checked_at is not None
    return Place(row.code, Kind(row.kind), entry_of(row), row.entered_by, checked, tuple(said))


def places(session: Session, division: str = "") -> Sequence[Place]:
    """Return the register below a division, by place and name."""
    rows = session.scalars(
        select(SortingPlace)
        .where(SortingPlace.division.startswith(division))
        .order_by(SortingPlace.division, SortingPlace.name)
    ).all()
    said = _in_force(session, division)
    return [facts_of(row, said.get(row.id, ())) for row in rows]


def _in_force(session: Session, division: str) -> Mapping[int, Sequence[SortingSpan]]:
    """Return by place what was checked and not replaced, the oldest first."""
    wanted = (
        select(SortingSpan)
        .join(SortingPlace, SortingPlace.id == SortingSpan.place)
        .where(SortingPlace.division.startswith(division), SortingSpan.replaced_at.is_(None))
    )
    found: dict[int, list[SortingSpan]] = defaultdict(list)
    for span in session.scalars(wanted.order_by(SortingSpan.id)):
        found[span.place].append(span)
    return found


def spans_of(session: Session, place: int) -> Sequence[SortingSpan]:
    """Return what was checked of one place and not replaced, the oldest first."""
    own = (SortingSpan.place == place, SortingSpan.replaced_at.is_(None))
    return session.scalars(select(SortingSpan).where(*own).order_by(SortingSpan.id)).all()


def history(session: Session, division: str) -> Sequence[tuple[SortingSpan, str]]:
    """Return all that was ever checked in a unit with the name of the place, newest first."""
    wanted = (
        select(SortingSpan, SortingPlace.name)
        .join(SortingPlace, SortingPlace.id == SortingSpan.place)
        .where(SortingPlace.division == division)
        .order_by(SortingPlace.name, SortingSpan.id.desc())
        .limit(MOST_SPANS)
    )
    return session.execute(wanted).tuples().all()


def place_row(session: Session, code: str) -> SortingPlace:
    """Return a row of the register for a change; NotFound."""
    row = session.scalar(
        select(SortingPlace).where(SortingPlace.code == normalise(code)).with_for_update()
    )
    if row is None:
        raise NotFound("no_such_place", N_("登记表里没有这个地方。"))
    return row


def row_of(session: Session, division: str, name: str) -> SortingPlace | None:
    """Return the row of a 小区, or of the village itself where `name` is empty."""
    return session.scalar(
        select(SortingPlace)
        .where(SortingPlace.division == division, SortingPlace.name == name)
        .with_for_update()
    )


def coverage(session: Session, kind: Kind, on: date, division: str = "") -> Coverage:
    """Return the coverage of 小区 (indicator 12) or villages (13) on a day, with its list.

    What is not checked by a second official does not count; villages that nobody entered
    stand in the whole, 小区 only once they are registered.
    """
    return coverage_of(kind, places(session, division), villages(session, division), on)


def villages(session: Session, division: str = "") -> Collection[str]:
    """Return the villages below a division that are in use."""
    units = directory(session).units
    mine = (one for one in units if one.level is Level.VILLAGE)
    return frozenset(one.code for one in mine if one.code.startswith(division))


def schemes(session: Session, town: str) -> dict[str, Scheme]:
    """Return the scheme of each village and community of a town, chosen or usual."""
    chosen = dict(
        session.execute(
            select(VillageScheme.division, VillageScheme.scheme).where(
                VillageScheme.division.startswith(town)
            )
        )
        .tuples()
        .all()
    )
    units = directory(session).children(town)
    return {
        one.code: Scheme(chosen[one.code]) if one.code in chosen else usual_of(session, one.code)
        for one in units
    }
