"""Shapes of one whole case as JSON: for the public, for the reporter, for officials."""

from marshmallow import fields

from wufei_public.dumping.schemas.moves import MOVES
from wufei_public.dumping.schemas.ratings import RatingOut
from wufei_public.dumping.schemas.shapes import PublicRow, StatusOut
from wufei_public.infra.web.shapes import Output


class EventOut(Output):
    """One step that everyone may see."""

    label = fields.String(required=True)
    tone = fields.String(required=True)
    at = fields.String(required=True)
    text = fields.String(required=True)


class PublicPhotoOut(Output):
    """`before` from the reporter, `after` of the result, `earlier` of one that did not stand."""

    which = fields.String(required=True)
    thumb = fields.String(required=True)
    large = fields.String(required=True)
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)


class RefusalOut(Output):
    """Why a case was not accepted, the regulation, and where to turn instead."""

    words = fields.String(required=True)
    basis = fields.String(required=True)
    doors = fields.List(fields.String(), required=True)


class PublicDetail(PublicRow):
    words = fields.String(required=True)
    outcome = fields.String(required=True)
    refusal = fields.Nested(RefusalOut, required=True, allow_none=True)
    photos = fields.List(fields.Nested(PublicPhotoOut), required=True)
    events = fields.List(fields.Nested(EventOut), required=True)


class OwnPhotoOut(Output):
    """A photo of the reporter; one with a `fault` has to be sent again."""

    id = fields.Integer(required=True)
    state = fields.String(required=True)
    fault = fields.String(required=True)
    thumb = fields.String(required=True, allow_none=True)


class ProofOut(Output):
    """A photo of the result, for whoever judges it."""

    id = fields.Integer(required=True)
    thumb = fields.String(required=True)
    large = fields.String(required=True)


class SaidOut(Output):
    """What the reporter said after the report."""

    at = fields.String(required=True)
    text = fields.String(required=True)


class OwnOut(StatusOut):
    """Everything that the reporter sees of the own case."""

    kind = fields.String(required=True)
    kind_label = fields.String(required=True)
    town = fields.String(required=True, allow_none=True)
    division = fields.String(required=True, allow_none=True)
    place = fields.String(required=True)
    spot = fields.String(required=True)
    words = fields.String(required=True)
    accept_due = fields.String(required=True)
    finish_due = fields.String(required=True, allow_none=True)
    held_until = fields.String(required=True, allow_none=True)
    asked = fields.String(required=True)
    said_later = fields.List(fields.Nested(SaidOut), required=True)
    outcome = fields.String(required=True)
    refusal = fields.String(required=True)
    released = fields.Boolean(required=True)
    rating = fields.Nested(RatingOut, required=True)
    photos = fields.List(fields.Nested(OwnPhotoOut), required=True)
    proofs = fields.List(fields.Nested(ProofOut), required=True)
    events = fields.List(fields.Nested(EventOut), required=True)


class CasePhotoOut(Output):
    id = fields.Integer(required=True)
    role = fields.String(required=True)
    state = fields.String(required=True)
    public = fields.Boolean(required=True)
    thumb = fields.String(required=True)
    large = fields.String(required=True)
    taken_at = fields.String(required=True, allow_none=True)
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)
    placed_source = fields.String(required=True)
    has_original = fields.Boolean(required=True)


class CaseEventOut(Output):
    number = fields.Integer(required=True)
    move = fields.String(required=True)
    label = fields.String(required=True)
    actor_kind = fields.String(required=True)
    actor = fields.String(required=True)
    at = fields.String(required=True)
    came_from = fields.String(required=True)
    state = fields.String(required=True)
    public_text = fields.String(required=True)
    internal_text = fields.String(required=True)
    department = fields.String(allow_none=True)
    crew = fields.Integer(allow_none=True)


class CaseDetailOut(StatusOut):
    """A case for whoever handles it; number and words masked (`contact` and `words` open them)."""

    release = fields.String(required=True)
    version = fields.Integer(required=True)
    source = fields.String(required=True)
    kind = fields.String(required=True)
    plain_kind = fields.String(required=True)
    hazardous = fields.Boolean(required=True)
    town = fields.String(required=True, allow_none=True)
    division = fields.String(required=True, allow_none=True)
    place = fields.String(required=True)
    spot = fields.String(required=True)
    public_spot = fields.String(required=True)
    words = fields.String(required=True)
    public_words = fields.String(required=True)
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)
    accuracy = fields.Float(required=True, allow_none=True)
    position_source = fields.String(required=True)
    phone = fields.String(required=True)
    department = fields.String(required=True, allow_none=True)
    crew = fields.Integer(required=True, allow_none=True)
    handler = fields.String(required=True)
    accepted_at = fields.String(required=True, allow_none=True)
    accept_due = fields.String(required=True)
    transfer_due = fields.String(required=True, allow_none=True)
    finish_due = fields.String(required=True, allow_none=True)
    legal_finish_due = fields.String(required=True, allow_none=True)
    release_due = fields.String(required=True)
    held_until = fields.String(required=True, allow_none=True)
    review_due = fields.String(required=True, allow_none=True)
    returns = fields.Integer(required=True)
    rating = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True)
    refuse_ground = fields.String(required=True)
    withhold_reason = fields.String(required=True)
    photos = fields.List(fields.Nested(CasePhotoOut), required=True)
    events = fields.List(fields.Nested(CaseEventOut), required=True)
    can = fields.List(
        fields.String(), required=True, metadata={"enum": [*MOVES, "contact", "evidence"]}
    )


class ContactOut(Output):
    phone = fields.String(required=True)


class WordsOut(Output):
    """What residents wrote about a case, unmasked: the report, its spot, what came later."""

    words = fields.String(required=True)
    spot = fields.String(required=True)
    later = fields.List(fields.String(), required=True)
