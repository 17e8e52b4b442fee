"""What check-ins put into the shell: the card of today on 首页, 我的, belongings."""

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from wufei_public.checkins.actions.personal import absorb, erase
from wufei_public.checkins.documents import own as documents
from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.clock import district_day
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Belongings, Card, Offer
from wufei_public.infra.web.view import MenuItem, Tab
from wufei_public.infra.work import house, reading
from wufei_public.people.rules.permissions import PERMISSIONS


def home(actor: Actor) -> Card:
    if actor.kind is not ActorKind.RESIDENT or actor.id is None:
        return Card("checkins/_home.html", {"at": None})
    today = district_day(house().clock())
    return Card("checkins/_home.html", {"at": documents.standing(reading(), actor.id, today)})


def tab() -> Tab:
    return Tab("checkin", url_for("checkins.page"), "checkin", pgettext("tab", "打卡"))


def menu(actor: Actor) -> list[MenuItem]:
    if not actor.has_role(*PERMISSIONS["checkins:figure:view"]):
        return []
    url = url_for("checkin_boards.desk")
    return [MenuItem(url, "checkin", _("打卡数字"), here=request.path.startswith(url))]


def notices(_actor: Actor) -> Card:
    return Card("checkins/_notices.html")


OFFER = Offer(
    home=home,
    tab=tab,
    notices=notices,
    menu={N_("数字"): menu},
    belongings=Belongings(N_("我的打卡"), documents.export, absorb, erase),
)
