"""What the jobs process does for check-ins."""

from wufei_public.checkins.actions import figures, keeping, photos, spots
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import work


def recount(_slot: str) -> int:
    """Recount what changed, until nothing is marked any more; then bring the boards up to it."""
    done = 0
    while more := work(SYSTEM, figures.recount):
        done += more
        if more < figures.MOST_MARKS:
            break
    work(SYSTEM, keeping.keep)
    return done


def draw_spots(_slot: str) -> int:
    """Draw yesterday's spot checks."""
    return work(SYSTEM, spots.draw)


def compare_photos(_slot: str) -> int:
    """Compare the photos that were developed since with those before."""
    return work(SYSTEM, photos.compare)


def forget_photos(_slot: str) -> int:
    """Delete the photos whose time is over."""
    return work(SYSTEM, photos.forget_old)


JOBS = (
    Job("checkins.recount", recount, every=60),
    # Late enough for what phones sent in the first hours; what comes later is not drawn.
    Job("checkins.draw_spots", draw_spots, cron="30 5 * * *"),
    Job("checkins.compare_photos", compare_photos, every=60),
    Job("checkins.forget_photos", forget_photos, cron="50 3 * * *"),
)
