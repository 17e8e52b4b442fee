"""By the clock: waves end on their day, and no order of arrival stays."""

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import work
from wufei_public.surveys.actions.mixing import mix
from wufei_public.surveys.actions.waves import close_ended


def end_waves(_slot: str) -> int:
    """Close the waves whose last day is over."""
    return work(SYSTEM, close_ended)


def mix_answers(_slot: str) -> int:
    """Write answers and spent tokens anew in random order."""
    return work(SYSTEM, mix)


JOBS = (
    Job("surveys.end", end_waves, cron="3 0 * * *"),
    Job("surveys.mix", mix_answers, cron="23 * * * *"),
)
