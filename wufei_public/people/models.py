"""Tables of accounts, roles, sessions, set-up links and one-time codes."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.common.actor import ActorKind
from wufei_public.infra.sealed import indexed, not_under_a_key, sealed_for
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime
from wufei_public.people.rules.accounts import KINDS, State
from wufei_public.people.rules.codes import MOST_A_DAY, MOST_TRIES
from wufei_public.people.rules.consent import PRIVACY
from wufei_public.people.rules.links import Purpose
from wufei_public.people.rules.roles import ADMINISTRATORS, ROLES, Role, Scope

_RANDOM = not_under_a_key("chance, or its hash")
_STAFF = ActorKind.STAFF.value


def _among(column: str, values: object) -> str:
    return f"{column} IN ({', '.join(sorted(repr(str(value)) for value in values))})"  # type: ignore[attr-defined]


class Account(Base):
    """A resident or a member of staff; one person may be both, in two accounts.

    The phone is sealed; `phone_index` is its keyed hash, by which it is found. A
    resident who comes in by WeChat alone has none.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(_among("kind", KINDS), name="kind_known"),
        CheckConstraint(_among("state", State), name="state_known"),
        CheckConstraint(
            "(state = 'disabled') = (disabled_at IS NOT NULL)", name="disabled_has_time"
        ),
        CheckConstraint("(phone_cipher IS NULL) = (phone_index IS NULL)", name="phone_whole"),
        CheckConstraint(
            f"(kind = '{_STAFF}') = (user_name IS NOT NULL)", name="staff_has_user_name"
        ),
        # A password alone opens nothing: both factors or none.
        CheckConstraint(
            f"(password_hash IS NULL AND totp_cipher IS NULL) OR (kind = '{_STAFF}' "
            "AND password_hash IS NOT NULL AND totp_cipher IS NOT NULL)",
            name="two_factors",
        ),
        CheckConstraint("totp_last_step IS NULL OR totp_cipher IS NOT NULL", name="step_of_secret"),
        UniqueConstraint("kind", "phone_index"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(10), unique=True)
    display_name: Mapped[str] = mapped_column(String(40), default="")
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary, info=sealed_for("people:phone"))
    phone_index: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), info=indexed("people:phone-index", "phone_cipher")
    )
    user_name: Mapped[str | None] = mapped_column(String(32), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_cipher: Mapped[bytes | None] = mapped_column(LargeBinary, info=sealed_for("people:totp"))
    totp_last_step: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(16), default=State.ACTIVE)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Identity(Base):
    """A way in that somebody else vouches for: WeChat's openid, sealed and by its keyed hash."""

    __tablename__ = "account_identity"
    __table_args__ = (UniqueConstraint("account", "provider"),)

    provider: Mapped[str] = mapped_column(String(16), primary_key=True)
    subject: Mapped[bytes] = mapped_column(
        LargeBinary(32), primary_key=True, info=indexed("people:identity-index", "sealed")
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed_for("people:identity"))
    account: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # In what the person read the site when they last came in by it: so letters are written.
    language: Mapped[str] = mapped_column(String(2), server_default="zh")


class ConsentRow(Base):
    """A resident's yes to one version of the privacy text, and the day it was taken back."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("withdrawn_at IS NULL OR withdrawn_at >= given_at", name="withdrawn_after"),
    )

    account: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"), primary_key=True)
    version: Mapped[str] = mapped_column(String(16), primary_key=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ConsentText(Base):
    """A version of a text that needs a yes, and from when on a yes is a yes to it."""

    __tablename__ = "consent_text"

    version: Mapped[str] = mapped_column(String(16), primary_key=True)
    text: Mapped[str] = mapped_column(String(16), server_default=PRIVACY)
    since: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Child(Base):
    """A guardian's yes for somebody under 14; the name stands where the child takes part.

    Without a year of birth the child is grown, or the yes was taken back.
    """

    __tablename__ = "child"
    __table_args__ = (
        CheckConstraint("withdrawn_at IS NULL OR birth_year IS NULL", name="withdrawn_forgets"),
        CheckConstraint("birth_year BETWEEN 2000 AND 2200", name="birth_year_plausible"),
    )

    id: Mapped[Key]
    guardian: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"), index=True)
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)
    version: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GrantRow(Base):
    """A role of an account within a scope; ended ones stay as history.

    An open scope is the empty text, not NULL, so that the unique index sees it. Nobody
    grants to themselves; NULL in `granted_by` is the system (first start, operator).
    """

    __tablename__ = "account_role"
    __table_args__ = (
        CheckConstraint(_among("role", Role), name="role_known"),
        CheckConstraint("granted_by <> account", name="granted_by_another"),
        *(
            CheckConstraint(f"role <> '{role}' OR ({condition})", name=f"{role}_scope")
            for role, condition in (
                (
                    role,
                    {
                        Scope.TOWN: "length(division) = 9 AND department = ''",
                        Scope.VILLAGE: "length(division) = 12 AND department = ''",
                        Scope.DISTRICT: "length(division) = 6 AND department = ''",
                        Scope.DEPARTMENT: "division = '' AND department <> ''",
                        Scope.TEAM: "division <> '' OR department <> ''",
                        Scope.WHOLE: "division = '' AND department = ''",
                    }[facts.scope],
                )
                for role, facts in ROLES.items()
            )
        ),
        CheckConstraint("ended_at IS NOT NULL OR ended_by IS NULL", name="ended_by_has_time"),
        Index(
            "uq_account_role_open",
            "account",
            "role",
            "division",
            "department",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        # Separation of duties: the three administrators never meet in one account.
        Index(
            "uq_account_role_administrator",
            "account",
            unique=True,
            sqlite_where=text(f"ended_at IS NULL AND {_among('role', ADMINISTRATORS)}"),
            postgresql_where=text(f"ended_at IS NULL AND {_among('role', ADMINISTRATORS)}"),
        ),
        Index(None, "role", "division"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    account: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(32))
    division: Mapped[str] = mapped_column(String(12), default="")
    department: Mapped[str] = mapped_column(String(40), default="")
    granted_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))


class GrantReview(Base):
    """Somebody looked at a running grant and found it still needed."""

    __tablename__ = "grant_review"

    id: Mapped[Key]
    grant_id: Mapped[int] = mapped_column(BigKey, ForeignKey("account_role.id"), index=True)
    reviewed_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    reviewed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A signed-in device. Only the token's hash is kept: a copy of the table opens nothing."""

    __tablename__ = "account_session"
    __table_args__ = (
        CheckConstraint("idle_until <= until", name="idle_within"),
        Index(None, "account", "created_at"),
        Index(None, "until"),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True, info=_RANDOM)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    account: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    idle_until: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    program: Mapped[str] = mapped_column(String(40), default="")
    system: Mapped[str] = mapped_column(String(40), default="")


class SetupLink(Base):
    """A way in for somebody who has no password yet, or has lost the second factor.

    The token is derived from `nonce` under the house's key, so that it can be printed
    again, and only its hash is looked up.
    """

    __tablename__ = "setup_link"
    __table_args__ = (
        CheckConstraint(_among("purpose", Purpose), name="purpose_known"),
        Index(None, "account"),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True, info=_RANDOM)
    nonce: Mapped[bytes] = mapped_column(LargeBinary(16), info=_RANDOM)
    account: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    purpose: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OneTimeCode(Base):
    """A code sent to a phone: the `number`-th of the district's `day`.

    The key makes two requests of one moment into one message, and holds the day's limit.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (
        CheckConstraint(f"number BETWEEN 1 AND {MOST_A_DAY}", name="few_a_day"),
        CheckConstraint(f"tries BETWEEN 0 AND {MOST_TRIES}", name="few_tries"),
        Index(None, "day"),
    )

    phone_index: Mapped[bytes] = mapped_column(
        LargeBinary(32), primary_key=True, info=indexed("people:phone-index")
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), info=indexed("people:code"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
