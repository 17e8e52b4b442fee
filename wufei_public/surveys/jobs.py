"""By the clock: waves end on their day, no order of arrival stays, photos go after a time."""

from functools import partial

from wufei_public.common.actor import SYSTEM
from wufei_public.infra import replay
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import reading, work
from wufei_public.surveys.actions import external
from wufei_public.surveys.actions.answering import SCOPE
from wufei_public.surveys.actions.mixing import mix_part
from wufei_public.surveys.actions.pointing import forget_pointing
from wufei_public.surveys.actions.waves import close_ended
from wufei_public.surveys.queries.waves import unmixed


def end_waves(_slot: str) -> int:
    """Close the waves whose last day is over."""
    return work(SYSTEM, close_ended)


def forget_uploads(_slot: str) -> int:
    """Throw away files of collectors that nobody took over."""
    return work(SYSTEM, external.forget_uploads)


def mix_answers(_slot: str) -> int:
    """Write new answers and spent tokens once more, in random order; return in how many parts."""
    parts = 0
    for wave_id in unmixed(reading()):
        parts += 1
        while work(SYSTEM, partial(mix_part, wave_id=wave_id)):
            parts += 1
    return parts


def mix_keys(_slot: str) -> int:
    """Write the keys by which a form that comes twice is known anew, each holds an outcome."""
    return work(SYSTEM, lambda w: replay.shuffle(w, SCOPE))


def forget_photos(_slot: str) -> int:
    """Let photos and positions go that were kept long enough."""
    return work(SYSTEM, forget_pointing)


JOBS = (
    Job("surveys.end", end_waves, cron="3 0 * * *"),
    Job("surveys.forget_uploads", forget_uploads, cron="11 * * * *"),
    Job("surveys.forget_photos", forget_photos, cron="9 3 * * *"),
    Job("surveys.mix", mix_answers, cron="23 * * * *"),
    Job("surveys.mix_keys", mix_keys, cron="24 * * * *"),
)
