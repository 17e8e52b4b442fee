"""Two cases of one heap become one, and are taken apart again; nothing of either is lost."""

from wufei_public.calendar.queries import holidays
from wufei_public.common.codes import grouped, normalise
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.dumping import policy
from wufei_public.dumping.actions import photos
from wufei_public.dumping.actions.steps import (
    change_address,
    move,
    note,
    open_case,
    require,
    trailed,
)
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries import near
from wufei_public.dumping.rules.clocks import due_at
from wufei_public.dumping.rules.release import RELEASES, Release, Show, WithholdReason
from wufei_public.dumping.rules.states import OPEN, Move, State
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox


def merge(w: Work, *, code: str, into: str, text: str = "", version: int | None = None) -> Report:
    """Let the case `code` rest in the open case `into`, which goes on for both.

    Both reporters are told. Raises Invalid at `into` for a case that is over, is the same one
    or is not the actor's, WrongState where another case rests in this one already.
    """
    report = open_case(w, code, version)
    require(policy.may_move(w.actor, report.facts, Move.MERGE))
    target = _target(w, report, into)
    if near.merged_reporters(w.session, report.id):
        raise WrongState("has_merged", N_("已经有别的案子并在这一件里，请反过来并。"))
    before = trailed(report)
    _hide(w, report)
    changes = {"merged_into": target.id}
    words = " ".join(part for part in (grouped(target.code), text) if part)
    move(w, report, Move.MERGE, internal=words, changes=changes, before=before)
    note(w, target, "gained", internal=grouped(report.code))
    _tell(w, report, "dumping.merged")
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
    changes = {"merged_into": None} | _clocks(w, report) | _undecided(w, report)
    move(w, report, Move.UNMERGE, internal=text, changes=changes)
    note(w, target, "lost", internal=grouped(report.code))
    _tell(w, report, "dumping.unmerged")
    return report


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
