"""What could not be delivered: the system administrator sends it again, or lets it go."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.outbox import OutboxRow
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.web.shell import message_kind
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.messages import queries
from wufei_public.messages.actions import dead as actions
from wufei_public.messages.rules import Failure, failure_of
from wufei_public.messages.schemas import PositionIn, ReasonIn

blueprint = Blueprint("dead_messages", __name__, url_prefix="/staff/messages/dead")

REASON, POSITION = ReasonIn(), PositionIn()
FAILURES = {
    Failure.UNKNOWN: N_("送没送到不知道：网关没有回话。再发一次，对方可能收到两条。"),
    Failure.EXPIRED: N_("过了有效期，没有再发。"),
    Failure.SEALED: N_("是用别的密钥封的，打不开，只能放弃。"),
    Failure.REFUSED: N_("网关不收，或者试到最后也没送出去。"),
}
TEMPLATES = {
    "people.code": N_("登录验证码"),
    "messages.notice": N_("消息提醒"),
    "organisations.code": N_("代表单位的核实码"),
    "surveys.invite": N_("调查邀请"),
    "surveys.remind": N_("调查提醒"),
}
CHANNELS = {"sms": N_("短信"), "wechat": N_("微信"), "cdn": N_("网站前面的缓存")}
NO_FORM = Form()


@blueprint.get("")
@access("messages:dead:view")
def listed() -> str:
    return _page(0, NO_FORM)


def _page(number: int, form: Form, refused: str = "") -> str:
    """Draw the list; `form` is what was refused at the message `number`."""
    before = POSITION.load(request.args)["before"]
    found = queries.dead(reading(), before)
    shown = found[: queries.PAGE]
    last = shown[-1].id if len(found) > queries.PAGE else None
    return render_template(
        "messages/dead.html",
        rows=[_row(row) for row in shown],
        forms={number: form},
        refused=refused,
        empty_form=NO_FORM,
        waiting=queries.late(reading(), house().clock()),
        done=_("办好了。") if request.args.get("done") else "",
        next_url=url_for("dead_messages.listed", before=last) if last else "",
        first_url=url_for("dead_messages.listed") if before else "",
    )


def _row(row: OutboxRow) -> dict[str, Any]:
    failure = failure_of(row.error)
    return {
        "id": row.id,
        "what": _what(row.template),
        "channel": _(CHANNELS.get(row.channel, row.channel)),
        "to": queries.masked_recipient(house().keys, row),
        "at": row.created_at,
        "tries": row.tries,
        "failure": _(FAILURES[failure]),
        "error": row.error,
        "unknown": failure is Failure.UNKNOWN,
        "repeatable": failure in {Failure.UNKNOWN, Failure.REFUSED},
    }


def _what(template: str) -> str:
    """Return what kind of message it is, as people call it."""
    kind = message_kind(template)
    known = TEMPLATES.get(template) or (kind.title if kind else "")
    return _(known) if known else template


@blueprint.post("/<int:number>/repeat")
@access("messages:dead:decide")
def repeat(number: int) -> Answer | tuple[str, int]:
    return _decide(number, lambda w, reason: actions.repeat(w, number=number, reason=reason))


@blueprint.post("/<int:number>/drop")
@access("messages:dead:decide")
def drop(number: int) -> Answer | tuple[str, int]:
    return _decide(number, lambda w, reason: actions.drop(w, number=number, reason=reason))


def _decide(number: int, do: Callable[[Work, str], None]) -> Answer | tuple[str, int]:
    try:
        reason = load_form(REASON)["reason"]
        work(current_actor(), lambda w: do(w, reason))
    except Invalid as error:
        return _page(number, failed(error)), 422
    except WrongState as error:
        return _page(number, NO_FORM, sentence(error.message, error.facts)), 409
    return redirect(url_for("dead_messages.listed", done=1), 303)
