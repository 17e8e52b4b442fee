"""Shapes of the list's forms, queries and answers."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from wufei_public.common.text import N_
from wufei_public.infra.web.shapes import Input, Output, PublicKeyOut
from wufei_public.organisations.rules.kinds import KINDS
from wufei_public.redblack.rules.clocks import SEVERITIES
from wufei_public.redblack.rules.errors import Field
from wufei_public.redblack.rules.states import Against, ListKind, Outcome, Paper, State, Way

CHOOSE = N_("请选一项。")
SAY_WHY = validate.Length(2, 500, error=N_("请写清楚，2 到 500 个字。"))
WORDS = validate.Length(2, 2000, error=N_("请写清楚，2 到 2000 个字。"))
_SHORT = validate.Length(max=200)
_AGAINST = validate.OneOf(list(Against), error=CHOOSE)
_KIND = validate.OneOf(list(ListKind), error=CHOOSE)


class ProposalIn(Input):
    organisation = fields.String(required=True, validate=validate.Length(max=20))
    kind = fields.String(required=True, validate=_KIND)
    severity = fields.String(
        load_default="", validate=validate.OneOf(["", *SEVERITIES], error=CHOOSE)
    )
    months = fields.Integer(
        required=True, validate=validate.Range(1, 36, error=N_("请填 1 到 36 个月。"))
    )
    facts = fields.String(required=True, validate=WORDS)
    names = fields.String(load_default="", validate=_SHORT)
    ground = fields.String(required=True, validate=_SHORT)
    measure = fields.String(load_default="", validate=_SHORT)
    document = fields.String(load_default="", validate=validate.Length(max=80))
    document_on = fields.Date(load_default=None)
    report = fields.String(load_default="", validate=validate.Length(max=20))
    assessment = fields.String(load_default="", validate=validate.Length(max=20))


class PeriodIn(Input):
    name = fields.String(
        required=True, validate=validate.Length(2, 40, error=N_("请写 2 到 40 个字。"))
    )
    begins_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class PeriodQuery(Input):
    words = fields.String(load_default="", validate=validate.Length(max=60))
    suggests = fields.String(load_default=None, validate=_KIND)
    after = fields.String(load_default="", validate=validate.Length(max=200))


class ScoresIn(Input):
    version = fields.Integer(load_default=0)


class ConfirmIn(Input):
    organisation = fields.String(required=True, validate=validate.Length(max=20))


class CaseIn(ConfirmIn):
    confirmed = fields.String(required=True, validate=SAY_WHY)
    document = fields.String(load_default="", validate=validate.Length(max=80))
    document_on = fields.Date(load_default=None)


class RefuseIn(ConfirmIn):
    reason = fields.String(required=True, validate=SAY_WHY)


class GradeIn(Input):
    year = fields.Integer(
        required=True, validate=validate.Range(2000, 2999, error=N_("请填年份，例如 2026。"))
    )
    points = fields.Decimal(
        places=2, required=True, validate=validate.Range(0, 100, error=N_("得分在 0 到 100 之间。"))
    )
    vetoes = fields.List(fields.String(validate=validate.Length(max=16)), load_default=list)
    ground = fields.String(required=True, validate=SAY_WHY)
    names = fields.String(load_default="", validate=_SHORT)


class GradesQuery(Input):
    year = fields.Integer(load_default=None, validate=validate.Range(2000, 2999))
    words = fields.String(load_default="", validate=validate.Length(max=60))
    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**62))


class GradeOut(Output):
    organisation = fields.String(required=True)
    name = fields.String(required=True)
    uscc = fields.String(required=True)
    town = fields.String(required=True)
    year = fields.Integer(required=True)
    set = fields.String(required=True)
    grade = fields.String(required=True)
    published_at = fields.String(required=True)


class GradesOut(Output):
    grades = fields.List(fields.Nested(GradeOut), required=True)
    next = fields.Integer(required=True, allow_none=True)


class ErrorIn(Input):
    field = fields.String(required=True, validate=validate.OneOf(list(Field), error=CHOOSE))
    words = fields.String(required=True, validate=SAY_WHY)


class ErrorAnswerIn(Input):
    outcome = fields.String(
        required=True,
        validate=validate.OneOf([Outcome.UPHELD, Outcome.REJECTED], error=CHOOSE),
    )
    words = fields.String(required=True, validate=SAY_WHY)
    correction = fields.String(load_default="", validate=validate.Length(max=2000))
    names = fields.String(load_default="", validate=_SHORT)
    paper = fields.String(load_default="", validate=validate.Length(max=20))


_POINTS = validate.Range(0, 100, error=N_("得分在 0 到 100 之间。"))


def scores_in(codes: Sequence[str]) -> Schema:
    """Return the shape of the form that scores these criteria."""
    of_one: dict[str, fields.Field[Any]] = {}
    for code in codes:
        of_one[f"score-{code}"] = fields.Decimal(places=2, load_default=None, validate=_POINTS)
        of_one[f"none-{code}"] = fields.Boolean(load_default=False)
        of_one[f"words-{code}"] = fields.String(load_default="", validate=validate.Length(max=500))
    made: type[Schema] = ScoresIn.from_dict(of_one)
    return made()


class MoveIn(Input):
    version = fields.Integer(load_default=None)


class ReleaseIn(MoveIn):
    shown = fields.List(fields.Integer(validate=validate.Range(1, 2**62)), load_default=list)


class ServeIn(MoveIn):
    way = fields.String(required=True, validate=validate.OneOf(list(Way), error=CHOOSE))
    served_on = fields.NaiveDateTime(required=True)
    tracking = fields.String(load_default="", validate=validate.Length(max=60))


class LetterIn(ServeIn):
    letter = fields.Integer(required=True, error_messages={"required": CHOOSE, "invalid": CHOOSE})


class AttemptIn(MoveIn):
    way = fields.String(required=True, validate=validate.OneOf(list(Way), error=CHOOSE))
    tried_at = fields.NaiveDateTime(required=True)
    tracking = fields.String(load_default="", validate=validate.Length(max=60))
    words = fields.String(required=True, validate=SAY_WHY)


class GradeServeIn(Input):
    way = fields.String(required=True, validate=validate.OneOf(list(Way), error=CHOOSE))
    served_on = fields.NaiveDateTime(required=True)
    tracking = fields.String(load_default="", validate=validate.Length(max=60))


class GradeReplyIn(Input):
    words = fields.String(required=True, validate=SAY_WHY)


class ReceiveIn(MoveIn):
    kind = fields.String(required=True, validate=validate.OneOf(list(Paper), error=CHOOSE))
    words = fields.String(
        required=True, validate=validate.Length(1, 2000, error=N_("请照来信写。"))
    )
    against = fields.String(load_default=Against.OTHER, validate=_AGAINST)


class HiddenIn(Input):
    # Whoever lets everyone read something has looked at the very words.
    hidden = fields.Boolean(load_default=False)


class PublishIn(MoveIn, HiddenIn):
    pass


class ReadIn(PublishIn):
    paper = fields.String(required=True, validate=validate.Length(max=20))
    names = fields.String(load_default="", validate=_SHORT)
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class ReadWordsIn(ReadIn):
    # Hide what another wants to hide.
    agree = fields.Boolean(load_default=False)


class ReasonIn(MoveIn):
    reason = fields.String(required=True, validate=SAY_WHY)


class ReviewIn(MoveIn):
    outcome = fields.String(
        required=True,
        validate=validate.OneOf([Outcome.UPHELD, Outcome.REJECTED], error=CHOOSE),
    )
    words = fields.String(required=True, validate=SAY_WHY)
    names = fields.String(load_default="", validate=_SHORT)


class AnswerIn(ReviewIn):
    paper = fields.String(required=True, validate=validate.Length(max=20))


class PaperIn(Input):
    kind = fields.String(required=True, validate=validate.OneOf(list(Paper), error=CHOOSE))
    words = fields.String(required=True, validate=WORDS)
    against = fields.String(load_default=Against.OTHER, validate=_AGAINST)
    names = fields.String(load_default="", validate=_SHORT)
    last = fields.Boolean(load_default=False)


class ChooseQuery(Input):
    words = fields.String(load_default="", validate=validate.Length(max=60))


class DeskQuery(Input):
    words = fields.String(load_default="", validate=validate.Length(max=60))
    objected = fields.Boolean(load_default=False)
    state = fields.String(load_default=None, validate=validate.OneOf(list(State)))
    kind = fields.String(load_default=None, validate=_KIND)
    after = fields.String(load_default="", validate=validate.Length(max=200))


class LetterQuery(Input):
    """`whole` with the names of people: for the enterprise alone, never to be hung out."""

    whole = fields.Boolean(load_default=False)


class NoticesQuery(Input):
    after = fields.String(load_default="", validate=validate.Length(max=200))


class ListQuery(Input):
    words = fields.String(load_default="", validate=validate.Length(max=60))
    kind = fields.String(load_default=None, validate=_KIND)
    town = fields.String(load_default=None, validate=validate.Regexp(r"^\d{9}$"))
    trade = fields.String(load_default=None, validate=validate.OneOf(list(KINDS)))
    after = fields.String(load_default="", validate=validate.Length(max=400))


class ReplyOut(Output):
    kind = fields.String(required=True)
    words = fields.String(required=True)
    at = fields.String(required=True)
    outcome = fields.String(required=True)
    answer = fields.String(required=True)


class RowOut(Output):
    code = fields.String(required=True)
    list = fields.String(required=True)
    severity = fields.String(required=True)
    name = fields.String(required=True)
    uscc = fields.String(required=True)
    town = fields.String(required=True)
    trade = fields.String(required=True)
    facts = fields.String(required=True)
    ground = fields.String(required=True)
    published_at = fields.String(required=True)
    repair_from = fields.String(required=True, allow_none=True)
    ends_at = fields.String(required=True)


class ListOut(Output):
    entries = fields.List(fields.Nested(RowOut), required=True)
    next = fields.String(required=True, allow_none=True)


class EntryOut(RowOut):
    photos = fields.List(fields.String(), required=True)
    measure = fields.String(required=True)
    document = fields.String(required=True)
    replies = fields.List(fields.Nested(ReplyOut), required=True)
    objection_open = fields.Boolean(required=True)
    # What the enterprise said and somebody reads for names of people first, and until when.
    replies_waiting = fields.Integer(required=True)
    replies_public_by = fields.String(required=True, allow_none=True)


class SnapshotRow(Output):
    number = fields.Integer(required=True)
    at = fields.String(required=True)
    red = fields.Integer(required=True)
    black = fields.Integer(required=True)
    added = fields.Integer(required=True)
    gone = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    root = fields.String(required=True)


class ChangesOut(Output):
    public_key = fields.String(required=True)
    public_keys = fields.List(fields.Nested(PublicKeyOut()), required=True)
    snapshots = fields.List(fields.Nested(SnapshotRow), required=True)
    next = fields.Integer(required=True, allow_none=True)


class ChangesQuery(Input):
    before = fields.Integer(load_default=None, validate=validate.Range(1, 2**31 - 1))


class NoticeRow(Output):
    code = fields.String(required=True)
    list = fields.String(required=True)
    severity = fields.String(required=True)
    name = fields.String(required=True)
    uscc = fields.String(required=True)
    town = fields.String(required=True)
    trade = fields.String(required=True)
    facts = fields.String(required=True)
    ground = fields.String(required=True)
    document = fields.String(required=True)
    until = fields.String(required=True)


class NoticesOut(Output):
    notices = fields.List(fields.Nested(NoticeRow()), required=True)
    next = fields.String(required=True, allow_none=True)


class SnapshotOut(SnapshotRow):
    # Of what is signed: 1 named no size, and proves of nobody that it was not listed.
    format = fields.Integer(required=True)
    size = fields.Integer(required=True)
    previous = fields.String(required=True)
    signature = fields.String(required=True)
    message = fields.String(required=True)
    public_key = fields.String(required=True)
    leaves = fields.List(fields.String(), required=True)


class RecordOut(Output):
    # Of what the entry is, and of what it says: both are hashed with the salt.
    identity = fields.String(required=True)
    record = fields.String(required=True)
    salt = fields.String(required=True)
    leaf = fields.String(required=True)
    snapshot = fields.Integer(required=True)
    place = fields.Integer(required=True)
    path = fields.List(fields.String(), required=True)


class SendBackIn(Input):
    reason = fields.String(required=True, validate=SAY_WHY)
