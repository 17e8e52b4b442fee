"""Tables of the dictionary, of what was looked for in vain, and of quiz rounds."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime
from wufei_public.learning.rules.bins import RuralFirst, RuralSecond, TownClass
from wufei_public.learning.rules.training import Audience


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(sorted(repr(str(value)) for value in values))})"


class SortingItem(Base):
    """A thing of the dictionary; without `edited_at` it is as the package brings it."""

    __tablename__ = "sorting_item"
    __table_args__ = (
        CheckConstraint(_among("town_class", TownClass), name="town_class_known"),
        CheckConstraint(_among("rural_first", RuralFirst), name="rural_first_known"),
        CheckConstraint(_among("rural_second", RuralSecond), name="rural_second_known"),
        CheckConstraint(
            "rural_second <> 'compost' OR rural_first = 'rots'", name="only_what_rots_is_compost"
        ),
        CheckConstraint("(edited_at IS NULL) = (edited_by IS NULL)", name="edited_by_somebody"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)
    aliases: Mapped[str] = mapped_column(String(120), default="")
    town_class: Mapped[str] = mapped_column(String(16))
    town_kind: Mapped[str] = mapped_column(String(20), default="")
    rural_first: Mapped[str] = mapped_column(String(16))
    rural_second: Mapped[str] = mapped_column(String(16))
    tip: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(String(60), default="")
    name_en: Mapped[str] = mapped_column(String(60), default="")
    active: Mapped[bool]
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edited_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))


class SortingMiss(Base):
    """Words for which nothing was found, once per asking; nothing of who asked."""

    __tablename__ = "sorting_miss"
    __table_args__ = (Index(None, "words"), Index(None, "day"))

    id: Mapped[Key]
    words: Mapped[str] = mapped_column(String(20))
    day: Mapped[date] = mapped_column(Date)


class LearningData(Base):
    """Which data stand in the tables: a digest of the rows, and of the package's file."""

    __tablename__ = "learning_data"

    part: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QuizRound(Base):
    """One resident's quiz of one district day: what was chosen, how many were right."""

    __tablename__ = "quiz_round"
    __table_args__ = (
        UniqueConstraint("account", "day"),
        CheckConstraint("correct BETWEEN 0 AND asked", name="correct_of_asked"),
        Index(None, "day"),
    )

    id: Mapped[Key]
    account: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    day: Mapped[date] = mapped_column(Date)
    # Question and choice of each, "q001:a,q017:c".
    answers: Mapped[str] = mapped_column(String(80))
    asked: Mapped[int]
    correct: Mapped[int]
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TrainingEvent(Base):
    """A training on one day in one town, for one group."""

    __tablename__ = "training_event"
    __table_args__ = (
        CheckConstraint(_among("audience", Audience), name="audience_known"),
        Index(None, "day", "town"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    title: Mapped[str] = mapped_column(String(40))
    day: Mapped[date] = mapped_column(Date)
    town: Mapped[str] = mapped_column(String(9), ForeignKey("division.code"))
    place: Mapped[str] = mapped_column(String(40))
    audience: Mapped[str] = mapped_column(String(12))
    made_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TrainingVisit(Base):
    """Somebody was there; once per person and event."""

    __tablename__ = "training_visit"

    event: Mapped[int] = mapped_column(BigKey, ForeignKey("training_event.id"), primary_key=True)
    account: Mapped[int] = mapped_column(
        BigKey, ForeignKey("account.id"), primary_key=True, index=True
    )
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
