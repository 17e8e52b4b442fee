"""What points put into the shell: a row on 我的, the menu entries, belongings."""

from collections.abc import Mapping

from flask import request, url_for
from flask_babel import gettext as _

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Belongings, Door, MessageKind, Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import reading
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.points.actions.personal import absorb, erase
from wufei_public.points.documents import export
from wufei_public.points.queries.ledger import balance


def mine_doors(actor: Actor) -> list[Door]:
    if actor.kind is not ActorKind.RESIDENT or actor.id is None:
        return []
    own = balance(reading(), actor.id)
    return [Door(url_for("points.mine"), "points", _("我的积分"), _("看来历、换东西"), own)]


def menu(actor: Actor) -> list[MenuItem]:
    pages = (
        ("points:redemption:hand_over", "points_desk.counter", "check", _("兑换核销")),
        ("points:reward:edit", "points_desk.catalogue", "star", _("可换的东西")),
        ("points:entry:reverse", "point_entries.page", "back", _("退回积分")),
        ("points:shop:edit", "reward_shops.listing", "gift", _("兑换点")),
    )
    return [
        MenuItem(url_for(page), icon, label, here=request.path.startswith(url_for(page)))
        for permission, page, icon, label in pages
        if actor.has_role(*PERMISSIONS[permission])
    ]


MESSAGES: Mapping[str, MessageKind] = {
    "points.expiring": MessageKind(
        N_("有积分快到期了"),
        N_("%(points)s 分的有效期到 %(day)s，可以先换东西。"),
        lambda _values: url_for("points.mine"),
        "clock",
    ),
}

OFFER = Offer(
    messages=MESSAGES,
    mine_doors=mine_doors,
    menu={N_("办事"): menu},
    belongings=Belongings(N_("我的积分"), export, absorb, erase),
)
