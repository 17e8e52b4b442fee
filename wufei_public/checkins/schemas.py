"""Shapes of JSON and forms for check-ins."""

from typing import Any

from marshmallow import fields, post_load, validate

from wufei_public.checkins.actions.daily import Draft
from wufei_public.checkins.rules.people import OWN
from wufei_public.checkins.rules.schemes import Bin
from wufei_public.common.text import N_
from wufei_public.infra.web.shapes import Input, Output

CHOOSE_BINS = N_("请选今天分了哪几种。")


class CheckInIn(Input):
    client_key = fields.String(
        required=True,
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{16,64}$", error=N_("提交标识不对，请刷新页面。")),
    )
    bins = fields.List(
        fields.String(validate=validate.OneOf([one.value for one in Bin])),
        required=True,
        validate=validate.Length(min=1, max=len(Bin), error=CHOOSE_BINS),
        error_messages={"required": CHOOSE_BINS},
    )
    stamp = fields.String(load_default="", validate=validate.Length(max=80))
    claimed_on = fields.Date(load_default=None, allow_none=True)
    point = fields.String(load_default="", validate=validate.Length(max=12))
    member = fields.Integer(load_default=OWN, validate=validate.Range(OWN, 30_000))

    @post_load
    def as_draft(self, data: dict[str, Any], **_: Any) -> Draft:
        return Draft(**(data | {"bins": [Bin(one) for one in data["bins"]]}))


class CheckedInOut(Output):
    day = fields.String(required=True)
    origin = fields.String(required=True)
    streak = fields.Integer(required=True)
    points = fields.Integer(required=True)
    again = fields.Boolean(required=True)


class StampOut(Output):
    stamp = fields.String(required=True)
    village = fields.String(required=True, allow_none=True)
    scheme = fields.String(required=True, allow_none=True)


class HomeIn(Input):
    village = fields.String(
        required=True,
        validate=validate.Length(equal=12, error=N_("请选您住的村或社区。")),
        error_messages={"required": N_("请选您住的村或社区。")},
    )
    nickname = fields.String(load_default="", validate=validate.Length(max=10))
    listed = fields.Boolean(load_default=False)


class MemberIn(Input):
    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=6),
        error_messages={"required": N_("请写家人的名字或称呼。")},
    )


class PointIn(Input):
    village = fields.String(
        required=True,
        validate=validate.Length(equal=12, error=N_("请选村或社区。")),
        error_messages={"required": N_("请选村或社区。")},
    )
    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=30),
        error_messages={"required": N_("请写名称。")},
    )


class BoardQuery(Input):
    span = fields.String(load_default="week", validate=validate.OneOf(["week", "month"]))
    town = fields.String(load_default="", validate=validate.Length(max=12))
    day = fields.Date(load_default=None, allow_none=True)


class BlankIn(Input):
    account = fields.Integer(required=True, validate=validate.Range(1, 1 << 62))
    village = fields.String(required=True, validate=validate.Length(equal=12))
    reason = fields.String(load_default="", validate=validate.Length(max=80))
