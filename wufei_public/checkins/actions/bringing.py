"""Collection points from a sheet: what each row would add, then all of it or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from wufei_public.checkins import policy
from wufei_public.checkins.actions import places as actions
from wufei_public.checkins.queries import places as queries
from wufei_public.common.actor import Actor
from wufei_public.common.sheets import Faults, Row
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.registers import SHEET, Preview, agreed, compared, read_rows
from wufei_public.infra.work import Work

PLACE, NAME = N_("村或社区"), N_("投放点名称")
COLUMNS = (PLACE, NAME)
MOST_ROWS, MOST_BYTES, MOST_NAME = 500, 2 * 1024 * 1024, 30


@dataclass(frozen=True, slots=True)
class Entry:
    """A collection point as a row says it: its village or community, its name there."""

    division: str
    name: str


def preview(session: Session, actor: Actor, data: bytes) -> Preview[Entry]:
    """Return what each row would add now, and every bad row by its number.

    A point of that name in use there is known and stays. Invalid for what cannot be read at all.
    """
    rows, faults = read_rows(data, COLUMNS, (), MOST_ROWS), Faults(SHEET)
    used = queries.points(session, "")
    known = {(one.village, one.name): Entry(one.village, one.name) for one in used}
    return compared(_entries(session, actor, rows, faults), known, faults, NAME)


def _entries(
    session: Session, actor: Actor, rows: Sequence[Row], faults: Faults
) -> Iterator[tuple[int, Entry]]:
    places = directory(session)
    for row in rows:
        before, place = len(faults.errors), places.unit_named(row[PLACE])
        if place is None:
            faults.add(row.number, PLACE, N_("没有这个村或社区，请写“镇 村”或 12 位代码。"))
        elif not policy.may_keep_points(actor, place.code).allowed:
            faults.add(row.number, PLACE, N_("这个地方不归您管。"))
        if not 1 <= len(row[NAME]) <= MOST_NAME:
            faults.add(row.number, NAME, N_("名称要写 1 到 %(most)s 个字。"), most=MOST_NAME)
        if place is not None and len(faults.errors) == before:
            yield row.number, Entry(place.code, row[NAME])


def apply(w: Work, *, data: bytes, digest: str) -> int:
    """Add every point of a sheet, or none; return how many.

    Conflict where the register has changed since the preview, Invalid for bad rows.
    """
    changes = agreed(preview(w.session, w.actor, data), digest)
    for change in changes:
        actions.add_point(w, village=change.entry.division, name=change.entry.name)
    return len(changes)
