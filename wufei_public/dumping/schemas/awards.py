"""Shapes of awards: grades, a proposal, a decision, a code at a counter; what everyone reads."""

from typing import Any

from marshmallow import fields, validate

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.dumping.rules.awards import CLAIM_DAYS, MOST_GRADES, MOST_YUAN, Method
from wufei_public.dumping.schemas import shapes
from wufei_public.infra.web.shapes import Input, Output

_YUAN = validate.Range(1, MOST_YUAN, error=N_("请填 1 以上的整数。"))
_WHOLE: Any = {"required": N_("请填 1 以上的整数。"), "invalid": N_("请填 1 以上的整数。")}
_DAY: Any = {"required": N_("请填日期。"), "invalid": N_("请填日期。")}


class SchemeIn(Input):
    """A version of the grades as it is typed: three columns of as many rows."""

    starts_on = fields.Date(required=True, error_messages=_DAY)
    source = fields.String(
        required=True,
        validate=validate.Length(min=2, max=200),
        error_messages={"required": N_("请写依据的文件和条款。")},
    )
    verified = fields.Boolean(load_default=False)
    claim_days = fields.Integer(
        required=True,
        validate=validate.Range(*CLAIM_DAYS, error=N_("请填 7 到 365 的整数。")),
        error_messages={
            "required": N_("请填 7 到 365 的整数。"),
            "invalid": N_("请填 7 到 365 的整数。"),
        },
    )
    conditions = fields.String(
        required=True,
        validate=validate.Length(min=2, max=1000),
        error_messages={"required": N_("请写什么样的举报有奖。")},
    )
    counter = fields.String(
        required=True,
        validate=validate.Length(min=2, max=300),
        error_messages={"required": N_("请写到哪里领。")},
    )
    name = fields.List(
        fields.String(validate=validate.Length(max=60)),
        load_default=list,
        validate=validate.Length(max=MOST_GRADES),
    )
    lowest = fields.List(
        fields.Integer(validate=_YUAN, error_messages=_WHOLE),
        load_default=list,
        validate=validate.Length(max=MOST_GRADES),
    )
    highest = fields.List(
        fields.Integer(validate=_YUAN, error_messages=_WHOLE),
        load_default=list,
        validate=validate.Length(max=MOST_GRADES),
    )


def uneven() -> Invalid:
    """Return the refusal of a grade of which something was left out."""
    words = N_("每一级都要写名称、最低和最高金额。")
    return Invalid("uneven_grades", words, [FieldError("name", words)])


class AwardIn(shapes.TextIn):
    """A proposal: the grade's position in the version in force, whole yuan, and why."""

    grade = fields.Integer(
        required=True,
        validate=validate.Range(1, MOST_GRADES, error=shapes.CHOOSE),
        error_messages={"required": shapes.CHOOSE, "invalid": shapes.CHOOSE},
    )
    amount = fields.Integer(required=True, validate=_YUAN, error_messages=_WHOLE)


class DecideIn(Input):
    decision = fields.String(
        required=True,
        validate=validate.OneOf(["approve", "decline"], error=shapes.CHOOSE),
        error_messages={"required": shapes.CHOOSE},
    )
    text = fields.String(load_default="", validate=shapes.WORDS)


class WhyIn(Input):
    text = fields.String(
        required=True,
        validate=validate.Length(min=2, max=500),
        error_messages={"required": N_("请写为什么。")},
    )


class ClaimIn(Input):
    claim = fields.String(
        required=True,
        validate=validate.Length(max=40),
        error_messages={"required": N_("请输入领奖码。")},
    )


class PayIn(ClaimIn):
    method = fields.String(
        required=True,
        validate=validate.OneOf(list(Method), error=shapes.CHOOSE),
        error_messages={"required": shapes.CHOOSE},
    )
    voucher = fields.String(
        required=True,
        validate=validate.Length(min=1, max=40),
        error_messages={"required": N_("请填凭证号。")},
    )


class GradeOut(Output):
    name = fields.String(required=True)
    lowest = fields.Integer(required=True)
    highest = fields.Integer(required=True)


class SchemeOut(Output):
    starts_on = fields.Date(required=True)
    source = fields.String(required=True)
    verified = fields.Boolean(required=True)
    claim_days = fields.Integer(required=True)
    conditions = fields.String(required=True)
    counter = fields.String(required=True)
    grades = fields.List(fields.Nested(GradeOut), required=True)


class PaidYearOut(Output):
    """What a year paid, less what was taken back in it, in whole yuan."""

    year = fields.Integer(required=True)
    paid = fields.Integer(required=True)
    yuan = fields.Integer(required=True)


class AwardsOut(Output):
    """The grades in force, null before there are any, and what was paid by year."""

    scheme = fields.Nested(SchemeOut, required=True, allow_none=True)
    years = fields.List(fields.Nested(PaidYearOut), required=True)
