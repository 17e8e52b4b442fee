"""Tables of pieces and of their versions."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime
from wufei_public.notices.rules.versions import (
    MOST_REASON,
    MOST_SUMMARY,
    MOST_TITLE,
    Draft,
    Kind,
    VersionFacts,
)


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(sorted(repr(str(value)) for value in values))})"


class Notice(Base):
    """A piece; `saves` counts its changes, so that two editors notice each other."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(_among("kind", Kind), name="kind_known"),
        CheckConstraint("(kind = 'text') = (slug IS NOT NULL)", name="texts_have_a_slug"),
        CheckConstraint("kind <> 'text' OR withdrawn_at IS NULL", name="texts_stay"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason = '')", name="withdrawn_with_reason"
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    slug: Mapped[str | None] = mapped_column(String(16), unique=True)
    # The town or district that writes it.
    division: Mapped[str | None] = mapped_column(String(12))
    saves: Mapped[int]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(String(MOST_REASON), default="")


class NoticeVersion(Base):
    """One version, fixed from the hour in `publish_at`; without that hour it is a draft."""

    __tablename__ = "notice_version"
    __table_args__ = (
        UniqueConstraint("notice_id", "number"),
        Index(None, "publish_at", "id"),
    )

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(BigKey, ForeignKey("notice.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(MOST_TITLE))
    summary: Mapped[str] = mapped_column(String(MOST_SUMMARY))
    body: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(String(MOST_TITLE * 2), default="")
    summary_en: Mapped[str] = mapped_column(String(MOST_SUMMARY * 2), default="")
    body_en: Mapped[str] = mapped_column(Text, default="")
    # Nobody where the package brought it.
    written_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    publish_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def facts(self) -> VersionFacts:
        return VersionFacts(self.number, self.publish_at)

    @property
    def draft(self) -> Draft:
        return Draft(
            self.title, self.summary, self.body, self.title_en, self.summary_en, self.body_en
        )
