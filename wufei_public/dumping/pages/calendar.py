"""放假安排: the years that deadlines are reckoned with, typed or from a file; gaps are marked."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.calendar import actions, queries
from wufei_public.calendar.rules import lines_of, read_holidays, typed_year
from wufei_public.common.clock import district_day
from wufei_public.common.errors import FieldError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.dumping.rules.clocks import CLOCKS
from wufei_public.dumping.schemas.settings import YearIn
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import row_faults, sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.infra.workbooks import first_sheet

blueprint = Blueprint("calendar", __name__, url_prefix="/staff/calendar")

YEAR = YearIn()
MOST_BYTES, MOST_UNPACKED = 500_000, 5_000_000
YEARS = range(2000, 2101)


@blueprint.get("")
@access("calendar:year:edit")
def listing() -> str:
    return _listing(None)


def _listing(error: Invalid | None) -> str:
    return render_template(
        "dumping/calendar.html",
        rows=queries.years(reading()),
        unknown=queries.unknown_years(reading(), district_day(house().clock())),
        clocks=CLOCKS.values(),
        faults=row_faults(error) if error else [],
        fault=sentence(error.message, error.facts) if error else "",
        done=_("存好了。以前算好的期限不变。") if request.args.get("done") else "",
    )


@blueprint.post("")
@access("calendar:year:edit")
def upload() -> Answer | tuple[str, int]:
    """Take the notices of a file (Excel or CSV), whole years or none."""
    try:
        data = first_sheet(_sent(), most=MOST_BYTES, unpacked=MOST_UNPACKED)
        read = read_holidays(data, "days")
    except Invalid as error:
        return _listing(error), 422
    work(current_actor(), lambda w: actions.load(w, read))
    return redirect(url_for("calendar.listing", done=1), 303)


def _sent() -> bytes:
    file = request.files.get("file")
    data = file.read(MOST_BYTES + 1) if file else b""
    if not data or len(data) > MOST_BYTES:
        words = N_("请选一个文件，不超过 500 KB。")
        raise Invalid("no_file", words, [FieldError("file", words)])
    return data


@blueprint.get("/<int:year>")
@access("calendar:year:edit")
def one(year: int) -> str:
    _require_year(year)
    found = queries.notice(reading(), year)
    kept = (
        {"source": found.source, "verified": found.verified, "days": lines_of(found.days)}
        if found
        else {}
    )
    return _one(year, Form(kept), [])


def _require_year(year: int) -> None:
    if year not in YEARS:
        raise NotFound("no_year", N_("没有这一年。"))


def _one(year: int, form: Form, faults: list[dict[str, str]]) -> str:
    return render_template("dumping/calendar_year.html", year=year, form=form, faults=faults)


@blueprint.post("/<int:year>")
@access("calendar:year:edit")
def save(year: int) -> Answer | tuple[str, int]:
    _require_year(year)
    try:
        values = load_form(YEAR)
        found = typed_year(year, values["source"], values["days"], verified=values["verified"])
    except Invalid as error:
        # The heading of the table that is made of the lines is row 1.
        faults = [one | {"row": str(max(1, int(one["row"]) - 1))} for one in row_faults(error)]
        return _one(year, failed(error), faults), 422
    work(current_actor(), lambda w: actions.load(w, [found]))
    return redirect(url_for("calendar.listing", done=1), 303)
