"""What check-ins put into the shell: the card of today on 首页, 我的, belongings."""

from flask import request, url_for
from flask_babel import gettext as _

from wufei_public.checkins.actions.personal import absorb, erase
from wufei_public.checkins.documents import own as documents
from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.clock import district_day
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Belongings, Card, Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import house, reading
from wufei_public.people.rules.permissions import PERMISSIONS


def home(actor: Actor) -> Card:
    if actor.kind is not ActorKind.RESIDENT or actor.id is None:
        return Card("checkins/_home.html", {"at": None})
    today = district_day(house().clock())
    return Card("checkins/_home.html", {"at": documents.standing(reading(), actor.id, today)})


def menu(actor: Actor) -> list[MenuItem]:
    pages = (
        ("checkins:spot:check", "spots.listing", "eye", _("抽查")),
        ("checkins:point:edit", "checkin_places.listing", "pin", _("投放点")),
        ("checkins:figure:view", "checkin_boards.desk", "chart", _("打卡数字")),
    )
    return [
        MenuItem(url_for(page), icon, label, here=request.path == url_for(page))
        for permission, page, icon, label in pages
        if actor.has_role(*PERMISSIONS[permission])
    ]


def notices(_actor: Actor) -> Card:
    return Card("checkins/_notices.html")


OFFER = Offer(
    home=home,
    notices=notices,
    menu={N_("打卡"): menu},
    belongings=Belongings(N_("我的打卡"), documents.export, absorb, erase),
)
