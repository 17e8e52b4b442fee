"""Writes of the trail: seal what waits, sign the head of the hour."""

from datetime import datetime

from sqlalchemy import insert

from wufei_public.infra.work import Work
from wufei_public.trail import queries
from wufei_public.trail.models import AuditHead, AuditSeal
from wufei_public.trail.rules import BEGINNING, Head, seal

MOST_AT_ONCE = 2_000
PURPOSE = "trail:sign"


def seal_waiting(w: Work, *, since: datetime | None = None) -> int:
    """Seal the rows that wait, oldest first; return how many.

    Two sealers at once cannot both write the next number: the slower one's transaction is
    refused by the key, and its rows wait for the next tick.
    """
    entries = queries.unsealed(w.session, MOST_AT_ONCE, since)
    if not entries:
        return 0
    number, digest = queries.newest(w.session) or (0, BEGINNING)
    rows = []
    for entry in entries:
        number += 1
        digest = seal(digest, number, entry)
        rows.append({"number": number, "audit_id": entry.id, "digest": digest})
    w.session.execute(insert(AuditSeal), rows)
    return len(rows)


def sign_head(w: Work) -> tuple[Head, bytes] | None:
    """Sign the newest seal; None where nothing was sealed since the last head."""
    newest = queries.newest(w.session)
    last = queries.heads(w.session, 1)
    if newest is None or (last and last[0][0].number >= newest[0]):
        return None
    head = Head(newest[0], newest[1], w.now)
    signature = w.keys.sign(PURPOSE, head.message())
    w.session.execute(
        insert(AuditHead),
        {"number": head.number, "digest": head.digest, "at": head.at, "signature": signature},
    )
    return head, signature
