"""Shapes of JSON and forms for the dictionary and the quiz."""

from typing import Any

from marshmallow import fields, post_load, validate

from wufei_public.common.text import N_
from wufei_public.infra.web.shapes import Input, Output
from wufei_public.learning.actions.training import Plan
from wufei_public.learning.rules.bins import KINDS, RuralFirst, RuralSecond, TownClass
from wufei_public.learning.rules.items import (
    MOST_ALIASES,
    MOST_NAME,
    MOST_TEXT,
    split_aliases,
)
from wufei_public.learning.rules.search import MOST_TYPED
from wufei_public.learning.rules.things import Thing
from wufei_public.learning.rules.training import MOST_PLACE, MOST_TITLE, Audience

CHOOSE = N_("请选一种。")


class FindIn(Input):
    q = fields.String(load_default="", validate=validate.Length(max=60))


class MissIn(Input):
    words = fields.String(required=True, validate=validate.Length(min=1, max=MOST_TYPED))


class MissOut(Output):
    noted = fields.Boolean(required=True)


class EntryOut(Output):
    name = fields.String(required=True)
    aliases = fields.List(fields.String(), required=True)
    name_en = fields.String(required=True)
    town_class = fields.String(required=True)
    town_kind = fields.String(required=True)
    rural_first = fields.String(required=True)
    rural_second = fields.String(required=True)
    tip = fields.String(required=True)
    note = fields.String(required=True)


class FoundOut(Output):
    items = fields.List(fields.Nested(EntryOut()), required=True)
    near = fields.Boolean(required=True)


def _choice(values: Any) -> fields.String:
    return fields.String(
        required=True,
        validate=validate.OneOf([str(value) for value in values], error=CHOOSE),
        error_messages={"required": CHOOSE},
    )


class ThingIn(Input):
    """A thing as an editor types it."""

    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=MOST_NAME),
        error_messages={"required": N_("请写名称。")},
    )
    aliases = fields.String(load_default="", validate=validate.Length(max=MOST_ALIASES))
    town_class = _choice(TownClass)
    town_kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS], error=CHOOSE))
    rural_first = _choice(RuralFirst)
    rural_second = _choice(RuralSecond)
    tip = fields.String(load_default="", validate=validate.Length(max=MOST_TEXT))
    note = fields.String(load_default="", validate=validate.Length(max=MOST_TEXT))
    name_en = fields.String(load_default="", validate=validate.Length(max=MOST_TEXT))

    @post_load
    def as_thing(self, data: dict[str, Any], **_: Any) -> Thing:
        return Thing(
            data["name"],
            split_aliases(data["aliases"]),
            TownClass(data["town_class"]),
            data["town_kind"],
            RuralFirst(data["rural_first"]),
            RuralSecond(data["rural_second"]),
            data["tip"],
            data["note"],
            data["name_en"],
        )


class TrainingIn(Input):
    """A training as its official types it."""

    title = fields.String(
        required=True,
        validate=validate.Length(min=1, max=MOST_TITLE),
        error_messages={"required": N_("请写培训讲什么。")},
    )
    day = fields.Date(
        required=True,
        error_messages={"required": N_("请选哪一天。"), "invalid": N_("请选哪一天。")},
    )
    town = fields.String(
        required=True,
        validate=validate.Length(equal=9, error=CHOOSE),
        error_messages={"required": CHOOSE},
    )
    place = fields.String(
        required=True,
        validate=validate.Length(min=1, max=MOST_PLACE),
        error_messages={"required": N_("请写在哪里办。")},
    )
    audience = fields.Enum(
        Audience,
        by_value=True,
        required=True,
        error_messages={"required": CHOOSE, "unknown": CHOOSE},
    )

    @post_load
    def as_plan(self, data: dict[str, Any], **_: Any) -> Plan:
        return Plan(**data)
