"""Assessing enterprises: periods, one form per enterprise, closed cases sent as evidence."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response as Answer

from wufei_public.common.codes import normalise
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, WrongState
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.paging import pack_moment, unpack_moment
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work
from wufei_public.media.pages import photo_response, receive
from wufei_public.media.queries import photos_of
from wufei_public.organisations.policy import may_see
from wufei_public.organisations.queries import cards
from wufei_public.redblack import policy, schemas
from wufei_public.redblack.actions import assessing as actions
from wufei_public.redblack.actions import evidence
from wufei_public.redblack.documents import assessed
from wufei_public.redblack.models.assessments import AssessmentPeriod
from wufei_public.redblack.queries import assessments as queries
from wufei_public.redblack.rules.assessing import CRITERIA, THRESHOLDS, Given

blueprint = Blueprint("assessing", __name__, url_prefix="/staff/assessments")

_PERIOD, _QUERY, _CASE = schemas.PeriodIn(), schemas.PeriodQuery(), schemas.CaseIn()
_CONFIRM, _REFUSE = schemas.ConfirmIn(), schemas.RefuseIn()
_SCORES = {
    version: schemas.scores_in([c.code for c in found]) for version, found in CRITERIA.items()
}
Page = str | Answer | tuple[str, int]
_REFUSED = (Conflict, WrongState, NotAllowed)


@blueprint.get("")
@access("redblack:assessment:view")
def listed() -> str:
    return _listed(Form())


def _listed(form: Form) -> str:
    return render_template(
        "redblack/periods.html",
        form=form,
        rows=queries.periods(reading()),
        cases=assessed.cases(reading(), queries.unconfirmed(reading(), current_actor())),
        may_manage=policy.may_manage_periods(current_actor()).allowed,
    )


@blueprint.post("")
@access("redblack:period:manage")
def open_period() -> Page:
    try:
        values = load_form(_PERIOD)
        made = work(current_actor(), lambda w: actions.open_period(w, **values))
    except Invalid as error:
        return _listed(failed(error)), 422
    return redirect(url_for("assessing.period", code=made.code), 303)


@blueprint.get("/<code>")
@access("redblack:assessment:view")
def period(code: str) -> str:
    return _period(queries.period(reading(), code), "")


def _period(row: AssessmentPeriod, notice: str) -> str:
    query = _QUERY.load({name: value for name, value in request.args.items() if value})
    position = query["after"]
    after = unpack_moment(position) if position else None
    wanted = queries.AssessedFilter(query["suggests"], after)
    rows, following = queries.assessed(reading(), current_actor(), row.id, wanted)
    own = {"code": row.code} | ({"suggests": query["suggests"]} if query["suggests"] else {})
    return render_template(
        "redblack/period.html",
        period=row,
        notice=notice,
        rows=assessed.lines(reading(), rows),
        found=_found(query["words"]),
        query=query,
        limits=THRESHOLDS[row.criteria],
        criteria=assessed.questions(row.criteria),
        may_manage=policy.may_manage_periods(current_actor()).allowed,
        first_url=url_for("assessing.period", **own) if position else "",
        next_url=url_for("assessing.period", **own, after=pack_moment(following))
        if following
        else "",
    )


def _found(words: str) -> Any:
    if not words:
        return ()
    return cards.page(reading(), current_actor(), cards.CardFilter(words))[0]


@blueprint.post("/<code>/close")
@access("redblack:period:manage")
def close_period(code: str) -> Page:
    try:
        work(current_actor(), lambda w: actions.close_period(w, code=code))
    except WrongState as error:
        notice = sentence(error.message, error.facts)
        return _period(queries.period(reading(), code), notice), 409
    return redirect(url_for("assessing.period", code=code), 303)


# ---- one enterprise -------------------------------------------------------------


def _card(code: str) -> Any:
    card = cards.organisation(reading(), code)
    if not may_see(current_actor(), card.facts).allowed:
        raise cards.missing()
    return card


@blueprint.get("/<code>/firms/<organisation>")
@access("redblack:assessment:view")
def firm(code: str, organisation: str) -> str:
    return _firm(queries.period(reading(), code), _card(organisation), None)


def _firm(span: AssessmentPeriod, card: Any, form: Form | None) -> str:
    row = queries.of_firm(reading(), span.id, card.id)
    given = queries.scores(reading(), row.id) if row else {}
    used = row is not None and queries.is_used(reading(), row.id)
    return render_template(
        "redblack/assess.html",
        period=span,
        card=card,
        row=row,
        total=assessed.points(row.total) if row else "",
        suggested=assessed.suggested(row.suggests) if row else None,
        form=form or Form(assessed.typed_before(given, row)),
        criteria=assessed.questions(span.criteria),
        may_give=span.closed_at is None
        and not used
        and policy.may_propose(current_actor(), card.division).allowed,
        used=used,
        cases=assessed.cases(reading(), queries.cases_of(reading(), card.id)),
        photos=photos_of(reading(), actions.evidence_of(row.code)) if row and row.photos else [],
    )


@blueprint.post("/<code>/firms/<organisation>")
@access("redblack:assessment:give")
def give(code: str, organisation: str) -> Page:
    span, card, tokens = queries.period(reading(), code), _card(organisation), []
    try:
        tokens = receive("photo")
        values = load_form(_SCORES[span.criteria])
        given = _given(span.criteria, values)
        version = values["version"]
        work(
            current_actor(),
            lambda w: actions.assess(
                w, period=code, organisation=organisation, given=given, photo=tokens,
                version=version,
            ),
        )  # fmt: skip
    except Invalid as error:
        form = failed(error)
        return _firm(span, card, Form({**form.values, "photo_token": tokens}, form.errors)), 422
    except _REFUSED as error:
        notice = sentence(error.message, error.facts)
        form = Form({**typed(request.form), "photo_token": tokens}, notice=notice)
        return _firm(queries.period(reading(), code), card, form), 409
    return redirect(url_for("assessing.firm", code=code, organisation=organisation), 303)


def _given(version: str, values: Mapping[str, Any]) -> dict[str, Given]:
    """Return what was given; a criterion without score that is not said to be none is left out."""
    found = {}
    for one in CRITERIA[version]:
        score, none = values[f"score-{one.code}"], values[f"none-{one.code}"]
        if none or score is not None:
            found[one.code] = Given(None if none else score, values[f"words-{one.code}"])
    return found


@blueprint.get("/<code>/photos/<int:photo_id>/<size>")
@access("redblack:assessment:view")
def photo(code: str, photo_id: int, size: str) -> Response:
    row = queries.assessment(reading(), code)
    if not policy.may_propose(current_actor(), row.division).allowed:
        raise queries.missing()
    return photo_response(photo_id, [actions.evidence_of(row.code)], size, queries.missing())


# ---- a closed case --------------------------------------------------------------


@blueprint.get("/cases/<report>")
@access("redblack:assessment:give")
def case(report: str) -> str:
    return _case(report, Form({"organisation": request.args.get("organisation", "")}))


def _case(report: str, form: Form, opened: str = "") -> str:
    words, chosen = _QUERY.load(request.args.to_dict())["words"], form.value("organisation")
    card = _card(chosen) if chosen else None
    sent = queries.case_of(reading(), card.id, normalise(report)) if card else None
    return render_template(
        "redblack/case.html",
        report=report,
        form=form,
        opened=opened,
        words=words,
        found=_found(words),
        card=card,
        sent=assessed.cases(reading(), [sent])[0] if sent else None,
        may_confirm=sent is not None
        and not sent.stands
        and policy.may_confirm(current_actor(), sent.town, sent.sent_by).allowed,
    )


@blueprint.post("/cases/<report>")
@access("redblack:assessment:give")
def send(report: str) -> Page:
    return _on_case(report, _CASE, evidence.send_case)


@blueprint.post("/cases/<report>/confirm")
@access("redblack:assessment:give")
def confirm(report: str) -> Page:
    return _on_case(report, _CONFIRM, evidence.confirm_case)


@blueprint.post("/cases/<report>/refuse")
@access("redblack:assessment:give")
def refuse(report: str) -> Page:
    return _on_case(report, _REFUSE, evidence.refuse_case, "refuse")


def _on_case(report: str, schema: Schema, do: Callable[..., Any], opened: str = "") -> Page:
    """Do what a form of the case's page asks; one that fails comes back filled."""
    try:
        values = load_form(schema)
        work(current_actor(), lambda w: do(w, report=report, **values))
    except Invalid as error:
        return _case(report, failed(error), opened), 422
    except _REFUSED as error:
        notice = sentence(error.message, error.facts)
        return _case(report, Form(typed(request.form), notice=notice), opened), 409
    return redirect(
        url_for("assessing.case", report=report, organisation=values["organisation"]), 303
    )
