"""Shapes of JSON and forms for dumping reports; one validation for both."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from wufei_public.common.errors import Invalid
from wufei_public.common.text import N_
from wufei_public.dumping.queries.desk import ASKED, LONGER, PLACELESS, UNRELEASED
from wufei_public.dumping.rules.clocks import Urgency
from wufei_public.dumping.rules.figures import PERIODS
from wufei_public.dumping.rules.kinds import OFFICIAL, PLAIN
from wufei_public.dumping.rules.release import CHOSEN_REASONS
from wufei_public.dumping.rules.states import ENTERED, Phase, RefuseGround, State
from wufei_public.infra.web.shapes import Input, Output
from wufei_public.media.rules.limits import MOST_PER_POST
from wufei_public.people.rules.phones import read_mobile

WORDS = validate.Length(max=500)
# What other programs send is longer than what anybody types here (`open311`).
MOST_SHOWN = 5_000
SENTENCE = validate.Length(min=2, max=500)
TOKEN = validate.Length(max=64)
CODE = validate.Length(max=40)
CHOOSE = N_("请选一种。")
QUEUE_STATES = [*State, ASKED, LONGER, PLACELESS, UNRELEASED]


def _mobile(text: str) -> None:
    """Tell a number that is none together with the other faults of the form."""
    try:
        read_mobile(text[:40]) if text else ""
    except Invalid as error:
        raise ValidationError(error.errors[0].message) from error


class ReportIn(Input):
    client_key = fields.String(
        required=True,
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{16,64}$", error=N_("提交标识不对，请刷新页面。")),
    )
    kind = fields.String(
        required=True,
        validate=validate.OneOf(list(PLAIN), error=CHOOSE),
        error_messages={"required": CHOOSE},
    )
    division = fields.String(load_default=None, allow_none=True, validate=CODE)
    spot = fields.String(load_default="", validate=validate.Length(max=80))
    lat = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    lon = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    accuracy = fields.Float(load_default=None, allow_none=True, validate=validate.Range(0, 1e6))
    datum = fields.String(load_default="wgs84", validate=validate.OneOf(["wgs84", "gcj02"]))
    position_source = fields.String(
        load_default="", validate=validate.OneOf(["", "photo", "device", "map", "list"])
    )
    words = fields.String(load_default="", validate=WORDS)
    phone = fields.String(load_default="", validate=[CODE, _mobile])
    photo = fields.List(
        fields.String(validate=TOKEN),
        load_default=list,
        validate=validate.Length(max=MOST_PER_POST, error=N_("一次最多 9 张照片。")),
    )

    @validates_schema
    def position_is_a_pair(self, data: dict[str, Any], **_: Any) -> None:
        if (data["lat"] is None) != (data["lon"] is None):
            raise ValidationError(N_("位置要有经度和纬度。"), "lat")


class NearQuery(Input):
    """Where somebody stands, and what they say it is."""

    kind = fields.String(required=True, validate=validate.OneOf(list(PLAIN), error=CHOOSE))
    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    datum = fields.String(load_default="wgs84", validate=validate.OneOf(["wgs84", "gcj02"]))


class SeenIn(Input):
    client_key = fields.String(
        required=True,
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{16,64}$", error=N_("提交标识不对，请刷新页面。")),
    )
    words = fields.String(load_default="", validate=WORDS)
    photo = fields.List(
        fields.String(validate=TOKEN),
        load_default=list,
        validate=validate.Length(max=MOST_PER_POST, error=N_("一次最多 9 张照片。")),
    )


class EnterIn(ReportIn):
    """What staff write down for somebody who called, came or wrote."""

    source = fields.String(
        required=True,
        validate=validate.OneOf(list(ENTERED), error=CHOOSE),
        error_messages={"required": CHOOSE},
    )
    outside_number = fields.String(load_default="", validate=CODE)


class PhotoHints(Input):
    taken_at = fields.AwareDateTime(load_default=None, allow_none=True)
    lat = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    lon = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))


class PhotoOut(Output):
    token = fields.String(required=True)
    taken_at = fields.String(required=True, allow_none=True)
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)


class ReceiptOut(Output):
    code = fields.String(required=True)
    secret = fields.String(required=True)
    pin = fields.String(required=True)
    submitted_at = fields.String(required=True)
    accept_due = fields.String(required=True)
    address = fields.String(required=True)


class StatusOut(Output):
    code = fields.String(required=True)
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    submitted_at = fields.String(required=True)
    due_at = fields.String(required=True, allow_none=True)
    closed_at = fields.String(required=True, allow_none=True)
    reopened = fields.Integer(required=True)


class PinIn(Input):
    pin = fields.String(load_default="", validate=validate.Length(max=12))
    secret = fields.String(load_default="", validate=TOKEN)


class MapQuery(Input):
    days = fields.Integer(
        load_default=None,
        validate=validate.OneOf(list(PERIODS)),
        metadata={"description": N_("只数最近这么多天里举报的；不填是现在在办的")},
    )


class ListQuery(MapQuery):
    town = fields.String(load_default=None, validate=validate.Regexp(r"^\d{9}$"))
    area = fields.String(load_default=None, validate=validate.Regexp(r"^\d{12}$"))
    kind = fields.String(load_default=None, validate=validate.OneOf(list(OFFICIAL)))
    phase = fields.Enum(Phase, by_value=True, load_default=None)
    after = fields.String(load_default=None, validate=validate.Length(max=200))

    @post_load
    def forget_other_area(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Leave out the village of another town: whoever changes the town still has it chosen."""
        elsewhere = data["town"] and data["area"] and not data["area"].startswith(data["town"])
        return data | {"area": None} if elsewhere else data


class PublicRow(Output):
    code = fields.String(required=True)
    kind = fields.String(required=True)
    kind_label = fields.String(required=True)
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    town = fields.String(required=True, allow_none=True)
    place = fields.String(required=True)
    spot = fields.String(required=True)
    submitted_at = fields.String(required=True)
    released_at = fields.String(required=True)
    closed_at = fields.String(required=True, allow_none=True)
    reopened = fields.Integer(required=True)
    photo = fields.String(required=True, allow_none=True)


class PublicList(Output):
    reports = fields.List(fields.Nested(PublicRow), required=True)
    next = fields.String(required=True, allow_none=True)


# ---- moves of officials ---------------------------------------------------------


class MoveIn(Input):
    """Every move may say which version of the case was looked at; an older one is a conflict."""

    version = fields.Integer(load_default=None, allow_none=True)


class RefuseIn(MoveIn):
    ground = fields.String(required=True, validate=validate.OneOf(list(RefuseGround), error=CHOOSE))
    text = fields.String(required=True, validate=SENTENCE)


class AssignIn(MoveIn):
    department = fields.String(load_default=None, allow_none=True, validate=CODE)
    crew = fields.Integer(load_default=None, allow_none=True)
    text = fields.String(load_default="", validate=WORDS)

    @validates_schema
    def somebody(self, data: dict[str, Any], **_: Any) -> None:
        if not data["department"] and not data["crew"]:
            raise ValidationError(N_("请选承办部门或清运人员。"), "department")


class TextIn(MoveIn):
    text = fields.String(required=True, validate=SENTENCE)


class ReasonIn(Input):
    """Why somebody looks at what is under seal."""

    text = fields.String(required=True, validate=SENTENCE)


class NoteIn(TextIn):
    public = fields.Boolean(load_default=False)


class AnswerIn(Input):
    text = fields.String(required=True, validate=SENTENCE)
    photo = fields.List(
        fields.String(validate=TOKEN),
        load_default=list,
        validate=validate.Length(max=MOST_PER_POST, error=N_("一次最多 9 张照片。")),
    )
    secret = fields.String(load_default="", validate=TOKEN)


class AddIn(Input):
    text = fields.String(load_default="", validate=WORDS)
    photo = fields.List(
        fields.String(validate=TOKEN),
        load_default=list,
        validate=validate.Length(max=MOST_PER_POST, error=N_("一次最多 9 张照片。")),
    )
    secret = fields.String(load_default="", validate=TOKEN)


class ReleaseIn(MoveIn):
    public_words = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=MOST_SHOWN)
    )
    public_spot = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=80)
    )
    # Ids of the reporter's photos that everyone may see; left out, it is all that are ready.
    photo = fields.List(fields.Integer(), load_default=None, allow_none=True)
    # Ids of the result's photos that everyone may see; left out, nothing changes.
    proof = fields.List(fields.Integer(), load_default=None, allow_none=True)


class WithholdIn(MoveIn):
    reason = fields.String(
        required=True, validate=validate.OneOf(list(CHOSEN_REASONS), error=CHOOSE)
    )


class CloseIn(MoveIn):
    text = fields.String(required=True, validate=SENTENCE)
    photo = fields.List(
        fields.String(validate=TOKEN),
        load_default=list,
        validate=validate.Length(max=MOST_PER_POST, error=N_("一次最多 9 张照片。")),
    )
    lat = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    lon = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    accuracy = fields.Float(load_default=None, allow_none=True, validate=validate.Range(0, 1e6))
    datum = fields.String(load_default="wgs84", validate=validate.OneOf(["wgs84", "gcj02"]))
    # Why a photo counts that is like an earlier one or older than the assignment; public.
    proof_reason = fields.String(load_default="", validate=WORDS)
    # False: there is a result, and the waste still lies there (已办结·未清除).
    cleared = fields.Boolean(load_default=True)


class SeenRatedOut(Output):
    """The public number of a case whose result was rated, and where it stands."""

    code = fields.String(required=True)
    state = fields.String(required=True)


class PlaceIn(MoveIn):
    division = fields.String(required=True, validate=CODE)
    # Why, where a town gives the case to another one.
    text = fields.String(load_default="", validate=WORDS)


class SayPlaceIn(Input):
    """Where it is, said by the reporter."""

    division = fields.String(
        required=True, validate=CODE, error_messages={"required": N_("请选村或社区。")}
    )
    secret = fields.String(load_default="", validate=TOKEN)


class KindIn(MoveIn):
    kind = fields.String(required=True, validate=validate.OneOf(list(OFFICIAL), error=CHOOSE))


class MergeIn(MoveIn):
    # The number of the case that goes on for both.
    into = fields.String(
        required=True,
        validate=validate.Length(min=1, max=40, error=N_("请填那一件的编号。")),
        error_messages={"required": N_("请填那一件的编号。")},
    )
    text = fields.String(load_default="", validate=WORDS)


class QueueQuery(Input):
    state = fields.String(load_default=None, validate=validate.OneOf(QUEUE_STATES))
    town = fields.String(load_default=None, validate=validate.Regexp(r"^\d{9}$"))
    kind = fields.String(load_default=None, validate=validate.OneOf(list(OFFICIAL)))
    due = fields.String(
        load_default=None,
        validate=validate.OneOf([Urgency.OVER, Urgency.TODAY, Urgency.SOON, Urgency.LATER]),
    )
    words = fields.String(load_default=None, validate=validate.Length(max=80))
    after = fields.String(load_default=None, validate=validate.Length(max=200))


class QueueRow(Output):
    code = fields.String(required=True)
    state = fields.String(required=True)
    release = fields.String(required=True)
    kind = fields.String(required=True)
    town = fields.String(required=True, allow_none=True)
    division = fields.String(required=True, allow_none=True)
    due_at = fields.String(required=True, allow_none=True)
    submitted_at = fields.String(required=True)


class QueueOut(Output):
    cases = fields.List(fields.Nested(QueueRow), required=True)
    next = fields.String(required=True, allow_none=True)


class CaseOut(Output):
    code = fields.String(required=True)
    state = fields.String(required=True)
    release = fields.String(required=True)
    version = fields.Integer(required=True)
