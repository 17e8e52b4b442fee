"""Photos and places of a wave as officials see them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from wufei_public.divisions import queries as divisions
from wufei_public.media.queries import photos_of
from wufei_public.surveys.actions.answering import owner_of
from wufei_public.surveys.models import Wave
from wufei_public.surveys.queries import pointing
from wufei_public.surveys.rules.pointing import village_of
from wufei_public.surveys.rules.questions import Kind, Question, Questionnaire


def page_of(
    session: Session,
    wave: Wave,
    form: Questionnaire,
    after: int,
    *,
    english: bool,
    until: date | None = None,
) -> dict[str, Any]:
    """Return one page of answers with what each shows, and where the next page begins.

    `until`: while answers come in, those that the figures show.
    """
    found = pointing.responses(session, wave.id, after, until)
    rows, more = found[: pointing.PAGE], len(found) > pointing.PAGE
    names = divisions.directory(session).called(english=english)
    ready = {row.id: row.state == "ready" for row in photos_of(session, owner_of(wave.code))}
    shown = [
        [_said(question, answers, names, ready) for question in form.pointing]
        for _id, answers in rows
    ]
    return {
        "heads": [question.label.read(english=english) for question in form.pointing],
        "rows": [cells for cells in shown if any(cell["value"] for cell in cells)],
        "after": rows[-1].id if more else None,
    }


def _said(
    question: Question,
    answers: Mapping[str, Any],
    names: Mapping[str, str],
    ready: Mapping[int, bool],
) -> dict[str, Any]:
    value = answers.get(question.name, "")
    if question.kind is Kind.PHOTO:
        photos = [(int(one), ready.get(int(one), False)) for one in value]
        return {"kind": "photo", "value": photos}
    code = village_of(value)
    position = value.removeprefix(code).strip()
    return {"kind": "place", "value": names.get(code, code), "position": position}
