"""What the list puts into the shell: a card on 公示, doors, the staff menu, its messages."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Belongings, Card, Door, MessageKind, Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import house, reading
from wufei_public.organisations.queries import memberships
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.redblack.actions.personal import absorb, erase
from wufei_public.redblack.documents import shown
from wufei_public.redblack.queries import assessments, listings, personal, public
from wufei_public.redblack.queries import errors as error_queries
from wufei_public.redblack.rules.errors import FIELD_LABELS
from wufei_public.redblack.rules.grades import GRADES
from wufei_public.redblack.rules.states import LABELS, MOVE_LABELS

NEWEST = 3


def doors(_actor: Actor) -> list[Door]:
    return [
        Door(url_for("redblack.listed"), "register", _("红黑榜")),
        Door(url_for("credit.listed"), "doc", _("信用等级")),
    ]


def notices(_actor: Actor) -> Card:
    rows, _more = public.page(reading(), public.PublicFilter(), house().clock(), NEWEST)
    lines = shown.in_words(reading(), shown.public_rows(reading(), rows))
    return Card("redblack/_notices.html", {"rows": lines})


def mine_doors(actor: Actor) -> list[Door]:
    if actor.kind is not ActorKind.RESIDENT or actor.id is None:
        return []
    own = memberships.represented_by(reading(), actor.id)
    if not own:
        return []
    return [Door(url_for("my_listings.listed"), "register", _("企业的通知和申辩"))]


def tasks(actor: Actor) -> list[Door]:
    if not _handles(actor):
        return []
    counts = listings.counts(reading(), actor, house().clock())
    found: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("heard", _("听过申辩，等决定"), "soon", {}),
        ("decided", _("等第二人复核公布"), "doing", {"state": "decided"}),
        ("repair", _("信用修复等审核"), "soon", {"state": "repair_asked"}),
        ("proposed", _("拟列入，等送达"), "", {"state": "proposed"}),
    )
    return (
        _objected(actor)
        + _reported(actor)
        + _unconfirmed(actor)
        + [
            Door(url_for("listings.listed", **query), "register", label, "", counts[name], tone)
            for name, label, tone, query in found
            if counts[name]
        ]
    )


def _objected(actor: Actor) -> list[Door]:
    count, late = listings.objections(reading(), actor, house().clock())
    small = ngettext("%(num)s 件超期", "%(num)s 件超期", late) if late else ""
    url = url_for("listings.listed", objected=1)
    return [Door(url, "register", _("异议等答复"), small, count, "bad")] if count else []


def _reported(actor: Actor) -> list[Door]:
    count, late = error_queries.waiting_count(reading(), actor, house().clock())
    small = ngettext("%(num)s 件超期", "%(num)s 件超期", late) if late else ""
    tone, url = "bad" if late else "soon", url_for("listing_errors_desk.waiting")
    door = Door(url, "edit", _("有人报错，等您答复"), small, count, tone)
    return [door] if count else []


def _unconfirmed(actor: Actor) -> list[Door]:
    count = assessments.unconfirmed_count(reading(), actor)
    door = Door(
        url_for("assessing.listed"), "register", _("案件证据等您核实"), "", count, "doing"
    )  # fmt: skip
    return [door] if count else []


def closed_case(actor: Actor, code: str) -> list[Door]:
    if not actor.has_role(*PERMISSIONS["redblack:assessment:give"]):
        return []
    return [Door(url_for("assessing.case", report=code), "register", _("送作红黑榜证据"))]


def _handles(actor: Actor) -> bool:
    return actor.has_role(*PERMISSIONS["redblack:listing:move"])


def menu(actor: Actor) -> list[MenuItem]:
    if not actor.has_role(*PERMISSIONS["redblack:listing:view"]):
        return []
    url = url_for("listings.listed")
    own = ("listings.listed", "assessing.listed", "credit_desk.holders",
           "listing_errors_desk.waiting")  # fmt: skip
    here = request.path.startswith(tuple(map(url_for, own)))
    return [MenuItem(url, "register", _("红黑榜"), here=here)]


def snapshots(actor: Actor) -> list[MenuItem]:
    if not actor.has_role(*PERMISSIONS["redblack:snapshot:open"]):
        return []
    url = url_for("snapshots.listed")
    return [MenuItem(url, "register", _("红黑榜快照"), here=request.path.startswith(url))]


def _own(values: Mapping[str, Any]) -> str:
    return url_for("my_listings.one", code=values["code"])


def _kind(title: str, text: str, icon: str) -> MessageKind:
    return MessageKind(title, text, _own, icon)


MESSAGES: Mapping[str, MessageKind] = {
    "redblack.propose": _kind(
        N_("有一份告知书给您的企业"),
        N_("%(name)s 拟列入黑榜。请打开确认收到，您可以申辩。"),
        "st-bad",
    ),
    "redblack.serve": _kind(
        N_("告知书已送达"), N_("%(name)s。请在期限内申辩或提出异议。"), "st-soon"
    ),
    "redblack.notify": _kind(N_("您的企业拟列入红榜"), N_("%(name)s。现在开始公示。"), "st-doing"),
    "redblack.decide": _kind(
        N_("决定列入，等第二人复核"), N_("%(name)s。点开看谁决定的、为什么。"), "st-doing"
    ),
    "redblack.drop": _kind(N_("决定不列入"), N_("%(name)s。点开看为什么。"), "st-done"),
    "redblack.publish": _kind(
        N_("红黑榜公布了"), N_("%(name)s。点开看期限和怎么修复。"), "st-info"
    ),
    "redblack.keep": _kind(N_("信用修复没有同意"), N_("%(name)s。点开看为什么。"), "st-bad"),
    "redblack.repair": _kind(N_("信用修复同意了"), N_("%(name)s。已经从黑榜撤下。"), "st-done"),
    "redblack.overturn": _kind(N_("异议成立"), N_("%(name)s。这一条已经撤下。"), "st-done"),
    "redblack.withdraw": _kind(N_("从红榜撤下了"), N_("%(name)s。点开看为什么。"), "st-bad"),
    "redblack.expire": _kind(N_("公布期满，已撤下"), N_("%(name)s。"), "st-done"),
    "credit.publish": MessageKind(
        N_("环境信用等级公布了"),
        N_("%(name)s，%(year)s 年。点开看等级和依据。"),
        lambda values: url_for("credit.one", code=values["organisation"]),
        "st-info",
    ),
    "redblack.error": MessageKind(
        N_("红黑榜有人报错，请您答复"),
        N_("编号 %(code)s。点开看是哪一项。"),
        lambda values: url_for("listing_errors_desk.one", code=values["code"]),
        "st-soon",
    ),
    "redblack.error_overdue": MessageKind(
        N_("红黑榜的报错超期没有答复"),
        N_("编号 %(code)s。请看卡在哪里，没有参与过这一条的人都可以答复。"),
        lambda values: url_for("listing_errors_desk.one", code=values["code"]),
        "st-bad",
    ),
    "redblack.error_answer": MessageKind(
        N_("您报的错有答复了"),
        N_("编号 %(code)s。点开看答复。"),
        lambda values: url_for("listing_errors.receipt", code=values["code"]),
        "st-info",
    ),
    "redblack.paper_overdue": MessageKind(
        N_("企业的异议或修复申请超期没有答复"),
        N_("%(name)s。请看卡在哪里。"),
        lambda values: url_for("listings.one", code=values["code"]),
        "st-bad",
    ),
    "redblack.on_paper": MessageKind(
        N_("企业没有账号，这一步要书面送达"),
        N_("%(name)s。点开看是哪一步，送到了请登记。"),
        lambda values: url_for("listings.one", code=values["code"]),
        "st-soon",
    ),
    "redblack.reply": MessageKind(
        N_("企业对公布的一条说了话，等人看有没有人名"),
        N_("%(name)s。两个工作日以内没人看，就照原文公开。"),
        lambda values: url_for("listings.one", code=values["code"]),
        "st-soon",
    ),
    "redblack.hide": MessageKind(
        N_("有人提出隐去企业说法里的人名，等第二个人定"),
        N_("%(name)s。点开看要隐去什么。"),
        lambda values: url_for("listings.one", code=values["code"]),
        "st-soon",
    ),
    "redblack.answer_unread": MessageKind(
        N_("一份答复等另一个人看有没有人名"),
        N_("%(name)s。看过才公开。"),
        lambda values: url_for("listings.one", code=values["code"]),
        "st-soon",
    ),
    "redblack.read": _kind(
        N_("您的说法公开了"), N_("%(name)s。点开看公众看到的是什么。"), "st-info"
    ),
    "redblack.decide_overdue": MessageKind(
        N_("红黑榜有一条超期没有决定"),
        N_("%(name)s。再不决定就作罢，请看卡在哪里。"),
        lambda values: url_for("listings.one", code=values["code"]),
        "st-bad",
    ),
    "redblack.lapse": _kind(
        N_("这一条作罢了"), N_("%(name)s。太久没有人决定，已经作罢。"), "st-done"
    ),
    "redblack.draft": _kind(
        N_("公布的内容有人报错，拟改正"),
        N_("%(name)s。点开看拟改成什么，不同意的可以提异议。"),
        "st-soon",
    ),
    "credit.give": MessageKind(
        N_("环境信用等级评出来了，还没有公布"),
        N_("%(name)s，%(year)s 年。点开看，有意见现在说。"),
        lambda values: url_for("my_listings.firm", code=values["organisation"]),
        "st-soon",
    ),
    "redblack.correct": _kind(
        N_("公布的内容改正了"), N_("%(name)s。有人报错，查实后改了，点开看。"), "st-info"
    ),
    "redblack.answer": _kind(N_("您的异议有答复了"), N_("%(name)s。点开看答复。"), "st-info"),
}
AUDIT_WORDS: Mapping[str, str] = {
    "redblack/": N_("红黑榜"),
    "redblack-snapshot/": N_("红黑榜快照"),
    "credit/": N_("环境信用等级"),
    "credit:grade:give": N_("评定等级"),
    "credit:grade:publish": N_("公布等级"),
    "credit:grade:reply": N_("企业对等级的说法"),
    "grade": N_("等级"),
    **{one.code: one.label for grades in GRADES.values() for one in grades},
    "redblack-period/": N_("考核期"),
    "redblack-assessment/": N_("企业考核"),
    "redblack:period:open": N_("开一期考核"),
    "redblack:period:close": N_("结束一期考核"),
    "redblack:assessment:give": N_("给出得分"),
    "redblack:case:send": N_("送作红黑榜证据"),
    "redblack:case:confirm": N_("核实了案件是这家企业的"),
    "redblack:case:refuse": N_("案件不能说明是这家企业"),
    "suggests": N_("得分够上"),
    "total": N_("总分"),
    "redblack:snapshot:open": N_("打开"),
    "holding": N_("未答复的异议"),
    "redblack:listing:propose": N_("提出"),
    "redblack:listing:answer": N_("答复了异议"),
    "redblack:listing:release": N_("选了公开的照片"),
    "redblack:listing:letter": N_("书面送达了一步"),
    "redblack:listing:read": N_("看过有没有人名"),
    "redblack:listing:correct": N_("有人报错，改正了"),
    "redblack:error:report": N_("报错"),
    "redblack:error:reject": N_("答复报错：没有错"),
    "field": N_("哪一项"),
    **{f"entry.{one}": label for one, label in FIELD_LABELS.items()},
    **{f"redblack:listing:{move}": label for move, label in MOVE_LABELS.items()},
    **{state.value: label for state, label in LABELS.items()},
}
OFFER = Offer(
    doors=doors,
    notices=notices,
    mine_doors=mine_doors,
    tasks=tasks,
    closed_case=closed_case,
    menu={N_("办事"): menu, N_("账号"): snapshots},
    messages=MESSAGES,
    belongings=Belongings(N_("交给红黑榜的材料和报错"), personal.copy_of, absorb, erase),
    audit_words=AUDIT_WORDS,
)
