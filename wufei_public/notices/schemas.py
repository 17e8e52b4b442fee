"""Shapes of the forms of pieces, and of what lists are asked for."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.common.text import N_
from wufei_public.infra.web.shapes import Input
from wufei_public.notices.rules.versions import (
    MOST_BODY,
    MOST_REASON,
    MOST_SUMMARY,
    MOST_TITLE,
    Draft,
    Kind,
)


def _words(most: int, wanted: str = "") -> fields.String:
    if not wanted:
        return fields.String(load_default="", validate=validate.Length(max=most))
    return fields.String(
        required=True,
        validate=validate.Length(min=1, max=most),
        error_messages={"required": wanted},
    )


class ListIn(Input):
    q = fields.String(load_default="", validate=validate.Length(max=60))
    after = fields.String(load_default="", validate=validate.Length(max=120))


class DeskIn(Input):
    kind = fields.Enum(Kind, by_value=True, load_default=Kind.NOTICE)
    before = fields.Integer(load_default=None, strict=False, validate=validate.Range(1, 1 << 62))


class DraftIn(Input):
    """A version as an editor types it; English is whole or not there."""

    title = _words(MOST_TITLE, N_("请写标题。"))
    summary = _words(MOST_SUMMARY, N_("请用一句话说这是什么。"))
    body = _words(MOST_BODY, N_("请写正文。"))
    title_en = _words(MOST_TITLE * 2)
    summary_en = _words(MOST_SUMMARY * 2)
    body_en = _words(MOST_BODY * 2)

    @post_load
    def as_draft(self, data: dict[str, Any], **_: Any) -> Draft:
        english = {name: data[name] for name in ("title_en", "summary_en", "body_en")}
        if any(english.values()) and not all(english.values()):
            sentence = N_("英文要么都写，要么都不写。")
            raise ValidationError(
                {name: [sentence] for name, words in english.items() if not words}
            )
        return Draft(**data)


class SavesIn(Input):
    saves = fields.Integer(required=True, strict=False)


class PublishIn(SavesIn):
    publish_at = fields.NaiveDateTime(load_default=None)

    @post_load
    def in_the_district(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        at = data["publish_at"]
        return data | {"publish_at": at.replace(tzinfo=DISTRICT_ZONE) if at else None}


class WithdrawIn(SavesIn):
    reason = _words(MOST_REASON, N_("请写撤回的原因，大家会看到。"))
