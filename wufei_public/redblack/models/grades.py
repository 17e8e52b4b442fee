"""The credit grade of an enterprise for a year: every version that was given stays."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.guards import STAYS, differs, guard, keep
from wufei_public.infra.tables import Base, BigKey, Key, ScoreColumn, UtcDateTime
from wufei_public.redblack.models.guards import TOOK_PART
from wufei_public.redblack.rules.clocks import LEAST_GRADE_HEARING

# Written out, not bound: a partial index serves only a statement that repeats its words.
IS_CURRENT = "published_at IS NOT NULL AND replaced_at IS NULL"
# What was given is given anew, as another version, and never changed.
GIVEN = (
    "organisation_id", "year", "version", "grades", "grade", "points", "vetoes", "ground",
    "public_ground", "graded_by", "graded_at",
)  # fmt: skip
_UNPROVEN = (
    "(NEW.way = '' OR (NEW.way <> 'account' AND NEW.proofs = 0)"
    " OR (NEW.way = 'post' AND NEW.tracking = ''))"
)
IS_WAITING = "published_at IS NULL AND withdrawn_at IS NULL"


class CreditGrade(Base):
    """A grade for a year; published by another than who gave it, replaced and never changed."""

    __tablename__ = "credit_grade"
    __table_args__ = (
        CheckConstraint("year BETWEEN 2000 AND 2999", name="year_bounded"),
        CheckConstraint("points BETWEEN 0 AND 10000", name="points_bounded"),
        CheckConstraint("ground <> ''", name="says_why"),
        CheckConstraint("(published_at IS NULL) = (published_by IS NULL)", name="published_whole"),
        CheckConstraint("published_by <> graded_by", name="published_by_another"),
        CheckConstraint(
            "replaced_at IS NULL OR published_at IS NOT NULL", name="only_published_is_replaced"
        ),
        UniqueConstraint("organisation_id", "year", "version"),
        Index(
            "uq_credit_grade_current",
            "organisation_id",
            "year",
            unique=True,
            sqlite_where=text(IS_CURRENT),
            postgresql_where=text(IS_CURRENT),
        ),
        Index(
            "ix_credit_grade_published",
            "year",
            "organisation_id",
            sqlite_where=text(IS_CURRENT),
            postgresql_where=text(IS_CURRENT),
        ),
        Index(
            "ix_credit_grade_waiting",
            "graded_at",
            "id",
            sqlite_where=text(IS_WAITING),
            postgresql_where=text(IS_WAITING),
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"))
    division: Mapped[str] = mapped_column(String(12))
    town: Mapped[str] = mapped_column(String(9))
    year: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    # Which set of grades it is one of.
    grades: Mapped[str] = mapped_column(String(24))
    grade: Mapped[str] = mapped_column(String(16))
    points: Mapped[Decimal] = mapped_column(ScoreColumn)
    # Codes of the vetoes that held, apart by commas.
    vetoes: Mapped[str] = mapped_column(String(200))
    ground: Mapped[str] = mapped_column(Text)
    # As everyone may read it; the names of people hidden.
    public_ground: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    graded_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    graded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Until when the enterprise may say something before it is published, and what it said.
    heard_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # 1 where the reply came as a letter.
    letter: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    # How the enterprise was told, by whom it was noted, and the proof of it.
    way: Mapped[str] = mapped_column(String(12), default="", server_default=text("''"))
    served_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    served_by: Mapped[int | None] = mapped_column(BigKey)
    tracking: Mapped[str] = mapped_column(String(60), default="", server_default=text("''"))
    proofs: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    # When another was given in its place before anyone published it.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CreditLetter(Base):
    """What an enterprise without an account wrote to a grade, and who entered it; only added."""

    __tablename__ = "credit_letter"
    __table_args__ = (
        CheckConstraint("words <> ''", name="says_something"),
        CheckConstraint("photos > 0", name="has_proof"),
    )

    id: Mapped[Key]
    grade_id: Mapped[int] = mapped_column(BigKey, ForeignKey("credit_grade.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    photos: Mapped[int] = mapped_column(Integer)
    received_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


guard(
    CreditGrade,
    "credit_grade_published_after_hearing",
    "UPDATE",
    "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL"
    " AND (NEW.heard_until IS NULL OR NEW.published_at <= NEW.heard_until"
    " OR NEW.withdrawn_at IS NOT NULL OR NEW.published_by = NEW.served_by))",
    "a grade is published after the enterprise was heard",
)
guard(
    CreditGrade,
    "credit_grade_hearing_is_long_enough",
    "UPDATE",
    "(NEW.heard_until IS NOT NULL AND NEW.heard_until IS DISTINCT FROM OLD.heard_until"
    f" AND (OLD.heard_until IS NOT NULL OR NEW.served_at IS NULL OR {_UNPROVEN}"
    f" OR DAYS(NEW.served_at, NEW.heard_until) < {LEAST_GRADE_HEARING}))",
    "the time to answer runs from a proven service",
)
guard(
    CreditGrade,
    "credit_grade_begins_unpublished",
    "INSERT",
    "(NEW.published_at IS NOT NULL OR NEW.heard_until IS NOT NULL)",
    "a grade is published after the enterprise was heard",
)
guard(
    CreditGrade,
    "credit_grade_stays_as_given",
    "UPDATE",
    differs(GIVEN),
    STAYS,
)
guard(CreditGrade, "credit_grade_is_kept", "DELETE", "1 = 1", STAYS)
# Who gave, told or entered a letter of any version of the year that nobody published.
guard(
    CreditGrade,
    "credit_grade_published_by_no_maker",
    "UPDATE",
    "(NEW.published_by IS DISTINCT FROM OLD.published_by AND EXISTS (SELECT 1"
    " FROM credit_grade AS other"
    " LEFT JOIN credit_letter ON credit_letter.grade_id = other.id"
    " WHERE other.organisation_id = NEW.organisation_id AND other.year = NEW.year"
    " AND other.published_at IS NULL AND (other.graded_by = NEW.published_by"
    " OR other.served_by = NEW.published_by"
    " OR credit_letter.received_by = NEW.published_by)))",
    TOOK_PART,
)
guard(
    CreditGrade,
    "credit_grade_letter_has_a_writer",
    "UPDATE",
    "(NEW.letter = 1 AND NEW.reply IS DISTINCT FROM OLD.reply AND NOT EXISTS (SELECT 1"
    " FROM credit_letter WHERE credit_letter.grade_id = NEW.id AND credit_letter.words ="
    " substr(NEW.reply, length(NEW.reply) - length(credit_letter.words) + 1)))",
    "a letter says who entered it",
)
keep(CreditLetter)
