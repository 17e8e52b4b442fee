"""Budgets counted in the database: exact over all processes, and short-lived.

A row is found by a keyed hash of what is counted, for whom and in which span, so the
table tells nobody's address and two spans of one visitor can not be put together.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, bindparam, delete, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from wufei_public.common.budgets import Budget
from wufei_public.infra.keys import Keys
from wufei_public.infra.sealed import indexed
from wufei_public.infra.tables import Base, UtcDateTime
from wufei_public.infra.work import Work


class TallyRow(Base):
    __tablename__ = "tally"
    __table_args__ = (CheckConstraint("count >= 0", name="counted"),)

    subject: Mapped[bytes] = mapped_column(
        LargeBinary(32), primary_key=True, info=indexed("budget")
    )
    count: Mapped[int]
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


# SQLAlchemy compiles its own ON CONFLICT anew each time; these words serve both databases.
# Whoever counts the same at the same moment waits for the row, and then sees its count.
_TAKE = (
    text(
        "INSERT INTO tally (subject, count, until) VALUES (:subject, 1, :until)"
        " ON CONFLICT (subject) DO UPDATE SET count = tally.count + 1 WHERE tally.count < :most"
    )
    .bindparams(bindparam("until", type_=UtcDateTime))
    # An INSERT's row count is kept only when asked; psycopg's is gone once it has closed.
    .execution_options(preserve_rowcount=True)
)


def take(w: Work, budget: Budget, *whom: str) -> bool:
    """Count one use for `whom`; False, and nothing counted, when the budget is spent."""
    row = {
        "subject": _subject(w.keys, budget, w.now, whom),
        "until": budget.ends(w.now),
        "most": budget.most,
    }
    return w.session.connection().execute(_TAKE, row).rowcount == 1


def give_back(w: Work, budget: Budget, *whom: str) -> None:
    """Take one use for `whom` off again: it turned out not to count."""
    same = TallyRow.subject == _subject(w.keys, budget, w.now, whom)
    w.session.execute(update(TallyRow).where(same).values(count=TallyRow.count - 1))


def forget(w: Work, budget: Budget, *whom: str) -> None:
    """Let the budget of `whom` be whole again."""
    same = TallyRow.subject == _subject(w.keys, budget, w.now, whom)
    w.session.execute(delete(TallyRow).where(same))


def is_spent(session: Session, keys: Keys, now: datetime, budget: Budget, *whom: str) -> bool:
    """Say whether `whom` has used up the budget of this span."""
    same = TallyRow.subject == _subject(keys, budget, now, whom)
    return (session.scalar(select(TallyRow.count).where(same)) or 0) >= budget.most


def _subject(keys: Keys, budget: Budget, now: datetime, whom: tuple[str, ...]) -> bytes:
    words = (budget.name, budget.span, budget.ends(now).isoformat(), *whom)
    return keys.mac("budget", *(word.encode() for word in words))


def forget_old(w: Work) -> int:
    """Remove the counts whose span is over; return how many."""
    done = w.session.connection().execute(delete(TallyRow).where(TallyRow.until < w.now))
    return done.rowcount
