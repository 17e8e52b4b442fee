"""`/open311/v2`, and `/open311/test` that checks everything and keeps nothing."""

import secrets
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from wufei_public.common.actor import ANONYMOUS
from wufei_public.common.codes import new_code, normalise
from wufei_public.common.errors import Invalid, NotAllowed, NotFound
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.dumping.actions.submit import Draft
from wufei_public.dumping.queries import requests as queries
from wufei_public.dumping.queries.cases import Rows
from wufei_public.dumping.rules.columns import CLOSED
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.schemas.uploads import receive_files, require_whole
from wufei_public.infra.web.access import access, shared
from wufei_public.infra.web.limits import limit
from wufei_public.infra.work import house, reading, work
from wufei_public.open311 import actions, documents
from wufei_public.open311.queries import number_for
from wufei_public.open311.rules import arguments
from wufei_public.open311.rules.services import PLAIN_OF
from wufei_public.open311.rules.spark import to_json, to_xml
from wufei_public.open311.schemas import (
    ONCE,
    UPDATE,
    PageQuery,
    RequestsQuery,
    load_plain,
    load_request,
)
from wufei_public.people.rules.phones import read_mobile

REQUESTS, PAGES = RequestsQuery(), PageQuery()
TEST = "test"
MOST_SPOT = 80
NOTICE = N_("收到了。放到公示里以后，凭编号就能查到办得怎样。")
MISSING = N_("没有这个编号的案件，或者没有公开。")
MIME = {"xml": "text/xml", "json": "application/json"}

blueprint = Blueprint("open311", __name__, url_prefix="/open311/<any(v2, test):edition>")


def answer(root: str, found: Any, fmt: str, status: int = 200) -> Response:
    """Return an answer in the format that the address asks for."""
    body = to_json(found) if fmt == "json" else to_xml(root, found)
    return Response(body, status, content_type=f"{MIME[fmt]}; charset=utf-8")


def faults(status: int, sentences: list[str]) -> Response:
    """Return a refusal as GeoReport has it, in the format of the address, else in XML.

    404 is what is not there, 403 a wrong key, 400 anything else that the client can mend.
    """
    code = {401: 403, 409: 400, 422: 400}.get(status, status)
    fmt = "json" if request.path.endswith(".json") else "xml"
    found = [{"code": code, "description": one} for one in sentences]
    return answer("errors", found, fmt, code)


@blueprint.before_request
def _check_jurisdiction() -> None:
    """Refuse a jurisdiction that is not ours; this house serves one, so that none is needed."""
    asked, ours = request.values.get("jurisdiction_id", ""), house().settings.district
    if asked and ours and asked != ours:
        raise NotFound("no_jurisdiction", N_("没有这个 jurisdiction_id。"))


# ---- services -------------------------------------------------------------------


@blueprint.get("/discovery.<any(xml, json):fmt>")
@access("public")
@shared
def discovery(edition: str, fmt: str) -> Response:  # noqa: ARG001  both tell of both
    found = documents.discovery(house().settings.contact_phone)
    response = answer("discovery", found, fmt)
    response.headers["Content-Type"] = MIME[fmt]  # validators compare it to the letter
    return response


@blueprint.get("/services.<any(xml, json):fmt>")
@access("public")
@shared
def services(edition: str, fmt: str) -> Response:  # noqa: ARG001
    return answer("services", documents.services(), fmt)


@blueprint.get("/services/<service>.<any(xml, json):fmt>")
@access("public")
@shared
def definition(edition: str, service: str, fmt: str) -> Response:  # noqa: ARG001
    found = documents.definition(arguments.require_service(service))
    return answer("service_definition", found, fmt)


# ---- reading --------------------------------------------------------------------


@blueprint.get("/requests.<any(xml, json):fmt>")
@access("public")
@shared
def listing(edition: str, fmt: str) -> Response:
    query = load_plain(REQUESTS, request.args)
    rows, more = queries.page(reading(), _wanted(query), query["page"], query["page_size"])
    response = answer("service_requests", _told(rows, extensions=query["extensions"]), fmt)
    return _linked(response, "open311.listing", edition, fmt, query["page"], more=more)


def _wanted(query: dict[str, Any]) -> queries.Wanted:
    if query["service_request_id"]:
        numbers = arguments.split(query["service_request_id"])[: arguments.MOST]
        return queries.Wanted(codes={normalise(number) for number in numbers})
    asked = arguments.statuses(query["status"])
    kinds = [arguments.require_service(code) for code in arguments.split(query["service_code"])]
    span = arguments.span_of(query["start_date"], query["end_date"], house().clock())
    over = CLOSED in asked if len(asked) == 1 else None
    return queries.Wanted(start=span.start, end=span.end, kinds=kinds, over=over)


def _told(rows: Rows, *, extensions: bool) -> list[dict[str, Any]]:
    events = queries.events_of(reading(), [row.id for row in rows]) if extensions else None
    return documents.requests(reading(), rows, events)


def _linked(
    response: Response, endpoint: str, edition: str, fmt: str, page: int, *, more: bool
) -> Response:
    """Add the addresses of the pages around (RFC 8288)."""
    given = {name: value for name, value in request.args.items() if name != "page"}
    for name, number, there in (("prev", page - 1, page > 1), ("next", page + 1, more)):
        if there:
            values = given | {"edition": edition, "fmt": fmt, "page": str(number)}
            where = url_for(endpoint, _external=True, **values)
            response.headers.add("Link", f'<{where}>; rel="{name}"')
    return response


@blueprint.get("/requests/<number>.<any(xml, json):fmt>")
@access("public")
@shared
def one(edition: str, number: str, fmt: str) -> Response:  # noqa: ARG001
    wanted = queries.Wanted(codes={normalise(number)})
    rows, _more = queries.page(reading(), wanted, 1, 1)
    if not rows:
        raise NotFound("no_request", MISSING)
    extensions = load_plain(REQUESTS, request.args)["extensions"]
    return answer("service_requests", _told(rows, extensions=extensions), fmt)


@blueprint.get("/tokens/<token>.<any(xml, json):fmt>")
@access("public")
def token(edition: str, token: str, fmt: str) -> Response:  # noqa: ARG001
    found = [{"service_request_id": number_for(reading(), token), "token": token}]
    return answer("service_requests", found, fmt)


@blueprint.get("/servicerequestupdates.<any(xml, json):fmt>")
@access("public")
@shared
def updates(edition: str, fmt: str) -> Response:
    query = load_plain(PAGES, request.args)
    span = arguments.span_of(query["start_date"], query["end_date"], house().clock())
    rows, more = queries.changes(
        reading(), span.start, span.end, documents.UPDATES, query["page"], query["page_size"]
    )
    response = answer("service_request_updates", documents.updates(rows), fmt)
    return _linked(response, "open311.updates", edition, fmt, query["page"], more=more)


# ---- writing --------------------------------------------------------------------


def _key() -> str:
    """Return the key of the request, counted; a wrong one counts for the address."""
    key = request.values.get("api_key", "")
    try:
        work(ANONYMOUS, lambda w: actions.admit(w, key))
    except NotAllowed:
        limit("secret")
        raise
    return key


@blueprint.post("/requests.<any(xml, json):fmt>")
@access("public")
def create(edition: str, fmt: str) -> Response:
    key = _key()
    values, said = load_request(request.form)
    once = load_plain(ONCE, {"once": request.headers.get("Idempotency-Key", "")})["once"]
    draft = _draft(values, said)
    made = _tried() if edition == TEST else _made(key, draft, values["media_url"], once)
    found = {
        "service_request_id" if made.number else "token": made.number or made.token,
        "service_notice": _(NOTICE),
        "account_id": "",
    }
    return answer("service_requests", [found], fmt, 201)


def _tried() -> actions.Made:
    """Return a number like that of a case, of which nothing is kept."""
    return actions.Made(new_code(secrets.token_bytes), "")


def _made(key: str, draft: Draft, media_url: str, once: str) -> actions.Made:
    kept, wrong = receive_files("media")
    require_whole(wrong)
    draft = replace(draft, photo=[photo["token"] for photo in kept])
    return work(ANONYMOUS, lambda w: actions.request(w, key, draft, media_url=media_url, once=once))


def _draft(values: dict[str, Any], said: str) -> Draft:
    words = "\n".join(part for part in (values["description"], said) if part)
    lat, lon, address = values["lat"], values["long"], values["address_string"]
    if len(address) > MOST_SPOT:
        words = "\n".join(part for part in (words, address) if part)
    return Draft(
        client_key="",
        kind=PLAIN_OF[values["service_code"]],
        division=_division(values),
        spot=address[:MOST_SPOT],
        lat=lat,
        lon=lon,
        position_source="outside" if lat is not None else "",
        words=words or OFFICIAL[values["service_code"]].label,
        phone=_mobile(values["phone"]),
    )


def _division(values: dict[str, Any]) -> str | None:
    """Return the place that was named, else the one that the position seems to be in."""
    if values["address_id"]:
        return str(values["address_id"])
    if values["lat"] is None:
        return None
    found = places.propose(reading(), values["lat"], values["long"])
    return found.code if found else None


def _mobile(text: str) -> str:
    """Return a mobile number to ask back; whatever else a program sends as `phone` is not kept."""
    try:
        return read_mobile(text)
    except Invalid:
        return ""


@blueprint.post("/servicerequestupdates.<any(xml, json):fmt>")
@access("public")
def update(edition: str, fmt: str) -> Response:
    key = _key()
    values = load_plain(UPDATE, request.form)
    if edition != TEST:
        work(
            ANONYMOUS,
            lambda w: actions.add_update(
                w,
                key,
                number=values["service_request_id"],
                update=values["update_id"],
                words=values["description"],
                media_url=values["media_url"],
            ),
        )
    return answer("service_request_updates", [{"update_id": values["update_id"]}], fmt, 201)
