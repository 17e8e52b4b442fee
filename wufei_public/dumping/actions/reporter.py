"""What the reporter does after submitting: open the own page, answer, add photos."""

import hmac
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import update

from wufei_public.calendar.queries import holidays
from wufei_public.common.actor import Actor
from wufei_public.common.errors import NotAllowed, TooMany, WrongState
from wufei_public.common.text import N_
from wufei_public.dumping import policy, queries
from wufei_public.dumping.actions.steps import move, note, owner_of, require
from wufei_public.dumping.actions.submit import secrets_of
from wufei_public.dumping.models import Report
from wufei_public.dumping.rules.clocks import after_hold
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.rules.states import WORKFLOW, Move
from wufei_public.infra.keys import Keys
from wufei_public.infra.work import Work
from wufei_public.media import actions as media
from wufei_public.media.rules.limits import MOST_PER_POST

# Five wrong PINs lock for a quarter of an hour, and twice as long after each further five.
FREE_TRIES = 5
FIRST_LOCK = timedelta(minutes=15)


def is_reporter(keys: Keys, actor: Actor, report: Report, secret: str) -> bool:
    """Say whether `secret` is the receipt's, or the actor the account that reported."""
    if report.reporter_id is not None and report.reporter_id == actor.id:
        return True
    return _same(secrets_of(keys, report.code, report.salt)[0], secret)


def _same(kept: str, given: str) -> bool:
    return hmac.compare_digest(kept.encode(), given.encode())


def lock_after(failures: int) -> timedelta | None:
    """Return how long the PIN is locked after `failures` wrong ones; None while it is not."""
    if failures % FREE_TRIES or not failures:
        return None
    return FIRST_LOCK * 2 ** min(failures // FREE_TRIES - 1, 10)


def try_pin(w: Work, *, code: str, pin: str) -> str | None:
    """Return the secret of the case that `pin` opens; a wrong one is counted and in the end locks.

    Returns None instead of raising, so that the count is committed. An unknown code
    looks like a wrong PIN.
    """
    report = queries.report_for_update(w.session, code)
    if report.pin_locked_until is not None and report.pin_locked_until > w.now:
        wait = int((report.pin_locked_until - w.now).total_seconds()) + 1
        raise TooMany(
            "pin_locked", N_("输错太多次了，请过 %(retry_after)s 秒再试。"), retry_after=wait
        )
    if _same(secrets_of(w.keys, report.code, report.salt)[1], pin):
        report.pin_failures = 0
        report.pin_locked_until = None
        w.session.flush()
        return secrets_of(w.keys, report.code, report.salt)[0]
    failures = report.pin_failures + 1
    lock = lock_after(failures)
    w.session.execute(
        update(Report)
        .where(Report.id == report.id)
        .values(pin_failures=failures, pin_locked_until=w.now + lock if lock else None)
    )
    return None


def require_reporter(keys: Keys, actor: Actor, report: Report, secret: str) -> None:
    """Raise NotAllowed unless the actor or `secret` is the reporter's."""
    if not is_reporter(keys, actor, report, secret):
        raise NotAllowed("not_the_reporter", N_("查询码或密码不对。"))


def answer(w: Work, *, code: str, secret: str, text: str, photo: Sequence[str] = ()) -> Report:
    """Answer what the officials asked; the clocks that stood run on from here."""
    report = queries.report_for_update(w.session, code)
    require_reporter(w.keys, w.actor, report, secret)
    require(policy.may_move(w.actor, report.facts, Move.ANSWER, reporter=True))
    _claim(w, report, photo)
    move(
        w,
        report,
        Move.ANSWER,
        internal=text,
        reporter=True,
        **resumed(w, report),
    )
    return report


def resumed(w: Work, report: Report) -> dict[str, object]:
    """Return the columns of a case whose clocks run on: deadlines moved by the waiting time."""
    if report.asked_at is None:
        return {"held_until": None}
    calendar = holidays(w.session)
    later = {
        name: after_hold(due, report.asked_at, w.now, calendar)
        for name, due in (("due_at", report.due_at), ("finish_due", report.finish_due))
        if due is not None
    }
    return {"held_until": None, **later}


def add_photos(w: Work, *, code: str, secret: str, photo: Sequence[str]) -> Report:
    """Add photos that arrived after the words: a report is one unit however it travels."""
    report = queries.report_for_update(w.session, code)
    require_reporter(w.keys, w.actor, report, secret)
    if report.facts.state in WORKFLOW.finals:
        raise WrongState("case_over", N_("这件案子已经结束，不能再补照片。"))
    added = _claim(w, report, photo)
    note(w, report, "photos", internal=str(added))
    return report


def _claim(w: Work, report: Report, photo: Sequence[str]) -> int:
    if report.photos + len(photo) > 2 * MOST_PER_POST:
        raise WrongState("photos_full", N_("这件案子的照片已经够多了。"))
    keep = OFFICIAL[report.official_kind].keep_original
    claimed = media.claim(w, photo, owner=owner_of(report.code), keep_original=keep)
    report.photos += len(claimed)
    return len(claimed)
