"""What the jobs process does for the list."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import structlog

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import house, reading, work
from wufei_public.redblack.actions import answering, errors, timing
from wufei_public.redblack.actions import reading as reading_aloud
from wufei_public.redblack.queries import errors as error_queries
from wufei_public.redblack.queries import listings as queries

log = structlog.get_logger()


def each(found: Iterable[Any], do: Callable[[Any], int]) -> int:
    """Do it for each in a transaction of its own, and return how much was done.

    One that fails stops none of the others; the run fails at its end, so that somebody looks.
    """
    done, failed = 0, list[Exception]()
    for one in found:
        try:
            done += do(one)
        except Exception as error:
            log.exception("entry_failed", entry=str(one))
            failed.append(error)
    if failed:
        raise ExceptionGroup(f"{len(failed)} of the list's entries", failed)
    return done


def end_terms(_slot: str) -> int:
    """Write down which terms are over: nobody saw those entries since, this is the record."""
    codes = queries.over(reading(), house().clock())
    return each(codes, lambda code: bool(work(SYSTEM, partial(timing.expire, code=code))))


def remind_errors(_slot: str) -> int:
    """Tell of reported errors that nobody answered in time."""
    codes = error_queries.overdue(reading(), house().clock())
    return each(codes, lambda code: work(SYSTEM, partial(errors.remind, code=code)))


def remind_papers(_slot: str) -> int:
    """Tell of objections and requests for repair that nobody answered in time."""
    rows = queries.overdue_papers(reading(), house().clock())
    return each(
        rows,
        lambda row: work(SYSTEM, partial(answering.remind, code=row.listing, paper=row.code)),
    )


def remind_decisions(_slot: str) -> int:
    """Tell of proposals that nobody decided in time."""
    codes = queries.undecided(reading(), house().clock())
    return each(codes, lambda code: work(SYSTEM, partial(timing.remind, code=code)))


def end_lapsed(_slot: str) -> int:
    """Write down which proposals lapsed: no step of theirs was possible since."""
    codes = queries.lapsed(reading(), house().clock())
    return each(codes, lambda code: bool(work(SYSTEM, partial(timing.lapse, code=code))))


def agree_by_silence(_slot: str) -> int:
    """Take down what asked for repair and heard nothing long after its time."""
    codes = queries.resting_repairs(reading(), house().clock())
    return each(codes, lambda code: work(SYSTEM, partial(timing.agree_by_silence, code=code)))


def show_replies(_slot: str) -> int:
    """Put into records and snapshots what the clock made public: everyone reads it already."""
    codes = queries.lately_public(reading(), house().clock())
    return each(codes, lambda code: work(SYSTEM, partial(reading_aloud.show, code=code)))


JOBS = (
    Job("redblack.end_terms", end_terms, every=60),
    Job("redblack.show_replies", show_replies, cron="*/10 * * * *"),
    Job("redblack.remind_errors", remind_errors, cron="17 8-17 * * *"),
    Job("redblack.end_lapsed", end_lapsed, cron="23 0 * * *"),
    Job("redblack.agree_by_silence", agree_by_silence, cron="27 0 * * *"),
    Job("redblack.remind_decisions", remind_decisions, cron="21 8-17 * * *"),
    Job("redblack.remind_papers", remind_papers, cron="19 8-17 * * *"),
)
