"""What learning puts into the shell: a door on 首页, the menu entry for editors."""

from flask import request, url_for
from flask_babel import gettext as _

from wufei_public.common.actor import Actor
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Door, Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.people.rules.permissions import PERMISSIONS


def doors(_actor: Actor) -> list[Door]:
    return [Door(url_for("sorting.find"), "search-bin", _("分类查询"))]


def menu(actor: Actor) -> list[MenuItem]:
    if not actor.has_role(*PERMISSIONS["learning:sorting:edit"]):
        return []
    url = url_for("sorting_desk.listing")
    return [MenuItem(url, "bin-recycle", _("分类词典"), here=request.path.startswith(url))]


OFFER = Offer(doors=doors, menu={N_("办事"): menu})
