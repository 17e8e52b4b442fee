"""How full the cells of a wave are."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.surveys.models import Quota, Wave
from wufei_public.surveys.queries import forms
from wufei_public.surveys.rules.quotas import Cell, full_sets


def cells(session: Session, wave_id: int) -> list[Cell]:
    """Return the cells of a wave in the order of their keys."""
    wanted = select(Quota.cell, Quota.wanted, Quota.filled).where(Quota.wave_id == wave_id)
    rows = session.execute(wanted.order_by(Quota.cell))
    return [Cell(tuple(cell.split("|")), wanted, filled) for cell, wanted, filled in rows]


def full(session: Session, wave: Wave) -> list[list[tuple[str, str]]]:
    """Return which early answers end in a polite no; none where the wave turns nobody away."""
    if not wave.quotas or not wave.quotas["stops"]:
        return []
    form = forms.questionnaire(session, wave.form_key)
    return full_sets(form, wave.quotas["by"], cells(session, wave.id))


def is_full(session: Session, wave: Wave) -> bool:
    """Say whether a wave that turns away who is too many has no open cell left."""
    if not wave.quotas or not wave.quotas["stops"]:
        return False
    found: Sequence[Cell] = cells(session, wave.id)
    return all(cell.is_full for cell in found)
