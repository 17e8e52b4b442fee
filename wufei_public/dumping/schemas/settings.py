"""Forms of what the district sets: years of the calendar, departments."""

from marshmallow import fields, validate

from wufei_public.common.text import N_
from wufei_public.infra.web.shapes import Input


class YearIn(Input):
    """A year's notice as it is typed, a day on each line."""

    source = fields.String(
        required=True,
        validate=validate.Length(min=1, max=60),
        error_messages={"required": N_("请填通知的文号。")},
    )
    verified = fields.Boolean(load_default=False)
    days = fields.String(
        required=True,
        validate=validate.Length(min=1, max=20_000),
        error_messages={"required": N_("请填放假和上班的日子。")},
    )


class DepartmentIn(Input):
    name = fields.String(
        required=True,
        validate=validate.Length(min=2, max=60),
        error_messages={"required": N_("请填部门的名字。")},
    )
    name_en = fields.String(load_default="", validate=validate.Length(max=120))
