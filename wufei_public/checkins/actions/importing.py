"""The register from a sheet: what each row would do, then all of it or nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from wufei_public.checkins import policy
from wufei_public.checkins.actions import coverage
from wufei_public.checkins.queries import coverage as queries
from wufei_public.checkins.rules.coverage import MOST_HOUSEHOLDS, Entry, settled
from wufei_public.checkins.rules.coverage import Place as Sorting
from wufei_public.common.actor import Actor
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid
from wufei_public.common.sheets import Faults, Row
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.directory import Place
from wufei_public.divisions.rules.registers import SHEET, Preview, agreed, compared, read_rows
from wufei_public.infra.work import Work

PLACE, NAME, HOUSEHOLDS, STARTED = N_("村或社区"), N_("小区"), N_("户数"), N_("开始分类的日子")
# A sheet may leave them out: then the days stand as they do.
SINCE, UNTIL = N_("从哪天起是这样"), N_("到哪天为止")
STATE = N_("核对")  # what an export says behind; it is not read
COLUMNS = (PLACE, NAME, HOUSEHOLDS, STARTED)
DAYS = (SINCE, UNTIL)
_COLUMN_OF = {"started_on": STARTED, "since": SINCE, "until": UNTIL}
MOST_ROWS, MOST_NAME, MOST_BYTES = 2000, 30, 5 * 1024 * 1024


def preview(session: Session, actor: Actor, data: bytes, today: date) -> Preview[Entry]:
    """Return what each row would do now, and every bad row by its number.

    Invalid for what cannot be read at all.
    """
    rows, faults = read_rows(data, COLUMNS, (*DAYS, STATE), MOST_ROWS), Faults(SHEET)
    known = {(one.entry.division, one.entry.name): one for one in queries.places(session)}
    typed = _typed(session, actor, rows, faults)
    entries = _settled(typed, known, today, faults)
    return compared(entries, {at: one.entry for at, one in known.items()}, faults, NAME)


def _typed(
    session: Session, actor: Actor, rows: Sequence[Row], faults: Faults
) -> Iterator[tuple[Row, Entry]]:
    places = directory(session)
    for row in rows:
        entry = _entry(actor, row, places.unit_named(row[PLACE]), faults)
        if entry is not None:
            yield row, entry


def _settled(
    typed: Iterable[tuple[Row, Entry]],
    known: Mapping[tuple[str, str], Sorting],
    today: date,
    faults: Faults,
) -> Iterator[tuple[int, Entry]]:
    """Give each entry with the days that its row leaves as they are."""
    for row, entry in typed:
        last = known.get((entry.division, entry.name))
        kept = last.entry.until if last and UNTIL not in row.cells else entry.until
        try:
            yield row.number, settled(replace(entry, until=kept), last, today)
        except Invalid as error:
            for one in error.errors:
                faults.add(row.number, _COLUMN_OF[one.pointer], one.message)


def _entry(actor: Actor, row: Row, place: Place | None, faults: Faults) -> Entry | None:
    before = len(faults.errors)
    if place is None:
        faults.add(row.number, PLACE, N_("没有这个村或社区，请写“镇 村”或 12 位代码。"))
    elif not policy.may_keep_register(actor, place.code).allowed:
        faults.add(row.number, PLACE, N_("这个地方不归您管。"))
    elif len(row[NAME]) > MOST_NAME or coverage.kind_of(place, row[NAME]) is None:
        faults.add(row.number, NAME, N_("社区按小区登记，小区名称 1 到 30 个字。"))
    households = row[HOUSEHOLDS] or "0"
    if not households.isdecimal() or int(households) > MOST_HOUSEHOLDS:
        faults.add(row.number, HOUSEHOLDS, N_("户数要写整数。"))
    started, since, until = (_day(row, column, faults) for column in (STARTED, *DAYS))
    if len(faults.errors) > before or place is None:
        return None
    return Entry(place.code, row[NAME], int(households), started, since, until)


def _day(row: Row, column: str, faults: Faults) -> date | None:
    written = row[column][:10]
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        faults.add(row.number, column, N_("日子要写成 2026-03-01 这样。"))
        return None


def apply(w: Work, *, data: bytes, digest: str) -> int:
    """Write every change of a sheet, or none; return how many places it touched.

    Conflict where the register has changed since the preview, Invalid for bad rows.
    """
    changes = agreed(preview(w.session, w.actor, data, district_day(w.now)), digest)
    for change in changes:
        coverage.enter(w, change.entry)
    return len(changes)
