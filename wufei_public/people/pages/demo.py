"""The list of whom one may be, which exists only in a demonstration."""

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext

from wufei_public.common.actor import ANONYMOUS, ActorKind
from wufei_public.common.errors import NotFound
from wufei_public.config import Mode
from wufei_public.infra.web.access import access
from wufei_public.infra.work import house, reading, work
from wufei_public.people.actions.demo import NOT_HERE, enter_as
from wufei_public.people.pages.signing import browser, enter, guard
from wufei_public.people.queries.accounts import one_of_each
from wufei_public.people.rules.roles import ROLES

blueprint = Blueprint("demo", __name__)


@blueprint.get("/people/demo")
@access("public")
def people() -> str:
    if house().settings.mode is not Mode.DEMO:
        raise NotFound("no_such_page", NOT_HERE)
    found = [
        (code, name, gettext(ROLES[role].label) if role else gettext("居民"))
        for code, name, role in one_of_each(reading())
    ]
    return render_template("people/demo.html", people=found)


@blueprint.post("/people/demo")
@access("public")
def be() -> Response:
    guard()
    code = request.form.get("code", "")
    entered = work(ANONYMOUS, lambda w: enter_as(w, code=code, **browser()))
    staff = entered.kind is ActorKind.STAFF
    return enter(entered, "", url_for("portal.staff_home" if staff else "portal.mine"))
