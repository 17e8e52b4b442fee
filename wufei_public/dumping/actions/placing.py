"""Where a case is that came without a place, as its reporter says afterwards."""

from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.places import town_of
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.dumping.actions.reporter import require_reporter
from wufei_public.dumping.actions.steps import as_reporter, note, open_case, trailed
from wufei_public.dumping.models import Report
from wufei_public.dumping.queries.counts import MEASURE
from wufei_public.dumping.rules.facts import lacks_place
from wufei_public.infra import buckets
from wufei_public.infra.work import Work


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
    if not places.directory(w.session).is_place_for_records(division):
        sentence = N_("名单里没有这个地方，请重新选。")
        raise Invalid("no_place", sentence, [FieldError("division", sentence)])
    before = trailed(report)
    report.division, report.town = division, town_of(division)
    # The figures of the cases without a place change too.
    buckets.mark(w, MEASURE, None, report.business_day)
    note(as_reporter(w), report, "place", internal=f" → {division}", before=before)
    return report
