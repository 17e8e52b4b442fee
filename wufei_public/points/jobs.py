"""What the jobs process does for points."""

from collections.abc import Callable, Sequence
from functools import partial

import structlog

from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import WrongState
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import house, reading, work
from wufei_public.points.actions import expiring, ledger, rewards
from wufei_public.points.queries.rewards import overdue
from wufei_public.points.rules.expiring import EXPIRIES

log = structlog.get_logger()


class NotPutBack(RuntimeError):  # noqa: N818  a sentence for the operator
    """Redemptions whose time is over and that could not be put back; the message has the codes."""


def prove_ledger(_slot: str) -> str:
    """Recount every balance; the run fails, and is seen to fail, where one is wrong."""
    return work(SYSTEM, ledger.prove)


def put_back(_slot: str) -> int:
    """Put back what nobody has fetched in time, one transaction each.

    One that fails holds up none behind it; the run goes on and fails at its end, with their codes.
    """
    codes, failed = overdue(reading(), house().clock()), []
    for code in codes:
        try:
            work(SYSTEM, partial(rewards.cancel, code=code))
        except WrongState:  # handed out or put back meanwhile
            continue
        except Exception:
            log.exception("points_not_put_back", code=code)
            failed.append(code)
    if failed:
        raise NotPutBack(f"{len(failed)} of {len(codes)} were not put back: {', '.join(failed)}")
    return len(codes)


def announce(_slot: str) -> int:
    """Tell everybody what they lose at the end of the month, if points expire; a batch each."""
    return _batches(expiring.announce)


def expire(_slot: str) -> int:
    """Take the points whose time is over and of which their owners were told; a batch each."""
    return _batches(expiring.expire)


def _batches(act: Callable[..., Sequence[int]]) -> int:
    done, after = 0, 0
    while accounts := work(SYSTEM, partial(act, after=after, expiries=EXPIRIES)):
        done, after = done + len(accounts), accounts[-1]
    return done


JOBS = (
    Job("points.prove", prove_ledger, cron="52 2 * * *"),
    Job("points.put_back", put_back, every=300),
    # By day: it is a message to people.
    Job("points.announce", announce, cron="20 9 * * *"),
    Job("points.expire", expire, cron="40 1 * * *"),
)
