"""Cases and people for tests; nothing surprising."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Row, insert, select

from tests.media.make import jpeg
from tests.places import load as load_places
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from wufei_public.common.codes import new_code
from wufei_public.dumping.actions import officer, showing
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.actions.steps import owner_of
from wufei_public.dumping.actions.submit import Draft, submit
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.buckets import BucketMark
from wufei_public.infra.web.session import COOKIE
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.media.actions import photos as media
from wufei_public.media.actions.developing import develop_waiting
from wufei_public.media.models import Photo
from wufei_public.media.queries import photos_of
from wufei_public.messages.models import Message
from wufei_public.people.actions.sessions import start_session
from wufei_public.people.models import Account, GrantRow
from wufei_public.people.rules.roles import Role

TOWN, OTHER_TOWN = "410307106", "410307107"
VILLAGE = "410307106201"
DISTRICT = "410307"
DEPARTMENT, OTHER_DEPARTMENT = "urban_management", "agriculture_rural"
PHONE = "13812345678"
WORDS = f"昨天晚上有车倒的，大概三车碎砖，找我 {PHONE}。"
SPOT = "村口桥头，车牌豫C12345"


def _staff(number: int, name: str, *grants: Grant) -> Actor:
    return Actor(ActorKind.STAFF, number, name, grants)


TOWN_OFFICER = _staff(101, "镇办甲", Grant(Role.TOWN_OFFICER, division=TOWN))
OTHER_OFFICER = _staff(102, "镇办乙", Grant(Role.TOWN_OFFICER, division=OTHER_TOWN))
DISTRICT_OFFICER = _staff(103, "区级", Grant(Role.DISTRICT_OFFICER, division=DISTRICT))
DEPARTMENT_OFFICER = _staff(104, "部门", Grant(Role.DEPARTMENT_OFFICER, department=DEPARTMENT))
CREW = _staff(105, "清运", Grant(Role.CREW_MEMBER, division=TOWN))
STRANGER = _staff(106, "生人")
AUDITOR = _staff(107, "审计", Grant(Role.AUDITOR))
OTHER_DEPARTMENT_OFFICER = _staff(
    108, "别的部门", Grant(Role.DEPARTMENT_OFFICER, department=OTHER_DEPARTMENT)
)
OTHER_CREW = _staff(109, "别的清运", Grant(Role.CREW_MEMBER, division=TOWN))
RESIDENT = Actor(ActorKind.RESIDENT, 201, "居民")
NEIGHBOUR = Actor(ActorKind.RESIDENT, 202, "邻居")


# No proof is like another one.
_PROOFS = count(700)
POSITION = {"lat": 34.7, "lon": 112.8}


def places() -> None:
    """Load the package's places and holidays."""
    load_places()


def account(actor: Actor) -> Actor:
    """Write the account of `actor`, with the running grants."""

    def add(w: Work) -> None:
        row = {
            "id": actor.id,
            "code": new_code(secrets.token_bytes),
            "kind": actor.kind,
            "display_name": actor.name,
            "user_name": f"u{actor.id}" if actor.kind is ActorKind.STAFF else None,
            "state": "active",
            "created_at": w.now,
        }
        w.session.execute(insert(Account), row)
        for grant in actor.grants:
            w.session.execute(insert(GrantRow), _grant(actor, grant, w.now))

    work(SYSTEM, add)
    return actor


def _grant(actor: Actor, grant: Grant, now: datetime) -> dict[str, Any]:
    return {
        "code": new_code(secrets.token_bytes),
        "account": actor.id,
        "role": grant.role,
        "division": grant.division or "",
        "department": grant.department or "",
        "granted_at": now,
    }


def grant(actor: Actor, given: Grant) -> None:
    """Give `actor`, who has an account, one more role."""
    work(SYSTEM, lambda w: w.session.execute(insert(GrantRow), _grant(actor, given, w.now)))


def leave(actor: Actor) -> None:
    """End every grant of `actor`."""

    def end(w: Work) -> None:
        for row in w.session.scalars(select(GrantRow).where(GrantRow.account == actor.id)):
            row.ended_at = w.now

    work(SYSTEM, end)


def browser(app: Flask, actor: Actor) -> FlaskClient:
    """Return a client in which `actor`, who has an account, is signed in."""

    def enter(w: Work) -> str:
        row = w.session.get_one(Account, actor.id)
        return start_session(w, row, device="", old_token="").token

    client = app.test_client()
    client.set_cookie(COOKIE, work(SYSTEM, enter))
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


def draft(**changes: Any) -> Draft:
    """Return a whole draft of a report."""
    values = {
        "client_key": secrets.token_urlsafe(24),
        "kind": "build",
        "division": VILLAGE,
        "words": WORDS,
        "spot": SPOT,
    }
    return Draft(**(values | changes))


def report(actor: Actor = ANONYMOUS, **changes: Any) -> Receipt:
    """Submit a report."""
    return work(actor, lambda w: submit(w, draft(**changes)))


def photo_token(seed: int = 1, **exif: Any) -> str:
    """Upload a real photo; return its token."""
    prepared = media.prepare(house().store, jpeg(seed=seed, **exif), "p.jpg")
    return work(ANONYMOUS, lambda w: media.record(w, prepared))


def develop() -> None:
    """Do what the jobs process does with the photos that wait."""
    while develop_waiting(house()):
        pass


def do(actor: Actor, action: Any, code: str, **values: Any) -> Any:
    """Run one action on a case."""
    return work(actor, lambda w: action(w, code=code, **values))


def accepted(actor: Actor = ANONYMOUS, **changes: Any) -> Receipt:
    """Return a case that the town accepted, with a position unless `changes` say otherwise."""
    receipt = report(actor, **(POSITION | changes))
    do(TOWN_OFFICER, officer.accept, receipt.code)
    return receipt


def assigned(actor: Actor = ANONYMOUS, **changes: Any) -> Receipt:
    """Return a case that a department handles."""
    receipt = accepted(actor, **changes)
    do(TOWN_OFFICER, officer.assign, receipt.code, department=DEPARTMENT)
    return receipt


def crewed(actor: Actor = ANONYMOUS, **changes: Any) -> Receipt:
    """Return a case that the crew member CREW, who has an account, handles."""
    receipt = accepted(actor, **changes)
    do(TOWN_OFFICER, officer.assign, receipt.code, crew=CREW.id)
    return receipt


def asked(receipt: Receipt, actor: Actor = TOWN_OFFICER) -> Receipt:
    """Ask the reporter of a case for more."""
    do(actor, officer.ask, receipt.code, text="请说说是哪一天倒的。")
    return receipt


def closed(actor: Actor = ANONYMOUS, **changes: Any) -> Receipt:
    """Return a case that was cleared, with a photo as proof."""
    receipt = assigned(actor, **changes)
    token = photo_token(seed=next(_PROOFS))
    do(TOWN_OFFICER, officer.close, receipt.code, text="已经清走。", photo=[token])
    return receipt


def released(receipt: Receipt, **values: Any) -> Receipt:
    """Show a case to the public."""
    do(TOWN_OFFICER, showing.release, receipt.code, **values)
    return receipt


def withheld(receipt: Receipt) -> Receipt:
    """Keep a case from the public."""
    do(TOWN_OFFICER, showing.withhold, receipt.code, reason="personal")
    return receipt


def case(receipt: Receipt) -> Report:
    """Return the case's row as it stands in the database."""
    reading().rollback()
    reading().expire_all()
    return cases.report(reading(), receipt.code)


def shown_as(receipt: Receipt) -> str:
    """Return the number under which the public finds a released case."""
    return case(receipt).public_code or ""


def photo_ids(receipt: Receipt) -> list[int]:
    """Return the ids of the reporter's photos."""
    return [photo.id for photo in photos_of(reading(), owner_of(receipt.code))]


def last_event(receipt: Receipt) -> Row[Any]:
    return cases.events(reading(), case(receipt).id)[-1]


def moves(receipt: Receipt) -> list[str]:
    return [event.move for event in cases.events(reading(), case(receipt).id)]


def last_audit() -> AuditRow:
    found = reading().scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1))
    return found.one()


def messages() -> Sequence[tuple[int, str]]:
    """Return account and template of every message that was written."""
    rows = select(Message.account, Message.template).order_by(Message.id)
    return [(account, template) for account, template in reading().execute(rows)]


def marks() -> Sequence[tuple[str, str]]:
    """Return measure and place of every mark, oldest first."""
    rows = select(BucketMark.measure, BucketMark.place).order_by(BucketMark.id)
    return [(measure, place) for measure, place in reading().execute(rows)]


def photos(receipt: Receipt) -> Sequence[Row[Any]]:
    """Return role and publicity of every photo of a case."""
    return cases.photos(reading(), case(receipt).id)


def keeps_originals(receipt: Receipt) -> list[bool]:
    """Say of each photo of the reporter whether its original is to be kept."""
    rows = select(Photo.keep_original).where(Photo.owner == owner_of(receipt.code))
    return list(reading().scalars(rows.order_by(Photo.id)))
