"""Leads a run through its transactions: claimed, counted part by part, put in its place."""

from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import WrongState
from wufei_public.indicators.actions import claiming, running
from wufei_public.indicators.actions.running import Passed
from wufei_public.indicators.queries.runs import Key
from wufei_public.indicators.rules.runs import Point
from wufei_public.infra.work import work


def run_due(passed: Passed = lambda _point: None) -> str:
    """Do the run that is due; return its code, nothing if none is or another process works."""
    code = work(SYSTEM, claiming.claim)
    if code is None:
        return ""
    passed(Point.CLAIMED)
    try:
        _lead(code, passed)
    except WrongState:
        return ""  # too slow: another process has taken over, and what was counted here is gone
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        work(SYSTEM, lambda w: running.fail(w, code=code, reason=reason))
        raise
    return code


def _lead(code: str, passed: Passed) -> None:
    after: Key | None = running.START
    while after is not None:
        after = _staged(code, after)
        passed(Point.STAGED)
    work(SYSTEM, lambda w: running.apply(w, code=code, passed=passed))
    passed(Point.ENDED)


def _staged(code: str, after: Key) -> Key | None:
    return work(SYSTEM, lambda w: running.stage(w, code=code, after=after))
