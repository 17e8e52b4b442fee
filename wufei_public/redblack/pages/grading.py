"""Credit grades: published ones for everyone; the desk that gives and publishes them."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.infra.web.access import access, ask_engines_to_keep_nothing, shared
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.organisations.policy import may_see
from wufei_public.organisations.queries import cards
from wufei_public.redblack import policy, schemas
from wufei_public.redblack.actions import grading as actions
from wufei_public.redblack.documents import graded
from wufei_public.redblack.queries import grades as queries

blueprint = Blueprint("credit", __name__, url_prefix="/credit")
blueprint.after_request(ask_engines_to_keep_nothing)
desk = Blueprint("credit_desk", __name__, url_prefix="/staff/credit")

_QUERY, _GRADE, _LISTS = schemas.GradesQuery(), schemas.GradeIn(), frozenset({"vetoes"})
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("public")
@shared
def listed() -> str:
    query = _QUERY.load({name: value for name, value in request.args.items() if value})
    years = queries.years(reading())
    year = query["year"] or next(iter(years), district_day(house().clock()).year)
    wanted = queries.GradeFilter(year, query["words"], query["after"])
    rows, following = queries.published(reading(), wanted)
    kept: dict[str, Any] = {"year": year} | ({"words": wanted.words} if wanted.words else {})
    return render_template(
        "redblack/grades.html",
        rows=graded.in_words(reading(), graded.public_rows(reading(), rows)),
        years=[(one, _("%(year)s 年", year=one)) for one in years],
        year=year,
        words=wanted.words,
        grades=graded.table(),
        vetoes=graded.vetoes(),
        first_url=url_for("credit.listed", **kept) if wanted.after else "",
        next_url=url_for("credit.listed", **kept, after=following) if following else "",
    )


@blueprint.get("/<code>")
@access("public")
def one(code: str) -> str:
    card = cards.organisation(reading(), code)
    rows = graded.history(reading(), card.id)
    if not rows:
        raise queries.missing()
    return render_template("redblack/grade.html", card=card, rows=rows)


# ---- officials ------------------------------------------------------------------


@desk.get("")
@access("redblack:assessment:view")
def holders() -> str:
    """List the denominator of indicator 41, and what waits for a second person."""
    words = _QUERY.load(request.args.to_dict())["words"]
    share = queries.graded_share(reading(), district_day(house().clock()))
    found = cards.page(reading(), current_actor(), cards.CardFilter(words))[0] if words else ()
    return render_template(
        "redblack/holders.html",
        rows=graded.holders(reading(), share),
        graded=len(share.graded),
        waiting=graded.waiting(reading(), queries.waiting(reading(), current_actor())),
        words=words,
        found=found,
    )


@desk.get("/<organisation>")
@access("redblack:assessment:view")
def firm(organisation: str) -> str:
    year = district_day(house().clock()).year - 1
    return _firm(organisation, Form({"year": year}))


def _firm(organisation: str, form: Form) -> str:
    card, actor = cards.organisation(reading(), organisation), current_actor()
    if not may_see(actor, card.facts).allowed:
        raise cards.missing()
    return render_template(
        "redblack/grade_desk.html",
        card=card,
        form=form,
        rows=graded.history(reading(), card.id, staff=True),
        vetoes=graded.vetoes(),
        grades=graded.table(),
        now=house().clock(),
        may_grade=policy.may_grade(actor, card.division).allowed,
    )


@desk.post("/<organisation>")
@access("redblack:assessment:give")
def give(organisation: str) -> Page:
    try:
        values = load_form(_GRADE, lists=_LISTS)
        work(current_actor(), lambda w: actions.give(w, organisation=organisation, **values))
    except Invalid as error:
        return _firm(organisation, failed(error, lists=_LISTS)), 422
    except NotAllowed as error:
        return _firm(organisation, Form(notice=sentence(error.message, error.facts))), 409
    return redirect(url_for("credit_desk.firm", organisation=organisation), 303)


@desk.post("/<organisation>/<code>/publish")
@access("redblack:assessment:give")
def publish(organisation: str, code: str) -> Page:
    try:
        work(current_actor(), lambda w: actions.publish(w, code=code))
    except (WrongState, NotAllowed) as error:
        return _firm(organisation, Form(notice=sentence(error.message, error.facts))), 409
    return redirect(url_for("credit_desk.firm", organisation=organisation), 303)
