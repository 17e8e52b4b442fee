"""Waves, answers and people for the surveys' tests; nothing surprising."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tests.dumping.make import DISTRICT_OFFICER
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor
from wufei_public.infra.work import reading, work
from wufei_public.surveys.actions import answering
from wufei_public.surveys.actions import forms as form_actions
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.documents.desk import margin_rows
from wufei_public.surveys.models import Response, Wave
from wufei_public.surveys.queries import forms, waves
from wufei_public.surveys.rules.waves import Mode

TOWN = "410307106"
FIRST, LAST_DAY = date(2026, 11, 20), date(2026, 12, 10)
ANSWERS: Mapping[str, Any] = {
    "consent": "yes",
    "town": TOWN,
    "age": "60_69",
    "sat_overall": "4",
    "sat_household": "5",
    "sat_construction": "4",
    "sat_industrial": "dk",
    "sat_hazardous": "3",
    "sat_agriculture": "2",
    "contact": ["media", "poster"],
    "know_medicine": "hazardous",
    "know_kitchen": "green",
    "know_pesticide": "sell",
    "actions": ["recycle"],
    "open_comment": "大口镇的桶满了没人收",
    "sex": "female",
}


def seed() -> None:
    """Load the questionnaires of the package."""
    work(SYSTEM, form_actions.seed)


def wave(form: str = "public", *, opened: bool = True, **changes: Any) -> Wave:
    """Return a wave that the district planned, open unless said otherwise."""
    values = {
        "form": forms.newest(reading(), form),
        "title": "冬季满意度调查",
        "mode": Mode.LINK,
        "opens_on": FIRST,
        "closes_on": LAST_DAY,
        "target": 800,
        "margins": margin_rows(b"", form),
    }
    draft = actions.Draft(**(values | changes))
    planned = work(DISTRICT_OFFICER, lambda w: actions.plan(w, draft))
    if opened:
        work(DISTRICT_OFFICER, lambda w: actions.begin(w, code=planned.code))
    return again(planned)


def again(row: Wave) -> Wave:
    """Return the wave as it stands in the database."""
    reading().rollback()
    reading().expire_all()
    return waves.wave(reading(), row.code)


def sent(answers: Mapping[str, Any] = ANSWERS, **changes: Any) -> answering.Sent:
    """Return what a phone sends."""
    values = {
        "client_key": secrets.token_urlsafe(24),
        "fields": {n: v if isinstance(v, list) else [v] for n, v in answers.items()},
        "seconds": 150.0,
        "device": secrets.token_urlsafe(24),
    }
    return answering.Sent(**(values | changes))


def submit(row: Wave, said: answering.Sent | None = None, actor: Actor = ANONYMOUS) -> str:
    """Hand in one answer; return its outcome."""
    return work(actor, lambda w: answering.submit(w, wave_code=row.code, sent=said or sent()))


def responses() -> Sequence[Response]:
    """Return every answer that was kept."""
    reading().rollback()
    return reading().query(Response).order_by(Response.id).all()
