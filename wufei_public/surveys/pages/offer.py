"""What surveys put into the shell: a card on 首页 and 公示, a menu entry for officials."""

from collections.abc import Mapping

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from wufei_public.common.actor import Actor
from wufei_public.common.clock import district_day
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Card, Door, Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import house, reading
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.surveys.documents.open import line, title_of
from wufei_public.surveys.queries import calls, waves

NEWEST = 3


def home(_actor: Actor) -> Card | None:
    rows = waves.open_for_all(reading(), district_day(house().clock()))[:NEWEST]
    return Card("surveys/_home.html", {"rows": [line(row) for row in rows]}) if rows else None


def doors(_actor: Actor) -> list[Door]:
    return [Door(url_for("surveys.listing"), "survey", pgettext("door", "问卷"))]


def notices(_actor: Actor) -> Card | None:
    rows = waves.published(reading())[:NEWEST]
    return Card("surveys/_notices.html", {"rows": [line(row) for row in rows]}) if rows else None


def menu(actor: Actor) -> list[MenuItem]:
    if actor.has_role(*PERMISSIONS["surveys:answers:open"]):
        url = url_for("survey_answers.listing")
        return [MenuItem(url, "survey", _("调查的全部回答"), here=request.path == url)]
    if not actor.has_role(*PERMISSIONS["surveys:wave:view"]):
        return []
    url = url_for("survey_desk.listing")
    return [MenuItem(url, "survey", _("调查"), here=request.path.startswith(url))]


def tasks(actor: Actor) -> list[Door]:
    """Return the appointments by telephone that an interviewer has now."""
    if not actor.has_role(*PERMISSIONS["surveys:interview:do"]):
        return []
    return [
        Door(
            url_for("survey_calls.listing", code=row.code),
            "phone",
            _("约好的电话到时间了"),
            small=title_of(row),
            count=row.due,
            tone="soon",
        )
        for row in calls.due(reading(), actor.id or 0, house().clock())
    ]


AUDIT_WORDS: Mapping[str, str] = {
    "surveys/": N_("调查"),
    "surveys:wave:plan": N_("建调查"),
    "surveys:wave:begin": N_("开始收回答"),
    "surveys:wave:close": N_("结束收回答"),
    "surveys:wave:publish": N_("公布调查结果"),
    "surveys:wave:withdraw": N_("撤回调查结果"),
    "surveys:wave:withdrawn": N_("撤回调查结果的理由"),
    "surveys:wave:drop": N_("作废调查"),
    "surveys:wave:dropped": N_("作废调查的理由"),
    "surveys:wave:look": N_("看调查结果"),
    "surveys:wave:answers": N_("下载全部回答"),
    "surveys:wave:codes": N_("取走邀请码"),
    "surveys:wave:draw": N_("抽样"),
    "surveys:wave:load": N_("载入外部回答"),
    "surveys:wave:exclude": N_("排除有标记的回答"),
    "surveys:wave:include": N_("不再排除"),
    "surveys:wave:invite": N_("发邀请短信"),
    "surveys:wave:remind": N_("发提醒短信"),
    "surveys:wave:free_numbers": N_("收回访问员的号码"),
    "surveys:wave:release_file": N_("公开回答文件"),
    "surveys:wave:withdraw_file": N_("收回回答文件"),
    "surveys:wave:add_topic": N_("加留言主题"),
    "surveys:wave:drop_topic": N_("去掉留言主题"),
    "surveys:wave:code_comment": N_("给留言归类"),
    "surveys:call:reveal": N_("看电话号码"),
    "surveys:photo:look": N_("看调查的照片"),
    "surveys:wave:forget_photos": N_("按期删除调查的照片和位置"),
    "surveys:form:load": N_("载入问卷"),
    "surveys:draft:start": N_("起草问卷"),
    "surveys:draft:edit": N_("改问卷草稿"),
    "surveys:draft:undo": N_("撤销问卷的改动"),
    "surveys:draft:publish": N_("发布问卷的一版"),
    "surveys:draft:discard": N_("丢弃问卷草稿"),
    "seed": N_("种子"),
    "mode": N_("方式"),
    "version": N_("版本"),
    "flag": N_("标记"),
    "drawn": N_("抽中"),
    "listed": N_("名单"),
    "clusters": N_("先抽的村"),
    "by_chance": N_("声明为随机样本"),
}
OFFER = Offer(
    audit_words=AUDIT_WORDS,
    tasks=tasks,
    doors=doors,
    home=home,
    notices=notices,
    menu={N_("办事"): menu},
)
