"""派办规则: which department a case goes to, edited by the district, with a way to try them."""

from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Invalid
from wufei_public.dumping.actions import routing as actions
from wufei_public.dumping.documents.routing import choices, found_words, rule_rows
from wufei_public.dumping.queries import routing as queries
from wufei_public.dumping.schemas import routing as schemas
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work

blueprint = Blueprint("routing", __name__, url_prefix="/staff/routing")

RULE, TRY = schemas.RuleIn(), schemas.TryQuery()


@blueprint.get("")
@access("dumping:routing:edit")
def listing() -> str:
    return _page(Form())


def _page(form: Form) -> str:
    query: dict[str, Any] = TRY.load({name: value for name, value in request.args.items() if value})
    tried = ""
    if query["kind"]:
        found = queries.route_of(reading(), query["division"], query["kind"])
        tried = found_words(reading(), found)
    return render_template(
        "dumping/routing.html",
        form=form,
        trial=Form(query, under="try-"),
        tried=tried,
        rows=rule_rows(reading()),
        done=_("存好了。") if query["done"] else "",
        **choices(reading()),
    )


@blueprint.post("")
@access("dumping:routing:edit")
def add() -> Answer | tuple[str, int]:
    try:
        values = load_form(RULE)
        work(current_actor(), lambda w: actions.add_rule(w, **values))
    except Invalid as error:
        return _page(failed(error)), 422
    return redirect(url_for("routing.listing", done=1), 303)


@blueprint.post("/<int:number>/remove")
@access("dumping:routing:edit")
def remove(number: int) -> Answer:
    work(current_actor(), partial(actions.remove_rule, rule=number))
    return redirect(url_for("routing.listing", done=1), 303)


@blueprint.post("/<int:number>/raise")
@access("dumping:routing:edit")
def lift(number: int) -> Answer:
    work(current_actor(), partial(actions.raise_rule, rule=number))
    return redirect(url_for("routing.listing", done=1), 303)
