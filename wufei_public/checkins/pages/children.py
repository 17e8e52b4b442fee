"""孩子: a guardian adds children under 14, agrees to a new text, takes the consent back."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.checkins import schemas
from wufei_public.checkins.actions import children as actions
from wufei_public.checkins.documents.children import children_of
from wufei_public.checkins.queries import own
from wufei_public.checkins.rules.people import MOST_MEMBERS
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, Invalid
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.people.rules.children import years

blueprint = Blueprint("children", __name__, url_prefix="/checkin/children")

CHILD = schemas.ChildIn()


@blueprint.get("")
@access("resident")
def page() -> str:
    return _page(Form())


def _page(form: Form) -> str:
    session, account, now = reading(), current_actor().id or 0, house().clock()
    return render_template(
        "checkins/children.html",
        form=form,
        children=children_of(session, account, now),
        room=len(own.members(session, account)) < MOST_MEMBERS,
        most=MOST_MEMBERS,
        years=[(str(year), str(year)) for year in reversed(years(district_day(now)))],
        settled=own.home(session, account) is not None,
    )


@blueprint.post("")
@access("resident")
def add() -> Answer | tuple[str, int]:
    try:
        values: dict[str, Any] = load_form(CHILD)
        del values["guardian"]
        work(current_actor(), lambda w: actions.add(w, **values))
    except Invalid as error:
        return _page(failed(error)), 422
    except Conflict as error:
        return _page(Form(notice=sentence(error.message, error.facts))), 409
    return redirect(url_for("children.page"), 303)


@blueprint.post("/<int:number>/renew")
@access("resident")
def renew(number: int) -> Answer:
    work(current_actor(), lambda w: actions.renew(w, number=number))
    return redirect(url_for("children.page"), 303)


@blueprint.post("/<int:number>/withdraw")
@access("resident")
def withdraw(number: int) -> Answer:
    work(current_actor(), lambda w: actions.withdraw(w, number=number))
    return redirect(url_for("children.page"), 303)
