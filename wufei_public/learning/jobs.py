"""What the jobs process does for the dictionary."""

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import work
from wufei_public.learning.actions.dictionary import forget_misses


def forget(_slot: str) -> int:
    """Forget what was looked for long ago."""
    return work(SYSTEM, forget_misses)


JOBS = (Job("learning.forget_misses", forget, cron="27 3 * * *"),)
