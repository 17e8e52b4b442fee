"""Every second: messages that wait for delivery."""

from collections.abc import Sequence

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.messages import queries
from wufei_public.messages.actions import delivery
from wufei_public.messages.actions.delivery import Parcel
from wufei_public.messages.gateway import sms_gateway
from wufei_public.messages.rules import Undelivered


def deliver_sms(_slot: str) -> int:
    """Send what is due; return how many messages were tried."""
    if not queries.is_anything_due(reading(), "sms", house().clock()):
        return 0
    parcels: Sequence[Parcel] = work(SYSTEM, delivery.lease_sms)
    gateway = sms_gateway(house().settings)
    for parcel in parcels:
        failure = delivery.send(gateway, parcel, house().clock())
        _write(parcel, failure)
    return len(parcels)


def _write(parcel: Parcel, failure: Undelivered | None) -> None:
    def do(w: Work) -> None:
        if failure is None:
            delivery.write_sent(w, parcel=parcel)
        else:
            delivery.write_failure(w, parcel=parcel, failure=failure)

    work(SYSTEM, do)


JOBS = (Job("messages.sms", deliver_sms, every=1),)
