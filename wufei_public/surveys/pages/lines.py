"""For officials: one line of a questionnaire that is being written, beside the phone."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Conflict, Invalid, NotFound
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.work import reading
from wufei_public.surveys.documents import authoring as documents
from wufei_public.surveys.models import Draft
from wufei_public.surveys.pages.authoring import GONE, back_to, edited
from wufei_public.surveys.queries import drafts as queries
from wufei_public.surveys.rules.outline import Line, Outline, Part, inserted, outline_of, put
from wufei_public.surveys.rules.questions import Choice
from wufei_public.surveys.schemas import LineIn

blueprint = Blueprint("survey_lines", __name__, url_prefix="/staff/surveys/drafts")

LINE = LineIn()


@blueprint.get("/<code>/lines/<int:at>")
@access("surveys:wave:manage")
def one(code: str, at: int) -> str:
    draft = queries.draft(reading(), code)
    outline = outline_of(draft.sheets)
    if at >= len(outline.lines) or outline.lines[at].part is Part.END:
        raise NotFound("no_line", GONE)
    found = outline.lines[at]
    values = documents.values_of(outline, found)
    return _line_page(draft, at, Form(values, documents.errors_at(outline, at)), new=False)


@blueprint.get("/<code>/add")
@access("surveys:wave:manage")
def add(code: str) -> str:
    draft = queries.draft(reading(), code)
    outline = outline_of(draft.sheets)
    at = min(request.args.get("at", 0, int) or 0, len(outline.lines))
    part = request.args.get("part", "")
    if part not in documents.ADDED:
        kinds = [
            (one.value, _(documents.PARTS[one]), _(words)) for one, words in documents.ADDED.items()
        ]
        return render_template("surveys/kinds.html", draft=draft, at=at, kinds=kinds)
    blank = Line(Part(part))
    return _line_page(draft, at, Form(documents.values_of(outline, blank)), new=True)


def _line_page(draft: Draft, at: int, form: Form, *, new: bool, notice: str = "") -> str:
    outline = outline_of(draft.sheets)
    part = Part(form.value("part"))
    kin = next(kin for kin in documents.KIN if part in kin)
    shown = "" if new else outline.lines[at].choices
    return render_template(
        "surveys/line.html",
        draft=draft,
        at=at,
        new=new,
        form=form,
        notice=notice,
        part=part.value,
        kind=_(documents.PARTS[part]),
        parts=[(one.value, _(documents.PARTS[one])) for one in kin],
        lists=documents.lists_to_choose(outline),
        shown=shown,
        shared=documents.shared_with(outline, at, shown),
        before=documents.to_refer_to(outline, at),
        sketch=_sketch(outline, at, new=new),
        blank=Form(),
    )


def _sketch(outline: Outline, at: int, *, new: bool) -> dict[str, Any]:
    """Return what was posted, else what stands there, as the phone shows it."""
    if request.method == "POST":
        return _look(outline)
    if new:
        return {"words": "", "screens": [], "faults": []}
    found = outline.lines[at]
    choices = outline.lists.get(found.choices, ())
    return documents.sketch(found, choices, english=is_english())


def _look(outline: Outline) -> dict[str, Any]:
    try:
        found, choices = _posted(outline)
    except Invalid as error:
        return {"words": "", "screens": [], "faults": [*failed(error).errors.values()]}
    return documents.sketch(found, choices, english=is_english())


@blueprint.post("/<code>/lines/<int:at>")
@access("surveys:wave:manage")
def save(code: str, at: int) -> Answer | tuple[str, int]:
    return _save(code, at, new=False)


@blueprint.post("/<code>/add/<int:at>")
@access("surveys:wave:manage")
def insert(code: str, at: int) -> Answer | tuple[str, int]:
    return _save(code, at, new=True)


def _save(code: str, at: int, *, new: bool) -> Answer | tuple[str, int]:
    draft = queries.draft(reading(), code)
    before = outline_of(draft.sheets)
    if at > len(before.lines) - (not new):
        raise NotFound("no_line", GONE)
    values = {**typed(request.form), "options": _options()}
    try:
        edits = load_form(LINE)["edits"]
        found, choices = _posted(before)
        after = _changed(before, at, found, choices, new=new)
        if errors := documents.errors_at(after, at):
            return _line_page(draft, at, Form(values, errors), new=new), 422
        edited(code, edits, lambda outline: _changed(outline, at, found, choices, new=new))
    except (Invalid, Conflict) as error:
        at_fields = failed(error).errors if isinstance(error, Invalid) else {}
        words = sentence(error.message, error.facts)
        # What somebody typed goes on from the new state: the next save is theirs to decide.
        values["edits"] = str(queries.draft(reading(), code).edits)
        page = _line_page(draft, at, Form(values, at_fields), new=new, notice=words)
        return page, 422 if isinstance(error, Invalid) else 409
    return back_to(code, f"line-{at}")


def _changed(
    outline: Outline, at: int, found: Line, choices: list[Choice], *, new: bool
) -> Outline:
    if new:
        outline = inserted(outline, at, Line(found.part))
    return put(outline, at, found, choices)


def _posted(outline: Outline) -> tuple[Line, list[Choice]]:
    """Return the line that was typed, and its list: the typed rows, where they were meant."""
    values = load_form(LINE)
    found = documents.line_from(values)
    if not found.chooses:
        return found, []
    if not values["choices"]:
        found = replace(found, choices=documents.free_name(outline, found.name))
    elif found.choices in outline.lists and found.choices != request.form.get("shown"):
        return found, [*outline.lists[found.choices]]
    return found, documents.choices_from(_options())


def _options() -> list[tuple[str, str, str]]:
    columns = (request.form.getlist(f"option_{name}") for name in ("name", "zh", "en"))
    return [(name.strip(), zh.strip(), en.strip()) for name, zh, en in zip(*columns, strict=False)]


@blueprint.post("/<code>/look")
@access("surveys:wave:manage")
def look(code: str) -> str:
    """Return the screen of a line that is being typed, for the phone beside the form."""
    outline = outline_of(queries.draft(reading(), code).sheets)
    return render_template("surveys/_sketch.html", sketch=_look(outline), blank=Form())
