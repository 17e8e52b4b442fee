"""The list for everyone: found by name, code, town and list; gone at the instant it is over."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    make_response,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _

from wufei_public.common.codes import normalise
from wufei_public.divisions.queries import directory
from wufei_public.infra import atom
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access, ask_engines_to_keep_nothing, shared
from wufei_public.infra.web.paging import pack_moment, unpack_moment
from wufei_public.infra.work import house, reading
from wufei_public.media.pages import photo_response
from wufei_public.organisations.rules.kinds import KINDS
from wufei_public.redblack.documents import feeds, shown, tables
from wufei_public.redblack.documents.positions import packed, position_of
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.queries import listings
from wufei_public.redblack.queries import public as queries
from wufei_public.redblack.queries.snapshots import PAGE as SNAPSHOTS
from wufei_public.redblack.rules.clocks import CLOCKS, SEVERITIES
from wufei_public.redblack.rules.facts import owner_of
from wufei_public.redblack.rules.states import LIST_LABELS
from wufei_public.redblack.schemas import ChangesQuery, ListQuery, NoticesQuery

blueprint = Blueprint("redblack", __name__, url_prefix="/redblack")
blueprint.after_request(ask_engines_to_keep_nothing)

_LIST, _NOTICES, _CHANGES = ListQuery(), NoticesQuery(), ChangesQuery()
GONE = 410


@blueprint.get("")
@access("public")
@shared
def listed() -> str:
    query = _LIST.load({name: value for name, value in request.args.items() if value})
    position = query.pop("after")
    wanted = queries.PublicFilter(**query, after=position_of(position, query["words"]))
    rows, following = queries.page(reading(), wanted, house().clock())
    kept = {name: value for name, value in query.items() if value}
    names = directory(reading()).called(english=is_english())
    return render_template(
        "redblack/list.html",
        rows=shown.in_words(reading(), shown.public_rows(reading(), rows)),
        query=query,
        export_url=url_for("redblack.table", **kept),
        first_url=url_for("redblack.listed", **kept) if position else "",
        next_url=url_for("redblack.listed", **kept, after=packed(following)) if following else "",
        kinds=[(kind.value, _(label)) for kind, label in LIST_LABELS.items()],
        towns=[(town.code, names[town.code]) for town in directory(reading()).towns],
        trades=[(code, _(label)) for code, label in KINDS.items()],
    )


@blueprint.get("/list.csv")
@access("public")
def table() -> Response:
    """Serve the whole list as it stands: what is over in this instant is not in it."""
    query = _LIST.load({name: value for name, value in request.args.items() if value})
    wanted = queries.PublicFilter(**(query | {"after": None}))
    # Page by page as the database stands: what is repaired meanwhile is in none of the later ones.
    lines = tables.as_csv(reading(), wanted, house().clock())
    headers = {"Content-Disposition": 'attachment; filename="redblack.csv"'}
    return Response(stream_with_context(lines), mimetype="text/csv", headers=headers)


@blueprint.get("/notices")
@access("public")
@shared
def notices() -> str:
    """Show the red entries on public notice: anyone may say what speaks against them."""
    after = _NOTICES.load(request.args.to_dict())["after"]
    position = unpack_moment(after) if after else None
    rows, following = queries.on_notice(reading(), house().clock(), position)
    return render_template(
        "redblack/notices.html",
        rows=shown.in_words(reading(), shown.notice_rows(reading(), rows)),
        first_url=url_for("redblack.notices") if after else "",
        next_url=url_for("redblack.notices", after=pack_moment(following)) if following else "",
    )


@blueprint.get("/rules")
@access("public")
@shared
def rules() -> str:
    """Say how the list is made, with every term and its source."""
    return render_template(
        "redblack/rules.html",
        severities=[(_(one.label), one) for one in SEVERITIES.values()],
        clocks=CLOCKS,
    )


@blueprint.get("/changes")
@access("public")
@shared
def changes() -> str:
    before = _CHANGES.load(request.args.to_dict())["before"]
    rows, following = shown.changes_page(reading(), before, SNAPSHOTS)
    return render_template(
        "redblack/changes.html",
        rows=rows,
        first_url=url_for("redblack.changes") if before else "",
        next_url=url_for("redblack.changes", before=following) if following else "",
        keys=shown.public_keys(house().keys),
    )


@blueprint.get("/changes.atom")
@access("public")
@shared
def feed() -> Response:
    rows = shown.changes(reading(), None, SNAPSHOTS)
    own = url_for("redblack.feed", _external=True)
    pages = url_for("redblack_api.get_snapshot", number=0, _external=True)[:-1] + "{}"
    body = atom.feed(_("红黑榜变动"), own, feeds.entries(pages, rows))
    return Response(body, mimetype=atom.MIME)


@blueprint.get("/<code>")
@access("public")
def entry(code: str) -> str | Response:
    row = queries.entry(reading(), normalise(code), house().clock())
    if queries.is_gone(row, house().clock()):
        return _gone()
    return _entry_page(row)


def _gone() -> Response:
    """Answer for an entry that is over: nothing of it."""
    return make_response(render_template("redblack/gone.html"), GONE)


def _entry_page(row: Listing) -> str:
    now = house().clock()
    found = shown.public_entry(reading(), row, now)
    values: dict[str, Any] = shown.in_words(reading(), [found])[0]
    return render_template(
        "redblack/entry.html",
        entry=values,
        pictures=shown.public_photos(reading(), row),
        replies=shown.replies_in_words(found["replies"]),
        span=shown.span(row, now),
        decided_at=row.decided_at,
        document_on=row.document_on,
        clocks=CLOCKS,
    )


@blueprint.get("/<code>/photos/<int:photo_id>/<size>")
@access("public")
def photo(code: str, photo_id: int, size: str) -> Response:
    """Serve a released photo while its entry is shown; gone with it, kept by nobody."""
    row = queries.entry(reading(), normalise(code), house().clock())
    if queries.is_gone(row, house().clock()):
        return _gone()
    if photo_id not in listings.released_photos(reading(), row.id):
        raise listings.missing()
    return photo_response(photo_id, [owner_of(row.code)], size, listings.missing())
