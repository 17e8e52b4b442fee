"""班级: the classes of a school with their codes; for pupils, how their class does."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.checkins import schemas
from wufei_public.checkins.actions import classes as actions
from wufei_public.checkins.models import SchoolClass
from wufei_public.checkins.queries import classes as queries
from wufei_public.checkins.queries import own
from wufei_public.checkins.rules.boards import Length, span_of
from wufei_public.checkins.rules.classes import LEAST_PUPILS, SCHOOL, ranked
from wufei_public.checkins.rules.people import OWN
from wufei_public.common.clock import district_day
from wufei_public.common.codes import grouped
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.organisations.queries import cards
from wufei_public.organisations.queries.memberships import represented_by, represents

blueprint = Blueprint("classes", __name__, url_prefix="/checkin/classes")

CLASS, JOIN = schemas.ClassIn(), schemas.JoinIn()
Page = str | Answer | tuple[str, int]


def _account() -> int:
    return current_actor().id or 0


@blueprint.get("")
@access("resident")
def listing() -> str:
    return _page(Form({"code": request.args.get("code", "")}), Form())


def _page(joining: Form, opening: Form) -> str:
    session, account = reading(), _account()
    schools = [one for one in represented_by(session, account) if one.kind == SCHOOL]
    led = queries.of_schools(session, [one.id for one in schools])
    names = {row.number: row.name for row in own.members(session, account)}
    joined = queries.joined(session, account)
    cards_of = cards.cards_of(session, {row.organisation_id for row in joined})
    return render_template(
        "checkins/classes.html",
        joining=joining,
        opening=opening,
        schools=[(one.code, one.name) for one in schools],
        led=[{"code": one.code, "name": one.name, "shown": grouped(one.code)} for one in led],
        joined=[
            {
                "member": row.member,
                "who": names.get(row.member, ""),
                "code": row.code,
                "name": row.name,
                "school": cards_of[row.organisation_id].name,
            }
            for row in joined
        ],
        people=[(OWN, _("我自己")), *names.items()],
        settled=own.home(session, account) is not None,
    )


@blueprint.post("/join")
@access("resident")
def join() -> Page:
    limit("secret")
    try:
        values = load_form(JOIN)
        work(current_actor(), lambda w: actions.join(w, **values))
    except NotFound as error:
        words = error.message
        bad = Invalid(error.code, words, [FieldError("code", words)])
        return _page(failed(bad), Form()), 422
    except Invalid as error:
        return _page(failed(error), Form()), 422
    return redirect(url_for("classes.listing"), 303)


@blueprint.post("/leave")
@access("resident")
def leave() -> Answer:
    member = request.form.get("member", OWN, int)
    work(current_actor(), lambda w: actions.leave(w, member=member))
    return redirect(url_for("classes.listing"), 303)


@blueprint.post("")
@access("resident")
def open_class() -> Page:
    try:
        values = load_form(CLASS)
        work(current_actor(), lambda w: actions.open_class(w, **values))
    except Conflict as error:
        words = sentence(error.message, error.facts)
        return _page(Form(), Form(dict(request.form), notice=words)), 409
    except Invalid as error:
        return _page(Form(), failed(error)), 422
    return redirect(url_for("classes.listing"), 303)


@blueprint.post("/<code>/close")
@access("resident")
def close(code: str) -> Answer:
    work(current_actor(), lambda w: actions.close_class(w, code=code))
    return redirect(url_for("classes.listing"), 303)


def _mine(code: str) -> SchoolClass:
    """Return a class that the actor leads or is in; a stranger's looks like none."""
    session, account = reading(), _account()
    row = queries.school_class(session, code)
    inside = queries.has_pupil_of(session, account, row.id)
    if not inside and not represents(session, account, row.organisation_id):
        raise NotFound("no_such_class", N_("没有这个班级码，请再看看有没有抄错。"))
    return row


@blueprint.get("/<code>")
@access("resident")
def one(code: str) -> str:
    session, today = reading(), district_day(house().clock())
    row = _mine(code)
    span = span_of(Length(_length(request.args)), today)
    lines = ranked(queries.figures(session, row.organisation_id, span, today))
    return render_template(
        "checkins/class.html",
        name=row.name,
        school=cards.cards_of(session, [row.organisation_id])[row.organisation_id].name,
        code=row.code,
        shown_code=grouped(row.code),
        leads=represents(session, _account(), row.organisation_id),
        mine=next(line for line in lines if line.code == row.code),
        lines=[
            {
                "code": line.code,
                "name": line.name,
                "shown": line.shown,
                "pupils": line.pupils,
                "per_head": f"{line.per_head:.1f}",
            }
            for line in lines
        ],
        least=LEAST_PUPILS,
        month=span.length is Length.MONTH,
    )


def _length(args: Any) -> str:
    return "month" if args.get("span") == "month" else "week"
