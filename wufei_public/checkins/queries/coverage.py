"""Reads of the register of places that sort, and the coverage that comes from it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.checkins.models import SortingPlace, VillageScheme
from wufei_public.checkins.queries.own import usual_of
from wufei_public.checkins.rules.coverage import Coverage, Entry, Kind, Place, coverage_of
from wufei_public.checkins.rules.schemes import Scheme
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.levels import Level


def facts_of(row: SortingPlace) -> Place:
    """Return what the rules ask of a row."""
    entry = Entry(row.division, row.name, row.households, row.started_on)
    return Place(row.code, Kind(row.kind), entry, row.entered_by, row.checked_at is not None)


def places(session: Session, division: str = "") -> Sequence[Place]:
    """Return the register below a division, by place and name."""
    rows = session.scalars(
        select(SortingPlace)
        .where(SortingPlace.division.startswith(division))
        .order_by(SortingPlace.division, SortingPlace.name)
    )
    return [facts_of(row) for row in rows]


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
    units = directory(session).units
    villages = sum(one.level is Level.VILLAGE and one.code.startswith(division) for one in units)
    return coverage_of(kind, places(session, division), villages, on)


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
