"""For officials: writing a questionnaire line by line, beside the phone that will show it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Conflict, DomainError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import Work, reading, work
from wufei_public.infra.workbooks import write_book
from wufei_public.surveys.actions import drafts as actions
from wufei_public.surveys.documents import authoring as documents
from wufei_public.surveys.documents.asked import screens
from wufei_public.surveys.models import Draft
from wufei_public.surveys.pages.desk import EXCEL, file_of
from wufei_public.surveys.queries import drafts as queries
from wufei_public.surveys.rules.outline import (
    Outline,
    Part,
    faults_of,
    moved,
    outline_of,
    removed,
)
from wufei_public.surveys.rules.xlsform import read_form
from wufei_public.surveys.schemas import DraftIn, SettingsIn, StartIn, StepIn

blueprint = Blueprint("survey_drafts", __name__, url_prefix="/staff/surveys/drafts")

START, SEEN, STEP, SETTINGS = StartIn(), DraftIn(), StepIn(), SettingsIn()
GONE = N_("这一行不在了，可能有人改过。")


@blueprint.post("")
@access("surveys:wave:manage")
def start() -> Answer:
    based_on = load_form(START)["based_on"]
    code = work(current_actor(), lambda w: actions.start(w, based_on))
    return redirect(url_for("survey_drafts.page", code=code), 303)


@blueprint.get("/<code>")
@access("surveys:wave:manage")
def page(code: str) -> str:
    return _page(code, None)


def _page(code: str, form: Form | None, notice: str = "") -> str:
    draft = queries.draft(reading(), code)
    outline = outline_of(draft.sheets)
    faults = faults_of(outline)
    settings = {
        "title": outline.title,
        "form_id": outline.form_id,
        "version": outline.version,
    }
    return render_template(
        "surveys/draft.html",
        draft=draft,
        form=form or Form(settings),
        notice=notice,
        lines=documents.lines_of(outline, faults),
        faults=faults,
        whole=[documents.said_of(fault) for fault in faults.whole],
        count=0 if faults else len(_screens(draft)),
    )


def _screens(draft: Draft) -> list[dict[str, Any]]:
    return screens(read_form(draft.sheets), english=is_english())


@blueprint.get("/<code>/phone")
@access("surveys:wave:manage")
def phone(code: str) -> Answer | str:
    """Show the whole draft as residents will see it; back where a fault is in the way."""
    draft = queries.draft(reading(), code)
    if faults_of(outline_of(draft.sheets)):
        return back_to(code, "")
    return render_template("surveys/phone.html", draft=draft, screens=_screens(draft), blank=Form())


@blueprint.post("/<code>/settings")
@access("surveys:wave:manage")
def settings(code: str) -> Answer | tuple[str, int]:
    try:
        values = load_form(SETTINGS)
        edits = values.pop("edits")
        edited(code, edits, lambda outline: _named(outline, **values))
    except (Invalid, Conflict) as error:
        return _came_back(code, error)
    return back_to(code, "")


def _named(outline: Outline, title: str, form_id: str, version: str) -> Outline:
    return replace(outline, title=title, form_id=form_id, version=version)


def edited(code: str, edits: int, change: Callable[[Outline], Outline]) -> None:
    """Change a draft as somebody saw it."""
    work(current_actor(), lambda w: actions.edit(w, code, edits, change))


def _came_back(code: str, error: DomainError) -> tuple[str, int]:
    """Return the page with what was typed and why it was not taken."""
    form = failed(error) if isinstance(error, Invalid) else Form(typed(request.form))
    status = 422 if isinstance(error, Invalid) else 409
    return _page(code, form, sentence(error.message, error.facts)), status


def back_to(code: str, anchor: str) -> Answer:
    """Return the way back to a draft, at one of its lines."""
    return redirect(url_for("survey_drafts.page", code=code, _anchor=anchor or None), 303)


@blueprint.post("/<code>/<any(up, down, remove):step>")
@access("surveys:wave:manage")
def change(code: str, step: str) -> Answer | tuple[str, int]:
    values = load_form(STEP)
    at = values["at"]
    try:
        edited(code, values["edits"], lambda outline: _stepped(outline, at, step))
    except Conflict as error:
        return _came_back(code, error)
    return back_to(code, f"line-{max(at - 1, 0) if step == 'up' else at}")


def _stepped(outline: Outline, at: int, step: str) -> Outline:
    if at >= len(outline.lines) or outline.lines[at].part is Part.END:
        raise NotFound("no_line", GONE)
    if step == "remove":
        return removed(outline, at)
    return moved(outline, at, up=step == "up")


@blueprint.post("/<code>/<any(undo, publish, discard):step>")
@access("surveys:wave:manage")
def end(code: str, step: str) -> Answer | tuple[str, int]:
    edits = load_form(SEEN)["edits"]
    try:
        made = work(current_actor(), lambda w: _ENDS[step](w, code, edits))
    except (Invalid, Conflict) as error:
        return _page(code, None, sentence(error.message, error.facts)), (
            422 if isinstance(error, Invalid) else 409
        )
    if step == "publish":
        return redirect(url_for("survey_desk.preview", code=made), 303)
    return back_to(code, "") if step == "undo" else redirect(url_for("survey_desk.listing"), 303)


_ENDS: dict[str, Callable[[Work, str, int], str | None]] = {
    "undo": actions.undo,
    "publish": actions.publish,
    "discard": actions.discard,
}


@blueprint.get("/<code>.xlsx")
@access("surveys:wave:manage")
def export(code: str) -> Response:
    draft = queries.draft(reading(), code)
    return file_of(write_book(draft.sheets, literal=True), EXCEL, f"draft-{code}.xlsx")
