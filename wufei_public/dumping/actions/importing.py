"""Cases from other doors by a sheet: what each row would do, then all of it or nothing."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.errors import Invalid
from wufei_public.common.sheets import Faults, Row
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.registers import (
    SHEET,
    Change,
    Preview,
    agreed,
    digest_of,
    read_rows,
)
from wufei_public.dumping import policy
from wufei_public.dumping.actions.entering import enter
from wufei_public.dumping.actions.submit import Draft
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.facts import ReportFacts
from wufei_public.dumping.rules.release import Release
from wufei_public.dumping.rules.sheets import (
    COLUMNS,
    DOOR,
    DOORS,
    KIND,
    KINDS,
    MOST_NUMBER,
    MOST_ROWS,
    MOST_SPOT,
    MOST_WORDS,
    NUMBER,
    OPTIONAL,
    PHONE,
    PLACE,
    RECEIVED,
    SPOT,
    WORDS,
    Outside,
    read_received,
)
from wufei_public.dumping.rules.states import State
from wufei_public.infra.work import Work
from wufei_public.people.rules.phones import read_mobile


def preview(session: Session, actor: Actor, data: bytes, now: datetime) -> Preview[Outside]:
    """Return which rows are new, which number is there already, and every bad row, at `now`.

    Invalid for what cannot be read at all.
    """
    rows, faults = read_rows(data, COLUMNS, OPTIONAL, MOST_ROWS), Faults(SHEET)
    found = list(_once(_entries(session, actor, rows, faults, now), faults))
    there = _known(session, [(one.source, one.number) for _row, one in found])
    changes = [
        Change(row, one, None) for row, one in found if (str(one.source), one.number) not in there
    ]
    return Preview(changes, len(found) - len(changes), faults.errors, digest_of(changes))


def _known(session: Session, keys: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return those of `keys` (door, number) that a case has."""
    both = tuple_(Report.source, Report.outside_number)
    rows = session.execute(select(Report.source, Report.outside_number).where(both.in_(keys)))
    return {(row.source, row.outside_number or "") for row in rows}


def _once(found: Iterator[tuple[int, Outside]], faults: Faults) -> Iterator[tuple[int, Outside]]:
    seen = set()
    for row, one in found:
        if (one.source, one.number) in seen:
            faults.add(row, NUMBER, N_("这个编号在上面已经有一行。"))
            continue
        seen.add((one.source, one.number))
        yield row, one


def _entries(
    session: Session, actor: Actor, rows: Sequence[Row], faults: Faults, now: datetime
) -> Iterator[tuple[int, Outside]]:
    places = directory(session)
    for row in rows:
        place = places.unit_named(row[PLACE]) if row[PLACE] else None
        if row[PLACE] and place is None:
            faults.add(row.number, PLACE, N_("没有这个村或社区，请写“镇 村”或 12 位代码。"))
            continue
        division = place.code if place else None
        if not policy.may_handle(actor, _facts(division)).allowed:
            faults.add(row.number, PLACE, N_("这个地方不归您管。"))
            continue
        entry = _entry(row, division, faults, now)
        if entry is not None:
            yield row.number, entry


def _facts(division: str | None) -> ReportFacts:
    return ReportFacts(State.SUBMITTED, Release.PENDING, division, None, None, None)


def _entry(row: Row, division: str | None, faults: Faults, now: datetime) -> Outside | None:
    before = len(faults.errors)
    _check(row, faults)
    received = _received(row, faults, now)
    if len(faults.errors) > before:
        return None
    return Outside(
        DOORS[row[DOOR]],
        row[NUMBER],
        KINDS[row[KIND]],
        division,
        row[SPOT],
        row[WORDS],
        read_mobile(row[PHONE]) if row[PHONE] else "",
        received,
    )


def _received(row: Row, faults: Faults, now: datetime) -> datetime | None:
    if not row[RECEIVED]:
        return None
    try:
        return read_received(row[RECEIVED], now)
    except Invalid as error:
        faults.add(row.number, RECEIVED, error.message, **error.facts)
        return None


def _check(row: Row, faults: Faults) -> None:
    known: Mapping[str, Mapping[str, object]] = {DOOR: DOORS, KIND: KINDS}
    for column, values in known.items():
        if row[column] not in values:
            words = "、".join(dict.fromkeys(name for name in values if not name.isascii()))
            faults.add(row.number, column, N_("只能是：%(words)s。"), words=words)
    if not row[NUMBER]:
        faults.add(row.number, NUMBER, N_("要有编号，同一件才不会录两次。"))
    if not row[WORDS]:
        faults.add(row.number, WORDS, N_("要写看到了什么。"))
    for column, most in ((NUMBER, MOST_NUMBER), (SPOT, MOST_SPOT), (WORDS, MOST_WORDS)):
        if len(row[column]) > most:
            faults.add(row.number, column, N_("太长了，最多 %(most)s 个字。"), most=most)
    try:
        read_mobile(row[PHONE]) if row[PHONE] else ""
    except Invalid as error:
        faults.add(row.number, PHONE, error.errors[0].message)


def apply(w: Work, *, data: bytes, digest: str) -> int:
    """Write every new case of a sheet, or none; return how many.

    Conflict where a number has come in since the preview, Invalid for bad rows.
    """
    changes = agreed(preview(w.session, w.actor, data, w.now), digest)
    for change in changes:
        enter(w, _draft(change.entry))
    return len(changes)


def _draft(one: Outside) -> Draft:
    # Of one door and number there is one case, whoever brings the sheet again.
    key = hashlib.sha256(f"sheet:{one.source}:{one.number}".encode()).hexdigest()
    return Draft(
        client_key=key,
        kind=one.kind,
        division=one.division,
        spot=one.spot,
        words=one.words,
        phone=one.phone,
        source=one.source,
        outside_number=one.number,
        received_at=one.received_at,
    )
