"""What learning puts into the shell: a door on 首页, the menu entry for editors."""

from flask import request, url_for
from flask_babel import gettext as _

from wufei_public.common.actor import Actor
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Belongings, Door, Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.learning.actions.training import absorb, erase
from wufei_public.learning.documents import trainings
from wufei_public.people.rules.permissions import PERMISSIONS


def doors(_actor: Actor) -> list[Door]:
    return [Door(url_for("sorting.find"), "search-bin", _("分类查询"))]


def menu(actor: Actor) -> list[MenuItem]:
    pages = (
        ("learning:sorting:edit", "sorting_desk.listing", "bin-recycle", _("分类词典")),
        ("learning:training:run", "training.listing", "people", _("培训")),
    )
    return [
        MenuItem(url_for(page), icon, label, here=request.path.startswith(url_for(page)))
        for permission, page, icon, label in pages
        if actor.has_role(*PERMISSIONS[permission])
    ]


OFFER = Offer(
    doors=doors,
    menu={N_("办事"): menu},
    belongings=Belongings(N_("参加的培训"), trainings, absorb, erase),
)
