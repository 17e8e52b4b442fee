"""Our sentences in place of the English ones that marshmallow brings.

They are replaced when this module is imported, which must be before any schema's class
is made: a class copies them. So app.py imports it first of all.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from wufei_public.common.text import N_
from wufei_public.infra.i18n import gettext


class Bound(str):
    """A sentence with a number in it: translated first, filled in then."""

    __slots__ = ()

    def format(self, *_: object, **numbers: object) -> str:
        """Do what marshmallow asks of its own sentences."""
        # Range calls this when it is made, only to put in operators that ours leave out.
        if "min_op" in numbers or "max_op" in numbers:
            return self
        return gettext(str(self)).format(**numbers)


_FIELDS: Mapping[type[fields.Field[Any]], Mapping[str, str]] = {
    fields.Field: {
        "required": N_("这一项要填。"),
        "null": N_("这一项不能是空的。"),
        "validator_failed": N_("这一项填得不对。"),
    },
    fields.String: {
        "invalid": N_("这一项要填文字。"),
        "invalid_utf8": N_("这一项里有认不出的字。"),
    },
    fields.Integer: {"invalid": N_("这一项要填整数。"), "too_large": N_("这个数太大了。")},
    fields.Float: {
        "invalid": N_("这一项要填数字。"),
        "too_large": N_("这个数太大了。"),
        "special": N_("这一项要填数字。"),
    },
    fields.Boolean: {"invalid": N_("这一项只能答是或否。")},
    fields.List: {"invalid": N_("这一项要是一个列表。")},
    fields.DateTime: {
        "invalid": N_("这个时间看不懂。"),
        "invalid_awareness": N_("这个时间要带时区。"),
        "format": N_("这个时间看不懂。"),
    },
    fields.Date: {"invalid": N_("这个日期看不懂。"), "format": N_("这个日期看不懂。")},
}


def _use_our_sentences() -> None:
    for kind, sentences in _FIELDS.items():
        kind.default_error_messages = {**kind.default_error_messages, **sentences}
    Schema.error_messages = {
        "unknown": N_("没有这一项。"),
        "type": N_("内容的格式不对。"),
    }
    validate.OneOf.default_message = N_("请从列出的里面选一个。")
    validate.Length.message_min = Bound(N_("太短了，至少 {min} 个字。"))
    validate.Length.message_max = Bound(N_("太长了，最多 {max} 个字。"))
    validate.Length.message_all = Bound(N_("长度要在 {min} 到 {max} 个字之间。"))
    validate.Length.message_equal = Bound(N_("长度要正好是 {equal} 个字。"))
    validate.Range.message_all = Bound(N_("要在 {min} 到 {max} 之间。"))
    validate.Range.message_min = Bound(N_("不能小于 {min}。"))
    validate.Range.message_max = Bound(N_("不能大于 {max}。"))


_use_our_sentences()
