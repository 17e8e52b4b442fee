"""有奖举报: what everyone reads, the reporter's code, the district's desk with its grades."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import district_day
from wufei_public.common.codes import grouped
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.dumping.actions import awards as actions
from wufei_public.dumping.actions import claiming
from wufei_public.dumping.documents import awards as documents
from wufei_public.dumping.pages.own import own_page
from wufei_public.dumping.queries import awards as queries
from wufei_public.dumping.rules.awards import DRAFT, LABELS, Grade
from wufei_public.dumping.schemas import awards as schemas
from wufei_public.dumping.schemas.doors import proven
from wufei_public.infra.web.access import access, shared
from wufei_public.infra.web.forms import Form, failed, load_form, parts
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.paging import whole
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work

blueprint = Blueprint("awards", __name__)
desk = Blueprint("award_desk", __name__, url_prefix="/staff/awards")

SCHEME, DECIDE, WHY = schemas.SchemeIn(), schemas.DecideIn(), schemas.WhyIn()
GRADES = frozenset({"name", "lowest", "highest"})
ROWS = 6
Page = str | Answer | tuple[str, int]


# ---- for everyone ---------------------------------------------------------------


@blueprint.get("/awards")
@access("public")
@shared
def about() -> str:
    return render_template(
        "dumping/awards.html", **documents.awards_json(reading(), house().clock())
    )


@blueprint.post("/r/<code>/<secret>/award")
@access("public")
def draw(code: str, secret: str) -> Answer | Response:
    """Show the code of the award, this once: the page is kept nowhere."""
    limit("secret", known=proven(code, secret).code)
    try:
        claim = work(current_actor(), lambda w: claiming.draw_code(w, code=code, secret=secret))
    except WrongState as error:
        return own_page(code, secret, Form(notice=_(error.message)), 409)
    award = documents.own_award(reading(), proven(code, secret), house().clock())
    html = render_template(
        "dumping/award_code.html", claim=grouped(claim), award=award, code=code, secret=secret
    )
    headers = {"Referrer-Policy": "no-referrer", "Cache-Control": "private, no-store"}
    return Response(html, headers=headers)


# ---- the district's desk ----------------------------------------------------------


@desk.get("")
@access("dumping:award:decide")
def listing() -> str:
    state, after = request.args.get("state", ""), request.args.get("after", "")
    chosen = state if state in LABELS else ""
    rows, following = queries.award_page(reading(), chosen, whole(after) if after else None)
    return render_template(
        "dumping/award_list.html",
        rows=documents.award_rows(reading(), rows),
        state=chosen,
        states=[(one.value, _(label)) for one, label in LABELS.items()],
        scheme=queries.scheme_on(reading(), district_day(house().clock())),
        first=not after,
        next_url=url_for("award_desk.listing", state=chosen or None, after=following)
        if following
        else "",
    )


@desk.get("/<code>")
@access("dumping:award:decide")
def one(code: str) -> str:
    return _one(code, Form(), "")


def _one(code: str, form: Form, opened: str) -> str:
    line = queries.award_line(reading(), code)
    (row,) = documents.award_rows(reading(), [line])
    return render_template(
        "dumping/award.html",
        it=row,
        part=parts(form, opened),
        notice=form.notice,
        mine=line.proposed_by == current_actor().id,
        done=_("存好了。") if request.args.get("done") else "",
    )


def _saved(code: str, opened: str, do: Any) -> Page:
    try:
        work(current_actor(), do)
    except Invalid as error:
        return _one(code, failed(error), opened), 422
    except (WrongState, NotAllowed) as error:
        typed = failed(Invalid(error.code, error.message)).values
        return _one(code, Form(typed, {}, _(error.message)), opened), 409
    return redirect(url_for("award_desk.one", code=code, done=1), 303)


@desk.post("/<code>/decide")
@access("dumping:award:decide")
def decide(code: str) -> Page:
    def do(w: Any) -> None:
        values = load_form(DECIDE)
        approve = values["decision"] == "approve"
        actions.decide(w, code=code, approve=approve, text=values["text"])

    return _saved(code, "decide", do)


@desk.post("/<code>/revoke")
@access("dumping:award:decide")
def revoke(code: str) -> Page:
    return _saved(code, "revoke", lambda w: actions.revoke(w, code=code, **load_form(WHY)))


@desk.post("/<code>/reverse")
@access("dumping:award:decide")
def reverse(code: str) -> Page:
    return _saved(code, "reverse", lambda w: actions.reverse(w, code=code, **load_form(WHY)))


@desk.get("/grades")
@access("dumping:award:decide")
def scheme() -> str:
    return _scheme(_begun())


def _begun() -> Form:
    """Return the form as it begins: from the newest version, or from the shipped draft."""
    newest = next(iter(queries.schemes(reading())), None)
    if newest is None:
        lines = DRAFT.grades
        values: dict[str, Any] = {"source": DRAFT.source, "claim_days": 60}
    else:
        lines = [
            Grade(one.name, one.lowest, one.highest) for one in queries.grades(reading(), newest.id)
        ]
        values = {
            "source": newest.source,
            "verified": newest.verified,
            "claim_days": newest.claim_days,
            "conditions": newest.conditions,
            "counter": newest.counter,
        }
    columns = {
        "name": [one.name for one in lines],
        "lowest": [one.lowest for one in lines],
        "highest": [one.highest for one in lines],
    }
    return Form(values | columns | {"starts_on": district_day(house().clock()).isoformat()})


def _scheme(form: Form) -> str:
    session = reading()
    found = queries.schemes(session)
    now = queries.scheme_on(session, district_day(house().clock()))
    return render_template(
        "dumping/award_grades.html",
        form=form,
        rows=ROWS,
        versions=[
            documents.scheme_json(session, one) | {"now": now is not None and one.id == now.id}
            for one in found
        ],
        done=_("存好了。") if request.args.get("done") else "",
    )


@desk.post("/grades")
@access("dumping:award:decide")
def put_in_force() -> Page:
    try:
        values = load_form(SCHEME, lists=GRADES)
        columns = [values.pop(name) for name in ("name", "lowest", "highest")]
        if len({len(column) for column in columns}) > 1:
            raise schemas.uneven()
        values["grades"] = [Grade(*line) for line in zip(*columns, strict=True)]
        work(current_actor(), lambda w: actions.publish_scheme(w, **values))
    except Invalid as error:
        return _scheme(failed(error, lists=GRADES)), 422
    return redirect(url_for("award_desk.scheme", done=1), 303)
