"""What people had forgotten, so that a backup which is put back is made to forget it again.

An erasure writes a row in its own transaction: its kind and the public number of what it was
about, nothing of the person. The rows are copied into a file beside the database, which outlives
a restore and goes into the folder of the backups.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import JSON, Base, Key, UtcDateTime
from wufei_public.infra.work import Work

# Written out, not bound: a partial index serves only a statement that repeats its words.
IS_NEW = "copied_at IS NULL"
# A restore leaves this file in the folder of the data, until the site has forgotten again.
MARK = "forget-again.json"


class Forgotten(Base):
    __tablename__ = "forgotten"
    __table_args__ = (
        Index("ix_forgotten_new", "id", sqlite_where=text(IS_NEW), postgresql_where=text(IS_NEW)),
    )

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[dict[str, Any]] = mapped_column(JSON)
    copied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def is_marked(var: Path) -> bool:
    """Say whether a backup was put back that has not been made to forget yet."""
    return (var / MARK).exists()


def remember(w: Work, kind: str, subject: Mapping[str, object]) -> None:
    """Write that something is to be forgotten in every backup too; `kind` says by what."""
    w.insert(Forgotten, {"at": w.now, "kind": kind, "subject": dict(subject)})
