"""What check-ins put into the shell: the head of 首页 until today's is done, a door, a tab."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from wufei_public.checkins.actions.personal import absorb, erase
from wufei_public.checkins.documents import own as documents
from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.clock import district_day
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Belongings, Card, Door, Offer
from wufei_public.infra.web.view import MenuItem, Tab
from wufei_public.infra.work import house, reading
from wufei_public.people.rules.permissions import PERMISSIONS


def _standing(actor: Actor) -> Any:
    if actor.kind is not ActorKind.RESIDENT or actor.id is None:
        return None
    return documents.standing(reading(), actor.id, district_day(house().clock()))


def hero(actor: Actor) -> Card | None:
    at = _standing(actor)
    if at is None or at.done:
        return None
    return Card("checkins/_hero.html", {"at": at, "url": url_for("checkins.page")})


def doors(actor: Actor) -> list[Door]:
    at = _standing(actor)
    small = _("攒积分换东西") if at is None else _("今天打过卡了") if at.done else _("点这里打卡")
    url, label = url_for("checkins.page"), pgettext("tab", "打卡")
    return [Door(url, "checkin", label, small, primary=True)]


def tab() -> Tab:
    return Tab("checkin", url_for("checkins.page"), "checkin", pgettext("tab", "打卡"))


def menu(actor: Actor) -> list[MenuItem]:
    pages = (
        ("checkins:spot:check", "spots.listing", "eye", _("抽查")),
        ("checkins:point:edit", "checkin_places.listing", "pin", _("投放点")),
        ("checkins:coverage:view", "coverage.listing", "check", _("分类登记")),
        ("checkins:split:record", "splits.page", "leaf", _("二次分拣")),
        ("checkins:split:view", "splits.figures", "gauge", _("分拣重量")),
        ("checkins:stretch:inspect", "roads.page", "map", _("路长巡查")),
        ("checkins:stretch:view", "roads.listing", "map", _("路长制")),
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
    notices=notices,
    hero=hero,
    tab=tab,
    doors=doors,
    menu={N_("打卡"): menu},
    belongings=Belongings(N_("我的打卡"), documents.export, absorb, erase),
)
