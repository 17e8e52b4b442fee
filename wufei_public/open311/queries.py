"""Who holds a key, what became of a request, and the applications for the staff page."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotAllowed, NotFound
from wufei_public.common.text import N_
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.release import Release
from wufei_public.open311.models import Application, OutsideRequest

NO_KEY = N_("api_key 不对，或者已经停用。")


def digest_of(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def holder(session: Session, key: str) -> Application:
    """Return the application that holds `key`; NotAllowed for a wrong one, or one that ended."""
    found = session.scalar(
        select(Application).where(
            Application.key_digest == digest_of(key), Application.ended_at.is_(None)
        )
    )
    if found is None:
        raise NotAllowed("bad_api_key", NO_KEY)
    return found


def number_for(session: Session, token: str) -> str:
    """Return the public number behind `token`, empty until it is released; NotFound."""
    row = session.execute(
        select(Report.public_code, Report.release)
        .join(OutsideRequest, OutsideRequest.report_id == Report.id)
        .where(OutsideRequest.token == token)
    ).one_or_none()
    if row is None:
        raise NotFound("no_token", N_("没有这个 token。"))
    return row.public_code or "" if row.release == Release.RELEASED else ""


def own_case(session: Session, application: Application, number: str) -> str:
    """Return the tracking code of the case that `application` reported; NotFound for others'."""
    code = session.scalar(
        select(Report.code)
        .join(OutsideRequest, OutsideRequest.report_id == Report.id)
        .where(
            Report.public_code == normalise(number),
            OutsideRequest.application_id == application.id,
        )
    )
    if code is None:
        raise NotFound("no_request", N_("没有这个编号的案件，或者没有公开。"))
    return code


def applications(session: Session) -> Sequence[Row[Any]]:
    """Return every application with the number of its requests, those in use first."""
    counted = func.count(OutsideRequest.report_id)
    return session.execute(
        select(Application, counted.label("requests"))
        .outerjoin(OutsideRequest, OutsideRequest.application_id == Application.id)
        .group_by(Application.id)
        .order_by(Application.ended_at.is_not(None), Application.name, Application.id)
    ).all()
