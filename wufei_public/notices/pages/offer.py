"""What pieces put into the shell: what is new on 首页, the latest on 公示, the editors' entry."""

from datetime import timedelta

from flask import request, url_for
from flask_babel import gettext as _

from wufei_public.common.actor import Actor
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Card, Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import house, reading
from wufei_public.notices import documents, queries
from wufei_public.notices.rules.versions import Kind
from wufei_public.people.rules.permissions import PERMISSIONS

NEW, MOST_NEW, MOST = timedelta(days=7), 2, 3


def home(_actor: Actor) -> Card | None:
    now = house().clock()
    rows = queries.listed(reading(), now, (Kind.NOTICE,), since=now - NEW, limit=MOST_NEW)
    return Card("notices/_latest.html", {"rows": documents.lines(rows)}) if rows else None


def notices(_actor: Actor) -> Card | None:
    rows = queries.listed(reading(), house().clock(), (Kind.NOTICE,), limit=MOST)
    return Card("notices/_latest.html", {"rows": documents.lines(rows)}) if rows else None


def menu(actor: Actor) -> list[MenuItem]:
    if not actor.has_role(*PERMISSIONS["notices:notice:edit"]):
        return []
    url = url_for("notices_desk.listing")
    return [MenuItem(url, "notice", _("公告和文章"), here=request.path.startswith(url))]


AUDIT_WORDS = {
    "notices/": N_("公告"),
    "notices:notice:write": N_("写公告或文章"),
    "notices:notice:publish": N_("发布公告或文章"),
    "notices:notice:withdraw": N_("撤回公告或文章"),
    "at": N_("时间"),
}
OFFER = Offer(home=home, notices=notices, menu={N_("办事"): menu}, audit_words=AUDIT_WORDS)
