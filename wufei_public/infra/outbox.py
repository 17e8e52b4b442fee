"""Messages as rows, written with the change that causes them.

The jobs process delivers them, tries again with growing pauses and parks what cannot
be delivered (`dead`), until a person sends it again or lets it go (`dropped`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Index,
    Integer,
    String,
    Text,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from wufei_public.infra.sealed import Form, sealed_for
from wufei_public.infra.tables import JSON, Base, Key, UtcDateTime
from wufei_public.infra.work import Work

_PART = 500


class OutboxRow(Base):
    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'dead', 'dropped')", name="state_known"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        # Only what still waits is looked for; the index stays small whatever was sent.
        Index(
            "ix_outbox_waiting",
            "next_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_outbox_dead",
            "id",
            sqlite_where=text("state = 'dead'"),
            postgresql_where=text("state = 'dead'"),
        ),
        Index(
            "ix_outbox_batch",
            "batch",
            "state",
            sqlite_where=text("batch IS NOT NULL"),
            postgresql_where=text("batch IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    channel: Mapped[str] = mapped_column(String(16))
    recipient: Mapped[str] = mapped_column(
        String(200), info=sealed_for("people:phone", Form.BASE64)
    )
    template: Mapped[str] = mapped_column(String(64))
    values: Mapped[dict[str, Any]] = mapped_column(
        JSON, info=sealed_for("people:message", Form.JSON)
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="")
    # What many messages were sent for at once; it names nobody.
    batch: Mapped[str | None] = mapped_column(String(40))


def queue(w: Work, *, channel: str, to: str, template: str, values: Mapping[str, object]) -> None:
    """Queue one message: `channel` such as sms, `to` a sealed number."""
    w.insert(OutboxRow, _row(w, channel, to, template, values))


def _row(
    w: Work, channel: str, to: str, template: str, values: Mapping[str, object]
) -> dict[str, object]:
    return {
        "channel": channel,
        "recipient": to,
        "template": template,
        "values": dict(values),
        "created_at": w.now,
        "next_at": w.now,
        "state": "waiting",
        "tries": 0,
        "error": "",
    }


def queue_batch(
    w: Work,
    *,
    channel: str,
    template: str,
    batch: str,
    letters: Iterable[tuple[str, Mapping[str, object]]],
) -> int:
    """Queue one message for each of `letters` (to, values) under the name `batch`; return how many.

    The name must tell nobody: it stays when the message's words and number are gone.
    """
    rows = [{**_row(w, channel, to, template, values), "batch": batch} for to, values in letters]
    for at in range(0, len(rows), _PART):
        w.session.execute(insert(OutboxRow), rows[at : at + _PART])
    return len(rows)


def progress(session: Session, batch: str) -> Mapping[str, int]:
    """Return how many messages of a batch are in each state."""
    counted = select(OutboxRow.state, func.count()).where(OutboxRow.batch == batch)
    return dict(session.execute(counted.group_by(OutboxRow.state)).tuples().all())


def drop_batch(w: Work, batch: str) -> None:
    """Let go what of a batch has not left; numbers and words of it go for good."""
    unsent = (OutboxRow.batch == batch, OutboxRow.state.in_(("waiting", "dead")))
    gone = {"state": "dropped", "recipient": "", "values": {}}
    w.session.execute(update(OutboxRow).where(*unsent).values(**gone))
