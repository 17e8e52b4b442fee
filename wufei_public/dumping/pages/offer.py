"""What reports put into the shell: cards on 首页, 我的, 公示 and the staff home, the menu entry."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.text import N_
from wufei_public.dumping.actions.personal import absorb, erase
from wufei_public.dumping.documents import desk, shown
from wufei_public.dumping.documents.awards import AUDITED
from wufei_public.dumping.documents.maps import totals_json
from wufei_public.dumping.documents.own import own_lines
from wufei_public.dumping.documents.personal import export
from wufei_public.dumping.pages.public import line_of
from wufei_public.dumping.queries import desk as desks
from wufei_public.dumping.queries import public as queries
from wufei_public.dumping.queries.cases import Rows
from wufei_public.dumping.rules.release import Release
from wufei_public.dumping.rules.states import LABELS
from wufei_public.infra.web.shell import Belongings, Card, Door, MessageKind, Offer
from wufei_public.infra.web.view import MenuItem, Tab
from wufei_public.infra.work import house, reading
from wufei_public.people.rules.permissions import PERMISSIONS

NEWEST, URGENT, MINE = 3, 8, 5


def _newest(limit: int) -> list[dict[str, object]]:
    rows, _more = queries.public_page(reading(), queries.PublicFilter(), limit)
    return [line_of(line) for line in shown.public_rows(reading(), rows)]


def hero(_actor: Actor) -> Card:
    return Card("dumping/_hero.html", {"url": url_for("dumping.new")})


def tab() -> Tab:
    return Tab("report", url_for("dumping.new"), "camera", pgettext("tab", "随手拍"), middle=True)


def outbox(_actor: Actor) -> Card:
    return Card("dumping/_outbox.html")


def doors(_actor: Actor) -> list[Door]:
    return [
        Door(
            url_for("dumping.new"),
            "camera",
            pgettext("tab", "随手拍"),
            _("看到乱倒的，拍下来"),
            primary=True,
        ),
        Door(url_for("dumping.track"), "search", _("查进度")),
        Door(url_for("cases.listing"), "list", _("全部案件")),
        Door(url_for("cases.map_page"), "map", _("案件地图")),
        Door(url_for("awards.about"), "gift", _("有奖举报")),
    ]


def home(_actor: Actor) -> Card:
    return Card("dumping/_home.html", {"rows": _newest(NEWEST)})


def notices(_actor: Actor) -> Card:
    return Card("dumping/_notices.html", {"rows": _newest(NEWEST), **totals_json(reading())})


def mine(actor: Actor) -> Card:
    rows: Rows = []
    more = None
    if actor.kind is ActorKind.RESIDENT and actor.id is not None:
        rows, more = desks.of_reporter(reading(), actor.id, limit=MINE)
    values = {
        "rows": own_lines(reading(), rows),
        "more": more is not None,
        "signed_in": actor.id is not None,
    }
    return Card("dumping/_mine.html", values)


def _handles(actor: Actor) -> bool:
    return actor.has_role(*PERMISSIONS["dumping:case:view"])


def tasks(actor: Actor) -> list[Door]:
    if actor.has_role(*PERMISSIONS["dumping:award:pay"]) and not _handles(actor):
        return [Door(url_for("award_counter.till"), "gift", _("奖金发放"))]
    if not _handles(actor):
        return []
    counts = desks.queue_counts(reading(), actor, house().clock())
    over = Door(
        url_for("desk.queue", due="over"),
        "st-bad",
        _("举报已超期"),
        count=counts["over"],
        tone="bad",
    )
    waiting = (
        ("submitted", "st-none", _("举报待受理"), "doing"),
        ("unreleased", "eye", *_unreleased(counts["unreleased_over"])),
        ("placeless", "pin", _("待定位置"), "soon"),
        ("disputed", "st-soon", _("待区级决定"), "soon"),
    )
    if not actor.has_role(*PERMISSIONS["dumping:case:release"]):
        # A crew member decides nothing; what is in hand is the work.
        url = url_for("desk.queue")
        return [over, Door(url, "st-doing", _("在您手上"), count=counts["all"], tone="doing")]
    return [over] + [
        Door(url_for("desk.queue", state=name), icon, label, count=counts[name], tone=tone)
        for name, icon, label, tone in waiting
    ]


def _unreleased(over: int) -> tuple[str, str]:
    """Return words and tone of the cases of which nobody has decided whether they are shown."""
    if not over:
        return _("待定是否公开"), "doing"
    return _("待定是否公开，超期 %(over)s 件", over=over), "bad"


def staff(actor: Actor) -> Card | None:
    if not _handles(actor):
        return None
    now = house().clock()
    rows, _more = desks.queue_page(reading(), actor, desks.QueueFilter(), now, URGENT)
    return Card("dumping/_staff.html", {"rows": desk.queue_rows(reading(), rows, now)})


def menu(actor: Actor) -> list[MenuItem]:
    items = []
    if _handles(actor):
        url = url_for("desk.queue")
        count = desks.open_count(reading(), actor)
        here = request.path.startswith(url)
        items.append(MenuItem(url, "camera", _("举报案件"), count, here=here))
    return items + _awards(actor)


def _awards(actor: Actor) -> list[MenuItem]:
    """Return the ways to awards: to decide, to pay, or to look at the ledger alone."""
    wanted = (
        ("dumping:award:decide", "award_desk.listing", _("举报奖励")),
        ("dumping:award:pay", "award_counter.till", _("奖金发放")),
        ("dumping:award:ledger", "award_ledger.of_year", _("奖金台账")),
    )
    found = [one for one in wanted if actor.has_role(*PERMISSIONS[one[0]])]
    # Whoever decides or pays gets to the ledger from there.
    return [
        MenuItem(
            url_for(endpoint), "gift", label, None, here=request.path.startswith(url_for(endpoint))
        )
        for _permission, endpoint, label in found[:1]
    ]


def settings_menu(actor: Actor) -> list[MenuItem]:
    if not actor.has_role(*PERMISSIONS["dumping:routing:edit"]):
        return []
    wanted = (
        ("routing.listing", "settings", _("派办规则")),
        ("departments.listing", "people", _("部门")),
        ("calendar.listing", "clock", _("放假安排")),
    )
    items = [(url_for(endpoint), icon, label) for endpoint, icon, label in wanted]
    return [
        MenuItem(url, icon, label, here=request.path.startswith(url)) for url, icon, label in items
    ]


def _own(values: Mapping[str, Any]) -> str:
    return url_for("own.mine_case", code=values["code"])


def _case(values: Mapping[str, Any]) -> str:
    return url_for("desk.case", code=values["code"])


def _week(values: Mapping[str, Any]) -> str:
    return url_for("case_weeks.one", week=values["week"])


def _public(values: Mapping[str, Any]) -> str:
    return url_for("cases.case", code=values["code"])


def _search(values: Mapping[str, Any]) -> str:
    """Lead to the queue: whoever closed a case may not have it any more."""
    return url_for("desk.queue", words=values["code"])


MESSAGES: Mapping[str, MessageKind] = {
    "dumping.submit": MessageKind(
        N_("收到您的举报了"), N_("编号 %(code)s。我们会尽快看。"), _own, "st-done"
    ),
    "dumping.accept": MessageKind(
        N_("您的举报已受理"), N_("编号 %(code)s。马上派人去办。"), _own, "st-doing"
    ),
    "dumping.refuse": MessageKind(
        N_("您的举报没有受理"), N_("编号 %(code)s。点开看看为什么。"), _own, "st-bad"
    ),
    "dumping.assign": MessageKind(
        N_("已经派人去办"), N_("编号 %(code)s。办完会告诉您。"), _own, "st-doing"
    ),
    "dumping.ask": MessageKind(
        N_("请您补充一点情况"), N_("编号 %(code)s。点开回答就行。"), _own, "st-soon"
    ),
    "dumping.close": MessageKind(
        N_("您举报的地方办完了"), N_("编号 %(code)s。点开看结果。"), _own, "st-done"
    ),
    "dumping.photo_failed": MessageKind(
        N_("有照片处理不了，请重传"),
        N_("编号 %(code)s。别的都收好了，补一张就行。"),
        _own,
        "st-bad",
    ),
    "dumping.close_uncleared": MessageKind(
        N_("您举报的地方有结果了"), N_("编号 %(code)s。这次没有清除，点开看原因。"), _own, "st-bad"
    ),
    "dumping.redo": MessageKind(
        N_("复核后重新办理"), N_("编号 %(code)s。办完会告诉您。"), _own, "st-doing"
    ),
    "dumping.keep": MessageKind(
        N_("您的不满意复核过了"), N_("编号 %(code)s。点开看决定和理由。"), _own, "st-done"
    ),
    "dumping.keep_uncleared": MessageKind(
        N_("您的不满意复核过了"), N_("编号 %(code)s。点开看决定和理由。"), _own, "st-bad"
    ),
    "dumping.reopen": MessageKind(
        N_("您办结的一件要重新办理"), N_("编号 %(code)s。举报人不满意。"), _search, "st-soon"
    ),
    "dumping.object": MessageKind(
        N_("您办结的一件要复核"), N_("编号 %(code)s。由另一个人来决定。"), _search, "st-soon"
    ),
    "dumping.merged": MessageKind(
        N_("您的举报和另一件合在一起办"), N_("编号 %(code)s。别人也举报了同一处。"), _own, "st-info"
    ),
    "dumping.gained": MessageKind(
        N_("又有人举报了同一处"), N_("编号 %(code)s。两件合在一起办。"), _own, "st-info"
    ),
    "dumping.unmerged": MessageKind(
        N_("您的举报单独办了"), N_("编号 %(code)s。和另一件不是同一处。"), _own, "st-doing"
    ),
    "dumping.lost": MessageKind(
        N_("并进您这件的举报分出去了"),
        N_("编号 %(code)s。两件不是同一处，您的接着办。"),
        _own,
        "st-info",
    ),
    "dumping.doubt": MessageKind(
        N_("看到的人对结果不满意"), N_("编号 %(code)s。要由另一个人复核。"), _case, "st-soon"
    ),
    "dumping.award": MessageKind(
        N_("您的举报有奖金"), N_("编号 %(code)s。点开取领奖码。"), _own, "gift"
    ),
    "dumping.award_revoked": MessageKind(
        N_("您的奖励撤销了"), N_("编号 %(code)s。点开看为什么。"), _own, "st-bad"
    ),
    "dumping.seen": MessageKind(
        N_("您也看到的那一处有新进展"), N_("公开编号 %(code)s。点开看看。"), _public, "st-doing"
    ),
    "dumping.due_soon": MessageKind(
        N_("有一件案子快到期了"), N_("编号 %(code)s。请在期限前办好。"), _case, "st-soon"
    ),
    "dumping.release_soon": MessageKind(
        N_("有一件案子等着定是否公开"), N_("编号 %(code)s。请在期限前定。"), _case, "st-soon"
    ),
    "dumping.release_over": MessageKind(
        N_("有一件案子过了期限还没定是否公开"),
        N_("编号 %(code)s。请看卡在哪里。"),
        _case,
        "st-bad",
    ),
    "dumping.contest": MessageKind(
        N_("有一件案子请您定归哪里"),
        N_("编号 %(code)s。几个镇办都说不归自己。"),
        _case,
        "st-soon",
    ),
    "dumping.extend": MessageKind(
        N_("您举报的地方要晚些办完"), N_("编号 %(code)s。点开看为什么、到哪天。"), _own, "st-soon"
    ),
    "dumping.week": MessageKind(
        N_("上周的案件"),
        N_("收到 %(received)s 件，办结 %(closed)s 件；现在在办 %(open)s 件，超期 %(over)s 件。"),
        _week,
        "chart",
    ),
    "dumping.overdue": MessageKind(
        N_("有一件案子超期了"), N_("编号 %(code)s。请看卡在哪里。"), _case, "st-bad"
    ),
    **dict.fromkeys(
        ("dumping.unproven", "dumping.unproven_left"),
        MessageKind(
            N_("结果收回了，还要再办"),
            N_("编号 %(code)s。办结的照片不能作证明，办完会再告诉您。"),
            _own,
            "st-soon",
        ),
    ),
    "dumping.proof_failed": MessageKind(
        N_("您的办结照片打不开"),
        N_("编号 %(code)s。结果先收回了，请换一张照片再办结。"),
        _search,
        "st-bad",
    ),
    "dumping.proof_near": MessageKind(
        N_("您的办结照片和以前的一样"),
        N_("编号 %(code)s。结果先收回了，请到现场重新拍，或者写明为什么。"),
        _search,
        "st-bad",
    ),
    "dumping.yours": MessageKind(
        N_("有一件案子派给您"), N_("编号 %(code)s。请看地点和期限。"), _case, "camera"
    ),
}
AUDIT_WORDS: Mapping[str, str] = {
    "dumping/": N_("举报"),
    "photo/": N_("照片"),
    "dumping:routing:add": N_("加派办规则"),
    "dumping:routing:remove": N_("去掉派办规则"),
    "dumping:routing:raise": N_("派办规则往上移"),
    "dumping:evidence:open": N_("查看原照片"),
    "calendar/": N_("放假安排"),
    "calendar:load": N_("存放假安排"),
    "departments/": N_("部门"),
    "divisions:department:add": N_("加部门"),
    "divisions:department:end": N_("停用部门"),
    "dumping:export": N_("导出案件"),
    "format": N_("格式"),
    "narrowed": N_("筛选"),
    "dumping:contact:open": N_("查看手机号"),
    "dumping:words:open": N_("查看举报原话"),
    "dumping/award/": N_("举报奖励"),
    **AUDITED,
    "state": N_("状态"),
    "release": N_("公开"),
    "received_at": N_("接报时间"),
    "photos_shown": N_("公开的照片"),
    "words_shown": N_("公开文字的校验码"),
    Release.PENDING: N_("待定公开"),
    Release.RELEASED: N_("已公开"),
    Release.WITHHELD: N_("不公开"),
    **{f"dumping:case:{move}": label for move, label in shown.STAFF_EVENT_LABELS.items()},
    **{str(state): label for state, label in LABELS.items()},
}
OFFER = Offer(
    audit_words=AUDIT_WORDS,
    hero=hero,
    tab=tab,
    doors=doors,
    home=home,
    mine=mine,
    outbox=outbox,
    notices=notices,
    tasks=tasks,
    staff=staff,
    menu={N_("办事"): menu, N_("管理"): settings_menu},
    messages=MESSAGES,
    belongings=Belongings(N_("我的举报"), export, absorb, erase),
)
