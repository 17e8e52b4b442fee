"""Several cases at once, each by the action of its own page; and filters that are kept."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.common.codes import grouped
from wufei_public.common.errors import DomainError, Invalid
from wufei_public.divisions import queries as places
from wufei_public.dumping.actions import filters as kept
from wufei_public.dumping.actions import officer
from wufei_public.dumping.documents import desk
from wufei_public.dumping.pages.cases import chosen_part
from wufei_public.dumping.queries import desk as desks
from wufei_public.dumping.queries import filters as queries
from wufei_public.dumping.schemas import daily, shapes
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work

blueprint = Blueprint("case_bulk", __name__, url_prefix="/staff/cases/bulk")

QUERY, BULK, FILTER = shapes.QueueQuery(), daily.BulkIn(), daily.FilterIn()
LISTS = frozenset({"code"})


@blueprint.get("")
@access("dumping:case:bulk")
def form() -> str:
    return _page(Form(), Form())


def _query() -> dict[str, Any]:
    found: dict[str, Any] = QUERY.load({name: one for name, one in request.args.items() if one})
    return found | {"after": None}


def _page(bulk: Form, naming: Form, **more: Any) -> str:
    query, actor, now = _query(), current_actor(), house().clock()
    wanted = desks.QueueFilter(**query)
    rows, following = desks.queue_page(reading(), actor, wanted, now, daily.MOST_AT_ONCE)
    english, offices = is_english(), places.departments(reading()).active
    nothing: dict[str, Any] = {"done": 0, "refused": []}
    return render_template(
        "dumping/bulk.html",
        form=bulk,
        naming=naming,
        narrowed={name: value for name, value in query.items() if value},
        chosen=chosen_part(query),
        rows=[
            (
                row["code"],
                f"{row['chip'][1]} · {row['what']}",
                f"{grouped(row['code'])} · {row['where']}",
            )
            for row in desk.queue_rows(reading(), rows, now)
        ],
        more=following is not None,
        most=daily.MOST_AT_ONCE,
        departments=[(one.code, one.name_en if english else one.name) for one in offices],
        filters=queries.kept(reading(), actor.id),
        **nothing | more,
    )


@blueprint.post("")
@access("dumping:case:bulk")
def run() -> str | tuple[str, int]:
    """Do it case by case: one that cannot be done says why and keeps no other from it."""
    try:
        values = load_form(BULK, lists=LISTS)
    except Invalid as error:
        return _page(failed(error, lists=LISTS), Form()), 422
    done, refused = 0, []
    for code in dict.fromkeys(values["code"]):
        try:
            work(current_actor(), partial(_do, code=code, values=values))
            done += 1
        except DomainError as error:
            refused.append((grouped(code), sentence(error.message, error.facts)))
    return _page(Form(), Form(), done=done, refused=refused)


def _do(w: Any, *, code: str, values: dict[str, Any]) -> None:
    if values["what"] == "accept":
        officer.accept(w, code=code)
    else:
        officer.assign(w, code=code, department=values["department"])


# ---- filters --------------------------------------------------------------------


@blueprint.post("/filters")
@access("dumping:case:bulk")
def keep() -> Answer | tuple[str, int]:
    try:
        values = load_form(FILTER)
        name = values.pop("name")
        query = urlencode({one: value for one, value in values.items() if value})
        work(current_actor(), lambda w: kept.keep(w, name=name, query=query))
    except Invalid as error:
        return _page(Form(), failed(error)), 422
    return redirect(url_for("desk.queue") + (f"?{query}" if query else ""), 303)


@blueprint.post("/filters/<int:number>/drop")
@access("dumping:case:bulk")
def drop(number: int) -> Answer:
    work(current_actor(), lambda w: kept.drop(w, number=number))
    return redirect(url_for("case_bulk.form"), 303)
