"""Shapes of JSON and forms for check-ins, and how often they may come."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from limits import RateLimitItem, parse
from marshmallow import fields, post_load, validate

from wufei_public.checkins.actions.daily import Draft
from wufei_public.checkins.actions.roads import Draft as RoadDraft
from wufei_public.checkins.actions.splits import Draft as SplitDraft
from wufei_public.checkins.rules import roads
from wufei_public.checkins.rules.classes import MOST_NAME
from wufei_public.checkins.rules.coverage import MOST_HOUSEHOLDS, Entry
from wufei_public.checkins.rules.limits import LIMITS, Whose
from wufei_public.checkins.rules.people import OWN
from wufei_public.checkins.rules.schemes import Bin, Scheme
from wufei_public.checkins.rules.splits import MOST_KG, MOST_VISITED, PARTS, Way, Weights, tenths
from wufei_public.common.codes import normalise
from wufei_public.common.errors import TooMany
from wufei_public.common.text import N_
from wufei_public.infra.web.limits import caller_address, hit, kind_of_phone
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.web.shapes import Input, Output

GUARDIAN = N_("请先看看儿童隐私说明；您是监护人，同意就勾上。")
CHOOSE_BINS = N_("请选今天分了哪几种。")


class CheckInIn(Input):
    client_key = fields.String(
        required=True,
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{16,64}$", error=N_("提交标识不对，请刷新页面。")),
    )
    bins = fields.List(
        fields.String(validate=validate.OneOf([one.value for one in Bin])),
        required=True,
        validate=validate.Length(min=1, max=len(Bin), error=CHOOSE_BINS),
        error_messages={"required": CHOOSE_BINS},
    )
    stamp = fields.String(load_default="", validate=validate.Length(max=80))
    claimed_on = fields.Date(load_default=None, allow_none=True)
    point = fields.String(load_default="", validate=validate.Length(max=12))
    member = fields.Integer(load_default=OWN, validate=validate.Range(OWN, 30_000))
    photo = fields.List(
        fields.String(validate=validate.Length(max=64)),
        load_default=list,
        validate=validate.Length(max=9),
    )

    @post_load
    def as_draft(self, data: dict[str, Any], **_: Any) -> Draft:
        return Draft(**(data | {"bins": [Bin(one) for one in data["bins"]]}))


class CheckedInOut(Output):
    day = fields.String(required=True)
    origin = fields.String(required=True)
    streak = fields.Integer(required=True)
    points = fields.Integer(required=True)
    again = fields.Boolean(required=True)


class PhotoOut(Output):
    token = fields.String(required=True)


class StampOut(Output):
    stamp = fields.String(required=True)
    village = fields.String(required=True, allow_none=True)
    scheme = fields.String(required=True, allow_none=True)


class HomeIn(Input):
    village = fields.String(
        required=True,
        validate=validate.Length(equal=12, error=N_("请选您住的村或社区。")),
        error_messages={"required": N_("请选您住的村或社区。")},
    )
    nickname = fields.String(load_default="", validate=validate.Length(max=10))
    listed = fields.Boolean(load_default=False)


class MemberIn(Input):
    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=6),
        error_messages={"required": N_("请写家人的名字或称呼。")},
    )


class ChildIn(MemberIn):
    birth_year = fields.Integer(
        required=True,
        validate=validate.Range(2000, 2200),
        error_messages={"required": N_("请选出生年份。"), "invalid": N_("请选出生年份。")},
    )
    guardian = fields.Boolean(
        required=True,
        validate=validate.OneOf([True], error=GUARDIAN),
        error_messages={"required": GUARDIAN},
    )


class PointIn(Input):
    village = fields.String(
        required=True,
        validate=validate.Length(equal=12, error=N_("请选村或社区。")),
        error_messages={"required": N_("请选村或社区。")},
    )
    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=30),
        error_messages={"required": N_("请写名称。")},
    )


class BoardQuery(Input):
    span = fields.String(load_default="week", validate=validate.OneOf(["week", "month"]))
    town = fields.String(load_default="", validate=validate.Length(max=12))
    day = fields.Date(load_default=None, allow_none=True)


class BlankIn(Input):
    account = fields.Integer(required=True, validate=validate.Range(1, 1 << 62))
    village = fields.String(required=True, validate=validate.Length(equal=12))
    reason = fields.String(load_default="", validate=validate.Length(max=80))


def _day() -> fields.Date:
    fault = N_("请选一个日子。")
    return fields.Date(load_default=None, allow_none=True, error_messages={"invalid": fault})


class PlaceIn(Input):
    name = fields.String(load_default="", validate=validate.Length(max=30))
    households = fields.Integer(
        load_default=0,
        validate=validate.Range(0, MOST_HOUSEHOLDS, error=N_("户数要写整数。")),
        error_messages={"invalid": N_("户数要写整数。")},
    )
    started_on = _day()
    since = _day()
    until = _day()

    def entry(self, division: str, data: dict[str, Any]) -> Entry:
        """Return what was typed as the entry of a place."""
        return Entry(division, **data)


class SchemeIn(Input):
    scheme = fields.Enum(Scheme, by_value=True, required=True)


def _kilograms() -> fields.Decimal:
    fault = N_("请写公斤数，最多一位小数。")
    return fields.Decimal(
        places=None,
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, MOST_KG, error=fault),
        error_messages={"invalid": fault, "special": fault},
    )


class SplitIn(Input):
    client_key = fields.String(
        required=True,
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{16,64}$", error=N_("提交标识不对，请刷新页面。")),
    )
    village = fields.String(required=True, validate=validate.Length(equal=12))
    way = fields.Enum(Way, by_value=True, required=True)
    households = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, MOST_VISITED, error=N_("请写收了几户。")),
        error_messages={"invalid": N_("请写收了几户。")},
    )
    compost, sellable, other, hazardous = (_kilograms() for _ in PARTS)
    stamp = fields.String(load_default="", validate=validate.Length(max=80))
    claimed_on = fields.Date(load_default=None, allow_none=True)

    @post_load
    def as_draft(self, data: dict[str, Any], **_: Any) -> SplitDraft:
        weights = Weights(**{part: tenths(data.pop(part)) for part in PARTS})
        return SplitDraft(weights=weights, **data)


class SplitQuery(Input):
    span = fields.String(load_default="month", validate=validate.OneOf(["week", "month"]))
    town = fields.String(load_default="", validate=validate.Length(max=12))
    day = fields.Date(load_default=None, allow_none=True)


class ClassIn(Input):
    organisation = fields.String(required=True, validate=validate.Length(min=1, max=12))
    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=MOST_NAME),
        error_messages={"required": N_("请写班级的名称。")},
    )


class JoinIn(Input):
    code = fields.String(
        required=True,
        validate=validate.Length(min=1, max=14),
        error_messages={"required": N_("请写班级码。")},
    )
    member = fields.Integer(load_default=OWN, validate=validate.Range(OWN, 30_000))


class StretchIn(Input):
    town = fields.String(required=True, validate=validate.Length(equal=9))
    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=roads.MOST_NAME),
        error_messages={"required": N_("请写名称。")},
    )
    chief = fields.String(load_default="", validate=validate.Length(max=12))


class ChiefIn(Input):
    chief = fields.String(load_default="", validate=validate.Length(max=12))


class InspectionIn(Input):
    client_key = fields.String(
        required=True,
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{16,64}$", error=N_("提交标识不对，请刷新页面。")),
    )
    stretch = fields.String(
        required=True,
        validate=validate.Length(min=1, max=12),
        error_messages={"required": N_("请选哪一段路。")},
    )
    found = fields.List(fields.Enum(roads.Trouble, by_value=True), load_default=list)
    words = fields.String(load_default="", validate=validate.Length(max=roads.MOST_WORDS))
    stamp = fields.String(load_default="", validate=validate.Length(max=80))
    claimed_on = fields.Date(load_default=None, allow_none=True)

    @post_load
    def as_draft(self, data: dict[str, Any], **_: Any) -> RoadDraft:
        return RoadDraft(**data)


# ---- how often -------------------------------------------------------------------

_ITEMS: Mapping[Whose, RateLimitItem] = {whose: parse(str(one)) for whose, one in LIMITS.items()}


def _hold(whose: Whose, key: str) -> None:
    """Count one under `key`; TooMany above the limit."""
    if not hit(_ITEMS[whose], whose, key):
        wait = 60 if LIMITS[whose].per == "minute" else 600
        raise TooMany(f"too_many_{whose}", LIMITS[whose].words, retry_after=wait)


def counted(draft: Draft) -> Draft:
    """Count a check-in by person, kind of phone and address; TooMany above one of the limits.

    One's own comes first: who is over it takes nothing from the school behind the same address.
    A QR code that is used too much refuses nobody: the check-in loses it and counts at home.
    """
    _hold(Whose.PERSON, str(current_actor().id))
    _hold(Whose.DEVICE, kind_of_phone())
    _hold(Whose.ADDRESS, caller_address())
    if draft.point and not hit(_ITEMS[Whose.POINT], Whose.POINT, normalise(draft.point)):
        return replace(draft, point="")
    return draft


def count_photo() -> None:
    """Count a photo by person and address; TooMany above one of the limits."""
    _hold(Whose.PHOTO, str(current_actor().id))
    _hold(Whose.PHOTO_ADDRESS, caller_address())
