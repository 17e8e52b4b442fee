"""Shapes of what clients send and of the staff's form; each fault in a sentence of its own."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from werkzeug.datastructures import MultiDict

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.web.errors import as_invalid
from wufei_public.infra.web.forms import typed
from wufei_public.infra.web.shapes import Input, writable
from wufei_public.open311.rules.arguments import MOST, answers_of, require_service, spoken

DATE, MANY = validate.Length(max=40), validate.Length(max=20_000)
MOST_WORDS = 4_000  # GeoReport v2: `description`
_ATTRIBUTE = re.compile(r"attribute\[([^\]]{1,60})\](?:\[\])?")
_BAD_KEY = N_("这个键要有 16 到 64 个字母、数字、- 或 _。")


class RequestIn(Input):
    """A request: what it is, where, and words; who reports is not asked for (docs/open311.md)."""

    service_code = fields.String(
        required=True,
        validate=validate.Length(max=16),
        error_messages={"required": N_("要有 service_code。")},
    )
    lat = fields.Float(load_default=None, validate=validate.Range(-90, 90))
    long = fields.Float(load_default=None, validate=validate.Range(-180, 180))
    address_string = fields.String(load_default="", validate=validate.Length(max=500))
    address_id = fields.String(load_default="", validate=validate.Length(max=12))
    description = fields.String(load_default="", validate=validate.Length(max=MOST_WORDS))
    media_url = fields.String(load_default="", validate=validate.Length(max=2_000))
    phone = fields.String(load_default="", validate=validate.Length(max=40))

    @validates_schema(skip_on_field_errors=False)
    def has_place(self, data: Mapping[str, Any], **_: Any) -> None:
        if (data.get("lat") is None) != (data.get("long") is None):
            raise ValidationError(N_("位置要有经度和纬度。"), "lat")
        if data.get("lat") is None and not (data.get("address_string") or data.get("address_id")):
            raise ValidationError(
                N_("要有地方：lat 和 long，或者 address_string，或者 address_id。"), "lat"
            )


class UpdateIn(Input):
    """What a program tells of its own case (servicerequestupdates)."""

    service_request_id = fields.String(required=True, validate=validate.Length(max=40))
    update_id = fields.String(required=True, validate=validate.Length(min=1, max=100))
    updated_datetime = fields.AwareDateTime(required=True)
    status = fields.String(
        required=True,
        validate=validate.OneOf(
            ["open", "closed", "OPEN", "CLOSED"], error=N_("status 只能是 open 或 closed。")
        ),
    )
    description = fields.String(required=True, validate=validate.Length(min=1, max=MOST_WORDS))
    media_url = fields.String(load_default="", validate=validate.Length(max=2_000))


class OnceIn(Input):
    """The key under which a client may send a request again."""

    once = fields.String(
        load_default="",
        validate=validate.Regexp(r"^([A-Za-z0-9_-]{16,64})?$", error=_BAD_KEY),
    )


class PageQuery(Input):
    page = fields.Integer(load_default=1, validate=validate.Range(1, 1_000_000))
    page_size = fields.Integer(load_default=MOST, validate=validate.Range(1, MOST))
    start_date = fields.String(load_default="", validate=DATE)
    end_date = fields.String(load_default="", validate=DATE)


class RequestsQuery(PageQuery):
    service_request_id = fields.String(load_default="", validate=MANY)
    service_code = fields.String(load_default="", validate=MANY)
    status = fields.String(load_default="", validate=DATE)
    extensions = fields.Boolean(load_default=False)


class ApplicationIn(Input):
    """An application that is to get a key."""

    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=60),
        error_messages={"required": N_("请填应用的名字。")},
    )
    contact = fields.String(
        required=True,
        validate=validate.Length(min=1, max=120),
        error_messages={"required": N_("请填出了问题找谁。")},
    )
    per_hour = fields.Integer(load_default=60, validate=validate.Range(1, 10_000))
    on_trial = fields.Boolean(load_default=False)


REQUEST, UPDATE, ONCE = RequestIn(), UpdateIn(), OnceIn()


def load_plain(schema: Schema, given: Mapping[str, str]) -> dict[str, Any]:
    """Load arguments by `schema`, an empty one as absent; Invalid with one fault per error."""
    try:
        loaded: dict[str, Any] = schema.load(typed(MultiDict(given)))
    except ValidationError as error:
        raise as_invalid(error) from error
    return loaded


def load_request(form: MultiDict[str, str]) -> tuple[dict[str, Any], str]:
    """Return a posted request and the answers to its service's attributes as lines of words.

    NotFound for a service that there is not, else Invalid with one fault per error.
    """
    faults: list[FieldError] = []
    values = typed(form)
    service = writable(values.get("service_code", ""))
    if service:
        require_service(service)
    try:
        loaded = REQUEST.load(values)
    except ValidationError as error:
        faults += as_invalid(error).errors
    answers, wrong = answers_of(service, _attributes(form)) if service else ([], [])
    faults += wrong
    if faults:
        raise Invalid("bad_request", N_("有几处需要改一下。"), faults)
    return loaded, spoken(answers)


def _attributes(form: MultiDict[str, str]) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for name in form:
        found = _ATTRIBUTE.fullmatch(name)
        if found:
            values = [writable(value).strip() for value in form.getlist(name)]
            given.setdefault(writable(found[1]), []).extend(values)
    return given
