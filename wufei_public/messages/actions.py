"""Delivers what waits: lease in one transaction, send outside, note the end in another."""

from datetime import timedelta

from sqlalchemy import select, update

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.outbox import OutboxRow
from wufei_public.infra.work import House, Work, reading, work
from wufei_public.messages import queries
from wufei_public.messages.gateway import SmsGateway, gateway_for
from wufei_public.messages.rules import TEXTS, pause_after

LEASE = timedelta(minutes=2)


def deliver_due(house: House) -> int:
    """Deliver the messages that are due; return how many were sent."""
    gateway = gateway_for(house.settings)
    ids = queries.due(reading(), house.clock())
    return sum(deliver_one(house, gateway, message_id) for message_id in ids)


def deliver_one(house: House, gateway: SmsGateway, message_id: int) -> bool:
    """Deliver one message unless another process does; say whether it was sent."""
    sealed = work(SYSTEM, lambda w: _lease(w, message_id))
    if sealed is None:
        return False
    phone, code = house.keys.decrypt("outbox", bytes.fromhex(sealed)).decode().split(" ")
    try:
        gateway.send(phone, TEXTS["people.code"] % {"code": code})
    except OSError as error:
        reason = f"{type(error).__name__}: {error}"
        work(SYSTEM, lambda w: _failed(w, message_id, reason))
        return False
    work(SYSTEM, lambda w: _sent(w, message_id))
    return True


def _lease(w: Work, message_id: int) -> str | None:
    leased = w.session.connection().execute(
        update(OutboxRow)
        .where(OutboxRow.id == message_id, OutboxRow.state == "waiting", OutboxRow.next_at <= w.now)
        .values(next_at=w.now + LEASE, tries=OutboxRow.tries + 1)
    )
    if leased.rowcount != 1:
        return None
    values = w.session.scalar(select(OutboxRow.values).where(OutboxRow.id == message_id)) or {}
    return str(values["sealed"])


def _sent(w: Work, message_id: int) -> None:
    # The number and the code are gone once the message is.
    w.session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == message_id)
        .values(state="sent", sent_at=w.now, values={})
    )


def _failed(w: Work, message_id: int, reason: str) -> None:
    tries = w.session.scalar(select(OutboxRow.tries).where(OutboxRow.id == message_id)) or 0
    pause = pause_after(tries)
    state = "waiting" if pause else "dead"
    w.session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == message_id)
        .values(state=state, error=reason, next_at=w.now + (pause or timedelta()))
    )
