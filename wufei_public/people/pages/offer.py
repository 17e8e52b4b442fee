"""What people give to 我的 and to the staff menu."""

from collections.abc import Sequence

from flask import request, url_for
from flask_babel import gettext

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Card, Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import house, reading
from wufei_public.people.queries.accounts import masked_phone
from wufei_public.people.rules.permissions import PERMISSIONS


def _mine(actor: Actor) -> Card | None:
    if actor.kind is not ActorKind.RESIDENT or actor.id is None:
        return Card("people/card_guest.html")
    phone = masked_phone(reading(), house().keys, actor.id)
    return Card("people/card_mine.html", {"phone": phone})


def _menu(actor: Actor) -> Sequence[MenuItem]:
    items = [_item("devices.of_staff", "lock", gettext("我的登录"))]
    if actor.has_role(*PERMISSIONS["people:account:list"]):
        items.insert(0, _item("accounts.listed", "people", gettext("工作人员账号")))
    return items


def _item(endpoint: str, icon: str, label: str) -> MenuItem:
    here = (request.endpoint or "").split(".")[0] == endpoint.split(".", maxsplit=1)[0]
    return MenuItem(url_for(endpoint), icon, label, here=here)


OFFER = Offer(mine=_mine, menu={N_("账号"): _menu})
