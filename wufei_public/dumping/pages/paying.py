"""Where awards are paid: the counter where a code is good once, the ledger and its file."""

from datetime import date
from typing import Any

from flask import (
    Blueprint,
    Response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import district_day
from wufei_public.common.codes import grouped
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.dumping.actions import awards as actions
from wufei_public.dumping.actions import claiming
from wufei_public.dumping.documents import awards as documents
from wufei_public.dumping.queries import awards as queries
from wufei_public.dumping.rules.awards import METHOD_LABELS
from wufei_public.dumping.schemas import awards as schemas
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.limits import caller_address, limit
from wufei_public.infra.web.paging import whole
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.people.rules.permissions import PERMISSIONS

counter = Blueprint("award_counter", __name__, url_prefix="/staff/awards/counter")
ledger = Blueprint("award_ledger", __name__, url_prefix="/staff/awards/ledger")

CLAIM, PAY = schemas.ClaimIn(), schemas.PayIn()
Page = str | Answer | tuple[str, int]

# ---- the counter ------------------------------------------------------------------


@counter.get("")
@access("dumping:award:pay")
def till() -> str:
    return _till(Form())


def _till(form: Form, found: Any = None, done: str = "") -> str:
    return render_template(
        "dumping/award_counter.html",
        form=form,
        found=found,
        done=done,
        methods=[(one.value, _(label), "") for one, label in METHOD_LABELS.items()],
    )


def _counted(do: Any) -> Any:
    """Run what a code opens; a wrong one is counted, and after too many none is looked at."""
    limit("secret")
    actor, address = current_actor(), caller_address()
    claiming.require_patience(reading(), house(), actor.id or 0, address)
    try:
        return work(actor, do)
    except Invalid as error:
        if error.code == "no_claim" and not claiming.is_slip(request.form.get("claim", "")):
            work(actor, lambda w: claiming.count_wrong(w, address))
        raise


@counter.post("")
@access("dumping:award:pay")
def look_up() -> Page:
    claim = ""
    try:
        claim = load_form(CLAIM)["claim"]
        _counted(lambda w: claiming.open_claim(w, claim=claim))
    except Invalid as error:
        return _till(failed(error)), 422
    except (WrongState, NotAllowed) as error:
        return _till(Form({"claim": claim}, {}, _(error.message))), 409
    return _till(Form({"claim": claim}), claiming.waits_for(reading(), house().keys, claim))


@counter.post("/pay")
@access("dumping:award:pay")
def pay() -> Page:
    try:
        values = load_form(PAY)
        paid = _counted(lambda w: claiming.pay(w, **values))
    except Invalid as error:
        form = failed(error)
        # What is missing beside a good code is asked for again beside what it is worth.
        still = claiming.waits_for(reading(), house().keys, form.value("claim"))
        return _till(form, still), 422
    except (WrongState, NotAllowed) as error:
        return _till(Form(typed(request.form), {}, _(error.message))), 409
    return redirect(url_for("award_ledger.of_year", done=paid), 303)


# ---- the ledger -------------------------------------------------------------------


@ledger.get("")
@access("dumping:award:ledger")
def of_year() -> str:
    return _ledger()


def _ledger() -> str:
    today, after = district_day(house().clock()), request.args.get("after", "")
    year, choices = _year(today)
    rows, following = queries.ledger_page(reading(), year, whole(after) if after else None)
    done = request.args.get("done", "")
    return render_template(
        "dumping/award_ledger.html",
        rows=documents.ledger_rows(reading(), rows),
        year=year,
        choices=choices,
        total=next((one for one in queries.years(reading()) if one.year == year), None),
        first=not after,
        next_url=url_for("award_ledger.of_year", year=year, after=following) if following else "",
        done=_("记好了，编号 %(code)s。请把钱交给他。", code=grouped(done[:10])) if done else "",
        may_pay=current_actor().has_role(*PERMISSIONS["dumping:award:pay"]),
    )


def _year(today: date) -> tuple[int, list[tuple[str, str]]]:
    """Return the year that is asked for, this one for any without entries, and all there are."""
    choices = documents.year_choices(reading(), today)
    asked = request.args.get("year", "")
    return int(asked) if asked in dict(choices) else today.year, choices


@ledger.get("/ledger.<any(csv, xlsx):fmt>")
@access("dumping:award:ledger")
def file(fmt: str) -> Response:
    limit("export")
    year = _year(district_day(house().clock()))[0]
    work(current_actor(), lambda w: actions.note_export(w, year=year, fmt=fmt))
    headers = {
        "Content-Disposition": f'attachment; filename="awards-{year}.{fmt}"',
        "Cache-Control": "private, no-store",
    }
    body = stream_with_context(documents.ledger_file(reading(), year, fmt))
    return Response(body, mimetype=documents.FILES[fmt], headers=headers)
