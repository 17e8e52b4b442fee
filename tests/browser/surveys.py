"""Surveys of the site that the browser tests look at: one in every state."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import update

from tests.browser.people import Member
from tests.surveys.waves import answered
from wufei_public.common.actor import Actor
from wufei_public.common.clock import district_day
from wufei_public.infra.work import house, reading, work
from wufei_public.people.rules.roles import Role
from wufei_public.surveys.actions import calling, drafts, sampling
from wufei_public.surveys.actions import forms as form_actions
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.documents import results
from wufei_public.surveys.documents.desk import margin_rows
from wufei_public.surveys.models import Quota, Response, Wave
from wufei_public.surveys.queries import calls, forms, waves
from wufei_public.surveys.rules.waves import Mode

ANSWERS, SEED = 620, 20261124


def fill(app: Flask, staff: Mapping[Role, Member]) -> dict[str, str]:
    """Plan surveys and answer them; return their codes by what they show."""
    officer = staff[Role.DISTRICT_OFFICER].actor
    with app.app_context():
        return {
            "form": forms.newest(reading(), "public") or "",
            "writing": work(
                officer, lambda w: drafts.start(w, forms.newest(reading(), "ngo") or "")
            ),
            "published": _published(officer, "春季满意度调查", SEED).code,
            "ended": _ended(officer, "夏季满意度调查", SEED + 1).code,
            "open": _wave(officer, "秋冬满意度调查").code,
            "draft": _wave(officer, "下一次调查", begun=False).code,
            "interviews": _wave(officer, "入户调查", mode=Mode.INTERVIEWER).code,
            "invited": _invited(officer).code,
            "full": _full(officer).code,
            "photos": _photos(officer).code,
            "placed": _placed(officer).code,
            "ruled": _ruled(officer).code,
            **_telephone(officer, staff[Role.TOWN_OFFICER].actor),
            "external": _wave(officer, "电话调查", mode=Mode.EXTERNAL, collector="某调查公司").code,
        }


def _writing(officer: Actor) -> str:
    based_on = forms.newest(reading(), "ngo") or ""
    return work(officer, lambda w: drafts.start(w, based_on))


def _wave(officer: Actor, title: str, *, begun: bool = True, **changes: Any) -> Wave:
    today = district_day(house().clock())
    draft = {
        "form": forms.newest(reading(), "public"),
        "title": title,
        "mode": Mode.LINK,
        "opens_on": today - timedelta(days=3),
        "closes_on": today + timedelta(days=20),
        "target": 800,
        "margins": margin_rows(b"", "public"),
    }
    plan = actions.Draft(**(draft | changes))
    wave = work(officer, lambda w: actions.plan(w, plan))
    if begun:
        work(officer, lambda w: actions.begin(w, code=wave.code))
    return wave


def _invited(officer: Actor) -> Wave:
    wave = _wave(officer, "抽样调查", begun=False, mode=Mode.INVITED)
    data = ("id,stratum\n" + "".join(f"{n},410307106\n" for n in range(40))).encode()
    work(officer, lambda w: sampling.draw(w, code=wave.code, data=data, size=8))
    return work(officer, lambda w: actions.begin(w, code=wave.code))


_PHOTO_FORM = {
    "survey": [
        ["type", "name", "label::中文 (zh)", "label::English (en)", "required"],
        ["select_one yn", "consent", "愿意说说家门口的桶吗？", "Tell us about your bin?", "yes"],
        ["image", "bin", "拍一张桶", "Take a photo of the bin", ""],
        ["geopoint", "where", "桶在哪个村或社区？", "In which village is it?", "yes"],
    ],
    "choices": [
        ["list_name", "name", "label::中文 (zh)", "label::English (en)"],
        ["yn", "yes", "愿意", "Yes"],
        ["yn", "no", "不愿意", "No"],
    ],
    "settings": [["form_title", "form_id", "version"], ["桶在哪里", "bins", "1"]],
}


def _photos(officer: Actor) -> Wave:
    """Return an open wave that asks for a photo and a place, and says so."""
    if forms.newest(reading(), "bins") is None:
        work(officer, lambda w: form_actions.load(w, _PHOTO_FORM))
    form = forms.newest(reading(), "bins")
    return _wave(officer, "桶在哪里", form=form, identifiable=True, margins=())


_RULED_FORM = {
    "survey": [
        ["type", "name", "label", "required", "relevant", "constraint", "constraint_message"],
        ["select_one yn", "consent", "愿意说说吗？", "yes"],
        ["integer", "most", "家里几口人？", "yes"],
        ["note", "alone", "一个人住，也请接着答。", "", "${most} = 1"],
        ["integer", "some", "几口人会分类？", "yes", "", ". <= ${most}", "不会比家里人多。"],
    ],
    "choices": [["list_name", "name", "label"], ["yn", "yes", "愿意"], ["yn", "no", "不愿意"]],
    "settings": [["form_title", "form_id", "version"], ["几口人", "ruled", "1"]],
}


def _ruled(officer: Actor) -> Wave:
    """Return an open wave whose rules and notes depend on earlier answers."""
    if forms.newest(reading(), "ruled") is None:
        work(officer, lambda w: form_actions.load(w, _RULED_FORM))
    return _wave(officer, "几口人", form=forms.newest(reading(), "ruled"), margins=())


def _placed(officer: Actor) -> Wave:
    """Return one that is over, with answers."""
    wave = _photos(officer)
    places = ("410307106201 34.62 112.41", "410307106202")
    rows = [
        {
            "id": secrets.randbits(62), "wave_id": wave.id, "day": wave.opens_on, "outcome": "1.1",
            "answers": {"consent": "yes", "where": place}, "pace": "usual", "straight": False,
            "everything": False, "duplicate": False, "stratum": "", "weight": None,
        }
        for place in places
    ]  # fmt: skip
    work(officer, lambda w: [w.insert(Response, row) for row in rows])
    work(officer, lambda w: actions.close(w, code=wave.code))
    return wave


def _full(officer: Actor) -> Wave:
    """Return an open wave with quotas by age that wants no more people of 60 to 69."""
    limits = {"quota_by": ("age",), "quota_stops": True, "target": 12}
    wave = _wave(officer, "有名额的调查", **limits)
    full = (Quota.wave_id == wave.id, Quota.cell == "60_69")
    work(officer, lambda w: w.session.execute(update(Quota).where(*full).values(filled=2)))
    return wave


def _telephone(officer: Actor, interviewer: Actor) -> dict[str, str]:
    wave = _wave(officer, "电话访问", begun=False, mode=Mode.TELEPHONE)
    rows = "".join(f"{n},410307106,1381234{n:04d}\n" for n in range(40))
    data = f"id,stratum,phone\n{rows}".encode()
    work(officer, lambda w: sampling.draw(w, code=wave.code, data=data, size=30))
    work(officer, lambda w: actions.begin(w, code=wave.code))
    work(interviewer, lambda w: calling.take(w, code=wave.code))
    first = calls.mine(reading(), wave.id, interviewer.id or 0)[0].number
    tried = {"number": first, "outcome": "3.13", "seen": 0, "at": None}
    work(interviewer, lambda w: calling.note_attempt(w, code=wave.code, **tried))
    return {"telephone": wave.code, "number": str(first)}


def _ended(officer: Actor, title: str, seed: int) -> Wave:
    wave = answered(_wave(officer, title), ANSWERS, seed)
    work(officer, lambda w: actions.close(w, code=wave.code))
    return wave


def _published(officer: Actor, title: str, seed: int) -> Wave:
    wave = waves.wave(reading(), _ended(officer, title, seed).code)
    figures = results.figures_of(wave, results.assembled(reading(), wave, ()), ())
    work(officer, lambda w: actions.publish(w, code=wave.code, figures=figures))
    return wave
