"""What is kept of the official account: its token and its ticket."""

from datetime import datetime

from cryptography.exceptions import InvalidTag
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from wufei_public.infra.keys import Keys
from wufei_public.wechat.models import ServerToken
from wufei_public.wechat.rules import Kind

PURPOSE = "wechat:token"


def token(session: Session, keys: Keys, app_id: str, kind: Kind, now: datetime) -> str | None:
    """Return the token that works now; None while there is none."""
    row = session.execute(
        select(ServerToken.sealed).where(
            ServerToken.app_id == app_id,
            ServerToken.kind == kind,
            ServerToken.until > now,
            ServerToken.refused.is_(False),
        )
    ).one_or_none()
    return None if row is None else opened(keys, row.sealed)


def opened(keys: Keys, sealed: bytes | None) -> str | None:
    """Return a kept value; None where there is none, or it lies under a lost key."""
    try:
        return None if sealed is None else keys.decrypt(PURPOSE, sealed).decode()
    except InvalidTag:
        return None


def is_due(session: Session, app_id: str, kind: Kind, now: datetime) -> bool:
    """Say whether WeChat is to be asked: a read, so that idling locks nothing."""
    found = session.execute(
        select(ServerToken.ask_at, ServerToken.lease_until).where(
            ServerToken.app_id == app_id, ServerToken.kind == kind
        )
    ).one_or_none()
    if found is None:
        return True
    return found.ask_at <= now and (found.lease_until is None or found.lease_until <= now)


def faults(session: Session, app_id: str) -> list[tuple[str, str]]:
    """Return what failed the last time it was asked for, and why."""
    rows = session.execute(
        select(ServerToken.kind, ServerToken.error).where(
            ServerToken.app_id == app_id,
            or_(ServerToken.error != "", ServerToken.refused),
        )
    )
    return [(row.kind, row.error or "WeChat does not take it") for row in rows]
