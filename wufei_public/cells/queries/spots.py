"""Draws of the yearly spot check and what was found."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.models.spots import CellDraw, CellSpotCheck


def draw_of(session: Session, year: int) -> CellDraw | None:
    """Return the draw of one year, None before it."""
    return session.get(CellDraw, year)


def draws(session: Session) -> Sequence[CellDraw]:
    """Return every draw, newest first."""
    return session.scalars(select(CellDraw).order_by(CellDraw.year.desc())).all()


def checks(session: Session, years: Sequence[int]) -> Sequence[Row[Any]]:
    """Return `(year, code, number, unit, finding, text, checked_at)` of the draws of `years`."""
    return session.execute(
        select(
            CellSpotCheck.year,
            CellCertificate.code,
            CellCertificate.number,
            CellCertificate.unit,
            CellSpotCheck.finding,
            CellSpotCheck.text,
            CellSpotCheck.checked_at,
        )
        .join(CellCertificate, CellCertificate.id == CellSpotCheck.certificate_id)
        .where(CellSpotCheck.year.in_(years))
        .order_by(CellSpotCheck.year.desc(), CellCertificate.number)
    ).all()


def of_certificate(session: Session, certificate_id: int) -> Sequence[CellSpotCheck]:
    """Return the spot checks of one unit that are done, newest first."""
    return session.scalars(
        select(CellSpotCheck)
        .where(CellSpotCheck.certificate_id == certificate_id, CellSpotCheck.finding != "")
        .order_by(CellSpotCheck.year.desc())
    ).all()
