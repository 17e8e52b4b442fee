"""Shapes of the forms of messages."""

from marshmallow import fields, validate

from wufei_public.common.text import N_
from wufei_public.infra.web.shapes import Input
from wufei_public.messages.rules import MOST_REASON, MOST_TITLE, MOST_WORDS


class PositionIn(Input):
    before = fields.Integer(load_default=None, strict=False, validate=validate.Range(1, 1 << 62))


class ReasonIn(Input):
    reason = fields.String(
        required=True,
        validate=validate.Length(min=2, max=MOST_REASON),
        error_messages={"required": N_("请写为什么。")},
    )


def _words(most: int) -> fields.String:
    return fields.String(
        required=True,
        validate=validate.Length(min=1, max=most),
        error_messages={"required": N_("中文和英文都要写。")},
    )


class TextIn(Input):
    title = _words(MOST_TITLE)
    words = _words(MOST_WORDS)
    title_en = _words(MOST_TITLE * 2)
    words_en = _words(MOST_WORDS * 2)
