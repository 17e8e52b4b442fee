"""The register of shops from a sheet: what each row would do, then all of it or nothing."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.sheets import Faults, Row
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.directory import Place
from wufei_public.divisions.rules.registers import SHEET, Preview, agreed, compared, read_rows
from wufei_public.infra.work import Work
from wufei_public.points import policy
from wufei_public.points.actions import shops as actions
from wufei_public.points.queries import shops as queries
from wufei_public.points.rules.shops import MOST_ADDRESS, MOST_HOURS, MOST_NAME, Entry

PLACE, NAME, ADDRESS, HOURS = N_("村或社区"), N_("店名"), N_("店址"), N_("开门时间")
COLUMNS = (PLACE, NAME)
OPTIONAL = (ADDRESS, HOURS)
LENGTHS = {ADDRESS: MOST_ADDRESS, HOURS: MOST_HOURS}
MOST_ROWS, MOST_BYTES = 500, 2 * 1024 * 1024


def preview(session: Session, actor: Actor, data: bytes) -> Preview[Entry]:
    """Return what each row would do now, and every bad row by its number.

    Invalid for what cannot be read at all.
    """
    rows, faults = read_rows(data, COLUMNS, OPTIONAL, MOST_ROWS), Faults(SHEET)
    known = {
        (row.division, row.name): Entry(row.division, row.name, row.address, row.hours)
        for row in queries.shops(session)
        if row.retired_at is None
    }
    return compared(_entries(session, actor, rows, faults), known, faults, NAME)


def _entries(
    session: Session, actor: Actor, rows: Sequence[Row], faults: Faults
) -> Iterator[tuple[int, Entry]]:
    places = directory(session)
    for row in rows:
        entry = _entry(actor, row, places.unit_named(row[PLACE]), faults)
        if entry is not None:
            yield row.number, entry


def _entry(actor: Actor, row: Row, place: Place | None, faults: Faults) -> Entry | None:
    before = len(faults.errors)
    if place is None:
        faults.add(row.number, PLACE, N_("没有这个村或社区，请写“镇 村”或 12 位代码。"))
    elif not policy.may_keep_shop(actor, place.code).allowed:
        faults.add(row.number, PLACE, N_("这个地方不归您管。"))
    if not 1 <= len(row[NAME]) <= MOST_NAME:
        faults.add(row.number, NAME, N_("店名要写 1 到 %(most)s 个字。"), most=MOST_NAME)
    for column, most in LENGTHS.items():
        if len(row[column]) > most:
            faults.add(row.number, column, N_("最多 %(most)s 个字。"), most=most)
    if len(faults.errors) > before or place is None:
        return None
    return Entry(place.code, row[NAME], row[ADDRESS], row[HOURS])


def apply(w: Work, *, data: bytes, digest: str) -> int:
    """Write every change of a sheet, or none; return how many shops it touched.

    Conflict where the register has changed since the preview, Invalid for bad rows.
    """
    changes = agreed(preview(w.session, w.actor, data), digest)
    for change in changes:
        actions.enter(w, change.entry)
    return len(changes)
