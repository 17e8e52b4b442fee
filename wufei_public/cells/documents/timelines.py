"""What happened to an application, as the steps of a time line."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from wufei_public.common.text import N_
from wufei_public.infra.i18n import gettext as _
from wufei_public.infra.i18n import moment

EVENTS: Mapping[str, str] = {
    "start": N_("开始填写"),
    "submit": N_("提交申报"),
    "withdraw": N_("撤回"),
    "lapse": N_("过期作废"),
    "return": N_("退回补正"),
    "check": N_("镇办初审通过"),
    "check_alone": N_("镇办初审通过"),
    "opine": N_("部门提了意见"),
    "close_scoring": N_("专家评分结束"),
    "rescore": N_("重新评分"),
    "rectify": N_("限期整改"),
    "mend": N_("报告整改完成"),
    "inspect": N_("验收"),
    "propose": N_("集体决定"),
    "send_back": N_("第二人没有确认"),
    "confirm": N_("决定确认，开始公示"),
    "object": N_("收到异议，公示暂停"),
    "reject": N_("异议不成立，继续公示"),
    "uphold": N_("异议成立，重新决定"),
    "clear": N_("公示结束，没有成立的异议"),
    "name": N_("命名"),
    "refuse": N_("没有通过"),
    "charge": N_("有人认定会限制申报的情形，等单位说明"),
    "charge_answer": N_("单位作了说明"),
    "charge_dropped": N_("第二人没有认定"),
    "appeal": N_("提出申诉"),
    "overturn": N_("申诉成立，重新决定"),
    "readmit": N_("申诉成立，开始评审"),
    "dismiss": N_("终结"),
    "suspend": N_("暂停使用证书"),
    "restore": N_("恢复使用证书"),
    "revoke": N_("摘牌"),
    "reinstate": N_("恢复命名"),
    "year_report": N_("交了年度自查"),
    "spot_check": N_("年度抽查"),
    "propose_removal": N_("提出摘牌，等第二人确认"),
    "decline_removal": N_("第二人没有确认摘牌"),
    "task": N_("要在期限内整改或者复核"),
    "task_reply": N_("单位回复了"),
    "task_close": N_("整改或者复核有结论"),
    "reply": N_("单位回应了异议的结论"),
}
# Between officials; the unit sees none of these, nor who scored when.
STAFF_EVENTS: Mapping[str, str] = dict(EVENTS) | {
    "assign": N_("派了专家"),
    "recuse": N_("专家回避"),
    "extend": N_("评分延期"),
    "release": N_("换下一位专家"),
    "score": N_("一位专家交了评分"),
    "moderate": N_("评分讨论"),
    "revise": N_("专家改了评分"),
    "answer": N_("答复了一件异议"),
    "check_part": N_("一个镇初审通过，还在等其他镇"),
}
TONES = {
    "return": "soon", "rectify": "soon", "object": "soon", "refuse": "bad", "revoke": "bad",
    "suspend": "soon", "propose_removal": "soon", "task": "soon",
    "uphold": "soon", "lapse": "bad", "dismiss": "bad",
}  # fmt: skip


def steps(rows: Sequence[Row[Any]], *, staff: bool = False) -> list[dict[str, str]]:
    """Return events as the steps of a time line; what is internal is for staff."""
    labels = STAFF_EVENTS if staff else EVENTS
    return [
        {
            "title": _(labels[row.move]),
            "tone": TONES.get(row.move, "done"),
            "when": moment(row.at),
            "text": (row.internal_text or row.unit_text) if staff else row.unit_text,
        }
        for row in rows
        if row.move in labels
    ]
