"""Every second: messages that wait for delivery, and addresses that a cache shall forget."""

from collections.abc import Sequence

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.messages import queries
from wufei_public.messages.actions import delivery, purging
from wufei_public.messages.actions.delivery import Parcel
from wufei_public.messages.gateway import sms_gateway
from wufei_public.messages.gateway.cdn import Cdn
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


def purge(_slot: str) -> int:
    """Tell the cache what to forget; return how many rows were tried."""
    if not queries.is_anything_due(reading(), purging.CHANNEL, house().clock()):
        return 0
    settings = house().settings
    cdn = Cdn(settings.cdn_purge_url, settings.cdn_purge_token)
    parcels: Sequence[Parcel] = work(SYSTEM, purging.lease_purges)
    for parcel in parcels:
        _write(parcel, purging.call(cdn, settings.public_url, parcel))
    return len(parcels)


JOBS = (Job("messages.sms", deliver_sms, every=1), Job("messages.cdn", purge, every=1))
