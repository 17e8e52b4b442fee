"""What the jobs process does for the list."""

from functools import partial

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import house, reading, work
from wufei_public.redblack.actions import officer
from wufei_public.redblack.queries import listings as queries


def end_terms(_slot: str) -> int:
    """Write down which terms are over: nobody saw those entries since, this is the record."""
    codes = queries.over(reading(), house().clock())
    for code in codes:
        work(SYSTEM, partial(officer.expire, code=code))
    return len(codes)


JOBS = (Job("redblack.end_terms", end_terms, every=60),)
