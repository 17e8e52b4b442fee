"""Delivery in three steps: lease rows, send outside any transaction, write what came of it.

A one-time code goes this way too, though a resident waits for it. Sending it from the
web process after the commit would hold one of its few threads while a gateway answers
(or does not: ten seconds each, and anybody may press the button), and would need this
job anyway for what failed. The jobs process looks every second, so the code leaves
within about a second, which is little beside the seconds that an SMS is under way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import select, update

from wufei_public.infra.budgets import take
from wufei_public.infra.outbox import OutboxRow
from wufei_public.infra.work import Work
from wufei_public.messages.gateway import SmsGateway
from wufei_public.messages.rules import (
    EXPIRED,
    LEASE,
    MOST_AT_ONCE,
    SEALED,
    SMS_AT_ONCE,
    UNDER_WAY,
    UNKNOWN,
    URGENT,
    Undelivered,
    next_try,
    of_person,
    quiet_until,
)
from wufei_public.people.queries.sealing import open_values, phone_index, read_phone_address


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message that this process has leased; `tries` counts this one."""

    id: int
    phone: str
    template: str
    values: dict[str, Any]
    tries: int

    @property
    def until(self) -> datetime | None:
        """Return the instant after which the message is useless, None if there is none."""
        text = self.values.get("until")
        return datetime.fromisoformat(text) if text else None


def due(w: Work, channel: str, most: int = MOST_AT_ONCE) -> Sequence[OutboxRow]:
    """Return rows that are to leave now, held against other processes until the commit."""
    return w.session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.state == "waiting", OutboxRow.next_at <= w.now, OutboxRow.channel == channel
        )
        .order_by(OutboxRow.next_at, OutboxRow.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()


def mark_under_way(w: Work, row: OutboxRow) -> None:
    """Count a try, for LEASE: no other process takes the row meanwhile."""
    row.tries, row.next_at, row.error = row.tries + 1, w.now + LEASE, UNDER_WAY


def held(row: OutboxRow) -> datetime | None:
    """Return when a process took the row that never wrote what came of it; None if none did."""
    return row.next_at - LEASE if row.error == UNDER_WAY else None


def lease_sms(w: Work) -> Sequence[Parcel]:
    """Take due messages for LEASE: no other process sends them meanwhile.

    The gateway does not know a message again. One whose process died while sending it therefore
    waits for a person, unless a second one does no harm: a code for which somebody waits.
    """
    parcels = [
        parcel for row in due(w, "sms", SMS_AT_ONCE) if (parcel := _open(w, row)) is not None
    ]
    w.session.flush()
    return parcels


def _open(w: Work, row: OutboxRow) -> Parcel | None:
    if held(row) is not None and row.template not in URGENT:
        row.state, row.error = "dead", f"{UNKNOWN}: its process ended"
        return None
    try:
        phone = read_phone_address(w.keys, row.recipient)
        values = open_values(w.keys, row.values)
    except InvalidTag:
        # Sealed under another key. It must not stand in the way of the others.
        row.state, row.error, row.tries = "dead", SEALED, row.tries + 1
        return None
    later = _held_until(w, row, phone)
    if later is not None:
        row.next_at = later
        return None
    mark_under_way(w, row)
    return Parcel(row.id, phone, row.template, values, row.tries)


def _held_until(w: Work, row: OutboxRow, phone: str) -> datetime | None:
    """Return until when a message must not disturb; None if it may leave now.

    What it counts of the person's day is counted at the first try.
    """
    if row.template in URGENT:
        return None
    quiet = quiet_until(w.now, w.settings.sms_quiet)
    if quiet is not None:
        return quiet
    budget = of_person(w.settings.sms_person_day)
    if row.tries > 0 or take(w, budget, phone_index(w.keys, phone).hex()):
        return None
    return budget.ends(w.now)


def send(gateway: SmsGateway, parcel: Parcel, now: datetime) -> Undelivered | None:
    """Hand `parcel` to the gateway, outside any transaction; return why it did not leave."""
    if parcel.until is not None and now >= parcel.until:
        return Undelivered(EXPIRED, again=False)
    try:
        gateway.send(parcel.phone, parcel.template, parcel.values)
    except Undelivered as failure:
        return failure
    return None


def write_sent(w: Work, *, parcel: Parcel) -> None:
    """Write that a message left; its words and number are no longer needed."""
    _write(w, parcel, state="sent", sent_at=w.now, recipient="", values={}, error="")


def write_failure(w: Work, *, parcel: Parcel, failure: Undelivered) -> None:
    """Write that a message did not leave: try again later, or leave it to a person."""
    again = next_try(parcel.tries, w.now, parcel.until) if failure.again else None
    if again is None:
        _write(w, parcel, state="dead", error=str(failure))
    else:
        _write(w, parcel, next_at=again, error=str(failure))


def _write(w: Work, parcel: Parcel, **values: Any) -> None:
    # Only what this lease still holds: after LEASE another process may have taken the row.
    held = (OutboxRow.state == "waiting", OutboxRow.tries == parcel.tries)
    w.session.execute(update(OutboxRow).where(OutboxRow.id == parcel.id, *held).values(**values))
