"""The token and the ticket of the official account, one row each for all processes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.sealed import sealed_for
from wufei_public.infra.tables import Base, UtcDateTime


class ServerToken(Base):
    """What WeChat gave for an app id, until when it works, and when to ask again.

    Whoever holds `lease_until` asks; `refused` says that WeChat did not take it although it
    should last, `forced_at` when a new one was forced for that.
    """

    __tablename__ = "wechat_token"
    __table_args__ = (
        CheckConstraint("kind IN ('access', 'ticket')", name="kind_known"),
        CheckConstraint("(sealed IS NULL) = (until IS NULL)", name="value_has_end"),
    )

    app_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=sealed_for("wechat:token"))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ask_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused: Mapped[bool] = mapped_column(default=False)
    forced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fails: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(200), default="")
