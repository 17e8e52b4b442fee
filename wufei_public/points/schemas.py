"""Shapes of JSON and forms for points."""

from typing import Any

from marshmallow import fields, post_load, validate

from wufei_public.common.text import N_
from wufei_public.infra.web.shapes import Input, Output
from wufei_public.points.actions.rewards import Offer
from wufei_public.points.rules import shops

MOST = 1_000_000


class KeyIn(Input):
    client_key = fields.String(
        required=True,
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{16,64}$", error=N_("提交标识不对，请刷新页面。")),
    )


class CodeIn(Input):
    code = fields.String(
        required=True,
        validate=validate.Length(min=1, max=40),
        error_messages={"required": N_("请填兑换码。")},
    )


class ReasonIn(Input):
    reason = fields.String(
        required=True,
        validate=validate.Length(min=1, max=80, error=N_("请写为什么退回，最多 80 个字。")),
        error_messages={"required": N_("请写为什么退回，最多 80 个字。")},
    )


class OfferIn(Input):
    """A reward as its keeper types it."""

    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=40),
        error_messages={"required": N_("请写名称。")},
    )
    name_en = fields.String(load_default="", validate=validate.Length(max=60))
    words = fields.String(load_default="", validate=validate.Length(max=80))
    cost = fields.Integer(
        required=True,
        validate=validate.Range(1, MOST, error=N_("请填 1 以上的整数。")),
        error_messages={
            "required": N_("请填 1 以上的整数。"),
            "invalid": N_("请填 1 以上的整数。"),
        },
    )
    stock = fields.Integer(
        required=True,
        validate=validate.Range(0, MOST, error=N_("请填 0 以上的整数。")),
        error_messages={
            "required": N_("请填 0 以上的整数。"),
            "invalid": N_("请填 0 以上的整数。"),
        },
    )
    active = fields.Boolean(load_default=False)
    shop = fields.String(load_default="", validate=validate.Length(max=20))

    @post_load
    def as_offer(self, data: dict[str, Any], **_: Any) -> Offer:
        return Offer(**data)


class ShopIn(Input):
    """A shop as it stands in the register."""

    division = fields.String(
        required=True,
        validate=validate.Length(equal=12, error=N_("请选村或社区。")),
        error_messages={"required": N_("请选村或社区。")},
    )
    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=shops.MOST_NAME),
        error_messages={"required": N_("请写店名。")},
    )
    address = fields.String(load_default="", validate=validate.Length(max=shops.MOST_ADDRESS))
    hours = fields.String(load_default="", validate=validate.Length(max=shops.MOST_HOURS))

    @post_load
    def as_entry(self, data: dict[str, Any], **_: Any) -> shops.Entry:
        return shops.Entry(**data)


class NameIn(Input):
    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=shops.MOST_NAME),
        error_messages={"required": N_("请写店名。")},
    )


class ClerkIn(Input):
    clerk = fields.String(
        required=True,
        validate=validate.Length(min=1, max=20),
        error_messages={"required": N_("请选店员。")},
    )


class EntryOut(Output):
    rule = fields.String(required=True)
    label = fields.String(required=True)
    amount = fields.Integer(required=True)
    day = fields.String(required=True)
    number = fields.Integer(required=True)
    reason = fields.String(required=True)


class PointsOut(Output):
    balance = fields.Integer(required=True)
    entries = fields.List(fields.Nested(EntryOut()), required=True)


class RedeemIn(KeyIn):
    reward = fields.String(required=True, validate=validate.Length(max=20))


class RedeemedOut(Output):
    code = fields.String(required=True)
