"""Cases and people for tests; nothing surprising."""

import secrets
from typing import Any

from sqlalchemy import insert

from tests.media.make import jpeg
from wufei_public.calendar import actions as calendar
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from wufei_public.divisions import actions as divisions
from wufei_public.dumping.actions import officer
from wufei_public.dumping.actions.submit import Draft, Receipt, submit
from wufei_public.infra.storage import Storage
from wufei_public.infra.work import Work, house, work
from wufei_public.media import actions as media
from wufei_public.people.models import Account
from wufei_public.people.rules.roles import Role

TOWN, OTHER_TOWN = "410307106", "410307107"
VILLAGE = "410307106201"
DISTRICT = "410307"

TOWN_OFFICER = Actor(ActorKind.STAFF, 101, "镇办甲", (Grant(Role.TOWN_OFFICER, division=TOWN),))
OTHER_OFFICER = Actor(
    ActorKind.STAFF, 102, "镇办乙", (Grant(Role.TOWN_OFFICER, division=OTHER_TOWN),)
)
DISTRICT_OFFICER = Actor(
    ActorKind.STAFF, 103, "区级", (Grant(Role.DISTRICT_OFFICER, division=DISTRICT),)
)
DEPARTMENT_OFFICER = Actor(
    ActorKind.STAFF, 104, "部门", (Grant(Role.DEPARTMENT_OFFICER, department="urban_management"),)
)
CREW = Actor(ActorKind.STAFF, 105, "清运", (Grant(Role.CREW_MEMBER, division=TOWN),))
STRANGER = Actor(ActorKind.STAFF, 106, "生人")
AUDITOR = Actor(ActorKind.STAFF, 107, "审计", (Grant(Role.AUDITOR),))


def places() -> None:
    """Load the package's places and holidays."""

    def do(w: Work) -> None:
        divisions.seed(w)
        calendar.seed(w)

    work(SYSTEM, do)


def draft(**changes: Any) -> Draft:
    """Return a whole draft of a report."""
    values = {
        "client_key": secrets.token_urlsafe(24),
        "kind": "build",
        "division": VILLAGE,
        "words": "昨天晚上有车倒的，大概三车碎砖。",
    }
    return Draft(**(values | changes))


def report(actor: Actor = ANONYMOUS, **changes: Any) -> Receipt:
    """Submit a report."""
    return work(actor, lambda w: submit(w, draft(**changes)))


def photo_token(store: Storage | None = None, **exif: Any) -> str:
    """Upload a real photo; return its token."""
    prepared = media.prepare(store or house().store, jpeg(**exif), "p.jpg")
    return work(ANONYMOUS, lambda w: media.record(w, prepared))


def do(actor: Actor, move: Any, code: str, **values: Any) -> Any:
    """Run one action of an official."""
    return work(actor, lambda w: move(w, code=code, **values))


def assigned(**changes: Any) -> Receipt:
    """Return a case that a department handles."""
    receipt = report(**changes)
    do(TOWN_OFFICER, officer.accept, receipt.code)
    do(TOWN_OFFICER, officer.assign, receipt.code, department="urban_management", crew=None)
    return receipt


def closed(**changes: Any) -> Receipt:
    """Return a case that was cleared, with a photo as proof."""
    receipt = assigned(**changes)
    token = photo_token(seed=7)
    do(TOWN_OFFICER, officer.close, receipt.code, text="已经清走。", photo=[token])
    return receipt


def crew_account(account_id: int = 105, town: str = TOWN) -> None:
    """Write the account of the crew member, with the running grant."""
    from wufei_public.people.models import GrantRow  # noqa: PLC0415

    def add(w: Work) -> None:
        w.session.execute(
            insert(Account),
            {
                "id": account_id,
                "code": "CREW00000X",
                "kind": "staff",
                "display_name": "清运",
                "user_name": "crew",
                "state": "active",
                "created_at": w.now,
            },
        )
        w.session.execute(
            insert(GrantRow),
            {
                "code": "GRANT0000X",
                "account": account_id,
                "role": Role.CREW_MEMBER,
                "division": town,
                "granted_at": w.now,
            },
        )

    work(SYSTEM, add)
