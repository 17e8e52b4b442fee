"""For officials: questionnaires and waves, and what can be done with each."""

from collections.abc import Callable, Mapping
from typing import Any

import segno
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.actor import Actor
from wufei_public.common.clock import district_day
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import field_sentences, sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.infra.workbooks import read_book, write_book
from wufei_public.surveys import policy
from wufei_public.surveys.actions import forms as form_actions
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.documents.asked import screens
from wufei_public.surveys.documents.calls import sample_card
from wufei_public.surveys.documents.desk import margin_rows, wave_page
from wufei_public.surveys.documents.open import line
from wufei_public.surveys.models import Wave
from wufei_public.surveys.queries import drafts, forms, looks, waves
from wufei_public.surveys.rules.outline import outline_of
from wufei_public.surveys.rules.quotas import VARIABLES
from wufei_public.surveys.rules.waves import CHIPS, LABELS, MODES, Mode, Move, State
from wufei_public.surveys.schemas import ExclusionIn, ReasonIn, WaveIn

blueprint = Blueprint("survey_desk", __name__, url_prefix="/staff/surveys")

_SEVERAL = frozenset({"quota_by"})
WAVE, REASON, EXCLUSION = WaveIn(), ReasonIn(), ExclusionIn()
QUOTA_WORDS = {"town": N_("镇办"), "sex": N_("性别"), "age": N_("年龄段")}
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
@access("surveys:wave:view")
def listing() -> str:
    return _listing([])


def _listing(faults: list[dict[str, str]], notice: str = "") -> str:
    rows = [
        line(row) | {"chip": (CHIPS[State(row.state)], _(LABELS[State(row.state)]))}
        for row in waves.listed(reading())
    ]
    return render_template(
        "surveys/desk.html",
        waves=rows,
        forms=forms.listed(reading()),
        drafts=[(row, outline_of(row.sheets)) for row in drafts.listed(reading())],
        faults=faults,
        notice=notice,
        manages=policy.may_manage(current_actor()).allowed,
    )


@blueprint.post("/questionnaires")
@access("surveys:wave:manage")
def load() -> Answer | tuple[str, int]:
    sent = request.files.get("file")
    try:
        sheets = read_book(sent.read() if sent else b"")
        code = work(current_actor(), lambda w: form_actions.load(w, sheets))
    except Invalid as error:
        return _listing(field_sentences(error), sentence(error.message, error.facts)), 422
    return redirect(url_for("survey_desk.preview", code=code), 303)


@blueprint.get("/questionnaires/<code>")
@access("surveys:wave:view")
def preview(code: str) -> str:
    row = forms.form(reading(), code)
    questionnaire = forms.questionnaire(reading(), row.id)
    return render_template(
        "surveys/preview.html",
        row=row,
        form=Form(),
        screens=screens(questionnaire, english=is_english()),
        manages=policy.may_manage(current_actor()).allowed,
    )


@blueprint.get("/questionnaires/<code>.xlsx")
@access("surveys:wave:view")
def export(code: str) -> Response:
    row = forms.form(reading(), code)
    name = f"{row.form_id}-{row.version}.xlsx"
    return file_of(write_book(row.sheets, literal=True), EXCEL, name)


def file_of(data: bytes, kind: str, name: str) -> Response:
    """Return a file to be saved under `name`."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype=kind, headers=headers)


# ---- a wave -----------------------------------------------------------------------


@blueprint.get("/new")
@access("surveys:wave:manage")
def new() -> str:
    chosen = request.args.get("form") or forms.newest(reading(), "public") or ""
    return _new_page(Form({"form": chosen, "mode": Mode.LINK, "shipped": "1", "target": "800"}))


def _new_page(form: Form) -> str:
    return render_template(
        "surveys/new.html",
        form=form,
        forms=[(row.code, f"{row.title} {row.version}") for row in forms.listed(reading())],
        modes=[(mode.value, _(words), "") for mode, words in MODES.items()],
        variables=[(name, _(QUOTA_WORDS[name]), "") for name in VARIABLES],
    )


@blueprint.post("/new")
@access("surveys:wave:manage")
def plan() -> Answer | tuple[str, int]:
    try:
        values = load_form(WAVE, lists=_SEVERAL)
        margins = _margins(values, values.pop("shipped"))
        draft = actions.Draft(**values, margins=margins)
        _check_collector(draft)
        wave = work(current_actor(), lambda w: actions.plan(w, draft))
    except Invalid as error:
        form = failed(error, lists=_SEVERAL)
        if form.errors and not set(form.errors) & set(WaveIn().fields):
            form = Form(form.values, {"margins": next(iter(form.errors.values()))})
        return _new_page(form), 422
    return redirect(url_for("survey_desk.wave", code=wave.code), 303)


def _check_collector(draft: actions.Draft) -> None:
    if draft.mode is Mode.EXTERNAL and not draft.collector:
        words = N_("外部数据要写明是谁收集的。")
        raise Invalid("no_collector", words, [FieldError("collector", words)])


def _margins(values: Mapping[str, Any], shipped: bool) -> list[list[Any]]:
    """Return the rows of the margins that were sent, else the shipped ones if wanted."""
    sent = request.files.get("margins")
    data = sent.read() if sent and sent.filename else b""
    if not data and not shipped:
        return []
    form = forms.form(reading(), values["form"])
    return margin_rows(data, form.form_id)


@blueprint.get("/<code>")
@access("surveys:wave:view")
def wave(code: str) -> str:
    return wave_page_with(code, Form())


def wave_page_with(code: str, form: Form, notice: str = "") -> str:
    """Return the page of a wave with a form that came back, and why."""
    row = waves.wave(reading(), code)
    names = places.directory(reading()).called(english=is_english())
    return render_template(
        "surveys/wave.html",
        form=form,
        notice=notice,
        can=_can(current_actor(), row),
        link=_link(row),
        calls=sample_card(reading(), row, house().clock()),
        **wave_page(reading(), row, names),
    )


def _can(actor: Actor, row: Wave) -> dict[str, bool]:
    facts = row.facts
    found = {}
    for move in Move:
        try:
            found[move.value] = policy.may_move(actor, facts, move).allowed
        except WrongState:
            found[move.value] = False
    counted = waves.counted(reading(), row.id)
    if facts.comes_in:
        step = looks.interim(reading(), row, district_day(house().clock()))
        counted = step.count if step else 0
    return found | {
        "manage": policy.may_manage(actor).allowed,
        "look": policy.may_look(actor, facts, counted).allowed,
        "interview": policy.may_interview(actor, facts).allowed
        and facts.takes_answers(district_day(house().clock())),
        "call": policy.may_call(actor, facts).allowed
        and facts.takes_answers(district_day(house().clock())),
    }


def _link(row: Wave) -> dict[str, str] | None:
    """Return the public address and its QR code, where there is one to hand out."""
    if row.mode != Mode.LINK:
        return None
    address = url_for("surveys.landing", code=row.code, _external=True)
    return {"address": address, "qr": qr_of(address)}


def qr_of(address: str) -> str:
    """Return a QR code as the path of an SVG: no picture has to be kept or loaded."""
    code = segno.make(address, error="m")
    svg: str = code.svg_inline(border=2, svgclass="wf-qr", lineclass=None, omitsize=True)
    return svg


_MOVES: Mapping[str, Callable[..., Wave]] = {
    "begin": lambda w, code, **_: actions.begin(w, code=code),
    "close": lambda w, code, **_: actions.close(w, code=code),
    "withdraw": actions.withdraw,
    "drop": actions.drop,
}


@blueprint.post("/<code>/<any(begin, close, withdraw, drop):move>")
@access("surveys:wave:manage")
def step(code: str, move: str) -> Answer | tuple[str, int]:
    needs_reason = move in {"withdraw", "drop"}
    return _try(code, lambda w: _MOVES[move](w, code=code, **_reason(needs_reason)))


def _reason(needed: bool) -> dict[str, str]:
    return load_form(REASON) if needed else {}


def _try(code: str, do: Callable[[Work], object]) -> Answer | tuple[str, int]:
    try:
        work(current_actor(), do)
    except Invalid as error:
        return wave_page_with(code, failed(error), sentence(error.message, error.facts)), 422
    return redirect(url_for("survey_desk.wave", code=code), 303)


@blueprint.post("/<code>/exclude")
@access("surveys:wave:manage")
def exclude(code: str) -> Answer | tuple[str, int]:
    return _try(code, lambda w: actions.exclude(w, code=code, **load_form(EXCLUSION)))


@blueprint.post("/<code>/include")
@access("surveys:wave:manage")
def include(code: str) -> Answer | tuple[str, int]:
    return _try(code, lambda w: actions.include(w, code=code, **load_form(EXCLUSION)))
