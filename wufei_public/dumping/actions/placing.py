"""Where a case is: as its reporter says afterwards, and as officials correct it."""

from dataclasses import replace

from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotAllowed, WrongState
from wufei_public.common.places import town_of
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.dumping import policy
from wufei_public.dumping.actions.officer import give_up
from wufei_public.dumping.actions.reporter import require_reporter
from wufei_public.dumping.actions.steps import as_reporter, note, open_case, require, trailed
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries.counts import MEASURE
from wufei_public.dumping.queries.reminding import district_of
from wufei_public.dumping.rules.assigning import MOST_RETURNS
from wufei_public.dumping.rules.facts import lacks_place
from wufei_public.dumping.rules.states import WORKFLOW
from wufei_public.infra import buckets
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox

# A town that had it says that it is another's once too often: the district decides.
CONTEST = "contest"


def say_place(w: Work, *, code: str, secret: str, division: str) -> Report:
    """Say as the reporter where a case is that came without a place; twice is once.

    Raises WrongState where it has another place by now, or is accepted.
    """
    report = open_case(w, code)
    require_reporter(w.keys, w.actor, report, secret)
    if report.division == division:
        return report
    if not lacks_place(report.facts):
        raise WrongState("place_known", N_("地方已经定下来了，不用再选。"))
    _require_place(w, division)
    before = trailed(report)
    report.division, report.town = division, town_of(division)
    # The figures of the cases without a place change too.
    buckets.mark(w, MEASURE, None, report.business_day)
    note(as_reporter(w), report, "place", internal=f" → {division}", before=before)
    return report


def _require_place(w: Work, division: str) -> None:
    if not places.directory(w.session).is_place_for_records(division):
        sentence = N_("名单里没有这个地方，请重新选。")
        raise Invalid("no_place", sentence, [FieldError("division", sentence)])


def place(
    w: Work, *, code: str, division: str, text: str = "", version: int | None = None
) -> Report:
    """Correct where the case is; one without a town leaves 待定位置.

    A town that gives it to another one says why. After two such returns it keeps the case, and
    the district's officers are asked to decide whose it is.
    """
    report = open_case(w, code, version)
    require(policy.may_place(w.actor, report.facts))
    _require_place(w, division)
    if division == report.division:
        return report
    said = f"{report.division or ''} → {division}\n{text}".rstrip()
    if _passes_on(w, report, town_of(division)):
        if not text:
            sentence = N_("转给别的镇办，请写一句为什么。")
            raise Invalid("no_reason", sentence, [FieldError("text", sentence)])
        if report.returns >= MOST_RETURNS:
            return _contest(w, report, said)
        report.returns += 1
    _move_to(w, report, division, said)
    _take_from_crew(w, report)
    return report


def _passes_on(w: Work, report: Report, town: str | None) -> bool:
    """Say whether a town gives the case to another one; the district just decides."""
    if report.town == town or not policy.is_town_alone(w.actor, report.facts):
        return False
    if report.facts.state in WORKFLOW.finals:
        raise NotAllowed("over", N_("案子已经办结，要改到别的镇办，请区级人员来改。"))
    return True


def _contest(w: Work, report: Report, said: str) -> Report:
    """Ask the district's officers whose case it is; who has it keeps it, and its clock runs on."""
    if queries.is_last(w.session, report.id, CONTEST):
        raise Conflict("asked_the_district", N_("已经请区里决定了，等区里答复。"))
    note(w, report, CONTEST, internal=said)
    for account in district_of(w.session):
        inbox.tell(w, account, "dumping.contest", {"code": report.code})
    return report


def _move_to(w: Work, report: Report, division: str, said: str) -> None:
    before, left = trailed(report), report.town
    report.division, report.town = division, town_of(division)
    # `note` marks the place that the case comes to; here is the one that it leaves.
    buckets.mark(w, MEASURE, left, report.business_day)
    note(w, report, "place", internal=said, before=before)


def _take_from_crew(w: Work, report: Report) -> None:
    """Take a case that has moved from a crew member who does not work where it is now."""
    crew = queries.crew_for(w.session, report.town, report.department)
    if report.crew_id is None or report.crew_id in {member.id for member in crew}:
        return
    give_up(replace(w, actor=SYSTEM), report)
