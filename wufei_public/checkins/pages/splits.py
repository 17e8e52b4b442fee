"""二次分拣: the sorter's page on a phone, also without a signal; the sums for officials."""

import secrets
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.checkins import schemas
from wufei_public.checkins.actions import daily
from wufei_public.checkins.actions import splits as actions
from wufei_public.checkins.documents import boards
from wufei_public.checkins.documents import splits as documents
from wufei_public.checkins.rules.boards import LABELS as LENGTHS
from wufei_public.checkins.rules.boards import Length, span_of
from wufei_public.checkins.rules.splits import LABELS, Way
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.people.rules.roles import Role

blueprint = Blueprint("splits", __name__, url_prefix="/staff")

SPLIT, QUERY = schemas.SplitIn(), schemas.SplitQuery()
SHOWN = timedelta(days=14)


def _villages() -> list[tuple[str, str]]:
    """Return the villages whose sorter the actor is."""
    grants = current_actor().grants
    codes = sorted({one.division or "" for one in grants if one.role == Role.VILLAGE_SORTER})
    return [(code, directory(reading()).path(code, english=is_english())) for code in codes]


@blueprint.get("/second-split")
@access("checkins:split:record")
def page() -> str:
    return _page(Form({"way": Way.ROUND.value}))


def _page(form: Form) -> str:
    account, today = current_actor().id or 0, district_day(house().clock())
    rows = documents.own(reading(), account, today - SHOWN, today)
    return render_template(
        "checkins/split.html",
        form=form,
        villages=_villages(),
        parts=documents.parts(),
        ways=[(way.value, _(label), "") for way, label in LABELS.items()],
        rows=rows,
        done=next((row for row in rows if row["code"] == request.args.get("done")), None),
        client_key=secrets.token_urlsafe(24),
        stamp=daily.stamp_of(house().keys, account, house().clock()),
    )


@blueprint.post("/second-split")
@access("checkins:split:record")
def record() -> Answer | tuple[str, int]:
    limit("checkin")
    try:
        draft: Any = load_form(SPLIT)
        code = work(current_actor(), lambda w: actions.record(w, draft))
    except Invalid as error:
        return _page(failed(error)), 422
    return redirect(url_for("splits.page", done=code), 303)


@blueprint.post("/second-split/<code>/withdraw")
@access("checkins:split:record")
def withdraw(code: str) -> Answer:
    work(current_actor(), lambda w: actions.withdraw(w, code=code))
    return redirect(url_for("splits.page"), 303)


@blueprint.get("/second-splits")
@access("checkins:split:view")
def figures() -> str:
    query = QUERY.load({name: value for name, value in request.args.items() if value})
    session, today = reading(), district_day(house().clock())
    span = span_of(Length(query["span"]), min(query["day"] or today, today))
    found, names = directory(session), directory(session).called(english=is_english())
    place = found.get(query["town"])
    town = place.code[:9] if place and len(place.code) >= len(found.towns[0].code) else ""
    return render_template(
        "checkins/splits.html",
        span=span,
        span_name=boards.span_name(span),
        lengths=[(length.value, _(label)) for length, label in LENGTHS.items()],
        town=town,
        name=names.get(town) or _("全区"),
        towns=[("", _("全区")), *((one.code, names[one.code]) for one in found.towns)],
        parts=documents.parts(),
        lines=documents.table(session, span, town),
    )
