"""Shapes of what the reporter says of a result."""

from marshmallow import fields, validate

from wufei_public.dumping.rules.ratings import Rating
from wufei_public.dumping.schemas import shapes
from wufei_public.infra.web.shapes import Input, Output
from wufei_public.media.rules.limits import MOST_PER_POST


class VoteIn(Input):
    """What somebody says of a result who saw the heap."""

    rating = fields.String(
        required=True,
        validate=validate.OneOf(list(Rating), error=shapes.CHOOSE),
        error_messages={"required": shapes.CHOOSE},
    )
    text = fields.String(load_default="", validate=shapes.WORDS)


class RatingIn(VoteIn):
    """What a reporter says of the result; `photo` shows what still lies there."""

    photo = fields.List(
        fields.String(validate=validate.Length(max=64)),
        load_default=list,
        validate=validate.Length(max=MOST_PER_POST),
    )
    secret = fields.String(load_default="", validate=validate.Length(max=64))


class RatingOut(Output):
    """What the reporter said of the running result, and until when it can be said."""

    open = fields.Boolean(required=True)
    until = fields.String(required=True, allow_none=True)
    rating = fields.String(required=True, allow_none=True)
    by_right = fields.Boolean(required=True)
