"""The code to the registered phone: sent and typed on one's own application."""

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Conflict, Invalid, TooMany
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.limits import caller_address, limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import work
from wufei_public.organisations.actions import proving as actions
from wufei_public.organisations.pages.mine import show
from wufei_public.organisations.schemas import CodeIn

blueprint = Blueprint("organisation_codes", __name__, url_prefix="/mine/organisations")

_CODE = CodeIn()
Page = str | Answer | tuple[str, int]


@blueprint.post("/<code>/code")
@access("resident")
def send(code: str) -> Page:
    limit("sign_in")
    try:
        work(
            current_actor(),
            lambda w: actions.send_code(w, code=code, address=caller_address()),
        )
    except Conflict as error:
        return show(code, Form(notice=_(error.message))), 409
    except TooMany as error:
        return show(code, Form(notice=sentence(error.message, error.facts))), 429
    return redirect(url_for("my_organisations.one", code=code), 303)


@blueprint.post("/<code>/code/check")
@access("resident")
def check(code: str) -> Page:
    limit("sign_in")
    try:
        said = load_form(_CODE)["code"]
        if not work(current_actor(), lambda w: actions.prove_by_code(w, code=code, typed=said)):
            raise actions.wrong()
    except Invalid as error:
        return show(code, failed(error)), 422
    except Conflict as error:
        return show(code, Form(typed(request.form), notice=_(error.message))), 409
    return redirect(url_for("my_organisations.one", code=code), 303)
