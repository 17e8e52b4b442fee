"""More time for a case: who asked, why, and who decided."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.dumping.models.conditions import among, index
from wufei_public.dumping.rules.extending import Extension
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime


class ReportExtension(Base):
    """A wish for more time; of one case there is one that is not refused."""

    __tablename__ = "report_extension"
    __table_args__ = (
        CheckConstraint(among("state", Extension), name="state_known"),
        CheckConstraint(
            "(state = 'asked') = (decided_by IS NULL) AND (state = 'asked') = (decided_at IS NULL)",
            name="decided_by_somebody",
        ),
        # `alone` where the rule of the day asked for no second person.
        CheckConstraint(
            "alone OR decided_by IS NULL OR decided_by <> asked_by", name="decided_by_another"
        ),
        Index(
            "uq_report_extension_once",
            "report_id",
            unique=True,
            sqlite_where=text("state <> 'refused'"),
            postgresql_where=text("state <> 'refused'"),
        ),
        index("ix_report_extension_asked", "report_id", where="state = 'asked'"),
    )

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    state: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(BigKey)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    alone: Mapped[bool]
    decided_by: Mapped[int | None] = mapped_column(BigKey)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What the case had been promised before, for figures with and without more time.
    finish_before: Mapped[datetime] = mapped_column(UtcDateTime)
    legal_before: Mapped[datetime] = mapped_column(UtcDateTime)
