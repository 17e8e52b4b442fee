"""What the jobs process does for the indicators."""

from datetime import date

from wufei_public.common.actor import SYSTEM
from wufei_public.indicators.actions import computing
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import work

_DAY = slice(10)


def month(slot: str) -> int:
    """Compute the month that had ended when the slot was due, also when it is made up for."""
    day = date.fromisoformat(slot[_DAY])
    run = f"indicators.month {slot}"
    return work(SYSTEM, lambda w: computing.compute_month_before(w, day=day, run=run))


# The second of a month freezes the month before: late rows had a day to arrive.
JOBS = (Job("indicators.month", month, cron="30 2 2 * *"),)
