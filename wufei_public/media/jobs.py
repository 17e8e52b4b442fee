"""What the jobs process does for photos."""

from wufei_public.infra.jobs import Job
from wufei_public.infra.work import house
from wufei_public.media.actions import developing, sweeping


def develop(_slot: str) -> int:
    return developing.develop_waiting(house())


def sweep(_slot: str) -> int:
    return sweeping.sweep(house())


JOBS = (
    Job("photos.develop", develop, every=1),
    Job("photos.sweep", sweep, cron="17 3 * * *"),
)
