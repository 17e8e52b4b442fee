"""Every answer of a wave as it is kept: for auditors alone, with a digest for everybody."""

from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from wufei_public.surveys.documents.answers import sheet
from wufei_public.surveys.models import Wave
from wufei_public.surveys.queries import waves
from wufei_public.surveys.rules.pointing import village_of
from wufei_public.surveys.rules.questions import Kind, Questionnaire

_LEFT_OUT = (Kind.NOTE, Kind.PHOTO)
_MARKS = ("pace", "straight", "everything", "impossible", "duplicate")


def whole_csv(session: Session, wave: Wave, form: Questionnaire) -> bytes:
    """Return every answer of a wave as it is kept, those not counted too, in no order of time.

    Without photos and positions: these go one day, and the digest of the rest stays the same.
    """
    asked = [question for question in form if question.kind not in _LEFT_OUT]
    rows = sorted(
        [
            one.day.isoformat(),
            one.outcome,
            one.stratum,
            one.psu,
            "" if one.weight is None else f"{one.weight:g}",
            *(str(getattr(one, mark)) for mark in _MARKS),
            *(_said(question.kind, one.answers.get(question.name, "")) for question in asked),
        ]
        for one in waves.every_response(session, wave.id)
    )
    head = [
        "day",
        "outcome",
        "_stratum",
        "_psu",
        "_weight",
        *_MARKS,
        *(question.name for question in asked),
    ]
    return sheet([head, *rows])


def whole_digest(session: Session, wave: Wave, form: Questionnaire) -> str:
    """Return the digest by which everybody can hold auditors and district to the same answers."""
    return sha256(whole_csv(session, wave, form)).hexdigest()


def _said(kind: Kind, value: Any) -> str:
    if kind is Kind.PLACE:
        return village_of(value)
    return " ".join(value) if isinstance(value, list) else str(value)
