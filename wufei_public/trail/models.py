"""Seals and signed heads; the rows that they seal are `infra.audit`'s."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.sealed import not_under_a_key
from wufei_public.infra.tables import Base, BigKey, UtcDateTime

_HASH = not_under_a_key("hashes and signatures, open to all")


class AuditSeal(Base):
    """The n-th seal of the chain. No foreign key: a removed row must be found, not forbidden."""

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    audit_id: Mapped[int] = mapped_column(BigKey, unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), info=_HASH)


class AuditHead(Base):
    """The chain's newest seal at an hour, signed (Ed25519)."""

    __tablename__ = "audit_head"

    number: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), info=_HASH)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    signature: Mapped[bytes] = mapped_column(LargeBinary(64), info=_HASH)
