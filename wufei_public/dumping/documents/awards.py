"""Awards as they are read: by everyone, by the reporter, by those who decide, by the finances."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.clock import district_day, district_iso
from wufei_public.common.codes import grouped
from wufei_public.common.text import N_
from wufei_public.dumping import policy
from wufei_public.dumping.documents import shown
from wufei_public.dumping.documents.exports import dictionary_sheet
from wufei_public.dumping.models.awards import AwardScheme
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import awards as queries
from wufei_public.dumping.rules.awards import (
    AWARDABLE,
    CHIPS,
    ENTRY_LABELS,
    LABELS,
    LIVE,
    METHOD_LABELS,
    EntryKind,
    Method,
    State,
)
from wufei_public.dumping.rules.columns import COLUMNS
from wufei_public.infra.exporting import as_csv, as_xlsx, blocks
from wufei_public.people.queries import accounts as people

FILES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILE, AT_ONCE = "awards", 500


def scheme_json(session: Session, scheme: AwardScheme) -> dict[str, Any]:
    """Return a version of the grades as everyone reads it."""
    return {
        "starts_on": scheme.starts_on,
        "source": scheme.source,
        "verified": scheme.verified,
        "claim_days": scheme.claim_days,
        "conditions": scheme.conditions,
        "counter": scheme.counter,
        "grades": [
            {"name": grade.name, "lowest": grade.lowest, "highest": grade.highest}
            for grade in queries.grades(session, scheme.id)
        ],
    }


def awards_json(session: Session, now: datetime) -> dict[str, Any]:
    """Return the grades in force and what was paid by year: nothing that tells of one case."""
    scheme = queries.scheme_on(session, district_day(now))
    return {
        "scheme": scheme_json(session, scheme) if scheme else None,
        "years": [
            {"year": one.year, "paid": one.paid, "yuan": one.yuan} for one in queries.years(session)
        ],
    }


# ---- the reporter ---------------------------------------------------------------


def own_award(session: Session, report: Report, now: datetime) -> dict[str, Any] | None:
    """Return what the reporter reads of the award; None until it was approved."""
    line = queries.line_of_case(session, report.id)
    if line is None or line.state in {State.PROPOSED, State.DECLINED}:
        return None
    waits = line.state == State.APPROVED
    return {
        "state": line.state,
        "amount": line.amount,
        "grade": line.grade,
        "until": line.claim_until,
        "over": waits and line.claim_until < now,
        "drawn": line.claim_drawn_at if waits else None,
        "counter": line.counter,
        "answer": line.answer if line.state == State.REVOKED else "",
    }


# ---- officials ------------------------------------------------------------------


def case_award(session: Session, report: Report, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return a case's award and whether `actor` may propose one, with the grades to choose from."""
    line = queries.line_of_case(session, report.id)
    scheme = queries.scheme_on(session, district_day(now))
    entered = queries.entered_by(session, report.id)
    may = (
        report.facts.state in AWARDABLE
        and (line is None or line.state not in LIVE)
        and policy.may_propose_award(actor, report.facts, entered).allowed
    )
    grades = queries.grades(session, scheme.id) if scheme and may else []
    return {
        "can": may and scheme is not None,
        "lacks": may and scheme is None,
        "line": award_row(line, {}) if line else None,
        "conditions": scheme.conditions if scheme else "",
        "grades": [
            (
                str(one.position),
                one.name,
                _("%(lowest)s–%(highest)s 元", lowest=one.lowest, highest=one.highest),
            )
            for one in grades
        ],
    }


def award_rows(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return awards with the names of those who proposed and decided."""
    wanted = {who for row in rows for who in (row.proposed_by, row.decided_by) if who}
    names = people.names_of(session, sorted(wanted))
    return [award_row(row, names) for row in rows]


def award_row(row: Row[Any], names: Mapping[int, str]) -> dict[str, Any]:
    """Return one award in words."""
    state = State(row.state)
    return {
        "code": row.code,
        "shown_code": grouped(row.code),
        "state": row.state,
        "chip": (CHIPS[state], _(LABELS[state])),
        "grade": row.grade,
        "range": (row.lowest, row.highest),
        "amount": row.amount,
        "reason": row.reason,
        "answer": row.answer,
        "source": row.source,
        "proposed_at": row.proposed_at,
        "proposed_by": names.get(row.proposed_by, ""),
        "decided_at": row.decided_at,
        "decided_by": names.get(row.decided_by or 0, ""),
        "until": row.claim_until,
        "drawn": row.claim_drawn_at,
        "case": grouped(row.case),
        "case_url": url_for("desk.case", code=row.case),
        "case_chip": shown.chip_of(row.case_state),
        "kind": shown.kind_label(row.kind),
    }


# ---- the ledger -----------------------------------------------------------------


def ledger_rows(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return entries in words; none of them says which case it was."""
    names = people.names_of(session, sorted({row.booked_by for row in rows}))
    return [
        {
            "id": row.id,
            "code": row.code,
            "shown_code": grouped(row.code),
            "number": row.number,
            "kind": row.kind,
            "kind_label": _(ENTRY_LABELS[EntryKind(row.kind)]),
            "grade": row.grade,
            "amount": row.amount,
            "method": _(METHOD_LABELS[Method(row.method)]),
            "voucher": row.voucher,
            "reason": row.reason,
            "by": names.get(row.booked_by, ""),
            "at": row.booked_at,
            "day": row.day,
        }
        for row in rows
    ]


def ledger_file(session: Session, year: int, fmt: str) -> Iterator[bytes]:
    """Return a year's ledger as CSV or XLSX, page by page, the newest entry first."""
    lines = _file_lines(session, year)
    if fmt == "csv":
        return blocks(as_csv([column.name for column in COLUMNS[FILE]], lines, bom=True))
    return as_xlsx({_("奖金台账"): _sheet(lines), _("字段说明"): dictionary_sheet(FILE)})


def _sheet(lines: Iterator[dict[str, object]]) -> Iterator[Sequence[object]]:
    yield [_(column.label) for column in COLUMNS[FILE]]
    for line in lines:
        yield [line[column.name] for column in COLUMNS[FILE]]


def _file_lines(session: Session, year: int) -> Iterator[dict[str, object]]:
    after: int | None = None
    while True:
        rows, after = queries.ledger_page(session, year, after, AT_ONCE)
        for one in ledger_rows(session, rows):
            yield {
                "day": one["day"].isoformat(),
                "award": one["shown_code"],
                "number": one["number"],
                "kind": one["kind_label"],
                "grade": one["grade"],
                "yuan": one["amount"],
                "method": one["method"],
                "voucher": one["voucher"],
                "reason": one["reason"],
                "booked_by": one["by"],
                "booked_at": district_iso(one["at"]),
            }
        if after is None:
            return


def year_choices(session: Session, today: date) -> list[tuple[str, str]]:
    """Return the years of the ledger and this one, the newest first."""
    found = {one.year for one in queries.years(session)} | {today.year}
    return [(str(year), str(year)) for year in sorted(found, reverse=True)]


AUDITED: Mapping[str, str] = {
    "dumping:award:scheme": N_("定有奖举报的等级和金额"),
    "dumping:award:draw": N_("取领奖码"),
    "dumping:award:pay": N_("发放奖金"),
    "dumping:award:reverse": N_("冲回奖金"),
    "dumping:award:export": N_("导出奖金台账"),
}
