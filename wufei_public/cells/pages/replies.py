"""What a unit says to a task or to a conclusion; a draft that goes on in another round."""

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.cells.actions import copying, tasks
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.pages.applying import own_case, page_of
from wufei_public.cells.queries import aftercare, reviews
from wufei_public.cells.schemas import CopyIn, SayIn
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, WrongState
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work
from wufei_public.media.pages import receive

blueprint = Blueprint("cells_replies", __name__, url_prefix="/mine/cells")

_SAY, _COPY = SayIn(), CopyIn()
Page = str | Answer | tuple[str, int]


@blueprint.post("/tasks/<code>")
@access("resident")
def to_task(code: str) -> Page:
    held = reading().get_one(CellCertificate, aftercare.task(reading(), code).certificate_id)

    def do() -> None:
        tokens = receive("photos")
        text = load_form(_SAY)["text"]
        work(current_actor(), lambda w: tasks.reply_to_task(w, code=code, text=text, photo=tokens))

    return _replied(held.application_id, f"task-{code}", do)


@blueprint.post("/objections/<code>")
@access("resident")
def to_objection(code: str) -> Page:
    found = reviews.objection(reading(), code)

    def do() -> None:
        text = load_form(_SAY)["text"]
        work(current_actor(), lambda w: tasks.reply_to_objection(w, code=code, text=text))

    return _replied(found.application_id, f"objection-{code}", do)


@blueprint.post("/<code>/copy")
@access("resident")
def copy(code: str) -> Page:
    row = own_case(code)
    try:
        into = load_form(_COPY)["round"]
        made = work(
            current_actor(), lambda w: copying.copy_draft(w, code=row.code, round_code=into)
        )
    except Invalid as error:
        return page_of(row, failed(error), "copy"), 422
    except (WrongState, Conflict, NotAllowed) as error:
        form = Form(typed(request.form), notice=_(error.message, **error.facts))
        return page_of(own_case(row.code), form, "copy"), 409
    return redirect(url_for("cells_unit.one", code=made.code, done="copy"), 303)


def _replied(application: int, opened: str, do: Callable[[], None]) -> Page:
    row = own_case(reading().get_one(CellApplication, application).code)
    try:
        do()
    except Invalid as error:
        return page_of(row, failed(error), opened), 422
    except WrongState as error:
        form = Form(typed(request.form), notice=_(error.message))
        return page_of(own_case(row.code), form, opened), 409
    return redirect(url_for("cells_unit.one", code=row.code, done="reply"), 303)
