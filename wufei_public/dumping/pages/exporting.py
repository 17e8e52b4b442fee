"""Files of cases: released ones for everyone, the own queue for officials, and what is in them."""

from collections.abc import Iterator
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for

from wufei_public.common.clock import district_day
from wufei_public.dumping.actions.exporting import note_export
from wufei_public.dumping.documents.exports import (
    FORMATS,
    dictionary,
    open_lines,
    staff_lines,
)
from wufei_public.dumping.pages.cases import chosen_part
from wufei_public.dumping.pages.public import KEPT, areas, filters, since_of
from wufei_public.dumping.queries import desk as desks
from wufei_public.dumping.queries.public import PublicFilter
from wufei_public.dumping.rules.figures import PERIODS
from wufei_public.dumping.rules.states import PHASE_LABELS
from wufei_public.dumping.schemas import daily, shapes
from wufei_public.infra.i18n import gettext as _
from wufei_public.infra.web.access import access, shared
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work

blueprint = Blueprint("case_files", __name__, url_prefix="/cases/data")
desk = Blueprint("case_exports", __name__, url_prefix="/staff/cases/export")

LIST, EXPORT = shapes.ListQuery(), daily.ExportQuery()
# For a desk these two: the other formats are those of open data.
DESK_FORMATS = ("xlsx", "csv", "geojson")


def _given() -> dict[str, str]:
    return {name: value for name, value in request.args.items() if value}


def _file(name: str, fmt: str, parts: Iterator[bytes]) -> Response:
    day = district_day(house().clock()).isoformat()
    headers = {"Content-Disposition": f'attachment; filename="{name}-{day}.{fmt}"'}
    return Response(stream_with_context(parts), mimetype=FORMATS[fmt].mime, headers=headers)


# ---- for everyone ---------------------------------------------------------------


@blueprint.get("")
@access("public")
@shared
def about() -> str:
    query = LIST.load(_given())
    kept = {name: query[name] for name in KEPT if query[name]}
    return render_template(
        "dumping/data.html",
        query=query,
        files=[
            (one.label, url_for("case_files.released", fmt=fmt, **kept))
            for fmt, one in FORMATS.items()
        ],
        columns=dictionary("open"),
        areas=areas(query["town"]),
        periods=[(days, _(label)) for days, label in PERIODS.items()],
        phases=[(phase.value, _(label)) for phase, label in PHASE_LABELS.items()],
        **filters(),
    )


@blueprint.get("/cases.<any(csv, xlsx, geojson, json, xml):fmt>")
@access("public")
def released(fmt: str) -> Response:
    """Serve the public list as it stands: what is withdrawn meanwhile is in none of the rest."""
    limit("export")
    query = LIST.load(_given())
    since = since_of(query["days"])
    wanted = PublicFilter(query["town"], query["kind"], query["phase"], None, since, query["area"])
    return _file("cases", fmt, FORMATS[fmt].write("open", open_lines(reading(), wanted)))


# ---- for officials --------------------------------------------------------------


@desk.get("")
@access("dumping:case:export")
def form() -> str:
    query = EXPORT.load(_given())
    kept = {name: value for name, value in query.items() if value and name != "after"}
    return render_template(
        "dumping/export.html",
        query=query,
        files=[
            (FORMATS[fmt].label, url_for("case_exports.file", fmt=fmt, **kept))
            for fmt in DESK_FORMATS
        ],
        chosen=chosen_part(query),
        columns=dictionary("staff"),
        **filters(),
    )


@desk.get("/cases.<any(csv, xlsx, geojson):fmt>")
@access("dumping:case:export")
def file(fmt: str) -> Response:
    query = EXPORT.load(_given())
    whole = query.pop("whole")
    wanted = desks.QueueFilter(**query | {"after": None})
    actor = current_actor()
    kept = {name: value for name, value in query.items() if value and name != "after"}
    narrowed = urlencode(kept | ({"whole": 1} if whole else {}))
    work(actor, lambda w: note_export(w, fmt=fmt, narrowed=narrowed))
    lines = staff_lines(reading(), actor, wanted, house().clock(), whole=whole)
    return _file("staff-cases", fmt, FORMATS[fmt].write("staff", lines))
