"""Forms of the rules by which cases go to departments."""

from marshmallow import fields, validate

from wufei_public.common.text import N_
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.schemas.shapes import CHOOSE, CODE
from wufei_public.infra.web.shapes import Input

DEPARTMENT = N_("请选承办部门。")


class RuleIn(Input):
    division = fields.String(load_default=None, validate=CODE)
    kind = fields.String(load_default=None, validate=validate.OneOf(list(OFFICIAL), error=CHOOSE))
    department = fields.String(
        required=True, validate=CODE, error_messages={"required": DEPARTMENT}
    )


class TryQuery(Input):
    division = fields.String(load_default=None, validate=CODE)
    kind = fields.String(load_default=None, validate=validate.OneOf(list(OFFICIAL), error=CHOOSE))
    done = fields.String(load_default="", validate=validate.Length(max=8))
