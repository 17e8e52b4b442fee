"""Certificates and the public register, by keyset and without another table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Integer, Row, Select, bindparam, func, select, text, tuple_
from sqlalchemy.orm import Session

from wufei_public.cells.models.applications import (
    IS_ON_NOTICE,
    CellApplication,
    CellEvent,
    CellSite,
)
from wufei_public.cells.models.certificates import CellCertificate, CellYearReport
from wufei_public.cells.rules.counting import Cell, CountingRule, counted, rule_on
from wufei_public.cells.rules.standing import MADE, Act, Shown, Standing, shown, stands
from wufei_public.common.clock import day_end, district_day
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


def of_organisation(session: Session, organisation_id: int) -> Sequence[CellCertificate]:
    """Return the certificates that the organisation has a place in, locked, oldest first."""
    places = select(CellSite.application_id).where(CellSite.organisation_id == organisation_id)
    return session.scalars(
        select(CellCertificate)
        .where(CellCertificate.application_id.in_(places))
        .order_by(CellCertificate.id)
        .with_for_update()
    ).all()


def of_places(session: Session, application_id: int, kind: str) -> Sequence[CellCertificate]:
    """Return the other certificates of a kind at the organisations of an application.

    Those that are suspended too: one that came back later would count the place twice.
    """
    units = select(CellSite.organisation_id).where(CellSite.application_id == application_id)
    places = select(CellSite.application_id).where(
        CellSite.organisation_id.in_(units), CellSite.application_id != application_id
    )
    return session.scalars(
        select(CellCertificate)
        .where(
            CellCertificate.application_id.in_(places),
            CellCertificate.kind == kind,
            CellCertificate.standing != Standing.REVOKED,
        )
        .order_by(CellCertificate.id)
        .with_for_update()
    ).all()


def organisations_of(session: Session, application_id: int) -> Sequence[int]:
    """Return the organisations that have a place in an application."""
    return session.scalars(
        select(CellSite.organisation_id)
        .where(CellSite.application_id == application_id)
        .distinct()
        .order_by(CellSite.organisation_id)
    ).all()


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
    CellCertificate.cover_id,
    CellCertificate.named_on,
    CellCertificate.valid_until,
    CellCertificate.standing,
    CellCertificate.standing_at,
    CellCertificate.free_from,
    CellCertificate.statement,
    CellCertificate.signature,
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


@dataclass(frozen=True, slots=True)
class Figures:
    """Indicator 39 on a day: rule, what counts, valid cells by town and kind, what is coming."""

    rule: CountingRule
    numbers: tuple[str, ...]
    valid: Mapping[tuple[str, str], int]
    in_progress: int

    def by_town(self, kind: str | None = None) -> Mapping[str, int]:
        """Return how many valid cells each town has, of one kind if asked."""
        found = Counter[str]()
        for (town, of), count in self.valid.items():
            found[town] += count if kind in {None, of} else 0
        return found

    def by_kind(self) -> Mapping[str, int]:
        """Return how many valid cells there are of each kind."""
        found = Counter[str]()
        for (_town, kind), count in self.valid.items():
            found[kind] += count
        return found


# The newest naming and the newest change of a standing, each from the end of an index.
_STAMP = select(
    select(func.max(CellCertificate.id)).scalar_subquery(),
    select(func.max(CellCertificate.standing_at)).scalar_subquery(),
)
_kept: dict[str, tuple[object, Figures]] = {}


def figures(session: Session, now: datetime) -> Figures:
    """Return the figures, kept per process while no certificate changes, for a minute at most.

    They are read from every row, the register's pages from a few: without keeping them a
    page would cost more with each cell that is named.
    """
    version = (
        tuple(session.connection().execute(_STAMP).one()),
        now.replace(second=0, microsecond=0),
    )
    kept = _kept.get("figures")
    if kept is None or kept[0] != version:
        kept = _kept["figures"] = (version, _figures(session, district_day(now)))
    return kept[1]


def forget_figures() -> None:
    """Forget what is kept, for a database that goes back in time."""
    _kept.clear()


def _figures(session: Session, day: date) -> Figures:
    rule, held = rule_on(day), Counter[tuple[str, str]]()
    found = []
    for row in session.execute(_CELLS):
        standing = stands(Standing(row.standing), day, row.free_from)
        found.append(Cell(row.number, row.kind, standing, row.named_on, row.valid_until))
        valid = shown(standing, row.valid_until, day) is Shown.VALID and row.named_on <= day
        held[row.town, row.kind] += valid
    numbers = tuple(cell.number for cell in counted(found, day))
    return Figures(rule, numbers, held, _in_progress(session, rule))


def _in_progress(session: Session, rule: CountingRule) -> int:
    """Return how many units that will count are on their way: handed in and not over."""
    over = ("draft", "withdrawn", "named", "dismissed", "refused")
    found = session.scalar(
        select(func.count()).where(
            CellApplication.state.not_in(over), CellApplication.kind.in_(rule.kinds)
        )
    )
    return found or 0


_CELL = (
    CellCertificate.number,
    CellCertificate.kind,
    CellCertificate.named_on,
    CellCertificate.valid_until,
)
_CELLS = select(*_CELL, CellCertificate.town, CellCertificate.standing, CellCertificate.free_from)


def of_numbers(session: Session, numbers: Sequence[str]) -> Sequence[Row[Any]]:
    """Return the lines of the register for `numbers`, by number."""
    return session.execute(
        select(*_LISTED).where(CellCertificate.number.in_(numbers)).order_by(CellCertificate.number)
    ).all()


def on_notice(session: Session, limit: int = 50, after: str = "") -> Sequence[Row[Any]]:
    """Return the units that stand on public notice, the one that ends first on top.

    `after` is the code of the last one that was read.
    """
    place = (CellApplication.notice_until, CellApplication.id)
    last = session.execute(select(*place).where(CellApplication.code == normalise(after))).first()
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
        .where(text(IS_ON_NOTICE), *([tuple_(*place) > last] if last else []))
        .order_by(CellApplication.notice_until, CellApplication.id)
        .limit(limit)
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


def standing_on(session: Session, day: date) -> Sequence[Cell]:
    """Return every cell that was named by `day` and not expired, as it stood on that very day.

    What was decided later changes nothing of it: a past figure comes back from the same rows.
    """
    acted = dict(
        session.execute(
            select(CellEvent.application_id, CellEvent.move)
            .where(CellEvent.move.in_(list(MADE)), CellEvent.at <= day_end(day))
            .order_by(CellEvent.application_id, CellEvent.number)
        )
        .tuples()
        .all()
    )
    held = CellCertificate.named_on <= day, CellCertificate.valid_until >= day
    rows = session.execute(select(CellCertificate.application_id, *_CELL).where(*held))
    found = []
    for row in rows:
        act = acted.get(row.application_id)
        standing = MADE[Act(act)] if act else Standing.VALID
        found.append(Cell(row.number, row.kind, standing, row.named_on, row.valid_until))
    return found
