"""Who may ask WeChat for a token, what came of it, and a token that WeChat does not take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from wufei_public.infra.work import Work
from wufei_public.wechat.models import ServerToken
from wufei_public.wechat.queries import PURPOSE, opened
from wufei_public.wechat.rules import LEASE, Granted, Kind, ask_after, ask_at, may_force

_FIRST = {
    name: module.insert(ServerToken).on_conflict_do_nothing()
    for name, module in (("sqlite", sqlite), ("postgresql", postgresql))
}


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to ask until `until`; `refused` is the value that WeChat does not take, if so."""

    app_id: str
    kind: Kind
    until: datetime
    fails: int
    refused: str = ""
    may_force: bool = False


def claim(w: Work, *, app_id: str, kind: Kind) -> Claim | None:
    """Take the right to ask for LEASE; None where it is not due or another process asks."""
    connection = w.session.connection()
    first = {"app_id": app_id, "kind": kind, "ask_at": w.now, "refused": False}
    connection.execute(_FIRST[connection.dialect.name], first | {"fails": 0, "error": ""})
    until = w.now + LEASE
    free = or_(ServerToken.lease_until.is_(None), ServerToken.lease_until <= w.now)
    mine = (ServerToken.app_id == app_id, ServerToken.kind == kind)
    taken = connection.execute(
        update(ServerToken)
        .where(*mine, ServerToken.ask_at <= w.now, free)
        .values(lease_until=until)
    )
    if taken.rowcount != 1:
        return None
    row = w.session.execute(
        select(
            ServerToken.fails, ServerToken.refused, ServerToken.sealed, ServerToken.forced_at
        ).where(*mine)
    ).one()
    refused = opened(w.keys, row.sealed) if row.refused else None
    return Claim(app_id, kind, until, row.fails, refused or "", may_force(row.forced_at, w.now))


def keep(w: Work, *, claim: Claim, granted: Granted, forced: bool) -> None:
    """Keep what WeChat gave; the very one that it has just refused stays refused."""
    still = granted.value == claim.refused
    values: dict[str, Any] = {
        "sealed": w.keys.encrypt(PURPOSE, granted.value.encode()),
        "until": w.now + timedelta(seconds=granted.seconds),
        "refused": still,
        "ask_at": ask_after(None, claim.fails + 1, w.now) if still else ask_at(granted, w.now),
        "fails": claim.fails + 1 if still else 0,
        "error": "it gives the token that it refuses" if still else "",
    }
    _write(w, claim, **values | ({"forced_at": w.now} if forced else {}))


def fail(w: Work, *, claim: Claim, why: str, code: int | None) -> None:
    """Write that WeChat gave nothing; what is kept works on until its end."""
    fails = claim.fails + 1
    _write(w, claim, fails=fails, error=why[:200], ask_at=ask_after(code, fails, w.now))


def refuse(w: Work, *, app_id: str, value: str) -> None:
    """Write that WeChat does not take the access token `value`: another is asked for at once.

    One that was replaced meanwhile is left alone.
    """
    mine = (ServerToken.app_id == app_id, ServerToken.kind == Kind.ACCESS)
    row = w.session.scalar(select(ServerToken).where(*mine).with_for_update())
    if row is None or row.refused or opened(w.keys, row.sealed) != value:
        return
    row.refused, row.ask_at = True, w.now
    w.session.flush()


def _write(w: Work, claim: Claim, **values: Any) -> None:
    # Only what this lease still holds: after LEASE another process may have asked.
    w.session.execute(
        update(ServerToken)
        .where(
            ServerToken.app_id == claim.app_id,
            ServerToken.kind == claim.kind,
            ServerToken.lease_until == claim.until,
        )
        .values(lease_until=None, **values)
    )
