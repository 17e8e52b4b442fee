"""What the indicators put into the shell: a door, a card on 公示, the menu and what waits."""

from collections.abc import Mapping

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from wufei_public.common.actor import Actor
from wufei_public.common.clock import district_day
from wufei_public.common.text import N_
from wufei_public.indicators.documents import board
from wufei_public.indicators.queries import values
from wufei_public.indicators.rules.plans import current
from wufei_public.indicators.rules.states import LABELS, MOVE_LABELS
from wufei_public.infra.web.shell import Card, Door, MessageKind, Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import house, reading
from wufei_public.people.rules.permissions import PERMISSIONS


def doors(_actor: Actor) -> list[Door]:
    return [Door(url_for("indicators.listed"), "gauge", pgettext("door", "指标"))]


def notices(_actor: Actor) -> Card:
    plan, year = current(), district_day(house().clock()).year
    gauges = board.gauges(plan, board.published(reading(), plan), year)
    return Card("indicators/_notices.html", {"rows": gauges, "total": len(plan.indicators)})


def tasks(actor: Actor) -> list[Door]:
    if not actor.has_role(*PERMISSIONS["indicators:value:enter"]):
        return []
    count = values.count_waiting(reading())
    url = url_for("indicators_desk.listed")
    return [Door(url, "gauge", _("指标数值等核对、公布"), "", count, "doing")] if count else []


def menu(actor: Actor) -> list[MenuItem]:
    runs, board_ = url_for("indicator_runs.listed"), url_for("indicators_desk.listed")
    at_runs = request.path.startswith(runs)
    found = []
    if actor.has_role(*PERMISSIONS["indicators:board:view"]):
        here = request.path.startswith(board_) and not at_runs
        found.append(MenuItem(board_, "gauge", pgettext("door", "指标"), here=here))
    if actor.has_role(*PERMISSIONS["indicators:run:manage"]):
        found.append(MenuItem(runs, "clock", _("指标计算"), here=at_runs))
    return found


AUDIT_WORDS: Mapping[str, str] = {
    "indicators/": N_("指标数值"),
    "indicators-task/": N_("方案任务"),
    "indicators-plan/": N_("实施方案"),
    "indicators-run/": N_("指标计算"),
    "indicators-sheet/": N_("填报的表格"),
    "indicators:sheet:keep": N_("上传了表格"),
    "indicators:sheet:write": N_("把表格写成草稿"),
    "indicators-timetable/": N_("指标计算的时间表"),
    "indicators:run:ask": N_("点了现在就算"),
    "indicators:timetable:set": N_("定了每月几日定数"),
    "indicators:value:enter": N_("填了数值"),
    "indicators:task:report": N_("报了进展"),
    "indicators:plan:go_live": N_("定了开始催报的日子"),
    **{f"indicators:value:{move}": label for move, label in MOVE_LABELS.items()},
    **{f"{state}": label for state, label in LABELS.items() if state in {"checked", "superseded"}},
}
MESSAGES: Mapping[str, MessageKind] = {
    "indicators.run_failed": MessageKind(
        N_("指标计算出错了"),
        N_("第 %(run)s 次计算没有算完：%(reason)s。原来的数没有变，10 分钟后会再试。"),
        lambda _values: url_for("indicator_runs.listed"),
        "st-bad",
    ),
    "indicators.run_lost": MessageKind(
        N_("指标计算接连没有算完"),
        N_("第 %(run)s 次计算也中断了：做计算的进程没有了。原来的数没有变，正在从头再算。"),
        lambda _values: url_for("indicator_runs.listed"),
        "st-bad",
    ),
}
OFFER = Offer(
    doors=doors,
    notices=notices,
    tasks=tasks,
    menu={N_("看数"): menu},
    messages=MESSAGES,
    audit_words=AUDIT_WORDS,
)
