"""Surveys of the site that the browser tests look at: one in every state."""

import random
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask

from tests.browser.people import Member
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.common.clock import district_day
from wufei_public.infra.work import house, reading, work
from wufei_public.people.rules.roles import Role
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.documents.desk import margin_rows
from wufei_public.surveys.models import Response, Wave
from wufei_public.surveys.queries import forms
from wufei_public.surveys.rules.questions import Kind
from wufei_public.surveys.rules.waves import Mode

ANSWERS = 260


def fill(app: Flask, staff: Mapping[Role, Member]) -> dict[str, str]:
    """Plan surveys and answer them; return their codes by what they show."""
    officer = staff[Role.DISTRICT_OFFICER].actor
    with app.app_context():
        asked = _wave(officer, "秋冬满意度调查")
        ended = _wave(officer, "夏季满意度调查")
        _answer(ended, ANSWERS, 20261124)
        work(officer, lambda w: actions.close(w, code=ended.code))
        return {
            "open": asked.code,
            "ended": ended.code,
            "form": forms.newest(reading(), "public") or "",
            "draft": _wave(officer, "入户调查", begun=False, mode=Mode.INTERVIEWER).code,
        }


def _wave(officer: Actor, title: str, *, begun: bool = True, **changes: Any) -> Wave:
    today = district_day(house().clock())
    draft = {
        "form": forms.newest(reading(), "public"),
        "title": title,
        "mode": Mode.LINK,
        "opens_on": today - timedelta(days=3),
        "closes_on": today + timedelta(days=20),
        "target": 800,
        "rotates": False,
        "margins": margin_rows(b"", "public"),
    }
    plan = actions.Draft(**(draft | changes))
    wave = work(officer, lambda w: actions.plan(w, plan))
    if begun:
        work(officer, lambda w: actions.begin(w, code=wave.code))
    return wave


def answers(form: Any, rng: random.Random) -> dict[str, Any]:
    """Return what a made-up resident says, satisfied rather than not."""
    said: dict[str, Any] = {}
    for question in form:
        if question.kind is Kind.NOTE or not question.asked(said):
            continue
        names = [choice.name for choice in question.choices]
        if question.name == "consent":
            said["consent"] = "yes"
        elif question.is_scale:
            said[question.name] = rng.choices(names, [30, 38, 17, 7, 3, 5])[0]
        elif question.kind is Kind.ONE:
            usual = [name for name in names if name not in {"elsewhere", "under_18", "refused"}]
            said[question.name] = rng.choice(usual)
        elif question.kind is Kind.MANY:
            some = [name for name in names if rng.random() < 0.3 and name not in {"none", "dk"}]
            said[question.name] = some or ["none" if "none" in names else names[0]]
    return said


def _answer(wave: Wave, count: int, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  made-up people
    form = forms.questionnaire(reading(), wave.form_key)
    rows = [
        {
            "id": secrets.randbits(62),
            "wave_id": wave.id,
            "day": wave.opens_on,
            "outcome": "1.1",
            "answers": answers(form, rng),
            "pace": "fast" if rng.random() < 0.05 else "usual",
            "straight": rng.random() < 0.04,
            "everything": False,
            "duplicate": rng.random() < 0.03,
            "stratum": "",
            "weight": None,
        }
        for _ in range(count)
    ]
    work(SYSTEM, lambda w: [w.insert(Response, row) for row in rows])
