"""Certificates, the unit's yearly reports, and which reminders were sent."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.cells.models.rounds import among
from wufei_public.cells.rules.standing import Standing
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime


class CellCertificate(Base):
    """A named cell: what was signed, and how it stands."""

    __tablename__ = "cell_certificate"
    __table_args__ = (
        UniqueConstraint("year", "place"),
        CheckConstraint(among("standing", Standing), name="standing_known"),
        CheckConstraint(
            "(standing = 'valid') = (standing_reason = '')", name="not_valid_has_reason"
        ),
        CheckConstraint("valid_until > named_on", name="valid_after_naming"),
        CheckConstraint("stars BETWEEN 3 AND 5", name="stars_known"),
        Index(None, "named_on", "id"),
        Index(None, "kind", "named_on", "id"),
        Index(None, "town", "named_on", "id"),
        Index(None, "valid_until"),
        # The newest change: what the figures are kept under.
        Index(None, "standing_at"),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"), unique=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    year: Mapped[int] = mapped_column(Integer)
    place: Mapped[int] = mapped_column(Integer)
    # As they were on the day of naming, so that the register asks no other table.
    unit: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16))
    division: Mapped[str] = mapped_column(String(12))
    town: Mapped[str] = mapped_column(String(9))
    stars: Mapped[int] = mapped_column(Integer)
    story: Mapped[str] = mapped_column(Text)
    # The first photo of the story; no key, for the register reads no other table.
    cover_id: Mapped[int | None] = mapped_column(BigKey)
    named_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    document: Mapped[str] = mapped_column(String(60))
    named_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    # The signed bytes as text, and the Ed25519 signature in base 64.
    statement: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(88))
    standing: Mapped[str] = mapped_column(String(12))
    standing_reason: Mapped[str] = mapped_column(Text)
    standing_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # From which day on the black list suspends it no more; None where it is not the list's doing.
    free_from: Mapped[date | None] = mapped_column(Date)


class CellNumbering(Base):
    """The last place given out in a year; its row is what parallel namings wait for."""

    __tablename__ = "cell_numbering"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer)


class CellYearReport(Base):
    """What a named unit reports on itself, once for each year."""

    __tablename__ = "cell_year_report"
    __table_args__ = (CheckConstraint("text <> ''", name="report_has_words"),)

    certificate_id: Mapped[int] = mapped_column(ForeignKey("cell_certificate.id"), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CellReminder(Base):
    """A reminder that was sent, so that it is sent once."""

    __tablename__ = "cell_reminder"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
