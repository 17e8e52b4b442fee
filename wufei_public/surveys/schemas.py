"""Shapes of forms and JSON for surveys."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from wufei_public.common.text import N_
from wufei_public.infra.web.shapes import Input, Output
from wufei_public.surveys.rules.outline import Part
from wufei_public.surveys.rules.quotas import VARIABLES
from wufei_public.surveys.rules.waves import Mode

CHOOSE = N_("请选一种。")
SENTENCE = validate.Length(min=2, max=500)


class WaveIn(Input):
    form = fields.String(required=True, validate=validate.Length(max=10))
    title = fields.String(required=True, validate=validate.Length(2, 80))
    title_en = fields.String(load_default="", validate=validate.Length(max=120))
    mode = fields.Enum(Mode, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    opens_on = fields.Date(required=True)
    closes_on = fields.Date(required=True)
    target = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000))
    expected_rate = fields.Integer(load_default=100, validate=validate.Range(1, 100))
    collector = fields.String(load_default="", validate=validate.Length(max=80))
    signed_in = fields.Boolean(load_default=False)
    rotates = fields.Boolean(load_default=False)
    # Photos and places may be asked for; the first page says so.
    identifiable = fields.Boolean(load_default=False)
    quota_by = fields.List(
        fields.String(validate=validate.OneOf(VARIABLES, error=CHOOSE)), load_default=list
    )
    quota_stops = fields.Boolean(load_default=False)
    # Without a file of margins: the shipped one, or none.
    shipped = fields.Boolean(load_default=False)


class ReasonIn(Input):
    reason = fields.String(required=True, validate=SENTENCE)


class ExclusionIn(ReasonIn):
    flag = fields.String(required=True, validate=validate.Length(max=12))


class SampleIn(Input):
    # How many persons; 0 asks everybody in the villages drawn first.
    size = fields.Integer(required=True, validate=validate.Range(0, 20_000))
    clusters = fields.Integer(load_default=0, validate=validate.Range(0, 5_000))
    # Of every stratum enough for a figure of its own, at the rate that is expected.
    each = fields.Boolean(load_default=False)

    @validates_schema
    def _check_size(self, data: dict[str, Any], **_: Any) -> None:
        if not data["size"] and not data["clusters"]:
            raise ValidationError(N_("要抽多少个？不先抽村，就不能填 0。"), "size")


class ColumnsIn(Input):
    """What each column of a collector's file means, in the order of the file."""

    columns = fields.List(fields.String(validate=validate.Length(max=70)), required=True)


class LoadIn(Input):
    """That a collector's file is taken over as it was seen, and how its sample was drawn."""

    seen = fields.String(required=True, validate=validate.Length(max=32))
    by_chance = fields.Boolean(load_default=False)
    design = fields.String(load_default="", validate=validate.Length(max=500))


class ContactIn(Input):
    outcome = fields.String(required=True, validate=validate.Length(max=4))


class AttemptIn(Input):
    outcome = fields.String(required=True, validate=validate.Length(max=4))
    # How many attempts the page showed: the same form twice counts once.
    seen = fields.Integer(required=True, validate=validate.Range(0, 100))
    at = fields.NaiveDateTime(load_default=None)


class HolderIn(Input):
    account = fields.Integer(required=True)


class ResultsQuery(Input):
    """What of the results is looked at: which measure, with marked answers or without."""

    measure = fields.String(load_default="", validate=validate.Length(max=70))
    rows = fields.String(load_default="", validate=validate.Length(max=32))
    columns = fields.String(load_default="", validate=validate.Length(max=32))
    all = fields.Boolean(load_default=False)


class TopicIn(Input):
    label = fields.String(required=True, validate=validate.Length(1, 40))


class CommentsQuery(Input):
    """Which comments are read: of which question, with which words, about what."""

    question = fields.String(load_default="", validate=validate.Length(max=32))
    words = fields.String(load_default="", validate=validate.Length(max=80))
    topic = fields.Integer(load_default=0)
    uncoded = fields.Boolean(load_default=False)
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class StartIn(Input):
    based_on = fields.String(load_default="", validate=validate.Length(max=10))


class DraftIn(Input):
    """Which state of a draft was seen by whoever changes it."""

    edits = fields.Integer(required=True)


class StepIn(DraftIn):
    at = fields.Integer(required=True, validate=validate.Range(0, 1_000))


class SettingsIn(DraftIn):
    title = fields.String(load_default="", validate=validate.Length(max=80))
    form_id = fields.String(load_default="", validate=validate.Length(max=32))
    version = fields.String(load_default="", validate=validate.Length(max=20))


def _words() -> fields.String:
    return fields.String(load_default="", validate=validate.Length(max=600))


class LineIn(DraftIn):
    """One line of a questionnaire; its list of choices comes as columns beside it."""

    part = fields.Enum(Part, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    name = fields.String(load_default="", validate=validate.Length(max=32))
    choices = fields.String(load_default="", validate=validate.Length(max=32))
    label_zh, label_en, hint_zh, hint_en = _words(), _words(), _words(), _words()
    required_message_zh, required_message_en = _words(), _words()
    constraint_message_zh, constraint_message_en = _words(), _words()
    relevant, constraint = _words(), _words()
    required = fields.Boolean(load_default=False)
    shuffled = fields.Boolean(load_default=False)
    reversed = fields.Boolean(load_default=False)
    long = fields.Boolean(load_default=False)
    together = fields.Boolean(load_default=False)


class ReplyIn(Input):
    """One answer as JSON: question to value, or to a list of values."""

    client_key = fields.String(
        required=True,
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{16,64}$", error=N_("提交标识不对，请刷新页面。")),
    )
    code = fields.String(load_default="", validate=validate.Length(max=40))
    # Which of the organisations that the sender represents answers.
    unit = fields.String(load_default="", validate=validate.Length(max=12))
    seconds = fields.Integer(load_default=0, validate=validate.Range(0, 604_800))
    answers = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)


class PhotoOut(Output):
    token = fields.String(required=True)


class ReplyOut(Output):
    outcome = fields.String(required=True)


class WaveRow(Output):
    code = fields.String(required=True)
    title = fields.String(required=True)
    closes_on = fields.String(required=True)
    state = fields.String(required=True)
    address = fields.String(required=True)


class WavesOut(Output):
    open = fields.List(fields.Nested(WaveRow), required=True)
    published = fields.List(fields.Nested(WaveRow), required=True)


class QuestionsOut(Output):
    code = fields.String(required=True)
    title = fields.String(required=True)
    questions = fields.List(fields.Dict(), required=True)


class DesignOut(Output):
    strata = fields.Integer(required=True)
    units = fields.Integer(required=True)
    clustered = fields.Boolean(required=True)
    df = fields.Integer(required=True)


class RakingOut(Output):
    rounds = fields.Integer(required=True)
    largest_deviation = fields.Float(required=True)
    bound = fields.Float(required=True, allow_none=True)
    trimmed = fields.Integer(required=True)


class WeightsOut(Output):
    min = fields.Float(required=True)
    max = fields.Float(required=True)
    design_effect = fields.Float(required=True)
    effective_n = fields.Float(required=True)


class EstimatesOut(Output):
    """Every figure of a wave with what a reader needs to judge it."""

    n = fields.Integer(required=True)
    population = fields.Float(required=True, data_key="N", attribute="N")
    level = fields.Float(required=True)
    interval = fields.String(required=True)
    floor = fields.Integer(required=True)
    design = fields.Nested(DesignOut, required=True)
    raking = fields.Nested(RakingOut, required=True)
    weights = fields.Nested(WeightsOut, required=True)
    mode = fields.String(required=True)
    collector = fields.String(required=True)
    groups = fields.List(fields.String(), required=True)
    measures = fields.List(fields.Dict(), required=True)
    notes = fields.List(fields.Dict(), required=True)
    assumed = fields.Boolean(required=True)
    # Whether chance alone chose whom to ask, and how an outside collector says that it was done.
    by_chance = fields.Boolean()
    stated_design = fields.String()
    excluded = fields.List(fields.String(), required=True)
    form_id = fields.String(required=True)
    # SHA-256 of all single answers, which auditors hold (documents/whole.py).
    answers_digest = fields.String()


class FiguresOut(Output):
    code = fields.String(required=True)
    title = fields.String(required=True)
    figures = fields.Nested(EstimatesOut, required=True)
