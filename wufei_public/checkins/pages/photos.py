"""照片提示: photos like an earlier one, for whoever checks on the spot; never a verdict."""

from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from wufei_public.checkins import policy
from wufei_public.checkins.documents import photos as documents
from wufei_public.checkins.queries import photos as queries
from wufei_public.checkins.rules.photos import FAIR, KEEP, kept_since
from wufei_public.common.clock import district_day
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.paging import pack_day, unpack_day
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading
from wufei_public.media.pages import photo_response

blueprint = Blueprint("checkin_photos", __name__, url_prefix="/staff/checkin-photos")


@blueprint.get("")
@access("checkins:spot:check")
def listing() -> str:
    session = reading()
    since = kept_since(district_day(house().clock()))
    after = request.args.get("after")
    rows = queries.hinted(session, current_actor(), since, unpack_day(after) if after else None)
    names = directory(session).called(english=is_english())
    shown = rows[: queries.PAGE]
    return render_template(
        "checkins/hints.html",
        rows=[
            {"code": row.code, "day": row.day, "village": names.get(row.village, "")}
            | documents.hint(row)
            for row in shown
        ],
        following=pack_day((shown[-1].day, shown[-1].check_in)) if len(rows) > queries.PAGE else "",
        first=not after,
        fair=_(FAIR),
        days=KEEP.days,
    )


def _photo(code: str) -> Any:
    """Return a photo if the actor checks in its village; a stranger's looks like none."""
    row = queries.photo(reading(), code)
    if not policy.may_see_photo(current_actor(), row.village).allowed:
        raise queries.missing()
    return row


@blueprint.get("/<code>")
@access("checkins:spot:check")
def one(code: str) -> str:
    session, row = reading(), _photo(code)
    names = directory(session).called(english=is_english())
    return render_template(
        "checkins/hint.html",
        village=names.get(row.village, ""),
        photo=documents.seen(session, current_actor(), row),
        fair=_(FAIR),
    )


@blueprint.get("/<code>/<size>")
@access("checkins:spot:check")
def picture(code: str, size: str) -> Response:
    row = _photo(code)
    return photo_response(row.photo, [queries.owner_of(row.code)], size, queries.missing())
