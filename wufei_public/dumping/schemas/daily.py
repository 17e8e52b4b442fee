"""Forms of an official's day: several cases at once, kept filters, files."""

from marshmallow import fields, validate

from wufei_public.common.text import N_
from wufei_public.dumping.schemas.shapes import CHOOSE, CODE, QueueQuery
from wufei_public.infra.web.shapes import Input

MOST_AT_ONCE = 50


class FilterIn(QueueQuery):
    """A narrowing of the queue to keep under a name."""

    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=20),
        error_messages={"required": N_("请给筛选起个名字。")},
    )


class BulkIn(Input):
    """What is done to several cases at once."""

    code = fields.List(
        fields.String(validate=CODE),
        required=True,
        validate=validate.Length(min=1, max=MOST_AT_ONCE, error=N_("请勾选案件，一次最多 50 件。")),
        error_messages={"required": N_("请勾选案件，一次最多 50 件。")},
    )
    what = fields.String(
        required=True,
        validate=validate.OneOf(["accept", "assign"], error=CHOOSE),
        error_messages={"required": CHOOSE},
    )
    department = fields.String(load_default=None, allow_none=True, validate=CODE)


class ExportQuery(QueueQuery):
    """The queue as a file; `whole` with what is over."""

    whole = fields.Boolean(load_default=False)
