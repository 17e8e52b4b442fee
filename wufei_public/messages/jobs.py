"""Every second: messages and letters that wait, and addresses that a cache shall forget."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.messages import queries
from wufei_public.messages.actions import delivery, letters, purging
from wufei_public.messages.actions.delivery import Parcel
from wufei_public.messages.actions.letters import Letter
from wufei_public.messages.documents import compose
from wufei_public.messages.gateway import SmsGateway, sms_gateway
from wufei_public.messages.gateway.cdn import Cdn
from wufei_public.messages.gateway.wechat import Letterbox, PersonRefused, TokenRefused
from wufei_public.messages.rules import (
    CARRIERS,
    MOST_AT_ONCE,
    SMS_AT_ONCE,
    WECHAT,
    Undelivered,
)
from wufei_public.wechat.actions import refuse
from wufei_public.wechat.gateway import wechat
from wufei_public.wechat.queries import token
from wufei_public.wechat.rules import Kind

# Then the next tick goes on: a job that never ends could not be told from one that hangs.
PATIENCE_SECONDS = 30


def deliver_sms(_slot: str) -> int:
    """Send what is due, round after round; return how many messages were tried."""
    gateway = sms_gateway(house().settings)
    return _while_full(SMS_AT_ONCE, lambda: _carry(gateway))


def _while_full(most: int, carry: Callable[[], int]) -> int:
    """Carry until a round was not full: a second alone brings more than a round takes."""
    began, done = time.monotonic(), 0
    while True:
        carried = carry()
        done += carried
        if carried < most or time.monotonic() - began > PATIENCE_SECONDS:
            return done


def _carry(gateway: SmsGateway) -> int:
    """Send one round of SMS, several at a time, and write what came of all of it."""
    if not queries.is_anything_due(reading(), "sms", house().clock()):
        return 0
    parcels: Sequence[Parcel] = work(SYSTEM, delivery.lease_sms)
    now = house().clock()
    with ThreadPoolExecutor(CARRIERS) as carriers:
        failures = list(carriers.map(lambda one: delivery.send(gateway, one, now), parcels))
    if parcels:
        _write(list(zip(parcels, failures, strict=True)))
    return len(parcels)


def _write(came: Sequence[tuple[Parcel, Undelivered | None]]) -> None:
    def do(w: Work) -> None:
        for parcel, failure in came:
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
        _write([(parcel, purging.call(cdn, settings.public_url, parcel))])
    return len(parcels)


def deliver_letters(_slot: str) -> int:
    """Send what goes through WeChat, round after round; return how many letters were tried."""
    return _while_full(MOST_AT_ONCE, _post)


def _post() -> int:
    home = house()
    if not queries.is_anything_due(reading(), WECHAT, home.clock()):
        return 0
    box = _letterbox()
    found: Sequence[Letter] = work(SYSTEM, letters.lease)
    for letter in found:
        _deliver(box, letter)
    return len(found)


def _letterbox() -> Letterbox | None:
    home = house()
    adapter = wechat(home.settings)
    if adapter is None:
        return None
    access = token(reading(), home.keys, adapter.app_id, Kind.ACCESS, home.clock())
    return Letterbox(adapter, access or "")


def _deliver(box: Letterbox | None, letter: Letter) -> None:
    """Hand a letter over outside any transaction, and write what came of it."""
    composed = compose(letter)
    if box is None or not letter.openid or composed is None:
        title = composed.title if composed else ""
        work(SYSTEM, lambda w: letters.fall_back(w, letter=letter, title=title))
        return
    try:
        box.send(
            openid=letter.openid,
            template=composed.template,
            number=letter.id,
            url=composed.url,
            fields=composed.fields,
        )
    except Undelivered as failure:
        _note_failure(box, letter, failure, composed.title)
    else:
        work(SYSTEM, lambda w: letters.write_sent(w, letter=letter))


def _note_failure(box: Letterbox, letter: Letter, failure: Undelivered, title: str) -> None:
    def note(w: Work) -> None:
        if isinstance(failure, PersonRefused):
            letters.write_unwilling(w, letter=letter, everything=failure.everything)
            letters.fall_back(w, letter=letter, title=title)
            return
        if isinstance(failure, TokenRefused):
            refuse(w, app_id=box.adapter.app_id, value=box.access)
        letters.write_failure(w, letter=letter, failure=failure)

    work(SYSTEM, note)


JOBS = (
    Job("messages.sms", deliver_sms, every=1),
    Job("messages.wechat", deliver_letters, every=1),
    Job("messages.cdn", purge, every=1),
)
