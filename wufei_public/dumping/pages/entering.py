"""代录: one screen for somebody who called, came or wrote, and the receipt to hand over."""

import secrets

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.codes import grouped
from wufei_public.common.errors import Conflict, Invalid
from wufei_public.divisions import queries as places
from wufei_public.dumping.actions import entering as actions
from wufei_public.dumping.actions.submit import Draft
from wufei_public.dumping.rules.clocks import CLOCKS
from wufei_public.dumping.rules.kinds import PLAIN
from wufei_public.dumping.rules.states import ENTERED, SOURCE_LABELS
from wufei_public.dumping.schemas import shapes
from wufei_public.dumping.schemas.uploads import receive_files, require_whole
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work

blueprint = Blueprint("entering", __name__, url_prefix="/staff/entry")

ENTER, LISTS = shapes.EnterIn(), frozenset({"photo"})


@blueprint.get("")
@access("dumping:case:enter")
def new() -> str:
    return _page(Form({"client_key": secrets.token_urlsafe(24)}))


def _page(form: Form) -> str:
    directory, english = places.directory(reading()), is_english()
    return render_template(
        "dumping/enter.html",
        form=form,
        tokens=[token for token in form.value("photo", []) if token],
        sources=[(source.value, _(SOURCE_LABELS[source])) for source in ENTERED],
        kinds=[(kind.code, _(kind.label)) for kind in PLAIN.values()],
        places=[
            (place.code, directory.path(place.code, english=english))
            for place in (*directory.towns, *directory.units)
        ],
    )


@blueprint.post("")
@access("dumping:case:enter")
def send() -> Answer | tuple[str, int]:
    kept, faults = receive_files()
    tokens = [*request.form.getlist("photo"), *(photo["token"] for photo in kept)]
    tokens = [token for token in tokens if token]
    try:
        require_whole(faults)
        values = load_form(ENTER, lists=LISTS) | {"photo": tokens}
        receipt = work(current_actor(), lambda w: actions.enter(w, Draft(**values)))
    except Invalid as error:
        form = failed(error, lists=LISTS)
        return _page(Form({**form.values, "photo": tokens}, form.errors)), 422
    except Conflict as error:
        form = failed(Invalid(error.code, error.message), lists=LISTS)
        fresh = {**form.values, "photo": tokens, "client_key": secrets.token_urlsafe(24)}
        return _page(Form(fresh, {}, _(error.message))), 409
    return redirect(url_for("entering.receipt", code=receipt.code), 303)


@blueprint.get("/<code>")
@access("dumping:case:enter")
def receipt(code: str) -> str:
    found = work(current_actor(), lambda w: actions.printable(w, code=code))
    return render_template(
        "dumping/entered.html",
        receipt=found,
        shown_code=grouped(found.code),
        address=url_for("dumping.track", _external=True),
        days=CLOCKS["accept"].amount,
    )
