"""Shapes of the forms and JSON of cells."""

from marshmallow import fields, validate

from wufei_public.cells.rules.aftercare import Outcome
from wufei_public.cells.rules.kinds import KINDS
from wufei_public.cells.rules.spots import Finding
from wufei_public.cells.rules.stages import Ground, Opinion, State
from wufei_public.common.text import N_
from wufei_public.infra.web.shapes import Input, Output, PublicKeyOut

CHOOSE = N_("请选一项。")
SENTENCE = validate.Length(min=2, max=1000)
WORDS = validate.Length(max=1000)


class StartIn(Input):
    kind = fields.String(
        required=True,
        validate=validate.OneOf(list(KINDS), error=CHOOSE),
        error_messages={"required": CHOOSE},
    )
    unit = fields.String(required=True, validate=validate.Length(2, 100))
    site = fields.List(fields.String(validate=validate.Length(max=24)), load_default=list)


class AnswerIn(Input):
    """One item: a step by its number, a measured value, or `na`; nothing empties it."""

    answer = fields.String(load_default="", validate=validate.Length(max=4))
    value = fields.Decimal(load_default=None, allow_none=True, places=2)
    note = fields.String(load_default="", validate=validate.Length(max=500))


class VersionIn(Input):
    version = fields.Integer(load_default=None, allow_none=True)


class TextIn(VersionIn):
    text = fields.String(required=True, validate=SENTENCE)


class CopyIn(Input):
    round = fields.String(
        required=True, validate=validate.Length(max=24), error_messages={"required": CHOOSE}
    )


class SayIn(Input):
    text = fields.String(required=True, validate=SENTENCE)


class MaySayIn(Input):
    text = fields.String(load_default="", validate=WORDS)


class WordsIn(VersionIn):
    text = fields.String(load_default="", validate=WORDS)


class StoryIn(Input):
    story = fields.String(load_default="", validate=validate.Length(max=600))


class SubmitIn(Input):
    committed = fields.Boolean(load_default=False)
    barred = fields.Boolean(load_default=False)


class OpinionIn(WordsIn):
    opinion = fields.String(
        required=True,
        validate=validate.OneOf(list(Opinion), error=CHOOSE),
        error_messages={"required": CHOOSE},
    )


class AssignIn(VersionIn):
    experts = fields.List(fields.Integer(), load_default=list)


class ReleaseIn(TextIn):
    expert = fields.Integer(required=True, error_messages={"required": CHOOSE})


COUNT = validate.Range(0, 1000)


class VotesIn(Input):
    in_favour = fields.Integer(load_default=None, allow_none=True, validate=COUNT)
    against = fields.Integer(load_default=None, allow_none=True, validate=COUNT)
    abstained = fields.Integer(load_default=None, allow_none=True, validate=COUNT)


class ProposeIn(VersionIn, VotesIn):
    why = fields.String(load_default="", validate=validate.Length(max=1000))
    document = fields.String(required=True, validate=validate.Length(2, 60))
    minutes = fields.String(load_default="", validate=validate.Length(max=2000))


class DecideListIn(VotesIn):
    why = fields.String(load_default="", validate=validate.Length(max=1000))
    codes = fields.List(fields.String(validate=validate.Length(max=24)), load_default=list)
    document = fields.String(required=True, validate=validate.Length(2, 60))
    minutes = fields.String(load_default="", validate=validate.Length(max=2000))


class ConfirmListIn(Input):
    codes = fields.List(fields.String(validate=validate.Length(max=24)), load_default=list)
    text = fields.String(load_default="", validate=WORDS)


class RefuseIn(VersionIn):
    ground = fields.String(
        required=True,
        validate=validate.OneOf(list(Ground), error=CHOOSE),
        error_messages={"required": CHOOSE},
    )
    reason = fields.String(required=True, validate=SENTENCE)


class ReasonIn(Input):
    reason = fields.String(required=True, validate=SENTENCE)


class DecideIn(Input):
    outcome = fields.String(
        required=True,
        validate=validate.OneOf(["upheld", "rejected"], error=CHOOSE),
        error_messages={"required": CHOOSE},
    )
    answer = fields.String(required=True, validate=SENTENCE)


class ObjectIn(Input):
    text = fields.String(required=True, validate=SENTENCE)
    phone = fields.String(load_default="", validate=validate.Length(max=40))


class HandInIn(Input):
    vetoes = fields.List(fields.String(validate=validate.Length(max=40)), load_default=list)
    words = fields.String(load_default="", validate=WORDS)
    visited_on = fields.Date(load_default=None, allow_none=True)
    client_key = fields.String(load_default="", validate=validate.Length(max=64))


class ReviseIn(AnswerIn):
    item = fields.String(required=True, validate=validate.Length(max=40))
    reason = fields.String(required=True, validate=SENTENCE)


class InspectIn(TextIn):
    why = fields.String(load_default="", validate=WORDS)


class ConcludeIn(Input):
    outcome = fields.String(
        required=True,
        validate=validate.OneOf([one for one in Outcome if one], error=CHOOSE),
        error_messages={"required": CHOOSE},
    )
    text = fields.String(required=True, validate=SENTENCE)


class RoundIn(Input):
    title = fields.String(required=True, validate=validate.Length(2, 80))
    notice = fields.String(required=True, validate=validate.Length(2, 4000))
    opens_on = fields.Date(required=True)
    closes_on = fields.Date(required=True)
    kinds = fields.List(fields.String(validate=validate.OneOf(list(KINDS))), load_default=list)
    towns = fields.List(fields.String(validate=validate.Regexp(r"^\d{9}$")), load_default=list)
    rubrics = fields.List(fields.Integer(), load_default=list)
    quota = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 10_000))


class SeenIn(Input):
    """Which revision of a draft was looked at."""

    revision = fields.Integer(required=True, validate=validate.Range(0, 2**31 - 1))


class MoveIn(Input):
    """A row of a draft, and one place up or down."""

    move = fields.String(required=True, validate=validate.Regexp(r"^[\w-]{1,60}:-?1$"))


class ExtendIn(ReasonIn):
    closes_on = fields.Date(required=True)


class ExpertIn(Input):
    account = fields.Integer(required=True)
    division = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    organisation = fields.String(load_default="", validate=validate.Length(max=24))
    kinds = fields.List(fields.String(validate=validate.OneOf(list(KINDS))), load_default=list)
    about = fields.String(load_default="", validate=validate.Length(max=80))


class FindingIn(Input):
    finding = fields.String(
        required=True,
        validate=validate.OneOf([one for one in Finding if one], error=CHOOSE),
        error_messages={"required": CHOOSE},
    )
    text = fields.String(required=True, validate=validate.Length(2, 500))


class NameIn(Input):
    codes = fields.List(fields.String(validate=validate.Length(max=24)), load_default=list)
    document = fields.String(required=True, validate=validate.Length(2, 60))


class YearIn(Input):
    year = fields.Integer(required=True, validate=validate.Range(2000, 2200))
    text = fields.String(required=True, validate=SENTENCE)


class DeskQuery(Input):
    state = fields.String(load_default=None, validate=validate.OneOf(list(State)))
    after = fields.Integer(load_default=None, validate=validate.Range(1, 2**62))


class NoticesQuery(Input):
    after = fields.String(load_default="", validate=validate.Length(max=24))


class AfterQuery(Input):
    """A list of which this is the first page, or the one after a position."""

    after = fields.String(load_default="", validate=validate.Length(max=120))


class AfterIdQuery(Input):
    after = fields.Integer(load_default=None, validate=validate.Range(1, 2**62))


class RegisterQuery(Input):
    town = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(r"^\d{9}$"))
    kind = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(KINDS)))
    after = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=80))


# ---- answers --------------------------------------------------------------------


class CellOut(Output):
    number = fields.String(required=True)
    code = fields.String(required=True)
    unit = fields.String(required=True)
    kind = fields.String(required=True)
    kind_label = fields.String(required=True)
    town = fields.String(required=True, allow_none=True)
    stars = fields.Integer(required=True)
    standing = fields.String(required=True)
    named_on = fields.String(required=True)
    valid_until = fields.String(required=True)
    changed_on = fields.String(required=True, allow_none=True)
    story = fields.String(required=True)
    cover = fields.String(required=True, allow_none=True)
    address = fields.String(required=True)
    # What was signed on the day of naming, and its Ed25519 signature in base 64.
    statement = fields.String(required=True)
    signature = fields.String(required=True)


class RegisterOut(Output):
    cells = fields.List(fields.Nested(CellOut()), required=True)
    public_keys = fields.List(fields.Nested(PublicKeyOut()), required=True)
    next = fields.String(required=True, allow_none=True)


class RankedOut(Output):
    place = fields.Integer(required=True)
    code = fields.String(required=True)
    unit = fields.String(required=True)
    kind = fields.String(required=True)
    total = fields.String(required=True)
    stars = fields.Integer(required=True)
    state = fields.String(required=True)


class RankingOut(Output):
    units = fields.List(fields.Nested(RankedOut()), required=True)
    next = fields.String(required=True, allow_none=True)


class NoticedOut(Output):
    code = fields.String(required=True)
    unit = fields.String(required=True)
    kind = fields.String(required=True)
    place = fields.String(required=True)
    stars = fields.String(required=True)
    held = fields.Boolean(required=True)
    notice_from = fields.String(required=True)
    notice_until = fields.String(required=True)


class NoticesOut(Output):
    units = fields.List(fields.Nested(NoticedOut()), required=True)
    next = fields.String(required=True, allow_none=True)


class CertificateOut(Output):
    standing = fields.String(required=True)
    standing_label = fields.String(required=True)
    statement = fields.String(required=True)
    signature = fields.String(required=True)
    public_key = fields.String(required=True)
    public_keys = fields.List(fields.Nested(PublicKeyOut()), required=True)


class CountOut(Output):
    day = fields.String(required=True)
    rule = fields.String(required=True)
    source = fields.String(required=True)
    count = fields.Integer(required=True)
    target = fields.Integer(required=True)
    in_progress = fields.Integer(required=True)
    numbers = fields.List(fields.String(), required=True)


class SavedOut(Output):
    saved_at = fields.String(required=True)
    words = fields.String(required=True)
