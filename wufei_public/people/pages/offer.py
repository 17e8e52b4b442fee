"""What people give to the staff menu."""

from collections.abc import Sequence

from flask import request, url_for
from flask_babel import gettext

from wufei_public.common.actor import Actor
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.people.rules.permissions import PERMISSIONS


def menu(actor: Actor) -> Sequence[MenuItem]:
    """Return the accounts for administrators, and everybody's own devices."""
    items = [_item("devices.of_staff", "lock", gettext("我的登录"))]
    if actor.has_role(*PERMISSIONS["people:account:list"]):
        items.insert(0, _item("accounts.listed", "people", gettext("工作人员账号")))
    return items


def _item(endpoint: str, icon: str, label: str) -> MenuItem:
    blueprint = endpoint.split(".", maxsplit=1)[0]
    return MenuItem(url_for(endpoint), icon, label, here=request.blueprint == blueprint)


OFFER = Offer(menu={N_("账号"): menu})
