"""我的无废细胞: the unit's own applications, item by item, on whichever device."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.cells import policy
from wufei_public.cells.actions import applying, charging, naming, objecting, proving
from wufei_public.cells.actions.steps import owner_of, story_owner
from wufei_public.cells.documents import desk, own, shown
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import certificates
from wufei_public.cells.schemas import (
    AfterIdQuery,
    AnswerIn,
    StartIn,
    StoryIn,
    SubmitIn,
    TextIn,
    WordsIn,
    YearIn,
)
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, WrongState
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form, parts, typed
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import paper_response, photo_response, receive, receive_papers

blueprint = Blueprint("cells_unit", __name__, url_prefix="/mine/cells")

_START, _ANSWER, _STORY = StartIn(), AnswerIn(), StoryIn()
_SUBMIT, _TEXT, _WORDS, _YEAR = SubmitIn(), TextIn(), WordsIn(), YearIn()
_AFTER = AfterIdQuery()
_LISTS = frozenset({"site"})
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("resident")
def listed() -> str:
    after = _AFTER.load(dict(request.args.items()))["after"]
    rows, following = queries.of_units(reading(), current_actor(), after)
    return render_template(
        "cells/mine.html",
        rows=[shown.own_line(row, url_for("cells_unit.one", code=row.code)) for row in rows],
        rounds=own.open_rounds(reading(), house().clock()),
        first_url=url_for("cells_unit.listed") if after else "",
        next_url=url_for("cells_unit.listed", after=following) if following else "",
    )


@blueprint.get("/new/<code>")
@access("resident")
def new(code: str) -> str:
    return _start_page(code, Form())


def _start_page(code: str, form: Form) -> str:
    return render_template(
        "cells/start.html", form=form, **own.start_values(reading(), current_actor(), code)
    )


@blueprint.post("/new/<code>")
@access("resident")
def start(code: str) -> Page:
    try:
        values = load_form(_START, lists=_LISTS)
        chosen = own.chosen_places(reading(), current_actor(), values.pop("site"))
        row = work(
            current_actor(),
            lambda w: applying.start(w, round_code=code, places=chosen, **values),
        )
    except Invalid as error:
        return _start_page(code, failed(error, lists=_LISTS)), 422
    except (Conflict, WrongState, NotAllowed) as error:
        return _start_page(code, Form(typed(request.form, _LISTS), notice=_(error.message))), 409
    return redirect(url_for("cells_unit.one", code=row.code), 303)


def own_case(code: str) -> CellApplication:
    """Return the unit's own application; a stranger's looks like none."""
    row = queries.application(reading(), code)
    if not policy.may_write(current_actor(), queries.facts_of(reading(), row)).allowed:
        raise queries.missing()
    return row


@blueprint.get("/<code>")
@access("resident")
def one(code: str) -> str:
    return page_of(own_case(code), Form(), "")


def page_of(row: CellApplication, form: Form, opened: str) -> str:
    """Draw the unit's page of one application, the form `opened` with what was typed."""
    return render_template(
        "cells/own.html",
        form=form,
        opened=opened,
        part=parts(form, opened),
        done=request.args.get("done", ""),
        **own.values(reading(), row, house().clock()),
    )


@blueprint.get("/<code>/items/<item>")
@access("resident")
def item(code: str, item: str) -> str:
    return _item_page(own_case(code), item, Form())


def _item_page(row: CellApplication, item: str, form: Form) -> str:
    found = own.item_values(reading(), row, item)
    if found is None:
        raise queries.missing()
    return render_template("cells/item.html", form=form, **found)


@blueprint.post("/<code>/items/<item>")
@access("resident")
def save(code: str, item: str) -> Page:
    row = own_case(code)
    try:
        values = load_form(_ANSWER)
        answer = shown.read_answer(values)
        work(
            current_actor(),
            lambda w: applying.save_answer(w, code=code, item=item, note=values["note"], **answer),
        )
    except Invalid as error:
        return _item_page(row, item, failed(error)), 422
    following = own.following(reading(), row, item)
    if request.form.get("stay") or following is None:
        return redirect(url_for("cells_unit.one", code=row.code), 303)
    return redirect(url_for("cells_unit.item", code=row.code, item=following), 303)


@blueprint.post("/<code>/items/<item>/photos")
@access("resident")
def add_photos(code: str, item: str) -> Page:
    row = own_case(code)
    try:
        tokens = receive("photos", least=1)
        work(
            current_actor(),
            lambda w: proving.add_evidence(w, code=code, item=item, photo=tokens),
        )
    except Invalid as error:
        return _item_page(row, item, failed(error)), 422
    except WrongState as error:
        return _item_page(row, item, Form(notice=_(error.message))), 409
    return redirect(url_for("cells_unit.item", code=row.code, item=item), 303)


@blueprint.post("/<code>/items/<item>/papers")
@access("resident")
def add_papers(code: str, item: str) -> Page:
    row = own_case(code)
    try:
        prepared = receive_papers("papers")
        work(
            current_actor(),
            lambda w: proving.add_papers(w, code=code, item=item, prepared=prepared),
        )
    except Invalid as error:
        return _item_page(row, item, failed(error)), 422
    except WrongState as error:
        return _item_page(row, item, Form(notice=_(error.message))), 409
    return redirect(url_for("cells_unit.item", code=row.code, item=item), 303)


@blueprint.post("/<code>/items/<item>/papers/<int:paper_id>/remove")
@access("resident")
def remove_paper(code: str, item: str, paper_id: int) -> Answer:
    row = own_case(code)
    work(current_actor(), lambda w: proving.remove_paper(w, code=code, paper_id=paper_id))
    return redirect(url_for("cells_unit.item", code=row.code, item=item), 303)


@blueprint.get("/<code>/papers/<int:paper_id>")
@access("resident")
def paper(code: str, paper_id: int) -> Response:
    return paper_response(paper_id, [owner_of(own_case(code).code)], queries.missing())


@blueprint.post("/<code>/items/<item>/photos/<int:photo_id>/remove")
@access("resident")
def remove_photo(code: str, item: str, photo_id: int) -> Answer:
    row = own_case(code)
    work(current_actor(), lambda w: proving.remove_evidence(w, code=code, photo_id=photo_id))
    return redirect(url_for("cells_unit.item", code=row.code, item=item), 303)


@blueprint.get("/<code>/photos/<int:photo_id>/<size>")
@access("resident")
def photo(code: str, photo_id: int, size: str) -> Response:
    row = own_case(code)
    shown_for = desk.task_owners(reading(), row)
    owners = [owner_of(row.code), story_owner(row.code), *shown_for]
    return photo_response(photo_id, owners, size, queries.missing())


# ---- what is done with the whole ------------------------------------------------


@blueprint.post("/<code>/pictures/<int:photo_id>/remove")
@access("resident")
def remove_picture(code: str, photo_id: int) -> Answer:
    row = own_case(code)
    work(current_actor(), lambda w: proving.remove_picture(w, code=code, photo_id=photo_id))
    return redirect(url_for("cells_unit.one", code=row.code), 303)


@blueprint.post("/<code>/<any(story,pictures,submit,withdraw,mend,appeal,answer,report):what>")
@access("resident")
def act(code: str, what: str) -> Page:
    row = own_case(code)
    try:
        _ACTS[what](row)
    except Invalid as error:
        return page_of(row, failed(error), what), 422
    except (WrongState, NotAllowed, Conflict) as error:
        return page_of(
            own_case(code), Form(typed(request.form), notice=_(error.message)), what
        ), 409
    return redirect(url_for("cells_unit.one", code=row.code, done=what), 303)


def _story(row: CellApplication) -> Any:
    values = load_form(_STORY)
    return work(current_actor(), lambda w: applying.tell_story(w, code=row.code, **values))


def _pictures(row: CellApplication) -> Any:
    tokens = receive("photos", least=1)
    return work(current_actor(), lambda w: proving.add_pictures(w, code=row.code, photo=tokens))


def _submit(row: CellApplication) -> Any:
    values = load_form(_SUBMIT)
    return work(current_actor(), lambda w: applying.submit(w, code=row.code, **values))


def _withdraw(row: CellApplication) -> Any:
    reason = load_form(_WORDS)["text"]
    return work(current_actor(), lambda w: applying.withdraw(w, code=row.code, reason=reason))


def _mend(row: CellApplication) -> Any:
    tokens = receive("photos")
    text = load_form(_TEXT)["text"]
    return work(current_actor(), lambda w: applying.mend(w, code=row.code, text=text, photo=tokens))


def _appeal(row: CellApplication) -> Any:
    text = load_form(_TEXT)["text"]
    return work(current_actor(), lambda w: objecting.appeal(w, code=row.code, text=text))


def _answer(row: CellApplication) -> Any:
    text = load_form(_TEXT)["text"]
    return work(current_actor(), lambda w: charging.answer(w, code=row.code, text=text))


def _report(row: CellApplication) -> Any:
    values = load_form(_YEAR)
    held = certificates.of_application(reading(), row.id)
    if held is None:
        raise certificates.missing()
    number = held.code
    return work(current_actor(), lambda w: naming.report_year(w, code=number, **values))


_ACTS = {
    "story": _story,
    "pictures": _pictures,
    "submit": _submit,
    "withdraw": _withdraw,
    "mend": _mend,
    "appeal": _appeal,
    "answer": _answer,
    "report": _report,
}
