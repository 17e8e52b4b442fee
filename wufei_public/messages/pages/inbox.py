"""消息: what the site has told a person, newest first; who has seen the page has read it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Row

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.text import N_
from wufei_public.infra.web.access import RESIDENT, STAFF, access
from wufei_public.infra.web.paging import pack_moment, unpack_moment
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.web.shell import Belongings, Door, Offer, message_kind
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import reading, work
from wufei_public.messages import queries
from wufei_public.messages.actions import inbox
from wufei_public.messages.documents import wording
from wufei_public.messages.models import MessageText
from wufei_public.people.rules.permissions import PERMISSIONS

blueprint = Blueprint("messages", __name__)


@blueprint.get("/mine/messages")
@access(RESIDENT)
def of_resident() -> str:
    return _page("messages/inbox.html")


@blueprint.get("/staff/messages")
@access(STAFF)
def of_staff() -> str:
    return _page("messages/staff_inbox.html")


def _page(template: str) -> str:
    actor, after = current_actor(), request.args.get("after")
    position = unpack_moment(after) if after else None
    rows, following = queries.inbox_page(reading(), actor.id or 0, position)
    texts = queries.texts(reading(), {row.template for row in rows}) if rows else {}
    lines = (_line(row, texts.get(row.template, ())) for row in rows)
    html = render_template(
        template,
        messages=[line for line in lines if line is not None],
        first=position is None,
        here=url_for(f"{request.endpoint}"),
        next_url=url_for(f"{request.endpoint}", after=pack_moment(following)) if following else "",
    )
    new = [row.id for row in rows if row.read_at is None]
    if new:
        work(actor, lambda w: inbox.mark_read(w, new))
    return html


def _line(row: Row[Any], texts: Sequence[MessageText]) -> dict[str, Any] | None:
    kind = message_kind(row.template)
    if kind is None:
        return None
    values: Mapping[str, Any] = row.values
    at: datetime = row.at
    title, words = wording(kind, texts, at, values)
    return {
        "title": title,
        "text": words,
        "url": kind.leads_to(values),
        "icon": kind.icon,
        "at": at,
        "new": row.read_at is None,
    }


def mine_doors(actor: Actor) -> list[Door]:
    if actor.kind is not ActorKind.RESIDENT or actor.id is None:
        return []
    new = queries.unread(reading(), actor.id)
    said = ngettext("有 %(num)s 条新的", "有 %(num)s 条新的", new) if new else _("没有新的")
    return [Door(url_for("messages.of_resident"), "inbox", _("消息"), said)]


def tasks(actor: Actor) -> list[Door]:
    new = queries.unread(reading(), actor.id or 0)
    doors = [Door(url_for("messages.of_staff"), "inbox", _("没读的消息"), count=new)]
    if actor.has_role(*PERMISSIONS["messages:dead:view"]):
        url, dead = url_for("dead_messages.listed"), queries.dead_count(reading())
        doors.append(Door(url, "bell", _("没送出去的消息"), count=dead, tone="bad"))
    return doors


def menu(actor: Actor) -> list[MenuItem]:
    url = url_for("messages.of_staff")
    unread = queries.unread(reading(), actor.id or 0)
    return [MenuItem(url, "inbox", _("消息"), unread or None, here=request.path == url)]


def office_menu(actor: Actor) -> list[MenuItem]:
    pages = (
        ("messages:dead:view", "dead_messages.listed", "bell", _("没送出去的消息")),
        ("messages:text:edit", "message_texts.listed", "edit", _("消息怎么说")),
    )
    return [
        MenuItem(url_for(page), icon, label, here=request.path.startswith(url_for(page)))
        for permission, page, icon, label in pages
        if actor.has_role(*PERMISSIONS[permission])
    ]


AUDIT_WORDS = {
    "messages/": N_("消息"),
    "messages:dead:repeat": N_("再发一次消息"),
    "messages:dead:drop": N_("放弃一条消息"),
    "messages:text:write": N_("改消息的说法"),
    "error": N_("原因"),
}
OFFER = Offer(
    mine_doors=mine_doors,
    tasks=tasks,
    menu={N_("账号"): menu, N_("管理"): office_menu},
    audit_words=AUDIT_WORDS,
    belongings=Belongings(N_("消息"), queries.export, inbox.absorb, inbox.erase),
)
