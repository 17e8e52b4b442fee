"""Waves, answers and people for the surveys' tests; nothing surprising."""

import random
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from tests.dumping.make import DISTRICT_OFFICER
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor
from wufei_public.infra.work import Work, reading, work
from wufei_public.infra.workbooks import read_book
from wufei_public.surveys.actions import answering
from wufei_public.surveys.actions import forms as form_actions
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.documents.desk import margin_rows
from wufei_public.surveys.models import Response, Wave
from wufei_public.surveys.queries import forms, waves
from wufei_public.surveys.rules.questions import Kind, Question, Questionnaire
from wufei_public.surveys.rules.waves import UNITS, Mode
from wufei_public.surveys.rules.xlsform import Sheets, read_form

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


@cache
def shipped() -> list[tuple[Sheets, Questionnaire]]:
    """Return the package's questionnaires; reading Excel costs far more than writing rows."""
    folder = files("wufei_public.surveys") / "data"
    books = [read_book((folder / f"{name}.xlsx").read_bytes()) for name in form_actions.SHIPPED]
    return [(sheets, read_form(sheets)) for sheets in books]


def seed() -> None:
    """Load the questionnaires of the package, as `forms.seed` does."""

    def do(w: Work) -> None:
        for sheets, form in shipped():
            if not forms.is_there(w.session, form.form_id, form.version):
                form_actions._write(w, sheets)

    work(SYSTEM, do)


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
        "signed_in": form in UNITS,
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


def answered(row: Wave, count: int = 260, seed: int = 1) -> Wave:
    """Write `count` made-up answers to a wave."""
    rng = random.Random(seed)  # noqa: S311  made-up people
    form = forms.questionnaire(reading(), row.form_key)
    rows = [
        {
            "id": secrets.randbits(62),
            "wave_id": row.id,
            "day": row.opens_on,
            "outcome": "1.1",
            "answers": made_up(form, rng),
            "pace": "fast" if at % 20 == 0 else "usual",
            "straight": at % 25 == 0,
            "everything": False,
            "duplicate": at % 30 == 0,
            "stratum": "",
            "weight": None,
        }
        for at in range(count)
    ]
    work(SYSTEM, lambda w: [w.insert(Response, one) for one in rows])
    return row


def closed(row: Wave) -> Wave:
    """End a wave."""
    work(DISTRICT_OFFICER, lambda w: actions.close(w, code=row.code))
    return again(row)


def made_up(form: Questionnaire, rng: random.Random) -> dict[str, Any]:
    """Return what a made-up resident or unit says, satisfied rather than not."""
    said: dict[str, Any] = {}
    for question in form:
        if question.kind is not Kind.NOTE and question.asked(said):
            said |= _said(question, rng)
    return said


def _said(question: Question, rng: random.Random) -> dict[str, Any]:
    names = [choice.name for choice in question.choices]
    if question.name in {"consent", "scope"}:
        return {question.name: "yes" if "yes" in names else names[0]}
    if question.is_scale:
        return {question.name: rng.choices(names, [30, 38, 17, 7, 3, 5])[0]}
    if question.kind is Kind.ONE:
        usual = [name for name in names if name not in {"elsewhere", "under_18"}]
        return {question.name: rng.choice(usual)}
    if question.kind is Kind.MANY:
        some = [name for name in names if rng.random() < 0.3 and name not in {"none", "dk"}]
        return {question.name: some or ["none" if "none" in names else names[0]]}
    return {question.name: "桶满了"} if question.kind is Kind.TEXT else {}


def responses() -> Sequence[Response]:
    """Return every answer that was kept."""
    reading().rollback()
    return reading().query(Response).order_by(Response.id).all()
