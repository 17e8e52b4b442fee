"""What cells put into the shell: cards, the staff menu, how their messages read."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from wufei_public.cells import policy
from wufei_public.cells.actions.personal import absorb, erase
from wufei_public.cells.documents import own, public, shown
from wufei_public.cells.documents.personal import export
from wufei_public.cells.queries import applications, certificates, lists, reviews
from wufei_public.cells.rules.stages import OPEN, State
from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Belongings, Card, Door, MessageKind, Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import house, reading
from wufei_public.people.rules.permissions import PERMISSIONS


def doors(_actor: Actor) -> list[Door]:
    return [Door(url_for("cells.listing"), "medal", _("无废细胞"))]


def mine(actor: Actor) -> Card | None:
    if actor.kind is not ActorKind.RESIDENT:
        return None
    rows, _more = applications.of_units(reading(), actor, limit=5)
    found = own.open_rounds(reading(), house().clock())
    lines = [shown.own_line(row, url_for("cells_unit.one", code=row.code)) for row in rows]
    return Card("cells/_mine.html", {"rows": lines, "rounds": found})


def notices(_actor: Actor) -> Card:
    session, now = reading(), house().clock()
    rows = public.notice_rows(session, certificates.on_notice(session, 5))
    return Card("cells/_notices.html", {"rows": rows, "count": public.count_json(session, now)})


def staff(actor: Actor) -> Card | None:
    if actor.has_role(*PERMISSIONS["cells:application:view"]):
        counts = lists.counts(reading(), actor)
        rows = [
            (state, shown.chip_of(state)[1], counts[state])
            for state in State
            if state in OPEN and counts.get(state)
        ]
        return Card("cells/_staff.html", {"rows": rows, "sheets": None})
    if actor.has_role(*PERMISSIONS["cells:sheet:score"]):
        waiting = reviews.waiting_count(reading(), actor.id)
        return Card("cells/_staff.html", {"rows": [], "sheets": waiting})
    return None


def menu(actor: Actor) -> list[MenuItem]:
    path, found = request.path, []
    if actor.has_role(*PERMISSIONS["cells:application:view"]):
        url = url_for("cells_desk.queue")
        here = path.startswith(url) and not path.startswith(f"{url}/office")
        found.append(MenuItem(url, "cell", _("无废细胞申报"), here=here))
    if policy.may_lead(actor).allowed:
        for endpoint, words in (("listed", _("申报批次")), ("experts", _("评审专家"))):
            url = url_for(f"cells_office.{endpoint}")
            found.append(MenuItem(url, "cell", words, here=path.startswith(url)))
    if actor.has_role(*PERMISSIONS["cells:sheet:score"]):
        url, count = url_for("cells_scoring.listed"), reviews.waiting_count(reading(), actor.id)
        found.append(MenuItem(url, "cell", _("专家评分"), count, here=path.startswith(url)))
    return found


def _to(endpoint: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda values: url_for(endpoint, code=values["code"])


def _kind(title: str, text: str, endpoint: str, icon: str) -> MessageKind:
    return MessageKind(title, text, _to(endpoint), icon)


_UNIT, _DESK, _SHEET = "cells_unit.one", "cells_desk.one", "cells_scoring.one"
MESSAGES: Mapping[str, MessageKind] = {
    "cells.submit": _kind(N_("申报交上去了"), N_("%(unit)s。镇办会先看材料。"), _UNIT, "st-done"),
    "cells.return": _kind(N_("申报要补正"), N_("%(unit)s。请看要补什么。"), _UNIT, "st-soon"),
    "cells.lapse": _kind(N_("申报过期了"), N_("%(unit)s。点开看看为什么。"), _UNIT, "st-bad"),
    "cells.rectify": _kind(N_("请限期整改"), N_("%(unit)s。请看要改什么。"), _UNIT, "st-soon"),
    "cells.confirm": _kind(N_("开始公示了"), N_("%(unit)s。请看公示到哪天。"), _UNIT, "st-doing"),
    "cells.object": _kind(N_("公示收到异议"), N_("%(unit)s。公示先停着。"), _UNIT, "st-soon"),
    "cells.clear": _kind(N_("公示结束了"), N_("%(unit)s。等待命名。"), _UNIT, "st-done"),
    "cells.name": _kind(N_("命名为无废细胞"), N_("%(unit)s。证书可以下载了。"), _UNIT, "st-done"),
    "cells.refuse": _kind(N_("申报没有通过"), N_("%(unit)s。可以申诉。"), _UNIT, "st-bad"),
    "cells.charge": _kind(
        N_("可能会限制申报"), N_("%(unit)s。请看原因，在期限内说明。"), _UNIT, "st-bad"
    ),
    "cells.charge_dropped": _kind(
        N_("没有认定"), N_("%(unit)s。申报照常往下走。"), _UNIT, "st-done"
    ),
    "cells.panel_short": _kind(N_("专家组不到三位"), N_("%(unit)s。请派专家。"), _DESK, "st-soon"),
    "cells.overturn": _kind(N_("申诉成立"), N_("%(unit)s。会重新决定。"), _UNIT, "st-done"),
    "cells.readmit": _kind(N_("申诉成立"), N_("%(unit)s。现在开始评审。"), _UNIT, "st-done"),
    "cells.dismiss": _kind(N_("申报终结了"), N_("%(unit)s。点开看看为什么。"), _UNIT, "st-bad"),
    "cells.suspend": _kind(N_("证书暂停使用"), N_("%(unit)s。点开看看为什么。"), _UNIT, "st-soon"),
    "cells.restore": _kind(N_("证书恢复使用"), N_("%(unit)s。"), _UNIT, "st-done"),
    "cells.revoke": _kind(N_("已经摘牌"), N_("%(unit)s。可以申诉。"), _UNIT, "st-bad"),
    "cells.reinstate": _kind(N_("恢复命名"), N_("%(unit)s。"), _UNIT, "st-done"),
    "cells.unit_soon": _kind(N_("申报快到期了"), N_("%(unit)s。请看还差什么。"), _UNIT, "st-soon"),
    "cells.unit_over": _kind(N_("申报的期限过了"), N_("%(unit)s。请看。"), _UNIT, "st-bad"),
    "cells.desk_soon": _kind(N_("一件申报快到期"), N_("%(unit)s。请先办。"), _DESK, "st-soon"),
    "cells.desk_over": _kind(N_("一件申报已超期"), N_("%(unit)s。请马上办。"), _DESK, "st-bad"),
    "cells.assigned": _kind(
        N_("请您评分"), N_("%(unit)s。请先声明有没有利害关系。"), _SHEET, "doc"
    ),
    "cells.sheet_soon": _kind(N_("评分快到期了"), N_("%(unit)s。"), _SHEET, "st-soon"),
    "cells.extended": _kind(N_("评分延期了"), N_("%(unit)s。请看新的期限。"), _SHEET, "clock"),
    "cells.panel_over": _kind(
        N_("专家评分已超期"), N_("%(unit)s。请延期或者换专家。"), _DESK, "st-bad"
    ),
    "cells.sheet_over": _kind(
        N_("评分已超期"), N_("%(unit)s。要先请办公室延期。"), _SHEET, "st-bad"
    ),
    "cells.answered": _kind(
        N_("您的异议有答复了"), N_("%(unit)s。点开看答复。"), "cells.objected", "st-done"
    ),
    "cells.expires": _kind(
        N_("证书快到期了"), N_("%(unit)s。请留意新一批申报。"), "cells.certificate", "st-soon"
    ),
    "cells.spot_check": _kind(
        N_("年度抽查有结果了"), N_("%(unit)s。点开看看。"), "cells_unit.one", "st-info"
    ),
    "cells.removal_proposed": _kind(
        N_("有人提出摘牌"), N_("%(unit)s。还要第二个人确认，请看原因。"), _UNIT, "st-bad"
    ),
    "cells.removal_declined": _kind(
        N_("没有摘牌"), N_("%(unit)s。第二个人没有确认。"), _UNIT, "st-done"
    ),
    "cells.task": _kind(
        N_("有一件事要在期限内办"), N_("%(unit)s。请看要整改或者复核什么。"), _UNIT, "st-soon"
    ),
    "cells.task_soon": _kind(
        N_("整改或者复核快到期了"), N_("%(unit)s。请回复。"), _UNIT, "st-soon"
    ),
    "cells.task_over": _kind(
        N_("整改或者复核的期限过了"), N_("%(unit)s。请联系办公室。"), _UNIT, "st-bad"
    ),
    "cells.task_passed": _kind(
        N_("整改或者复核通过了"), N_("%(unit)s。点开看结论。"), _UNIT, "st-done"
    ),
    "cells.task_failed": _kind(
        N_("整改或者复核没有通过"), N_("%(unit)s。点开看结论。"), _UNIT, "st-bad"
    ),
    "cells.closed_early": _kind(
        N_("这一批提前截止了"), N_("%(unit)s。草稿留着，可以复制到下一批。"), _UNIT, "st-soon"
    ),
    "cells.draft_waits": _kind(
        N_("新一批开始申报了"), N_("%(unit)s。上次的草稿可以复制过来。"), _UNIT, "st-info"
    ),
    "cells.report_over": _kind(
        N_("年度自查没有交"), N_("%(unit)s。去年的请补交。"), _UNIT, "st-bad"
    ),
    "cells.report_due": _kind(
        N_("请交年度自查"), N_("%(unit)s。写几句今年怎么做的。"), _UNIT, "st-soon"
    ),
    "cells.report_missing": _kind(
        N_("有单位没交年度自查"), N_("%(unit)s。"), "cells.certificate", "st-bad"
    ),
}
OFFER = Offer(
    doors=doors,
    mine=mine,
    notices=notices,
    staff=staff,
    menu={N_("办事"): menu},
    messages=MESSAGES,
    belongings=Belongings(N_("无废细胞的异议和申诉"), export, absorb, erase),
)
