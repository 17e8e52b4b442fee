"""Naming in a batch: number, validity, the signed statement; the unit's yearly report."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from wufei_public.cells import policy
from wufei_public.cells.actions.bars import require_free
from wufei_public.cells.actions.steps import (
    check,
    move,
    note,
    open_application,
    require,
    story_owner,
    take_part,
)
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate, CellNumbering, CellYearReport
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import certificates, rounds
from wufei_public.cells.rules.clocks import CLOCKS, years_after
from wufei_public.cells.rules.naming import (
    PURPOSE,
    Statement,
    number_of,
    report_years,
    signed_bytes,
)
from wufei_public.cells.rules.stages import Move
from wufei_public.cells.rules.standing import Standing
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.media import queries as media
from wufei_public.media.models import PhotoState


def name(w: Work, *, codes: Sequence[str], document: str) -> list[CellCertificate]:
    """Name every unit of a batch under one document; all of them or none."""
    if not codes:
        sentence = N_("请选要命名的单位。")
        raise Invalid("no_units", sentence, [FieldError("codes", sentence)])
    return [_name_one(w, code, document) for code in dict.fromkeys(codes)]


def _name_one(w: Work, code: str, document: str) -> CellCertificate:
    row = open_application(w, code)
    check(w, row, Move.NAME)
    require_free(w, row)
    take_part(w, row, w.actor.id or 0)
    today = district_day(w.now)
    place = _next_place(w, today.year)
    found = CellCertificate(
        application_id=row.id,
        code=new_code(secrets.token_bytes),
        number=number_of(today.year, place),
        year=today.year,
        place=place,
        unit=row.unit,
        kind=row.kind,
        division=row.division,
        town=row.town,
        stars=row.stars or 0,
        story=row.story,
        cover_id=_cover(w, row),
        named_on=today,
        valid_until=years_after(today, CLOCKS["valid_years"].amount),
        document=document,
        named_by=w.actor.id or 0,
        standing=Standing.VALID,
        standing_reason="",
        standing_at=w.now,
    )
    _sign(w, row, found)
    _end_older(w, row, found)
    w.session.add(found)
    move(w, row, Move.NAME, unit=found.number)
    return found


def _end_older(w: Work, row: CellApplication, found: CellCertificate) -> None:
    """Let the certificates of the same places and kind end that this re-evaluation replaces."""
    here = {(one.organisation_id, one.site_id) for one in queries.sites(w.session, row.id)}
    for older in certificates.of_places(w.session, row.id, found.kind):
        theirs = queries.sites(w.session, older.application_id)
        if older.valid_until < found.named_on:
            continue
        if {(one.organisation_id, one.site_id) for one in theirs} <= here:
            before = older.valid_until
            yesterday = found.named_on - timedelta(days=1)
            older.valid_until = max(yesterday, older.named_on + timedelta(days=1))
            audit.record(
                w,
                "cells:certificate:replace",
                f"cells/certificate/{older.number}",
                before={"valid_until": before.isoformat()},
                after={"valid_until": older.valid_until.isoformat(), "by": found.number},
            )


def _cover(w: Work, row: CellApplication) -> int | None:
    """Return the first photo of the story that is developed."""
    found = media.photos_of(w.session, story_owner(row.code))
    return next((one.id for one in found if one.state == PhotoState.READY), None)


_FIRST = {
    dialect: made(CellNumbering).on_conflict_do_nothing()
    for dialect, made in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


def _next_place(w: Work, year: int) -> int:
    """Return the next place in the year; who names at the same moment waits in the row."""
    connection = w.session.connection()
    connection.execute(_FIRST[connection.dialect.name], {"year": year, "last": 0})
    found = connection.scalar(
        update(CellNumbering)
        .where(CellNumbering.year == year)
        .values(last=CellNumbering.last + 1)
        .returning(CellNumbering.last)
    )
    return int(found or 0)


def _sign(w: Work, row: CellApplication, found: CellCertificate) -> None:
    sites = queries.sites(w.session, row.id)
    said = signed_bytes(
        Statement(
            number=found.number,
            code=found.code,
            unit=found.unit,
            site="、".join(site.name for site in sites),
            kind=found.kind,
            division=found.division,
            stars=str(found.stars),
            rubric=rounds.rubric(w.session, row.rubric_id).version,
            document=found.document,
            named_on=found.named_on.isoformat(),
            valid_until=found.valid_until.isoformat(),
        )
    )
    found.statement = said.decode()
    found.signature = b64encode(w.keys.sign(PURPOSE, said)).decode()


def report_year(w: Work, *, code: str, year: int, text: str) -> CellYearReport:
    """Report for a year that the unit still keeps to the standard; once for each year."""
    found = certificates.certificate(w.session, code, locked=True)
    row = w.session.get_one(CellApplication, found.application_id)
    require(policy.may_write(w.actor, queries.facts_of(w.session, row)))
    due = report_years(found.named_on, found.valid_until)
    if year not in due or year > district_day(w.now).year or found.standing == Standing.REVOKED:
        raise WrongState("no_report_due", N_("这一年不用报告。"))
    if year in certificates.reported(w.session, found.id):
        raise WrongState("reported_before", N_("这一年已经报告过了。"))
    made = CellYearReport(
        certificate_id=found.id, year=year, text=text, by=w.actor.id or 0, at=w.now
    )
    w.session.add(made)
    w.session.flush()
    note(w, row, "year_report", unit=str(year))
    return made
