"""The register from a sheet: what each row would do, then all of it or nothing."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from wufei_public.checkins import policy
from wufei_public.checkins.actions import coverage
from wufei_public.checkins.queries import coverage as queries
from wufei_public.checkins.rules.coverage import MOST_HOUSEHOLDS, Entry
from wufei_public.common.actor import Actor
from wufei_public.common.errors import Conflict, FieldError, Invalid
from wufei_public.common.sheets import Faults, Row, read_sheet
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.levels import UNIT_RANK
from wufei_public.infra.work import Work

PLACE, NAME, HOUSEHOLDS, STARTED = N_("村或社区"), N_("小区"), N_("户数"), N_("开始分类的日子")
STATE = N_("核对")  # what an export says behind; it is not read
COLUMNS = (PLACE, NAME, HOUSEHOLDS, STARTED)
MOST_ROWS, MOST_NAME, MOST_BYTES = 2000, 30, 5 * 1024 * 1024
SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Change:
    """What a row would do: `before` is None for a place that is new."""

    number: int
    entry: Entry
    before: Entry | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sheet would do to the register as it stands now; `same` rows do nothing."""

    changes: Sequence[Change]
    same: int
    faults: Sequence[FieldError]
    digest: str


def preview(session: Session, actor: Actor, data: bytes) -> Preview:
    """Return what each row would do now, and every bad row by its number.

    Invalid for what cannot be read at all.
    """
    rows, faults = read_sheet(SHEET, data, COLUMNS, (STATE,)), Faults(SHEET)
    if len(rows) > MOST_ROWS:
        raise Invalid("too_long", N_("一次最多 %(most)s 行，请分开上传。"), most=MOST_ROWS)
    known = {(one.entry.division, one.entry.name): one.entry for one in queries.places(session)}
    found = list(_entries(session, actor, rows, faults))
    changes = [
        Change(number, entry, known.get((entry.division, entry.name)))
        for number, entry in found
        if known.get((entry.division, entry.name)) != entry
    ]
    digest = hashlib.sha256(repr(changes).encode()).hexdigest()[:32]
    return Preview(changes, len(found) - len(changes), faults.errors, digest)


def _entries(
    session: Session, actor: Actor, rows: Sequence[Row], faults: Faults
) -> Iterator[tuple[int, Entry]]:
    find, seen = _finder(session), set()
    for row in rows:
        entry = _entry(session, actor, row, find(row[PLACE]), faults)
        if entry is None:
            continue
        if (entry.division, entry.name) in seen:
            faults.add(row.number, NAME, N_("这个地方在上面已经有一行。"))
            continue
        seen.add((entry.division, entry.name))
        yield row.number, entry


def _finder(session: Session) -> Callable[[str], str | None]:
    """Return what finds the unit that a cell means: its code, or town and unit."""
    places = directory(session)
    names: dict[str, str] = {}
    for place in places.units:
        path = places.path(place.code)
        names |= dict.fromkeys((place.code, path, path.replace(" ", "")), place.code)
    return names.get


def _entry(
    session: Session, actor: Actor, row: Row, division: str | None, faults: Faults
) -> Entry | None:
    before = len(faults.errors)
    place = directory(session).get(division)
    if place is None or division is None or place.rank != UNIT_RANK:
        faults.add(row.number, PLACE, N_("没有这个村或社区，请写“镇 村”或 12 位代码。"))
    elif not policy.may_keep_register(actor, division).allowed:
        faults.add(row.number, PLACE, N_("这个地方不归您管。"))
    elif len(row[NAME]) > MOST_NAME or coverage.kind_of(place, row[NAME]) is None:
        faults.add(row.number, NAME, N_("社区按小区登记，小区名称 1 到 30 个字。"))
    households, started = row[HOUSEHOLDS] or "0", row[STARTED][:10]
    if not households.isdecimal() or int(households) > MOST_HOUSEHOLDS:
        faults.add(row.number, HOUSEHOLDS, N_("户数要写整数。"))
    try:
        begun = date.fromisoformat(started) if started else None
    except ValueError:
        faults.add(row.number, STARTED, N_("日子要写成 2026-03-01 这样。"))
    if len(faults.errors) > before or division is None:
        return None
    return Entry(division, row[NAME], int(households), begun)


def apply(w: Work, *, data: bytes, digest: str) -> int:
    """Write every change of a sheet, or none; return how many places it touched.

    Conflict where the register has changed since the preview, Invalid for bad rows.
    """
    found = preview(w.session, w.actor, data)
    if found.faults:
        sentence = N_("文件里还有错的行，没有导入任何内容。")
        raise Invalid("bad_rows", sentence, found.faults)
    if found.digest != digest:
        raise Conflict("register_changed", N_("登记表刚刚变了。请再看一遍预览。"))
    for change in found.changes:
        coverage.enter(w, change.entry)
    return len(found.changes)
