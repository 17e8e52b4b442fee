"""Sheets of figures that departments upload: kept for the preview, and for the lineage."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import JSON, Base, BigKey, Key, UtcDateTime


class Sheet(Base):
    """The rows of one file, and the codes of the values that were written from it."""

    __tablename__ = "indicator_sheet"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    lines: Mapped[list[Any]] = mapped_column(JSON)
    kept_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written: Mapped[list[Any]] = mapped_column(JSON)
