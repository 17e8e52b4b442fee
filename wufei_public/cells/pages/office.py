"""The leading group's office: rounds, their ranking, rubrics, experts, naming in a batch."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema
from werkzeug.wrappers import Response as Answer

from wufei_public.cells import schemas
from wufei_public.cells.actions import deciding, naming, rounds
from wufei_public.cells.documents import experts as people
from wufei_public.cells.documents import lists as listed_as
from wufei_public.cells.documents import own, shown
from wufei_public.cells.documents.rounds import round_line
from wufei_public.cells.pages.desk import with_votes
from wufei_public.cells.queries import lists
from wufei_public.cells.queries import rounds as queries
from wufei_public.cells.rules.kinds import KINDS
from wufei_public.cells.rules.stages import State
from wufei_public.common.clock import day_end, day_start
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.divisions import queries as places
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form, parts, typed
from wufei_public.infra.web.paging import pack_moment, unpack_moment
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.organisations.queries import cards

blueprint = Blueprint("cells_office", __name__, url_prefix="/staff/cells/office")

_ROUND, _EXTEND, _REASON = schemas.RoundIn(), schemas.ExtendIn(), schemas.ReasonIn()
_EXPERT, _NAME = schemas.ExpertIn(), schemas.NameIn()
_AFTER, _AFTER_ID = schemas.AfterQuery(), schemas.AfterIdQuery()
_LISTS = frozenset({"kinds", "towns", "codes", "rubrics"})
Page = str | Answer | tuple[str, int]


def _towns() -> list[tuple[str, str, str]]:
    directory = places.directory(reading())
    names = directory.called(english=is_english())
    return [(town.code, names[town.code], "") for town in directory.towns]


def _kinds() -> list[tuple[str, str, str]]:
    return [(kind, shown.kind_label(kind), "") for kind in KINDS]


def _after() -> str:
    """Return the position of the page that the address asks for, empty for the first."""
    found: str = _AFTER.load(dict(request.args.items()))["after"]
    return found


# ---- rounds ---------------------------------------------------------------------


@blueprint.get("/rounds")
@access("cells:round:manage")
def listed() -> str:
    return _rounds_page(Form())


def _rounds_page(form: Form) -> str:
    session, now, after = reading(), house().clock(), _after()
    found, following = queries.rounds(session, unpack_moment(after) if after else None)
    return render_template(
        "cells/rounds.html",
        form=form,
        rounds=[round_line(one, now) for one in found],
        first_url=url_for("cells_office.listed") if after else "",
        next_url=url_for("cells_office.listed", after=pack_moment(following)) if following else "",
        kinds=_kinds(),
        versions=[
            (shown.kind_label(kind), of_kind)
            for kind, of_kind in queries.choices(session).items()
            if len(of_kind) > 1
        ],
        towns=_towns(),
    )


@blueprint.post("/rounds")
@access("cells:round:manage")
def open_round() -> Page:
    try:
        values = load_form(_ROUND, lists=_LISTS)
        opens, closes = values.pop("opens_on"), values.pop("closes_on")
        values |= {"opens_at": day_start(opens), "closes_at": day_end(closes)}
        made = work(current_actor(), lambda w: rounds.open_round(w, **values))
    except Invalid as error:
        return _rounds_page(failed(error, lists=_LISTS)), 422
    return redirect(url_for("cells_office.one", code=made.code), 303)


@blueprint.get("/rounds/<code>")
@access("cells:round:manage")
def one(code: str) -> str:
    return _round_page(code, Form(), "")


def _round_page(code: str, form: Form, opened: str) -> str:
    session, after = reading(), _after()
    found, place = queries.round_of(session, code), listed_as.ranked_of(after)
    rows, following = lists.ranking(session, found.id, place)
    more = listed_as.ranked_text(following)
    return render_template(
        "cells/round_desk.html",
        form=form,
        opened=opened,
        part=parts(form, opened),
        after=after or None,
        ranking=listed_as.ranking_rows(session, rows, place),
        first_url=url_for("cells_office.one", code=code) if after else "",
        next_url=url_for("cells_office.one", code=code, after=more) if more else "",
        taken=found.taken,
        to_decide=listed_as.chosen_rows(rows, State.SCORED),
        to_confirm=listed_as.chosen_rows(rows, State.PROPOSED),
        **own.round_values(session, code, house().clock()),
    )


@blueprint.post("/rounds/<code>/<any(extend,close):what>")
@access("cells:round:manage")
def change(code: str, what: str) -> Page:
    try:
        if what == "extend":
            values = load_form(_EXTEND)
            until = day_end(values.pop("closes_on"))
            work(
                current_actor(),
                lambda w: rounds.extend_round(w, code=code, closes_at=until, **values),
            )
        else:
            reason = load_form(_REASON)["reason"]
            work(current_actor(), lambda w: rounds.close_round(w, code=code, reason=reason))
    except Invalid as error:
        return _round_page(code, failed(error), what), 422
    except WrongState as error:
        return _round_page(code, Form(typed(request.form), notice=_(error.message)), what), 409
    return redirect(url_for("cells_office.one", code=code), 303)


@blueprint.post("/rounds/<code>/<any(decide,confirm):what>")
@access("cells:round:manage")
def decide(code: str, what: str) -> Page:
    """Decide on a list at one meeting, or confirm one as the second person."""
    schema, action = _MEETINGS[what]
    try:
        values = with_votes(load_form(schema, lists=_LISTS))
        work(current_actor(), lambda w: action(w, **values))
    except Invalid as error:
        return _round_page(code, failed(error, lists=_LISTS), what), 422
    except (WrongState, NotAllowed) as error:
        form = Form(typed(request.form, _LISTS), notice=_(error.message, **error.facts))
        return _round_page(code, form, what), 409
    return redirect(url_for("cells_office.one", code=code, after=_after() or None), 303)


_MEETINGS: Mapping[str, tuple[Schema, Callable[..., Any]]] = {
    "decide": (schemas.DecideListIn(), deciding.propose_list),
    "confirm": (schemas.ConfirmListIn(), deciding.confirm_list),
}


# ---- experts --------------------------------------------------------------------


@blueprint.get("/experts")
@access("cells:round:manage")
def experts() -> str:
    return _experts_page(Form())


def _experts_page(form: Form) -> str:
    return render_template(
        "cells/experts.html",
        form=form,
        experts=people.experts_page(reading()),
        kinds=_kinds(),
        towns=[(code, name) for code, name, _small in _towns()],
    )


@blueprint.post("/experts")
@access("cells:round:manage")
def register_expert() -> Page:
    try:
        values = load_form(_EXPERT, lists=_LISTS)
        unit = values.pop("organisation")
        of = cards.organisation(reading(), unit).id if unit else None
        work(
            current_actor(),
            lambda w: rounds.register_expert(w, organisation=of, **values),
        )
    except Invalid as error:
        return _experts_page(failed(error, lists=_LISTS)), 422
    return redirect(url_for("cells_office.experts"), 303)


# ---- naming ---------------------------------------------------------------------


@blueprint.get("/naming")
@access("cells:certificate:manage")
def batch() -> str:
    return _naming_page(Form())


def _naming_page(form: Form) -> str:
    after = _AFTER_ID.load({name: value for name, value in request.args.items() if value})["after"]
    rows, following = lists.of_state(reading(), State.CLEARED, after)
    return render_template(
        "cells/naming.html",
        form=form,
        after=after,
        units=listed_as.naming_rows(rows),
        first_url=url_for("cells_office.batch") if after else "",
        next_url=url_for("cells_office.batch", after=following) if following else "",
    )


@blueprint.post("/naming")
@access("cells:certificate:manage")
def name_batch() -> Page:
    try:
        values = load_form(_NAME, lists=_LISTS)
        work(current_actor(), lambda w: naming.name(w, **values))
    except Invalid as error:
        return _naming_page(failed(error, lists=_LISTS)), 422
    except (WrongState, NotAllowed) as error:
        form = Form(typed(request.form, _LISTS), notice=_(error.message, **error.facts))
        return _naming_page(form), 409
    return redirect(url_for("cells_desk.queue", state="named"), 303)
