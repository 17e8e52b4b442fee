"""What the jobs process does for cases."""

from functools import partial

import structlog

from wufei_public.common.actor import SYSTEM
from wufei_public.dumping.actions import (
    counting,
    digest,
    keeping,
    officer,
    photos,
    proofs,
    reminding,
    withdrawing,
)
from wufei_public.dumping.actions.counting import recount
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries.counts import MEASURE
from wufei_public.dumping.queries.proofs import to_compare
from wufei_public.dumping.queries.reminding import to_remind, to_remind_of_release
from wufei_public.dumping.rules.keeping import reduce_before
from wufei_public.dumping.rules.weeks import last_week
from wufei_public.infra.buckets import is_marked
from wufei_public.infra.jobs import Job
from wufei_public.infra.replay import forget_old
from wufei_public.infra.work import Work, house, reading, work

log = structlog.get_logger()


def resume_held(_slot: str) -> int:
    """Let the clocks run on where the reporter has not answered in time."""
    codes = queries.hold_over(reading(), house().clock())
    for code in codes:
        work(SYSTEM, partial(officer.resume, code=code))
    return len(codes)


def tell_failed(_slot: str) -> int:
    """Tell reporters of photos that can not be used, so that they send others."""
    codes = queries.untold_failures(reading())
    return sum(work(SYSTEM, partial(photos.tell_failed, code=code)) for code in codes)


def compare_proofs(_slot: str) -> int:
    """Compare developed photos of results with all earlier ones."""
    codes = to_compare(reading())
    return sum(work(SYSTEM, partial(proofs.compare, code=code)) for code in codes)


def hand_over_left(_slot: str) -> int:
    """Give back the open cases of those who are in no crew any more, however they left it.

    It looks first: idling, it locks nobody out.
    """
    return work(SYSTEM, _hand_over) if queries.left_with_cases(reading()) else 0


def _hand_over(w: Work) -> int:
    return sum(officer.hand_over(w, account) for account in queries.left_with_cases(w.session))


def remind(_slot: str) -> int:
    """Tell who handles a case that its time is nearly over, and others once it is."""
    told = 0
    while codes := to_remind(reading(), house().clock()):
        told += sum(work(SYSTEM, partial(reminding.remind, code=code)) for code in codes)
    return told


def remind_of_release(_slot: str) -> int:
    """Tell who decides whether a case is shown that its time is nearly over, or over."""
    told = 0
    while codes := to_remind_of_release(reading(), house().clock()):
        told += sum(work(SYSTEM, partial(reminding.remind_of_release, code=code)) for code in codes)
    return told


def tell_week(_slot: str) -> int:
    """Tell every official how the own cases went in the last whole week."""
    week = last_week(house().clock())
    found = work(SYSTEM, digest.officials)
    return sum(work(SYSTEM, partial(digest.tell_week, account=one, week=week)) for one in found)


def forget_withdrawn(_slot: str) -> int:
    """Take what reporters took back out of cases that are over meanwhile."""
    codes = queries.to_forget(reading())
    return sum(work(SYSTEM, partial(withdrawing.forget, code=code)) for code in codes)


def reduce_old(_slot: str) -> int:
    """Take what is personal out of cases whose time is over, one transaction each."""
    reduced = 0
    while codes := queries.to_reduce(reading(), reduce_before(house().clock())):
        reduced += sum(work(SYSTEM, partial(keeping.reduce_case, code=code)) for code in codes)
    return reduced


def count_marked(_slot: str) -> int:
    """Recount the places and days that changed, a few hundred marks a transaction."""
    counted = 0
    while is_marked(reading(), MEASURE):
        counted += work(SYSTEM, recount)
    return counted


def mend_totals(_slot: str) -> int:
    """Compare the kept totals with their days, and say where they had to be set right."""
    wrong = work(SYSTEM, counting.mend_totals)
    if wrong:
        log.error("totals_wrong", measure=MEASURE, places=wrong)
    return len(wrong)


def forget_replays(_slot: str) -> int:
    """Forget the client keys of long ago."""
    return work(SYSTEM, forget_old)


JOBS = (
    Job("dumping.resume_held", resume_held, every=60),
    Job("dumping.tell_failed", tell_failed, every=10),
    Job("dumping.compare_proofs", compare_proofs, every=30),
    Job("dumping.hand_over_left", hand_over_left, every=60),
    Job("dumping.count", count_marked, every=30),
    Job("dumping.forget_withdrawn", forget_withdrawn, every=60),
    Job("dumping.remind", remind, cron="7 8-17 * * *"),
    Job("dumping.remind_of_release", remind_of_release, cron="37 8-17 * * *"),
    Job("dumping.week", tell_week, cron="17 8 * * mon"),
    Job("dumping.reduce", reduce_old, cron="11 3 * * *"),
    Job("dumping.mend_totals", mend_totals, cron="29 3 * * *"),
    Job("replay.forget", forget_replays, cron="41 3 * * *"),
)
