"""What people give to the staff menu."""

from collections.abc import Sequence

from flask import request, url_for
from flask_babel import gettext

from wufei_public.common.actor import Actor
from wufei_public.common.text import N_
from wufei_public.infra.web.shell import Door, Offer
from wufei_public.infra.web.view import MenuItem
from wufei_public.infra.work import house, reading
from wufei_public.people.queries.reviewing import due_count
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.people.rules.roles import ROLES


def menu(actor: Actor) -> Sequence[MenuItem]:
    """Return the accounts for administrators, and everybody's own devices."""
    items = [_item("devices.of_staff", "lock", gettext("我的登录"))]
    if actor.has_role(*PERMISSIONS["people:account:list"]):
        items.insert(0, _item("accounts.listed", "people", gettext("工作人员账号")))
    if actor.has_role(*PERMISSIONS["people:access:view"]):
        items.insert(1, _item("grant_review.listed", "shield", gettext("权限复核")))
    return items


def tasks(actor: Actor) -> Sequence[Door]:
    """Return how many grants wait for the security administrator's review."""
    if not actor.has_role(*PERMISSIONS["people:access:review"]):
        return []
    due = due_count(reading(), house().clock())
    url = url_for("grant_review.listed", due=1)
    return [Door(url, "shield", gettext("要复核的角色"), count=due, tone="soon")]


def _item(endpoint: str, icon: str, label: str) -> MenuItem:
    blueprint = endpoint.split(".", maxsplit=1)[0]
    return MenuItem(url_for(endpoint), icon, label, here=request.blueprint == blueprint)


AUDIT_WORDS = {
    "people/": N_("账号"),
    "phone/": N_("手机号"),
    "people:account:disable": N_("停用账号"),
    "people:account:enrol": N_("本人设好登录"),
    "people:account:erase": N_("本人注销账号"),
    "people:account:invite": N_("新建账号"),
    "people:account:join": N_("居民第一次登录"),
    "people:account:merge": N_("两个账号合成一个"),
    "people:account:reset": N_("发新的设置链接"),
    "people:child:consent": N_("监护人同意"),
    "people:child:withdraw": N_("监护人撤回同意"),
    "people:code:request": N_("要验证码"),
    "people:consent:withdraw": N_("撤回同意"),
    "people:identity:link": N_("绑定登录方式"),
    "people:identity:unlink": N_("解绑登录方式"),
    "people:role:confirm": N_("复核角色"),
    "people:role:end": N_("收回角色"),
    "people:role:grant": N_("授予角色"),
    "people:session:begin": N_("登录"),
    "people:session:end": N_("退出一台设备"),
    "people:session:end_all": N_("退出全部设备"),
    "people:session:sign_out": N_("退出登录"),
    "people:sign_in:fail": N_("登录失败"),
    "role": N_("角色"),
    "division": N_("地方"),
    "department": N_("部门"),
    "session": N_("登录"),
    "sessions": N_("登录"),
    "grant": N_("授权"),
    "by": N_("方式"),
    "phone": N_("手机号"),
    "purpose": N_("用途"),
    "version": N_("版本"),
} | {role.value: facts.label for role, facts in ROLES.items()}
OFFER = Offer(tasks=tasks, audit_words=AUDIT_WORDS, menu={N_("账号"): menu})
