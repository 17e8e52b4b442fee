"""Questionnaires; a version never changes, so what was read once is kept."""

from collections.abc import Sequence
from threading import Lock
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.surveys.models import Form
from wufei_public.surveys.rules.questions import Questionnaire
from wufei_public.surveys.rules.xlsform import read_form

_MOST_KEPT = 50
_kept: dict[str, Questionnaire] = {}
_lock = Lock()


def listed(session: Session) -> Sequence[Row[Any]]:
    """Return every questionnaire's code, names and version, the newest first."""
    columns = (Form.code, Form.form_id, Form.version, Form.title, Form.loaded_at)
    return session.execute(select(*columns).order_by(Form.id.desc())).all()


def form(session: Session, code: str) -> Form:
    """Return the questionnaire with this code; NotFound without one."""
    found = session.scalar(select(Form).where(Form.code == code))
    if found is None:
        raise NotFound("no_questionnaire", N_("没有这份问卷。"))
    return found


def newest(session: Session, form_id: str) -> str | None:
    """Return the code of the version of `form_id` that was loaded last."""
    wanted = select(Form.code).where(Form.form_id == form_id).order_by(Form.id.desc()).limit(1)
    return session.scalar(wanted)


def is_there(session: Session, form_id: str, version: str) -> bool:
    """Say whether this version of the questionnaire was loaded."""
    wanted = select(Form.id).where(Form.form_id == form_id, Form.version == version)
    return session.scalar(wanted) is not None


def questionnaire(session: Session, form_key: int) -> Questionnaire:
    """Return the questionnaire that row `form_key` holds."""
    code = session.scalar(select(Form.code).where(Form.id == form_key)) or ""
    return questionnaire_called(session, code)


def questionnaire_called(session: Session, code: str) -> Questionnaire:
    """Return the questionnaire with this code, read from its rows once per process."""
    with _lock:
        found = _kept.get(code)
    if found is None:
        found = read_form(form(session, code).sheets)
        with _lock:
            if len(_kept) >= _MOST_KEPT:
                _kept.clear()
            _kept[code] = found
    return found
