"""At night: rows that can no longer change any answer."""

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.scheduler import Job
from wufei_public.infra.work import work
from wufei_public.people.actions.tidying import tidy


def _tidy(_slot: str) -> str:
    return f"{work(SYSTEM, tidy)} rows"


JOBS = (Job("people.tidy", _tidy, cron="17 3 * * *"),)
