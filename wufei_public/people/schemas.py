"""Shapes of the forms of people."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, pre_load, validate

from wufei_public.common.text import N_
from wufei_public.people.rules.roles import Role

CHOOSE = N_("请选一种。")
USER_NAME = validate.Regexp(
    r"^[A-Za-z][A-Za-z0-9._-]{2,31}$",
    error=N_("用户名用字母开头，3 到 32 个字母、数字或 . _ -。"),
)


class Input(Schema):
    class Meta:
        unknown = EXCLUDE

    @pre_load
    def trim(self, data: Any, **_: Any) -> Any:
        # A password is taken as it was typed.
        return {
            name: value if name == "password" or not isinstance(value, str) else value.strip()
            for name, value in data.items()
        }


class PhoneIn(Input):
    phone = fields.String(required=True, validate=validate.Length(max=30))


class CodeIn(PhoneIn):
    code = fields.String(required=True, validate=validate.Length(max=12))


class StaffSignIn(Input):
    user_name = fields.String(required=True, validate=validate.Length(max=64))
    password = fields.String(required=True, validate=validate.Length(max=200))
    totp = fields.String(required=True, validate=validate.Length(max=12))


class SetUpIn(Input):
    password = fields.String(required=True, validate=validate.Length(max=200))
    totp = fields.String(required=True, validate=validate.Length(max=12))


class InviteIn(Input):
    name = fields.String(required=True, validate=validate.Length(min=1, max=40))
    user_name = fields.String(required=True, validate=USER_NAME)


class GrantIn(Input):
    role = fields.String(required=True, validate=validate.OneOf(list(Role), error=CHOOSE))
    division = fields.String(load_default=None)
    department = fields.String(load_default=None)


class MeOut(Schema):
    kind = fields.String(required=True)
    name = fields.String(required=True)
    grants = fields.List(fields.Dict(), required=True)
