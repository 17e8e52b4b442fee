"""Two cases of one heap become one, and are taken apart again; nothing of either is lost."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, update

from wufei_public.calendar.queries import holidays
from wufei_public.common.codes import grouped, normalise
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.dumping import policy
from wufei_public.dumping.actions import photos
from wufei_public.dumping.actions.giving import give_by_rule
from wufei_public.dumping.actions.steps import (
    change_address,
    move,
    note,
    open_case,
    require,
    trailed,
)
from wufei_public.dumping.models.opinions import ReportConfirmation
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries import near
from wufei_public.dumping.queries.routing import lawful_of
from wufei_public.dumping.rules.assigning import handler_text
from wufei_public.dumping.rules.clocks import RUNNING, due_at, earliest
from wufei_public.dumping.rules.release import RELEASES, Release, Show, WithholdReason
from wufei_public.dumping.rules.states import OPEN, Move, State
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox


def merge(w: Work, *, code: str, into: str, text: str = "", version: int | None = None) -> Report:
    """Let the case `code` rest in the open case `into`, which goes on for both.

    Everyone who reported or saw it is told, and follows the other case from then on, which keeps
    the earliest days of both. Raises Invalid at `into` for a case that is over, is the same one,
    is not the actor's, or is further behind: not accepted, not shown; WrongState where another
    case rests in this one already.
    """
    report = open_case(w, code, version)
    require(policy.may_move(w.actor, report.facts, Move.MERGE))
    target = _target(w, report, into)
    if near.merged_reporters(w.session, report.id):
        raise WrongState("has_merged", N_("已经有别的案子并在这一件里，请反过来并。"))
    _require_as_far(report, target)
    before = trailed(report)
    _hide(w, report)
    changes = {"merged_into": target.id} | _earliest(report, target)
    moved = _move_followers(w, report, target)
    words = " ".join(part for part in (grouped(target.code), text) if part)
    move(w, report, Move.MERGE, internal=words, changes=changes, before=before)
    note(w, target, "gained", internal=grouped(report.code))
    _tell(w, report, "dumping.merged")
    for account in moved:
        inbox.tell(w, account, "dumping.seen", {"code": target.public_code})
    if target.reporter_id != report.reporter_id:
        _tell(w, target, "dumping.gained")
    return report


def _target(w: Work, report: Report, into: str) -> Report:
    """Return the case that goes on, locked; Invalid at `into` for one that can not."""
    wanted = normalise(into)
    if not queries.is_there(w.session, wanted):
        raise _bad(N_("没有这个编号的案件，请核对一下。"))
    target = open_case(w, wanted)
    if not policy.may_place(w.actor, target.facts).allowed:
        raise _bad(N_("没有这个编号的案件，请核对一下。"))
    if target.id == report.id:
        raise _bad(N_("这就是这一件自己的编号。"))
    if target.facts.state not in OPEN:
        raise _bad(N_("那一件已经有结果或并到别处了，不能再并进去。"))
    return target


def _require_as_far(report: Report, target: Report) -> None:
    """Raise Invalid where the other case would hide what this one has come to."""
    if report.accepted_at is not None and target.accepted_at is None:
        raise _bad(N_("那一件还没有受理，请先受理那一件，或者反过来并。"))
    if report.release == Release.RELEASED and target.release != Release.RELEASED:
        raise _bad(N_("这一件已经公开，那一件还没有。请先公开那一件，或者反过来并。"))


def _earliest(report: Report, target: Report) -> dict[str, object]:
    """Let the other case be due when the earlier of both is; return what it was promised before."""
    target.accept_due = min(target.accept_due, report.accept_due)
    target.legal_accept_due = min(target.legal_accept_due, report.legal_accept_due)
    finish, legal = target.finish_due, target.legal_finish_due
    _let_be_due(
        target, earliest(finish, report.finish_due), earliest(legal, report.legal_finish_due)
    )
    return {"heap_finish": finish, "heap_legal": legal} if report.finish_due else {}


def _let_be_due(target: Report, finish: datetime | None, legal: datetime | None) -> None:
    target.finish_due, target.legal_finish_due = finish, legal
    if target.facts.state in RUNNING:
        target.due_at = getattr(target, RUNNING[target.facts.state])


def _later(w: Work, report: Report, target: Report) -> None:
    """Give the other case its own days back, as far as no third one that rests in it is earlier.

    What was promised before any came is the latest of what was kept; nothing is due sooner than
    now, since more time may have been granted meanwhile.
    """
    if report.heap_finish is None or target.finish_due is None:
        return
    others = near.resting_in(w.session, target.id, but=report.id)
    own = max([report.heap_finish, *(row.heap_finish for row in others)])
    own_legal = max([report.heap_legal, *(row.heap_legal for row in others)])
    w.session.execute(
        update(Report)
        .where(Report.id.in_([row.id for row in others]))
        .values(heap_finish=own, heap_legal=own_legal)
    )
    finish = min([own, *(row.finish_due for row in others)])
    legal = min([own_legal, *(row.legal_finish_due for row in others)])
    _let_be_due(target, max(target.finish_due, finish), max(target.legal_finish_due, legal))


def _move_followers(w: Work, report: Report, target: Report) -> Sequence[int]:
    """Let who saw this case follow the other one; return the accounts that did not before."""
    known = {*near.followers(w.session, target.id), target.reporter_id}
    moved = [one for one in near.followers(w.session, report.id) if one not in known]
    seen = ReportConfirmation
    w.session.execute(
        update(seen)
        .where(seen.report_id == report.id, or_(seen.account.is_(None), seen.account.in_(moved)))
        .values(report_id=target.id, came_with=report.id)
    )
    return moved


def _bad(sentence: str) -> Invalid:
    return Invalid("no_target", sentence, [FieldError("into", sentence)])


def _hide(w: Work, report: Report) -> None:
    """Take the case from the public: what others see of the heap is the other case."""
    if report.release == Release.WITHHELD:
        return
    photos.hide(w, report)
    report.release = RELEASES.step(Release(report.release), Show.WITHHOLD).target
    report.released_at = report.cover_id = None
    report.withhold_reason = WithholdReason.MERGED
    change_address(w, report, shown=False)


def unmerge(w: Work, *, code: str, text: str, version: int | None = None) -> Report:
    """Take a merged case out again: it goes on where it stood, and is to be released anew."""
    report = open_case(w, code, version)
    require(policy.may_move(w.actor, report.facts, Move.UNMERGE))
    target = queries.report_by_id(w.session, report.merged_into or 0)
    _later(w, report, target)
    handler = report.department, report.crew_id
    own = {"merged_into": None, "heap_finish": None, "heap_legal": None}
    move(
        w,
        report,
        Move.UNMERGE,
        internal=text,
        changes=own | _clocks(w, report) | _undecided(w, report),
    )
    w.session.execute(
        update(ReportConfirmation)
        .where(ReportConfirmation.came_with == report.id)
        .values(report_id=report.id, came_with=None)
    )
    _give_back(w, report, *handler)
    note(w, target, "lost", internal=grouped(report.code))
    _tell(w, report, "dumping.unmerged")
    if target.reporter_id != report.reporter_id:
        _tell(w, target, "dumping.lost")
    return report


def _give_back(w: Work, report: Report, department: str | None, crew: int | None) -> None:
    """Give the case to who had it before, as far as they still work there; else by the rules."""
    if report.facts.state is not State.ACCEPTED:
        return
    office = places.departments(w.session).get(department)
    here = department if office is not None and office.active else None
    able = {member.id for member in queries.crew_for(w.session, report.town, here)}
    person = crew if crew in able else None
    lawful = lawful_of(w.session, report.official_kind)
    if (here or person) and lawful in {"", here}:
        kept = handler_text(here, person)
        changes = {"department": here, "crew_id": person}
        move(w, report, Move.ASSIGN, internal=kept, changes=changes)
    else:
        give_by_rule(w, report)


def _clocks(w: Work, report: Report) -> dict[str, object]:
    """Return what a case that was accepted needs to be passed on; its promised day stays."""
    if report.facts.state is not State.MERGED_ACCEPTED:
        return {}
    transfer = due_at("transfer", w.now, holidays(w.session))
    return {"department": None, "crew_id": None, "transfer_due": transfer}


def _undecided(w: Work, report: Report) -> dict[str, object]:
    """Return the columns that make an official decide anew what the public sees."""
    if report.withhold_reason != WithholdReason.MERGED:
        return {}
    return {
        "release": RELEASES.step(Release(report.release), Show.PUT_BACK).target,
        "withhold_reason": "",
        "release_due": due_at("release", w.now, holidays(w.session)),
    }


def _tell(w: Work, report: Report, template: str) -> None:
    if report.reporter_id is not None:
        inbox.tell(w, report.reporter_id, template, {"code": report.code})
