"""A resident answers the day's five questions, once."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Date, bindparam, delete, select, text, update

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.buckets import hand_on, note_erased
from wufei_public.infra.tables import UtcDateTime
from wufei_public.infra.work import Work
from wufei_public.learning.models import QuizRound
from wufei_public.learning.queries.quiz import MEASURE
from wufei_public.learning.rules.quiz import Question, correct, packed

_INSERT = (
    text(
        "INSERT INTO quiz_round (account, day, answers, asked, correct, answered_at)"
        " VALUES (:account, :day, :answers, :asked, :correct, :answered_at)"
        " ON CONFLICT (account, day) DO NOTHING"
    )
    .bindparams(bindparam("day", type_=Date), bindparam("answered_at", type_=UtcDateTime))
    .execution_options(preserve_rowcount=True)
)


def answer(
    w: Work, account: int, day: date, asked: list[Question], chosen: Mapping[str, str]
) -> int | None:
    """Write the answers to the day's questions; return how many are right, None if answered before.

    Invalid at the questions that have no answer.
    """
    faults = [
        FieldError(one.id, N_("这一题还没选。"))
        for one in asked
        if chosen.get(one.id) not in one.options
    ]
    if faults:
        raise Invalid("not_answered", N_("还有题没选。"), faults)
    right = correct(asked, chosen)
    row = {
        "account": account,
        "day": day,
        "answers": packed(asked, chosen),
        "asked": len(asked),
        "correct": right,
        "answered_at": w.now,
    }
    done = w.session.connection().execute(_INSERT, row)
    if done.rowcount != 1:
        return None
    hand_on(w, MEASURE, [("", day)])
    return right


def absorb(w: Work, account: int, into: int) -> None:
    """Give the rounds of `account` to the account `into` on days on which that had none."""
    taken = QuizRound.__table__.alias()
    days = taken.select().with_only_columns(taken.c.day).where(taken.c.account == into)
    mine = update(QuizRound).where(QuizRound.account == account, QuizRound.day.not_in(days))
    w.session.execute(mine.values(account=into))


def erase(w: Work, account: int) -> None:
    """Forget what the account answered."""
    days = w.session.scalars(select(QuizRound.day).where(QuizRound.account == account)).all()
    hand_on(w, MEASURE, [("", day) for day in sorted(set(days))])
    note_erased(w, MEASURE, days)
    w.session.execute(delete(QuizRound).where(QuizRound.account == account))
