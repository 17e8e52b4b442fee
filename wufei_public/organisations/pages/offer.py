"""What the register puts into the shell: 我的单位, the staff menu, how its messages read."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Belongings, Card, Door, MessageKind, Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import reading
from wufei_public.organisations.actions.personal import absorb, erase
from wufei_public.organisations.queries import memberships
from wufei_public.people.rules.permissions import PERMISSIONS


def mine(actor: Actor) -> Card | None:
    if actor.kind is not ActorKind.RESIDENT or actor.id is None:
        return None
    return Card(
        "organisations/_mine.html", {"rows": memberships.represented_by(reading(), actor.id)}
    )


def tasks(actor: Actor) -> list[Door]:
    if not actor.has_role(*PERMISSIONS["organisations:membership:decide"]):
        return []
    count, url = memberships.waiting_count(reading(), actor), url_for("memberships.waiting")
    return [Door(url, "people", _("等着核实的代表申请"), count=count, tone="doing")]


def menu(actor: Actor) -> list[MenuItem]:
    if not actor.has_role(*PERMISSIONS["organisations:card:view"]):
        return []
    url, path = url_for("organisations.listed"), request.path
    here = path.startswith((url, url_for("memberships.waiting")))
    return [MenuItem(url, "people", _("单位名录"), here=here)]


def _to_list(_values: Mapping[str, Any]) -> str:
    return url_for("my_organisations.listed")


def _kind(title: str, text: str, icon: str) -> MessageKind:
    return MessageKind(title, text, _to_list, icon)


MESSAGES: Mapping[str, MessageKind] = {
    "organisations.applied": _kind(
        N_("有人申请代表您的单位"), N_("%(name)s。请看看是不是您单位的人。"), "st-soon"
    ),
    "organisations.prove": _kind(
        N_("您可以代表单位了"), N_("%(name)s。申请、申辩都从“我的单位”进。"), "st-done"
    ),
    "organisations.coded": _kind(
        N_("您的单位多了一位代表"),
        N_("%(name)s。他用发到登记电话的核实码证明的，不认识就点开提出争议。"),
        "st-soon",
    ),
    "organisations.refuse": _kind(
        N_("代表单位的申请没有通过"), N_("%(name)s。点开看看为什么。"), "st-bad"
    ),
    "organisations.dispute": _kind(
        N_("您的代表身份有争议，先暂停"), N_("%(name)s。工作人员会核实。"), "st-bad"
    ),
    "organisations.uphold": _kind(
        N_("您的代表身份恢复了"), N_("%(name)s。争议不成立。"), "st-done"
    ),
    "organisations.end": _kind(N_("您不再代表单位"), N_("%(name)s。点开看看为什么。"), "st-none"),
    "organisations.succeed": _kind(
        N_("新的代表接任了"), N_("%(name)s。您的交接完成了。"), "st-done"
    ),
}


OFFER = Offer(
    mine=mine,
    tasks=tasks,
    menu={N_("办事"): menu},
    messages=MESSAGES,
    belongings=Belongings(N_("我的单位"), memberships.copy_of, absorb, erase),
)
