"""Shapes of the register's forms and queries."""

from typing import Any

from marshmallow import (
    ValidationError,
    fields,
    validate,
    validates_schema,
)

from wufei_public.common.text import N_
from wufei_public.infra.web.shapes import Input
from wufei_public.organisations.rules.kinds import KINDS, PermitClass
from wufei_public.organisations.rules.memberships import WITH_REASON, Move, Proof
from wufei_public.organisations.rules.names import MOST_NAME

CHOOSE = N_("请选一项。")
_NAME = validate.Length(1, MOST_NAME)
_SHORT = validate.Length(max=40)
_ADDRESS = validate.Length(max=120)
_TOWN = validate.Regexp(r"^\d{9}$")


class CardIn(Input):
    uscc = fields.String(required=True, validate=validate.Length(max=60))
    name = fields.String(required=True, validate=_NAME)
    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS), error=CHOOSE))
    division = fields.String(required=True, validate=validate.Length(max=12))
    address = fields.String(load_default="", validate=_ADDRESS)
    permit_class = fields.String(
        load_default="", validate=validate.OneOf(list(PermitClass), error=CHOOSE)
    )
    waste_related = fields.Boolean(load_default=False)
    hazardous_licence = fields.String(load_default="", validate=_SHORT)
    ended_on = fields.Date(load_default=None)
    permit_since = fields.Date(load_default=None)


class VersionIn(Input):
    version = fields.Integer(required=True)


class SiteIn(Input):
    name = fields.String(required=True, validate=_NAME)
    division = fields.String(required=True, validate=validate.Length(max=12))
    address = fields.String(load_default="", validate=_ADDRESS)


class ContactIn(Input):
    name = fields.String(load_default="", validate=_SHORT)
    phone = fields.String(load_default="", validate=_SHORT)


class ReasonIn(Input):
    reason = fields.String(required=True, validate=validate.Length(2, 200))


class ApplyIn(Input):
    name = fields.String(required=True, validate=_SHORT)
    duty = fields.String(required=True, validate=_SHORT)


class CodeIn(Input):
    code = fields.String(required=True, validate=_SHORT)


class DecideIn(Input):
    move = fields.String(required=True, validate=validate.OneOf(list(Move), error=CHOOSE))
    reason = fields.String(load_default="", validate=validate.Length(max=200))
    proof = fields.String(load_default="", validate=validate.OneOf(["", *Proof], error=CHOOSE))
    version = fields.Integer(load_default=None)

    @validates_schema
    def says_why(self, data: dict[str, Any], **_more: Any) -> None:
        if data["move"] in WITH_REASON and not data["reason"]:
            raise ValidationError(N_("请写一句原因，对方看得到。"), "reason")


class ListQuery(Input):
    words = fields.String(load_default="", validate=validate.Length(max=60))
    town = fields.String(load_default=None, validate=_TOWN)
    kind = fields.String(load_default=None, validate=validate.OneOf(list(KINDS)))
    after = fields.String(load_default="", validate=validate.Length(max=400))


class FindQuery(Input):
    words = fields.String(load_default="", validate=validate.Length(max=60))
