"""Rows that can no longer change any answer: each hour the counts, at night the others."""

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.budgets import forget_old
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import work
from wufei_public.people.actions.tidying import tidy


def _tidy(_slot: str) -> str:
    return f"{work(SYSTEM, tidy)} rows"


def _forget_counts(_slot: str) -> str:
    return f"{work(SYSTEM, forget_old)} rows"


JOBS = (
    Job("people.tidy", _tidy, cron="17 3 * * *"),
    Job("budgets.forget", _forget_counts, cron="3 * * * *"),
)
