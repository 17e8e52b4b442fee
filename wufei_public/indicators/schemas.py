"""Shapes of the indicators' forms and of their open data."""

from typing import Any

from marshmallow import fields, validate

from wufei_public.common.text import N_
from wufei_public.indicators.rules.tasks import Progress
from wufei_public.infra.web.shapes import Input, Output

CHOOSE = N_("请选一项。")
_NUMBER: dict[str, Any] = {"invalid": N_("请填一个数。"), "special": N_("请填一个数。")}
_LONG = validate.Length(max=500, error=N_("最多 500 个字。"))


def _figure() -> fields.Decimal:
    return fields.Decimal(load_default=None, allow_none=True, error_messages=_NUMBER)


class EntryIn(Input):
    component = fields.String(load_default="", validate=validate.Length(max=24))
    period = fields.String(required=True, validate=validate.Length(max=10))
    figure = _figure()
    statement = fields.String(load_default="", validate=_LONG)
    met = fields.Boolean(load_default=None, allow_none=True)
    low = _figure()
    high = _figure()
    n = fields.Integer(
        load_default=None, validate=validate.Range(1, 10_000_000, error=N_("请填一个整数。"))
    )
    method = fields.String(load_default="", validate=_LONG)
    collector = fields.String(load_default="", validate=validate.Length(max=80))
    document = fields.String(
        required=True, validate=validate.Length(2, 200, error=N_("请写文件的名称和文号。"))
    )


class ReasonIn(Input):
    reason = fields.String(load_default="", validate=_LONG)


class TaskIn(Input):
    progress = fields.String(
        required=True,
        validate=validate.OneOf([Progress.DOING, Progress.DONE, Progress.CHANGED], error=CHOOSE),
    )
    words = fields.String(
        required=True, validate=validate.Length(2, 500, error=N_("请写清楚，2 到 500 个字。"))
    )
    evidence = fields.String(load_default="", validate=validate.Length(max=300))


class RunIn(Input):
    whole = fields.Boolean(load_default=False)


class FreezeIn(Input):
    day = fields.Integer(
        required=True,
        validate=validate.Range(1, 28, error=N_("请填 1 到 28。")),
        error_messages={"invalid": N_("请填 1 到 28。"), "required": N_("请填 1 到 28。")},
    )


class ColumnOut(Output):
    column = fields.String()
    meaning = fields.String()


class RowOut(Output):
    plan = fields.String()
    series = fields.String()
    component = fields.String()
    period = fields.String()
    division = fields.String()
    version = fields.Integer()
    state = fields.String()
    figure = fields.String(allow_none=True)
    statement = fields.String()
    low = fields.String(allow_none=True)
    high = fields.String(allow_none=True)
    n = fields.Integer(allow_none=True)
    without_extensions = fields.String(allow_none=True)
    source = fields.String()
    method = fields.String()
    method_version = fields.String()
    collector = fields.String()
    document = fields.String()
    cut_off = fields.String()
    rows = fields.Integer()
    digest = fields.String()
    published_at = fields.String(allow_none=True)


class SeriesOut(Output):
    series = fields.String()
    name = fields.String()
    unit = fields.String()
    dictionary = fields.List(fields.Nested(ColumnOut()))
    values = fields.List(fields.Nested(RowOut()))


class SeriesLineOut(Output):
    series = fields.String()
    name = fields.String()
    address = fields.String()


class AllSeriesOut(Output):
    plan = fields.String()
    version = fields.String()
    source = fields.String()
    series = fields.List(fields.Nested(SeriesLineOut()))
