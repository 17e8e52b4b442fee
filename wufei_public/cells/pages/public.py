"""What everyone sees: rounds, rubrics, notices with objections, the register, certificates."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.cells.actions import objecting
from wufei_public.cells.actions.steps import story_owner
from wufei_public.cells.documents import certificate as pdf
from wufei_public.cells.documents import files, maps, own, public, shown
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.queries import applications, certificates, rounds
from wufei_public.cells.rules.kinds import KINDS
from wufei_public.cells.rules.stages import ON_NOTICE
from wufei_public.cells.rules.standing import Standing, is_told
from wufei_public.cells.rules.standing import shown as standing_of
from wufei_public.cells.schemas import NoticesQuery, ObjectIn, RegisterQuery
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.divisions import queries as places
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access, shared
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import photo_response, receive

blueprint = Blueprint("cells", __name__, url_prefix="/cells")

_QUERY, _OBJECT = RegisterQuery(), ObjectIn()
_NOTICES = NoticesQuery()
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("public")
@shared
def listing() -> str:
    query = _QUERY.load({name: value for name, value in request.args.items() if value})
    session, now = reading(), house().clock()
    wanted = certificates.RegisterFilter(
        query["town"], query["kind"], public.after_of(query["after"])
    )
    rows, following = certificates.register(session, wanted)
    position, directory = public.position_of(following), places.directory(session)
    names = directory.called(english=is_english())
    kept = {"town": query["town"], "kind": query["kind"]}
    return render_template(
        "cells/register.html",
        rows=public.register_rows(session, rows, district_day(now)),
        count=public.count_json(session, now),
        map=maps.town_map(session, now, query["kind"]),
        rounds=own.open_rounds(session, now),
        on_notice=public.notice_rows(session, certificates.on_notice(session, 5)),
        towns=[(town.code, names[town.code]) for town in directory.towns],
        kinds=[(kind, shown.kind_label(kind)) for kind in KINDS],
        query=query,
        first=query["after"] is None,
        next_url=url_for("cells.listing", after=position, **kept) if position else "",
    )


@blueprint.get("/count")
@access("public")
@shared
def counting() -> str:
    after = _NOTICES.load(dict(request.args.items()))["after"]
    found = public.counting_values(reading(), house().clock(), after)
    return render_template(
        "cells/count.html",
        first_url=url_for("cells.counting") if after else "",
        next_url=url_for("cells.counting", after=found["last"]) if found["last"] else "",
        **found,
    )


@blueprint.get("/rounds/<code>")
@access("public")
def round_page(code: str) -> str:
    values = own.round_values(reading(), code, house().clock())
    return render_template("cells/round.html", **values)


@blueprint.get("/rubrics/<kind>")
@access("public")
def rubric(kind: str) -> str:
    known = rounds.choices(reading()).get(kind, {})
    asked = request.args.get("version") or next(iter(known.values()), "")
    found = next((one for one, version in known.items() if version == asked), None)
    if found is None:
        raise applications.missing()
    content = rounds.content_of(reading(), found)
    values = files.rubric_values(rounds.rubric(reading(), found), content)
    return render_template("cells/rubric.html", versions=list(known.values()), **values)


# ---- public notice --------------------------------------------------------------


@blueprint.get("/notices")
@access("public")
@shared
def notices() -> str:
    after = _NOTICES.load(dict(request.args.items()))["after"]
    rows, more = public.notices_page(reading(), after)
    return render_template(
        "cells/notices.html",
        rows=rows,
        first=not after,
        next_url=url_for("cells.notices", after=more) if more else "",
    )


def _noticed(code: str) -> CellApplication:
    """Return a unit that stands on public notice; every other looks like none."""
    row = applications.application(reading(), code)
    if row.state not in ON_NOTICE:
        raise applications.missing()
    return row


@blueprint.get("/notices/<code>")
@access("public")
def notice(code: str) -> str:
    return _notice_page(_noticed(code), Form())


def _notice_page(row: CellApplication, form: Form) -> str:
    session = reading()
    (line,) = public.notice_rows(session, [row])
    head = shown.head(session, row)
    return render_template("cells/notice.html", form=form, line=line, case=head)


@blueprint.post("/notices/<code>")
@access("public")
def object_to(code: str) -> Page:
    limit("submit")
    row = _noticed(code)
    try:
        tokens = receive("photos")
        values = load_form(_OBJECT)
        found = work(
            current_actor(),
            lambda w: objecting.object_to(w, code=code, photo=tokens, **values),
        )
    except Invalid as error:
        return _notice_page(row, failed(error)), 422
    except WrongState as error:
        return _notice_page(row, Form(typed(request.form), notice=_(error.message))), 409
    return redirect(url_for("cells.objected", code=found.code), 303)


@blueprint.get("/objections/<code>")
@access("public")
def objected(code: str) -> str:
    limit("look_up")
    return render_template("cells/objected.html", **files.objection_values(reading(), code))


# ---- certificates ---------------------------------------------------------------


@blueprint.get("/c/<code>")
@access("public")
def certificate(code: str) -> str:
    limit("look_up")
    found = certificates.certificate(reading(), code)
    view = public.certificate_view(reading(), found, district_day(house().clock()))
    key = public.signer(house().keys, found)
    return render_template("cells/certificate.html", cell=view, public_key=key)


def _holding(code: str) -> CellCertificate:
    """Return a certificate that holds today; of every other nothing is shown or printed."""
    found = certificates.certificate(reading(), code)
    today = district_day(house().clock())
    if not is_told(
        standing_of(Standing(found.standing), found.valid_until, today, found.free_from)
    ):
        raise certificates.missing()
    return found


@blueprint.get("/c/<code>/certificate.pdf")
@access("public")
def certificate_pdf(code: str) -> Response:
    limit("look_up")
    found = _holding(code)
    address = url_for("cells.certificate", code=found.code, _external=True)
    body = pdf.certificate_pdf(reading(), house().keys, found, address, house().settings)
    name = f"{found.number}.pdf"
    return Response(
        body,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@blueprint.get("/c/<code>/photos/<int:photo_id>/<size>")
@access("public")
def picture(code: str, photo_id: int, size: str) -> Response:
    found = _holding(code)
    row = reading().get_one(CellApplication, found.application_id)
    owners = [story_owner(row.code)]
    return photo_response(photo_id, owners, size, applications.missing())
