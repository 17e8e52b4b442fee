"""Certificates and the public register, by keyset and without another table."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, Row, Select, bindparam, func, select, text, tuple_
from sqlalchemy.orm import Session

from wufei_public.cells.models.applications import IS_ON_NOTICE, CellApplication
from wufei_public.cells.models.certificates import CellCertificate, CellYearReport
from wufei_public.cells.rules.counting import Cell
from wufei_public.cells.rules.standing import Standing
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.infra.tables import BigKey

PAGE = 20
Position = tuple[date, int]


def missing() -> NotFound:
    """Return the answer for a certificate that is not there."""
    return NotFound("no_certificate", N_("没有这张证书，请核对编号。"))


def certificate(session: Session, code: str, *, locked: bool = False) -> CellCertificate:
    """Return the certificate by its code or its number; NotFound."""
    by_number = code.strip().upper()
    statement = select(CellCertificate).where(
        CellCertificate.number == by_number
        if by_number.startswith("WFXB-")
        else CellCertificate.code == normalise(code)
    )
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise missing()
    return found


def of_application(session: Session, application_id: int) -> CellCertificate | None:
    """Return the certificate of an application, None before it was named."""
    return session.scalar(
        select(CellCertificate).where(CellCertificate.application_id == application_id)
    )


def reported(session: Session, certificate_id: int) -> frozenset[int]:
    """Return the years for which the unit reported on itself."""
    rows = select(CellYearReport.year).where(CellYearReport.certificate_id == certificate_id)
    return frozenset(session.scalars(rows))


def year_reports(session: Session, certificate_id: int) -> Sequence[CellYearReport]:
    """Return the unit's reports on itself, newest first."""
    return session.scalars(
        select(CellYearReport)
        .where(CellYearReport.certificate_id == certificate_id)
        .order_by(CellYearReport.year.desc())
    ).all()


# ---- the register ---------------------------------------------------------------

_LISTED = (
    CellCertificate.id,
    CellCertificate.code,
    CellCertificate.number,
    CellCertificate.application_id,
    CellCertificate.unit,
    CellCertificate.kind,
    CellCertificate.division,
    CellCertificate.town,
    CellCertificate.stars,
    CellCertificate.story,
    CellCertificate.named_on,
    CellCertificate.valid_until,
    CellCertificate.standing,
)


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """What the register is narrowed to; `after` is the last row seen."""

    town: str | None = None
    kind: str | None = None
    after: Position | None = None


def register(
    session: Session, wanted: RegisterFilter, limit: int = PAGE
) -> tuple[Sequence[Row[Any]], Position | None]:
    """Return one page of named cells, newest first, and the position of the next."""
    day, number = wanted.after or (None, None)
    values = {"town": wanted.town, "kind": wanted.kind, "day": day, "number": number}
    given = {name: value for name, value in values.items() if value is not None}
    found = session.connection().execute(_listing(frozenset(given)), given | {"most": limit + 1})
    rows = found.all()
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last.named_on, last.id) if last else None


_statements: dict[frozenset[str], Select[Any]] = {}


def _listing(given: frozenset[str]) -> Select[Any]:
    """Return the kept statement of the register with the filters that are `given`."""
    if given not in _statements:
        statement = select(*_LISTED)
        if "town" in given:
            statement = statement.where(CellCertificate.town == bindparam("town"))
        if "kind" in given:
            statement = statement.where(CellCertificate.kind == bindparam("kind"))
        if "day" in given:
            after = (bindparam("day", type_=Date), bindparam("number", type_=BigKey))
            place = tuple_(CellCertificate.named_on, CellCertificate.id)
            statement = statement.where(place < tuple_(*after))
        ordered = statement.order_by(CellCertificate.named_on.desc(), CellCertificate.id.desc())
        _statements[given] = ordered.limit(bindparam("most", type_=Integer))
    return _statements[given]


def counts_by_town(session: Session, day: date) -> Mapping[str, int]:
    """Return how many valid cells each town has on `day`, for the map."""
    rows = session.execute(
        select(CellCertificate.town, func.count())
        .where(
            CellCertificate.standing == Standing.VALID,
            CellCertificate.named_on <= day,
            CellCertificate.valid_until >= day,
        )
        .group_by(CellCertificate.town)
    )
    return dict(rows.tuples().all())


def cells(session: Session, kinds: Collection[str]) -> list[Cell]:
    """Return every named cell of `kinds` as the count of indicator 39 needs it."""
    rows = session.execute(
        select(
            CellCertificate.number,
            CellCertificate.kind,
            CellCertificate.standing,
            CellCertificate.named_on,
            CellCertificate.valid_until,
        ).where(CellCertificate.kind.in_(kinds))
    )
    return [Cell(r.number, r.kind, Standing(r.standing), r.named_on, r.valid_until) for r in rows]


def on_notice(session: Session, limit: int = 50) -> Sequence[Row[Any]]:
    """Return the units that stand on public notice, the one that ends first on top."""
    return session.execute(
        select(
            CellApplication.code,
            CellApplication.unit,
            CellApplication.kind,
            CellApplication.division,
            CellApplication.stars,
            CellApplication.state,
            CellApplication.notice_from,
            CellApplication.notice_until,
        )
        .where(text(IS_ON_NOTICE))
        .order_by(CellApplication.notice_until, CellApplication.id)
        .limit(limit)
    ).all()


def in_progress(session: Session) -> int:
    """Return how many units are on their way: handed in and not over."""
    over = ("draft", "withdrawn", "named", "dismissed", "refused")
    found = session.scalar(select(func.count()).where(CellApplication.state.not_in(over)))
    return found or 0


def ending(session: Session, since: date, until: date) -> Sequence[CellCertificate]:
    """Return the valid certificates whose time ends between two days."""
    return session.scalars(
        select(CellCertificate)
        .where(
            CellCertificate.standing != Standing.REVOKED,
            CellCertificate.valid_until.between(since, until),
        )
        .order_by(CellCertificate.valid_until)
    ).all()


def standing_now(session: Session, day: date) -> Sequence[CellCertificate]:
    """Return every certificate that is not removed and not expired on `day`."""
    return session.scalars(
        select(CellCertificate)
        .where(
            CellCertificate.standing != Standing.REVOKED,
            CellCertificate.named_on <= day,
            CellCertificate.valid_until >= day,
        )
        .order_by(CellCertificate.id)
    ).all()
