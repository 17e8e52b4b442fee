"""The desk of officials: all indicators in one table, entry, checking, publication, tasks."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid, NotAllowed, NotFound, WrongState
from wufei_public.common.text import N_
from wufei_public.divisions.queries import departments
from wufei_public.indicators import policy, schemas
from wufei_public.indicators.actions import tasks as task_actions
from wufei_public.indicators.actions import values as actions
from wufei_public.indicators.actions.values import Entry
from wufei_public.indicators.documents import behind as documents
from wufei_public.indicators.documents import board, series
from wufei_public.indicators.models.values import Value
from wufei_public.indicators.pages.public import plan_words, task_values
from wufei_public.indicators.queries import values
from wufei_public.indicators.rules.checks import jumps
from wufei_public.indicators.rules.plans import current
from wufei_public.indicators.rules.series import PERCEIVED, may_compare
from wufei_public.indicators.rules.states import MOVE_LABELS, WORKFLOW, Move, State
from wufei_public.indicators.rules.tasks import LABELS, Progress
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.people.rules.permissions import PERMISSIONS

blueprint = Blueprint("indicators_desk", __name__, url_prefix="/staff/indicators")

_ENTRY, _REASON, _TASK = schemas.EntryIn(), schemas.ReasonIn(), schemas.TaskIn()
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("indicators:board:view")
def listed() -> str:
    plan, year = current(), district_day(house().clock()).year
    rows = board.lines(plan, board.published(reading(), plan), year)
    waiting = [
        {"row": series.version(row, _unit(row)), "name": series.named(plan, row.series)[0]}
        | {"url": url_for("indicators_desk.one", name=row.series)}
        for row in values.waiting(reading())
    ]
    return render_template(
        "indicators/desk.html",
        plan=plan_words(plan),
        rows=rows,
        tally=board.tally(rows),
        waiting=waiting,
        may_enter=current_actor().has_role(*PERMISSIONS["indicators:value:enter"]),
    )


def _unit(row: Value) -> str:
    return series.named(current(), row.series)[1]


@blueprint.get("/<name>")
@access("indicators:board:view")
def one(name: str) -> str:
    return _page(name, Form())


def _page(name: str, form: Form, notice: str = "") -> str:
    plan = current()
    found = series.indicator(plan, name)
    title, unit = series.named(plan, name)
    rows = values.versions(reading(), plan.code, name, public=False)
    may_enter = found is not None and _is_ours(found.responsible)
    return render_template(
        "indicators/series_desk.html",
        plan=plan_words(plan),
        series=name,
        name=title,
        unit=unit,
        definition=series.definition(plan, found) if found else None,
        rows=[_row(row, rows, unit) for row in rows],
        form=form,
        notice=notice,
        may_enter=may_enter,
        outlook=series.outlook(found, rows, district_day(house().clock())) if found else None,
        survey=name in PERCEIVED,
        components=[(part, part) for part in found.components] if found else [],
    )


def _row(row: Value, rows: Any, unit: str) -> dict[str, Any]:
    """Return a version with the moves that this official may make, and a warning of a jump."""
    older = (one for one in rows if one.ends_on < row.ends_on and one.state == State.PUBLISHED)
    alike = (one for one in older if may_compare(row.series, one.source, row.source))
    before = next((one for one in alike if one.component == row.component), None)
    return series.version(row, unit) | {
        "moves": _moves(row),
        "jumps": jumps(row.figure, before.figure if before else None),
    }


def _moves(row: Value) -> list[tuple[str, str]]:
    found = current().indicator(row.series)
    offices = _codes(found.responsible) if found else frozenset()
    return [
        (step.move, _(MOVE_LABELS[step.move]))
        for step in WORKFLOW.moves(State(row.state))
        if step.move is not Move.SUPERSEDE
        and policy.may_move(current_actor(), row.facts, step.move, offices).allowed
    ]


def _codes(names: tuple[str, ...]) -> frozenset[str]:
    known = departments(reading())
    return frozenset(office.code for name in names if (office := known.named(name)))


def _is_ours(names: tuple[str, ...]) -> bool:
    return policy.may_enter(current_actor(), _codes(names)).allowed


def _tried(do: Callable[[], object], again: Callable[[Form, str], str], url: str) -> Page:
    """Do it and go on to `url`; a refusal comes back with the form as it was typed."""
    try:
        do()
    except Invalid as error:
        return again(failed(error), ""), 422
    except (NotAllowed, WrongState) as error:
        return again(Form(), sentence(error.message, error.facts)), 409
    return redirect(url, 303)


@blueprint.post("/<name>/values")
@access("indicators:value:enter")
def enter(name: str) -> Page:
    def do() -> None:
        entry = Entry(series=name, **load_form(_ENTRY))
        work(current_actor(), lambda w: actions.enter(w, entry))

    url = url_for("indicators_desk.one", name=name)
    return _tried(do, lambda form, notice: _page(name, form, notice), url)


@blueprint.post("/values/<code>/<move>")
@access("indicators:value:enter")
def step(code: str, move: str) -> Page:
    if move not in {Move.CHECK, Move.PUBLISH, Move.DROP}:
        raise NotFound("no_move", N_("没有这一步。"))
    row = values.value(reading(), code)

    def do() -> None:
        reason = load_form(_REASON)["reason"]
        work(current_actor(), lambda w: actions.move(w, code=code, what=Move(move), reason=reason))

    url = url_for("indicators_desk.one", name=row.series)
    return _tried(do, lambda form, notice: _page(row.series, form, notice), url)


@blueprint.get("/values/<code>")
@access("indicators:board:view")
def rows_behind(code: str) -> str:
    """Show what a figure was made of."""
    row = values.value(reading(), code)
    title, unit = series.named(current(), row.series)
    return render_template(
        "indicators/behind.html",
        series=row.series,
        name=title,
        row=series.version(row, unit),
        behind=documents.behind(reading(), row),
    )


# ---- tasks ----------------------------------------------------------------------


@blueprint.get("/tasks/<code>")
@access("indicators:board:view")
def task(code: str) -> str:
    return _task_page(code, Form())


def _task_page(code: str, form: Form, notice: str = "") -> str:
    found = task_values(code)
    return render_template(
        "indicators/task_desk.html",
        **found,
        form=form,
        refused=notice,
        may_report=_is_ours((found["task"].lead,)),
        choices=[(one.value, _(LABELS[one])) for one in Progress if one is not Progress.UNREPORTED],
    )


@blueprint.post("/tasks/<code>")
@access("indicators:value:enter")
def report(code: str) -> Page:
    def do() -> None:
        said = load_form(_TASK)
        progress = Progress(said.pop("progress"))
        work(
            current_actor(),
            lambda w: task_actions.report(w, code=code, progress=progress, **said),
        )

    url = url_for("indicators_desk.task", code=code)
    return _tried(do, lambda form, notice: _task_page(code, form, notice), url)
