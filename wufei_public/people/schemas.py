"""Shapes of the forms of signing in and of accounts, and of /api/v1/me."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from wufei_public.common.text import N_
from wufei_public.infra.web.shapes import Input, Output
from wufei_public.people.rules.roles import Role

# Far above what is right, far below what would cost anything; rules say what is right.
_SHORT = validate.Length(max=60)
_LONG = validate.Length(max=500)
CONSENT = N_("请先看看隐私说明，同意就勾上。")
OF_AGE = N_("满 14 岁才能自己登录，满了就勾上；没满的，请家长登录后在“孩子”里添加。")


class PhoneIn(Input):
    phone = fields.String(required=True, validate=_SHORT)
    next = fields.String(load_default="", validate=_LONG)


class CodeIn(PhoneIn):
    code = fields.String(required=True, validate=_SHORT)


class ConsentIn(Input):
    """Signing in needs a yes to the privacy text, and an age at which the yes counts."""

    consent = fields.Boolean(
        required=True,
        validate=validate.OneOf([True], error=CONSENT),
        error_messages={"required": CONSENT},
    )
    of_age = fields.Boolean(
        required=True,
        validate=validate.OneOf([True], error=OF_AGE),
        error_messages={"required": OF_AGE},
    )


class SignInIn(PhoneIn, ConsentIn):
    pass


class SignInCodeIn(CodeIn, ConsentIn):
    pass


class StaffIn(Input):
    as_typed = frozenset({"password"})

    user_name = fields.String(required=True, validate=_SHORT)
    password = fields.String(required=True, validate=_LONG)
    code = fields.String(required=True, validate=_SHORT)
    next = fields.String(load_default="", validate=_LONG)


class SetupIn(Input):
    as_typed = frozenset({"password", "again"})

    password = fields.String(required=True, validate=_LONG)
    again = fields.String(required=True, validate=_LONG)
    code = fields.String(required=True, validate=_SHORT)

    @validates_schema
    def same(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data["password"] != data["again"]:
            raise ValidationError(N_("两次填的密码不一样。"), "again")


class InviteIn(Input):
    user_name = fields.String(required=True, validate=_SHORT)
    display_name = fields.String(required=True, validate=_SHORT)


class GrantIn(Input):
    role = fields.String(required=True, validate=validate.OneOf(list(Role)))
    division = fields.String(load_default=None, validate=_SHORT)
    department = fields.String(load_default=None, validate=_SHORT)


class ReasonIn(Input):
    reason = fields.String(load_default="", validate=_LONG)


class WithdrawIn(Input):
    reason = fields.String(
        required=True, validate=_LONG, error_messages={"required": N_("请写为什么。")}
    )


class ReviewIn(Input):
    due = fields.Boolean(load_default=False)
    after = fields.Integer(load_default=0, strict=False, validate=validate.Range(0, 1 << 62))


class AccountsIn(Input):
    q = fields.String(load_default="", validate=_SHORT)
    after = fields.String(load_default="", validate=_LONG)


class RoleOut(Output):
    role = fields.String(required=True, validate=validate.OneOf(list(Role)))
    division = fields.String(required=True, allow_none=True)
    department = fields.String(required=True, allow_none=True)


class MeOut(Output):
    kind = fields.String(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.Nested(RoleOut), required=True)
