"""Accounts, grants, sessions, set-up links and one-time codes."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime
from wufei_public.people.rules.roles import Role

_ROLES = ", ".join(f"'{role}'" for role in Role)


class Account(Base):
    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("kind IN ('resident', 'staff')", name="kind_known"),
        CheckConstraint("state IN ('active', 'disabled')", name="state_known"),
        CheckConstraint("(kind = 'staff') = (user_name IS NOT NULL)", name="staff_has_user_name"),
        CheckConstraint(
            "(phone_index IS NULL) = (phone_sealed IS NULL)", name="phone_sealed_and_indexed"
        ),
        CheckConstraint(
            "password_hash IS NULL OR totp_sealed IS NOT NULL", name="password_needs_second_factor"
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(40))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # Keyed hash: finds the number without storing it readable.
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    user_name: Mapped[str | None] = mapped_column(String(32), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int] = mapped_column(Integer)
    failures: Mapped[int] = mapped_column(Integer)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_on: Mapped[date | None] = mapped_column(Date)


class GrantRow(Base):
    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(f"role IN ({_ROLES})", name="role_known"),
        # Nobody gives a role to himself.
        CheckConstraint("granted_by IS NULL OR granted_by <> account_id", name="not_to_oneself"),
        Index(
            "uq_role_grant_running",
            "account_id",
            "role",
            "division",
            "department",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(24))
    # Empty where the role has no such scope: a unique index does not see NULLs as equal.
    division: Mapped[str] = mapped_column(String(12))
    department: Mapped[str] = mapped_column(String(40))
    granted_by: Mapped[int | None] = mapped_column(BigKey)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionRow(Base):
    __tablename__ = "session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    idle_until: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device: Mapped[str] = mapped_column(String(80))


class SetupLink(Base):
    __tablename__ = "setup_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    # The second factor that the link's QR code shows, until the link is used.
    totp_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OneTimeCode(Base):
    """The newest code of a phone number; one row per number, counters included."""

    __tablename__ = "one_time_code"

    phone_index: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(Integer)
    used: Mapped[bool]
    day: Mapped[date] = mapped_column(Date)
    sent_today: Mapped[int] = mapped_column(Integer)
