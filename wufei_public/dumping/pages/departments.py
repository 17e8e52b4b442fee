"""部门: whom cases can go to; a missing one is added here, one that is no more is ended."""

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Invalid
from wufei_public.divisions import actions
from wufei_public.divisions import queries as places
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.schemas.settings import DepartmentIn
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work

blueprint = Blueprint("departments", __name__, url_prefix="/staff/departments")

DEPARTMENT = DepartmentIn()
# Those that the law names are not ended here.
LAWFUL = frozenset(kind.department for kind in OFFICIAL.values() if kind.department)


@blueprint.get("")
@access("divisions:department:edit")
def listing() -> str:
    return _page(Form())


def _page(form: Form) -> str:
    return render_template(
        "dumping/departments.html",
        form=form,
        offices=sorted(
            places.departments(reading()).offices.values(),
            key=lambda office: (not office.active, office.name),
        ),
        lawful=LAWFUL,
        done=_("存好了。") if request.args.get("done") else "",
    )


@blueprint.post("")
@access("divisions:department:edit")
def add() -> Answer | tuple[str, int]:
    try:
        values = load_form(DEPARTMENT)
        work(current_actor(), lambda w: actions.add_department(w, **values))
    except Invalid as error:
        return _page(failed(error)), 422
    return redirect(url_for("departments.listing", done=1), 303)


@blueprint.post("/<code>/end")
@access("divisions:department:edit")
def end(code: str) -> Answer:
    if code not in LAWFUL:
        work(current_actor(), partial(actions.end_department, code=code))
    return redirect(url_for("departments.listing", done=1), 303)
