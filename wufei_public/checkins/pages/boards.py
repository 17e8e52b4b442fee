"""Boards for everybody, and the officials' figures with export."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, stream_with_context
from flask import url_for as address
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.checkins import schemas
from wufei_public.checkins.actions import exporting, profiles
from wufei_public.checkins.documents import boards as documents
from wufei_public.checkins.documents import files
from wufei_public.checkins.policy import may_blank_nickname
from wufei_public.checkins.queries import boards as queries
from wufei_public.checkins.rules.boards import LABELS, Length, Span, span_of
from wufei_public.checkins.rules.days import DAY
from wufei_public.common.clock import district_day
from wufei_public.divisions import queries as places
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import load_form
from wufei_public.infra.web.kept import kept_page
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, snapshot, work

blueprint = Blueprint("checkin_boards", __name__)

QUERY, BLANK = schemas.BoardQuery(), schemas.BlankIn()
YEARS = timedelta(days=3 * 366)


def _asked() -> tuple[Span, str]:
    """Return the span and the place that the address asks for; nothing of the future."""
    query = QUERY.load({name: value for name, value in request.args.items() if value})
    today = district_day(house().clock())
    day = min(max(query["day"] or today, today - YEARS), today)
    place = places.directory(reading()).get(query["town"])
    span = span_of(Length(query["span"]), day)
    if query["day"] is None and not queries.has_any(reading(), span):
        # On a Monday morning the last week says more than one of which nothing is counted.
        before = span_of(span.length, span.first - DAY)
        span = before if queries.has_any(reading(), before) else span
    return span, place.code if place else ""


@blueprint.get("/checkin/board")
@access("public")
def board() -> str:
    span, place = _asked()
    values = _values(span, place, public=True)
    page = "checkin_boards.board"
    return kept_page(repr(values), lambda: _page("checkins/board.html", page, span, values))


def _values(span: Span, place: str, *, public: bool) -> dict[str, Any]:
    """Return everything that a board shows, but for the map, which is drawn from it."""
    session, row = reading(), queries.span_row(reading(), span)
    directory = places.directory(session)
    town = place[:9]
    names = directory.called(english=is_english())
    return {
        "span": span,
        "town": town,
        "village": place if len(place) > len(town) else "",
        "name": names.get(place, ""),
        "town_name": names.get(town, ""),
        "counted_at": row.kept_at if row else None,
        "closed": row is not None and row.closed,
        "running": span.last >= district_day(house().clock()),
        "people": documents.people_lines(session, place, span) if len(place) > len(town) else [],
        **documents.around(span),
        **documents.board(session, span, place, public=public),
    }


def _page(template: str, page: str, span: Span, values: dict[str, Any], **more: Any) -> str:
    drawn = None if values["town"] else documents.town_map(reading(), values["lines"], span, page)
    return render_template(
        template,
        span_name=documents.span_name(span),
        lengths=[(length.value, _(label)) for length, label in LABELS.items()],
        map=drawn,
        **values,
        **more,
    )


# ---- officials -------------------------------------------------------------------


@blueprint.get("/staff/checkins")
@access("checkins:figure:view")
def desk() -> str:
    span, place = _asked()
    mine = len(place) > len(place[:9]) and may_blank_nickname(current_actor(), place).allowed
    listed = queries.nicknames(reading(), place) if mine else []
    towns = places.directory(reading()).towns
    names = places.directory(reading()).called(english=is_english())
    return _page(
        "checkins/desk.html",
        "checkin_boards.desk",
        span,
        _values(span, place, public=False),
        nicknames=listed,
        may_blank=mine,
        columns=files.dictionary(),
        towns=[("", _("全区")), *((one.code, names[one.code]) for one in towns)],
    )


@blueprint.get("/staff/checkins.<any(csv, xlsx):fmt>")
@access("checkins:figure:view")
def export(fmt: str) -> Response:
    limit("export")
    span, place = _asked()
    town = place[:9]
    work(current_actor(), lambda w: exporting.note_export(w, fmt=fmt, span=span, town=town))

    def parts() -> Iterator[bytes]:
        with snapshot() as session:
            yield from files.WRITERS[fmt](session, span, town)

    name = f"checkins-{span.first.isoformat()}{f'-{town}' if town else ''}.{fmt}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(parts()), mimetype=files.MIMES[fmt], headers=headers)


@blueprint.post("/staff/checkins/nicknames/blank")
@access("checkins:nickname:blank")
def blank() -> Answer:
    values = load_form(BLANK)
    village = values.pop("village")
    work(current_actor(), lambda w: profiles.blank_nickname(w, **values))
    return redirect(address("checkin_boards.desk", town=village), 303)
