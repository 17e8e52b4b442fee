"""A snapshot with the names in it: for auditors alone, as a file."""

import json

from flask import Blueprint, Response, render_template, request, url_for

from wufei_public.infra.web.access import access
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.redblack.actions.snapshots import open_snapshot
from wufei_public.redblack.documents import shown
from wufei_public.redblack.queries.snapshots import PAGE
from wufei_public.redblack.schemas import ChangesQuery

_CHANGES = ChangesQuery()
blueprint = Blueprint("snapshots", __name__, url_prefix="/staff/snapshots")


@blueprint.get("")
@access("redblack:snapshot:open")
def listed() -> str:
    before = _CHANGES.load(request.args.to_dict())["before"]
    rows, following = shown.changes_page(reading(), before, PAGE)
    return render_template(
        "redblack/snapshots.html",
        rows=rows,
        first_url=url_for("snapshots.listed") if before else "",
        next_url=url_for("snapshots.listed", before=following) if following else "",
    )


@blueprint.post("/<int:number>")
@access("redblack:snapshot:open")
def whole(number: int) -> Response:
    records = work(current_actor(), lambda w: open_snapshot(w, number=number))
    body = json.dumps({"snapshot": number, "entries": records}, ensure_ascii=False, indent=1)
    headers = {
        "Content-Disposition": f'attachment; filename="snapshot-{number}.json"',
        "Cache-Control": "private, no-store",
        "X-Public-Key": shown.public_key(house().keys),
    }
    return Response(body, mimetype="application/json", headers=headers)
