"""What the house does by the clock: drafts lapse, notices end, refusals become final, reminders."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from wufei_public.cells.actions.steps import move, open_application
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate, CellReminder
from wufei_public.cells.queries import aftercare, certificates, charges, parts, reviews
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.rules.naming import report_years
from wufei_public.cells.rules.reminding import EXPIRES_SOON, LOWER, SOON, TURNS, Side, key_of
from wufei_public.cells.rules.stages import ENDS, Ground, Move, State
from wufei_public.common.clock import district_day
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role


def end_one(w: Work, *, code: str) -> bool:
    """Let one application go where its deadline leads (system); False if it moved meanwhile."""
    row = open_application(w, code)
    state = State(row.state)
    if state not in ENDS or row.due_at is None or row.due_at >= w.now:
        return False
    changes: dict[str, object] = {}
    if state is State.RECTIFYING:
        changes = {"refuse_ground": Ground.NOT_MENDED, "refuse_reason": ""}
    move(w, row, ENDS[state], changes=changes)
    return True


def lapse_draft(w: Work, *, code: str) -> bool:
    """End a draft whose round is over (system)."""
    row = open_application(w, code)
    if row.state != State.DRAFT:
        return False
    move(w, row, Move.LAPSE)
    return True


# ---- reminders ------------------------------------------------------------------

_ONCE = {
    dialect: made(CellReminder).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    for dialect, made in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


def _first(w: Work, key: str) -> bool:
    """Say whether the reminder `key` was not sent yet, and write down that it is now."""
    connection = w.session.connection()
    done = connection.execute(_ONCE[connection.dialect.name], {"key": key, "at": w.now})
    return bool(done.rowcount)


def _send(w: Work, key: str, accounts: Iterable[int], template: str, code: str, unit: str) -> int:
    to = sorted(set(accounts))
    if not to or not _first(w, key):
        return 0
    for account in to:
        inbox.tell(w, account, template, {"code": code, "unit": unit})
    return len(to)


def remind(w: Work) -> int:
    """Remind everyone whose deadline is near or past, each once before and once after."""
    cases = _remind_cases(w) + _remind_experts(w) + _remind_appeals(w)
    return (
        cases + _remind_panels(w) + _remind_charges(w) + _remind_tasks(w) + _remind_certificates(w)
    )


def every(read: Callable[[int], Sequence[Any]]) -> Iterator[Any]:
    """Give every row of a list that `read` gives in parts, each after the id that it is given."""
    after = 0
    while rows := read(after):
        yield from rows
        after = rows[-1].id


def _remind_cases(w: Work) -> int:
    sent, until = 0, w.now + SOON
    for row in every(lambda after: queries.due_before(w.session, until, list(TURNS), after)):
        when = "over" if row.due_at is not None and row.due_at < w.now else "soon"
        side = TURNS[State(row.state)]
        key = key_of(row.id, row.state, when, row.due_at or w.now)
        template = f"cells.{'unit' if side is Side.UNIT else 'desk'}_{when}"
        to = [*_people(w, row, side), *(_office(w) if when == "over" and side in LOWER else ())]
        sent += _send(w, key, to, template, row.code, row.unit)
    return sent


def _people(w: Work, row: CellApplication, side: Side) -> Sequence[int]:
    if side is Side.UNIT:
        return queries.told(w.session, row)
    if side is Side.TOWN:
        towns = parts.towns_waited_for(w.session, row)
        found = [
            one for town in towns for one in holders(w.session, Role.TOWN_OFFICER, division=town)
        ]
    elif side is Side.SECTOR:
        found = [*holders(w.session, Role.DEPARTMENT_OFFICER, department=row.department)]
    else:
        found = [*holders(w.session, Role.DISTRICT_OFFICER)]
    return [one.id for one in found]


def _remind_panels(w: Work) -> int:
    """Remind the office of panels with too few experts: each day that one is."""
    sent = 0
    for row in every(lambda after: reviews.short_panels(w.session, after)):
        seated = {one.expert for one in reviews.panel(reviews.sheets(w.session, row))}
        key = f"a{row.id}:panel:{row.evaluation}:{district_day(w.now):%Y%m%d}"
        to = [one for one in _office(w) if one not in seated]
        sent += _send(w, key, to, "cells.panel_short", row.code, row.unit)
    return sent


def _remind_experts(w: Work) -> int:
    sent = 0
    for row in every(lambda after: reviews.sheets_due(w.session, w.now + SOON, after)):
        when = "over" if row.due_at < w.now else "soon"
        key = key_of(row.id, "sheet", when, row.due_at)
        sent += _send(w, key, [row.expert_id], f"cells.sheet_{when}", row.code, row.unit)
        if when == "over":  # the office gives more time, or seats somebody else
            key = f"{row.code}:panel:over:{row.due_at:%Y%m%d%H%M}"
            case = queries.application(w.session, row.code)
            seated = {one.expert for one in reviews.panel(reviews.sheets(w.session, case))}
            to = [one for one in _office(w) if one not in seated]  # who scores does not hear of it
            sent += _send(w, key, to, "cells.panel_over", row.code, row.unit)
    return sent


def _remind_appeals(w: Work) -> int:
    sent = 0
    for row in every(lambda after: reviews.appeals_due(w.session, w.now + SOON, after)):
        when = "over" if row.due_at < w.now else "soon"
        key = key_of(row.id, "appeal", when, row.due_at)
        sent += _send(w, key, _office(w), f"cells.desk_{when}", row.code, row.unit)
    return sent


def _remind_tasks(w: Work) -> int:
    """Remind the unit of what it has to do, and once it has replied, or is late, the office."""
    sent, until = 0, w.now + SOON
    for row in every(lambda after: aftercare.tasks_due(w.session, until, after)):
        when = "over" if row.due_at < w.now else "soon"
        case = w.session.get_one(CellApplication, row.application_id)
        if row.replied_at is None:
            key = key_of(row.id, "task", when, row.due_at)
            to = queries.told(w.session, case)
            sent += _send(w, key, to, f"cells.task_{when}", row.code, row.unit)
        if row.replied_at is not None or when == "over":
            key = key_of(row.id, "task_desk", when, row.due_at)
            sent += _send(w, key, _office(w), f"cells.desk_{when}", row.code, row.unit)
    return sent


def _remind_charges(w: Work) -> int:
    """Remind the unit to answer a charge while it may, and then the office to decide on it."""
    sent = 0
    for row in every(lambda after: charges.charges_due(w.session, w.now + SOON, after)):
        if row.answered_at is None and row.due_at >= w.now:
            case = w.session.get_one(CellApplication, row.application_id)
            key = key_of(row.id, "charge", "soon", row.due_at)
            to = queries.told(w.session, case)
            sent += _send(w, key, to, "cells.unit_soon", row.code, row.unit)
        elif row.due_at < w.now:
            key = key_of(row.id, "charge_desk", "over", row.due_at)
            sent += _send(w, key, _office(w), "cells.desk_over", row.code, row.unit)
    return sent


def _office(w: Work) -> Sequence[int]:
    return [one.id for one in holders(w.session, Role.DISTRICT_OFFICER)]


def _remind_certificates(w: Work) -> int:
    today, sent = district_day(w.now), 0
    for held in certificates.standing_now(w.session, today):
        row = w.session.get_one(CellApplication, held.application_id)
        unit = queries.told(w.session, row)
        if held.valid_until - today <= EXPIRES_SOON:
            key = f"c{held.id}:expires:{held.valid_until}"
            sent += _send(w, key, unit, "cells.expires", held.code, held.unit)
        sent += _remind_reports(w, held, row.code, unit)
    return sent


def _remind_reports(w: Work, held: CellCertificate, code: str, unit: Sequence[int]) -> int:
    """Remind of this year's report, and of one that was not given in its year."""
    today, sent = district_day(w.now), 0
    for year in report_years(held.named_on, held.valid_until):
        if year > today.year or year in certificates.reported(w.session, held.id):
            continue
        if year == today.year:
            key = f"c{held.id}:report:{year}"
            sent += _send(w, key, unit, "cells.report_due", code, held.unit)
        else:
            key = f"c{held.id}:late:{year}"
            sent += _send(w, key, unit, "cells.report_over", code, held.unit)
            key = f"{key}:office"
            sent += _send(w, key, _office(w), "cells.report_missing", held.code, held.unit)
    return sent


def closing_soon(w: Work, codes: Sequence[str], closes_at: datetime) -> int:
    """Remind the units whose drafts are not handed in and whose round closes soon."""
    sent = 0
    for code in codes:
        row = queries.application(w.session, code)
        key = key_of(row.id, "draft", "soon", closes_at)
        sent += _send(w, key, queries.told(w.session, row), "cells.unit_soon", row.code, row.unit)
    return sent
