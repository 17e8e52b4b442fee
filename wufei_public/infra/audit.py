"""Who did what: a row in the transaction of the change. Rows are only ever added.

Values hold codes and states, never names, phone numbers or a reporter's words. A reason is in
somebody's own words and may name a person: it is sealed under a key of the record that it is
about, and goes with that key when the person is forgotten (docs/decisions/0071). The chain seals
what is written, so it holds whether the key is there or not.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import Index, LargeBinary, String, Text, delete, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from wufei_public.infra.keys import Keys, new_key, opened_with, sealed_with
from wufei_public.infra.sealed import sealed_for
from wufei_public.infra.tables import JSON, Base, BigKey, Key, UtcDateTime
from wufei_public.infra.work import Work

_PURPOSE = "audit:key"
_SEALED = "sealed 1 "
_PART = 500
# Whoever writes the first reason about a record makes its key; another one takes that.
_KEY = text(
    "INSERT INTO audit_key (target, sealed) VALUES (:target, :sealed) ON CONFLICT DO NOTHING"
)


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
    # Sealed, as `opened` reads it; plain in rows from before 0071.
    reason: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    request_id: Mapped[str] = mapped_column(String(32), default="")


class AuditKey(Base):
    """The key under which the reasons about one record lie; without it nobody reads them."""

    __tablename__ = "audit_key"

    target: Mapped[str] = mapped_column(String(80), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed_for(_PURPOSE))


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
            "reason": _hidden(w, target, reason) if reason else "",
            "before": before,
            "after": after,
            "request_id": w.request_id,
        },
    )


def _hidden(w: Work, target: str, reason: str) -> str:
    sealed = sealed_with(_key(w, target), target, reason.encode())
    return _SEALED + b64encode(sealed).decode()


def _key(w: Work, target: str) -> bytes:
    kept = select(AuditKey.sealed).where(AuditKey.target == target)
    found = w.session.scalar(kept)
    if found is None:
        new = w.keys.encrypt(_PURPOSE, new_key())
        w.session.execute(_KEY, {"target": target, "sealed": new})
        found = w.session.scalar(kept)
    if found is None:
        raise LookupError(target)
    return w.keys.decrypt(_PURPOSE, found)


def forget(w: Work, targets: Sequence[str]) -> None:
    """Let nobody read the reasons about these records any more; that they were given stays."""
    for at in range(0, len(targets), _PART):
        gone = AuditKey.target.in_(targets[at : at + _PART])
        w.session.execute(delete(AuditKey).where(gone))


def opened(session: Session, keys: Keys, rows: Iterable[tuple[str, str]]) -> Sequence[str | None]:
    """Return the reasons of rows (target, reason) in words; None where the key is gone.

    A key that was made anew after its record was forgotten opens what came later alone.
    """
    pairs = list(rows)
    hidden = {target for target, reason in pairs if reason.startswith(_SEALED)}
    found = session.execute(
        select(AuditKey.target, AuditKey.sealed).where(AuditKey.target.in_(hidden))
    ).tuples()
    known = {target: keys.decrypt(_PURPOSE, sealed) for target, sealed in found}
    return [_shown(known.get(target), target, reason) for target, reason in pairs]


def _shown(key: bytes | None, target: str, reason: str) -> str | None:
    if not reason.startswith(_SEALED):
        return reason
    if key is None:
        return None
    try:
        sealed = b64decode(reason.removeprefix(_SEALED))
        return opened_with(key, target, sealed).decode()
    except (InvalidTag, ValueError):
        return None
