"""What the jobs process does for points."""

from functools import partial

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import house, reading, work
from wufei_public.points.actions import ledger, rewards
from wufei_public.points.queries.rewards import overdue


def prove_ledger(_slot: str) -> str:
    """Recount every balance; the run fails, and is seen to fail, where one is wrong."""
    return work(SYSTEM, ledger.prove)


def put_back(_slot: str) -> int:
    """Put back what nobody has fetched in time, one transaction each."""
    codes = overdue(reading(), house().clock())
    for code in codes:
        work(SYSTEM, partial(rewards.cancel, code=code))
    return len(codes)


JOBS = (
    Job("points.prove", prove_ledger, cron="52 2 * * *"),
    Job("points.put_back", put_back, every=300),
)
