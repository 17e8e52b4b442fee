"""What the jobs process does for cases."""

from wufei_public.common.actor import SYSTEM
from wufei_public.dumping import queries
from wufei_public.dumping.actions import officer
from wufei_public.infra.replay import forget_old
from wufei_public.infra.scheduler import Job
from wufei_public.infra.work import house, reading, work


def resume_held(_slot: str) -> int:
    codes = queries.hold_over(reading(), house().clock())
    for code in codes:
        work(SYSTEM, lambda w, code=code: officer.resume(w, code=code))
    return len(codes)


def forget_replays(_slot: str) -> int:
    return work(SYSTEM, forget_old)


JOBS = (
    Job("dumping.resume_held", resume_held, every=60),
    Job("replay.forget", forget_replays, cron="41 3 * * *"),
)
