"""Who did what: a row in the transaction of the change. Rows are only ever added.

Values hold codes and states, never names, phone numbers or a reporter's words.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import JSON, Base, BigKey, Key, UtcDateTime
from wufei_public.infra.work import Work


class AuditRow(Base):
    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "at", "id"),
        Index(None, "target", "id"),
        Index(None, "actor_id", "id"),
        Index(None, "action", "id"),
    )

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None] = mapped_column(BigKey)
    action: Mapped[str] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    request_id: Mapped[str] = mapped_column(String(32), default="")


def record(
    w: Work,
    action: str,
    target: str,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    """Write that the actor of `w` did `action` to `target` (`feature/code`)."""
    w.insert(
        AuditRow,
        {
            "at": w.now,
            "actor_kind": w.actor.kind,
            "actor_id": w.actor.id,
            "action": action,
            "target": target,
            "reason": reason,
            "before": before,
            "after": after,
            "request_id": w.request_id,
        },
    )
