"""What the jobs process does for the indicators."""

from wufei_public.indicators.actions.driving import run_due
from wufei_public.indicators.rules.runs import LOOK_SECONDS
from wufei_public.infra.jobs import Job


def tend(_slot: str) -> str:
    """Do the run of the aggregation that is due, asked for, or left by a process that died."""
    return run_due()


JOBS = (Job("indicators.tend", tend, every=LOOK_SECONDS),)
