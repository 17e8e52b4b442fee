"""For officials: black boxes over what shows a person, drawn on a phone or at a desk."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Conflict, DomainError, Invalid, WrongState
from wufei_public.dumping import policy
from wufei_public.dumping.actions import redacting
from wufei_public.dumping.actions.steps import owners_of, require
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media import queries as media
from wufei_public.media.actions import covering
from wufei_public.media.rules.boxes import read_boxes

blueprint = Blueprint("redacting", __name__, url_prefix="/staff/cases")

PARTS = ("x", "y", "width", "height")
SPARE = 3
Rows = list[tuple[str, ...]]


def _case(code: str, photo_id: int) -> Report:
    """Return the case if the actor may cover its photos and it has this one."""
    report = queries.report(reading(), code)
    if not policy.may_handle(current_actor(), report.facts).allowed:
        raise queries.missing()
    require(policy.may_open_original(current_actor(), report.facts))
    if media.rendition_name(reading(), photo_id, owners_of(report.code), "large") is None:
        raise queries.missing()
    return report


@blueprint.get("/<code>/photos/<int:photo_id>/cover")
@access("dumping:case:evidence")
def page(code: str, photo_id: int) -> str:
    report = _case(code, photo_id)
    rows: Rows = [box.written() for box in covering.boxes_of(reading(), photo_id)]
    return _page(report, photo_id, rows, "")


def _page(report: Report, photo_id: int, rows: Rows, fault: str) -> str:
    spare: Rows = [("",) * len(PARTS)] * SPARE
    return render_template(
        "dumping/redact.html",
        code=report.code,
        released=report.release == "released",
        final=queries.was_released(reading(), report.id),
        photo_id=photo_id,
        picture=url_for("desk.photo", code=report.code, photo_id=photo_id, size="large"),
        rows=[*rows, *spare],
        fault=fault,
    )


@blueprint.post("/<code>/photos/<int:photo_id>/cover")
@access("dumping:case:evidence")
def cover(code: str, photo_id: int) -> Answer | tuple[str, int]:
    report = _case(code, photo_id)
    rows: Rows = list(zip(*(request.form.getlist(part) for part in PARTS), strict=False))
    try:
        boxes = read_boxes(rows)
        made = covering.prepare(house(), photo_id, owners_of(report.code), boxes)
        if made is None:
            raise queries.missing()
        work(current_actor(), lambda w: redacting.redact(w, code=code, made=made))
    except (Invalid, Conflict, WrongState) as error:
        return _page(report, photo_id, _written(rows), _told(error)), 422
    return redirect(url_for("desk.case", code=code, done="redact"), 303)


def _written(rows: Rows) -> Rows:
    return [row for row in rows if any(row)]


def _told(error: DomainError) -> str:
    return sentence(error.message, error.facts)
