"""The dictionary's desk: look something up, correct it, add what people missed."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Invalid
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work
from wufei_public.learning import documents, schemas
from wufei_public.learning.actions import dictionary as actions
from wufei_public.learning.models import SortingItem
from wufei_public.learning.queries import dictionary as queries
from wufei_public.learning.rules.bins import KINDS, SECOND_LABELS

blueprint = Blueprint("sorting_desk", __name__, url_prefix="/staff/sorting")

FIND, THING, MISS = schemas.FindIn(), schemas.ThingIn(), schemas.MissIn()
FIELDS = (
    "name", "aliases", "town_class", "town_kind", "rural_first", "rural_second",
    "tip", "note", "name_en",
)  # fmt: skip


@blueprint.get("")
@access("learning:sorting:edit")
def listing() -> str:
    words = FIND.load(request.args)["q"]
    dictionary = queries.dictionary(reading())
    found = dictionary.find(words)
    return render_template(
        "learning/desk.html",
        words=words,
        rows=[
            {"url": url_for("sorting_desk.one", code=entry.code), **row}
            for entry, row in zip(found, documents.shown(found), strict=True)
        ],
        count=len(dictionary.entries),
        misses=queries.misses(reading()),
        done=_("存好了。") if request.args.get("done") else "",
        **documents.faces(),
    )


@blueprint.get("/new")
@access("learning:sorting:edit")
def new() -> str:
    return _form_page(Form({"name": FIND.load(request.args)["q"]}), "")


@blueprint.post("/new")
@access("learning:sorting:edit")
def add() -> Answer | tuple[str, int]:
    try:
        thing: Any = load_form(THING)
        work(current_actor(), lambda w: actions.add_item(w, thing))
    except Invalid as error:
        return _form_page(failed(error), ""), 422
    return redirect(url_for("sorting_desk.listing", q=thing.name, done=1), 303)


@blueprint.get("/<code>")
@access("learning:sorting:edit")
def one(code: str) -> str:
    row = queries.item(reading(), code)
    return _form_page(_form_of(row), row.code)


def _form_of(row: SortingItem) -> Form:
    values = {name: getattr(row, name) for name in FIELDS}
    return Form(values | {"aliases": row.aliases.replace("|", "、"), "retired": not row.active})


@blueprint.post("/<code>")
@access("learning:sorting:edit")
def correct(code: str) -> Answer | tuple[str, int]:
    active = request.form.get("retired") != "1"
    try:
        thing: Any = load_form(THING)
        work(
            current_actor(),
            lambda w: actions.correct_item(w, code=code, thing=thing, active=active),
        )
    except Invalid as error:
        return _form_page(failed(error), code), 422
    return redirect(url_for("sorting_desk.listing", q=thing.name, done=1), 303)


def _form_page(form: Form, code: str) -> str:
    faces = documents.faces()
    return render_template(
        "learning/desk_item.html",
        form=form,
        code=code,
        classes=[(name, face["label"]) for name, face in faces["town"].items()],
        kinds=[("", _("没有小类")), *((kind, _(kind)) for kind in KINDS)],
        firsts=[(name, face["label"]) for name, face in faces["first"].items()],
        seconds=[(kind.value, _(label)) for kind, label in SECOND_LABELS.items()],
    )


@blueprint.post("/misses/dismiss")
@access("learning:sorting:edit")
def dismiss() -> Answer:
    words = load_form(MISS)["words"]
    work(current_actor(), lambda w: actions.dismiss_miss(w, words))
    return redirect(url_for("sorting_desk.listing"), 303)
