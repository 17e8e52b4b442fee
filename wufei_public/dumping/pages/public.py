"""What everyone sees: released cases, newest first, and their photos."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response as Answer

from wufei_public.common.codes import grouped
from wufei_public.common.errors import NotFound
from wufei_public.divisions import queries as places
from wufei_public.dumping.actions.steps import owners_of
from wufei_public.dumping.documents import shown
from wufei_public.dumping.documents.feeds import feed_entries, feed_title
from wufei_public.dumping.documents.maps import locator, town_map
from wufei_public.dumping.queries import cases, near
from wufei_public.dumping.queries import public as queries
from wufei_public.dumping.queries.cases import Rows
from wufei_public.dumping.rules.figures import PERIODS, period_start
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.rules.states import CHIPS, OPEN, PHASE_LABELS, RATEABLE, State
from wufei_public.dumping.schemas import shapes
from wufei_public.infra import atom
from wufei_public.infra.i18n import gettext as _
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access, shared
from wufei_public.infra.web.kept import kept_page
from wufei_public.infra.web.paging import pack_moment, unpack_moment
from wufei_public.infra.work import house, reading
from wufei_public.media.pages import photo_response

blueprint = Blueprint("cases", __name__)

LIST, MAP = shapes.ListQuery(), shapes.MapQuery()
# Whatever can be withdrawn is asked for again each time.
FRESH = "no-cache"
NEWEST = 50
# What narrows the list, kept from page to page.
KEPT = ("town", "area", "kind", "phase", "days")


@blueprint.get("/cases")
@access("public")
@shared
def listing() -> str:
    query = LIST.load({name: value for name, value in request.args.items() if value})
    after = unpack_moment(query["after"]) if query["after"] else None
    since = since_of(query["days"])
    wanted = queries.PublicFilter(
        query["town"], query["kind"], query["phase"], after, since, query["area"]
    )
    rows, following = queries.public_page(reading(), wanted)
    content = ("cases", tuple(rows), following, places.directory(reading()).version)
    return kept_page(content, lambda: _list_page(query, rows, following))


def _list_page(query: dict[str, Any], rows: Rows, following: Any) -> str:
    return render_template(
        "dumping/cases.html",
        rows=[line_of(line) for line in shown.public_rows(reading(), rows)],
        town=query["town"] or "",
        area=query["area"] or "",
        areas=areas(query["town"]),
        kind=query["kind"] or "",
        phase=query["phase"] or "",
        days=query["days"] or "",
        periods=[(days, _(label)) for days, label in PERIODS.items()],
        phases=[(phase.value, _(label)) for phase, label in PHASE_LABELS.items()],
        first=not query["after"],
        next_url=_next(query, following),
        **filters(),
    )


def since_of(days: int | None) -> datetime | None:
    """Return when a period of so many days began."""
    return None if days is None else period_start(days, house().clock())


def filters() -> dict[str, Any]:
    """Return the choices above the list."""
    directory = places.directory(reading())
    names = directory.called(english=is_english())
    towns = [(town.code, names[town.code]) for town in directory.towns]
    kinds = [(code, _(kind.label)) for code, kind in OFFICIAL.items()]
    return {"towns": towns, "kinds": kinds}


def areas(town: str | None) -> list[tuple[str, str]]:
    """Return the villages and communities of a town, for the choice below it."""
    if town is None:
        return []
    directory = places.directory(reading())
    names = directory.called(english=is_english())
    return [(place.code, names[place.code]) for place in directory.children(town)]


@blueprint.get("/cases.atom")
@access("public")
@shared
def feed() -> Response:
    """Serve the newest of the list as a feed: of a town, an area, a kind."""
    query = LIST.load({name: value for name, value in request.args.items() if value})
    kept = {name: query[name] for name in ("town", "area", "kind") if query[name]}
    wanted = queries.PublicFilter(query["town"], query["kind"], area=query["area"])
    rows, _more = queries.public_page(reading(), wanted, NEWEST, whole=True)
    own = url_for("cases.feed", _external=True, **kept)
    body = atom.feed(feed_title(reading(), **kept), own, feed_entries(reading(), rows))
    return Response(body, mimetype=atom.MIME)


def line_of(line: dict[str, Any]) -> dict[str, Any]:
    place = " · ".join(part for part in (line["town"], line["place"], line["spot"]) if part)
    if line["place"] == line["town"]:
        place = " · ".join(part for part in (line["town"], line["spot"]) if part)
    return line | {
        "url": url_for("cases.case", code=line["code"]),
        "tone": CHIPS[State(line["state"])],
        "where": place,
        "icon": shown.kind_icon(line["kind"]),
    }


def _next(query: dict[str, Any], following: Any) -> str:
    if following is None:
        return ""
    kept = {name: query[name] for name in KEPT if query[name]}
    return url_for("cases.listing", after=pack_moment(following), **kept)


@blueprint.get("/cases/map")
@access("public")
@shared
def map_page() -> str:
    query = MAP.load({name: value for name, value in request.args.items() if value})
    return render_template(
        "dumping/map.html",
        days=query["days"],
        periods=[(None, _("现在在办")), *((days, _(label)) for days, label in PERIODS.items())],
        **town_map(reading(), query["days"], house().clock()),
    )


@blueprint.get("/cases/<code>")
@access("public")
@shared
def case(code: str) -> str | Answer:
    row = _shown_or_moved(code)
    if isinstance(row, Answer):
        return row
    found = line_of(shown.public_case(reading(), row, house().settings.hotline))
    return render_template(
        "dumping/case.html",
        case=found,
        steps=shown.steps(found["events"]),
        shown_code=grouped(found["code"]),
        due_at=row.finish_due,
        others=near.seen_count(reading(), row.id),
        open=State(row.state) in OPEN,
        rateable=State(row.state) in RATEABLE,
        locator=locator(reading(), row.town),
        before=[photo for photo in found["photos"] if photo["which"] == "before"],
        after=[photo for photo in found["photos"] if photo["which"] == "after"],
        earlier=[photo for photo in found["photos"] if photo["which"] == "earlier"],
    )


def _shown_or_moved(code: str) -> Row[Any] | Answer:
    """Return the case, or the way to the one in which it rests."""
    try:
        return queries.public_detail(reading(), code)
    except NotFound:
        other = queries.moved_to(reading(), code)
        if other is None:
            raise
        return redirect(url_for("cases.case", code=other), 301)


@blueprint.get("/p/<token>/<int:photo_id>/<size>")
@access("public")
def photo(token: str, photo_id: int, size: str) -> Response:
    code = queries.public_photo(reading(), token, photo_id)
    return photo_response(photo_id, owners_of(code), size, cases.missing(), FRESH)
