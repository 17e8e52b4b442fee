"""The daily quiz with its points: learning knows the answers, points what they are worth."""

from collections.abc import Mapping
from datetime import date

from wufei_public.checkins.actions.daily import resident
from wufei_public.checkins.rules.schemes import Scheme
from wufei_public.common.clock import district_day
from wufei_public.infra.work import Work
from wufei_public.learning.actions import quiz
from wufei_public.learning.rules.quiz import RURAL, TOWN, Question, of_day, questions, servable
from wufei_public.points.actions import ledger


def asked_on(day: date, scheme: Scheme) -> list[Question]:
    """Return the day's questions under a scheme."""
    return of_day(servable(questions(), RURAL if scheme is Scheme.TWO else TOWN), day)


def play(w: Work, *, scheme: Scheme, chosen: Mapping[str, str]) -> int:
    """Answer today's questions; return the points, 0 for what was answered before."""
    account, day = resident(w), district_day(w.now)
    right = quiz.answer(w, account, day, asked_on(day, scheme), chosen)
    return ledger.award(w, account, "quiz", day.isoformat(), day, times=right) if right else 0
