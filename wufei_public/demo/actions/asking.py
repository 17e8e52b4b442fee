"""Surveys that ask in other ways: by telephone, up to quotas, for photos and places."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from random import Random
from typing import Any

from wufei_public.common.actor import ANONYMOUS
from wufei_public.common.clock import DISTRICT_ZONE, district_day
from wufei_public.demo import queries
from wufei_public.demo.actions.parts import Maker
from wufei_public.demo.actions.people import at, official
from wufei_public.demo.actions.snaps import snap
from wufei_public.demo.actions.waves import crowd_of, on_morning
from wufei_public.demo.rules.answers import answers
from wufei_public.demo.rules.plan import Plan
from wufei_public.demo.rules.words import phone, rows_of
from wufei_public.divisions.queries import directory
from wufei_public.infra.work import Work
from wufei_public.infra.workbooks import read_book
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role
from wufei_public.surveys.actions import answering, calling, sampling
from wufei_public.surveys.actions import forms as form_actions
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.documents.desk import margin_rows
from wufei_public.surveys.models import Wave
from wufei_public.surveys.queries import calls, forms, quotas
from wufei_public.surveys.rules.waves import Mode

_BEGAN, _LASTS = timedelta(days=5), timedelta(days=29)
_LISTED, _DRAWN, _CALLERS, _TOLD = 120, 60, 2, 4
_VAIN = ("3.13", "3.12", "2.21", "2.11")
_AFTERNOON = time(15)
_TARGET, _FULL = 60, "60_69"
_GIVEN = 14
_STATES = ("good", "full", "broken")
_TITLES = {row["name"]: row for row in rows_of("asking.csv")}
# Beyond the numbers of the residents.
_NOBODY = 90_000_000


def parts(_plan: Plan) -> int:
    """Return how many such surveys there are."""
    return len(_ASKED)


def asking(plan: Plan) -> Maker:
    """Return what plans, opens and answers one of them by the surveys' own actions."""
    return lambda part: lambda w: _ASKED[part](w, plan.rng("asking", part))


def _planned(w: Work, form: str, name: str, **more: Any) -> Wave:
    opens_on = district_day(w.now) - _BEGAN
    days = {"opens_on": opens_on, "closes_on": opens_on + _LASTS}
    found = forms.newest(w.session, form) or ""
    words = {"title": _TITLES[name]["title"], "title_en": _TITLES[name]["title_en"]}
    draft = actions.Draft(form=found, **(words | days | more))
    return actions.plan(_by_officer(w, opens_on), draft)


def _by_officer(w: Work, day: date) -> Work:
    return on_morning(w, queries.officers(w.session)[0], day)


def _sent(rng: Random, said: Mapping[str, Any], **more: Any) -> answering.Sent:
    """Return what a phone would send of `said`."""
    fields = {name: _fields(value) for name, value in said.items()}
    key = {"client_key": rng.randbytes(18).hex(), "device": rng.randbytes(18).hex()}
    whole: dict[str, Any] = key | {"fields": fields, "seconds": rng.uniform(90, 300)} | more
    return answering.Sent(**whole)


def _fields(value: Any) -> list[str]:
    return list(map(str, value)) if isinstance(value, list | tuple) else [str(value)]


def _said(w: Work, rng: Random, wave: Wave, **sure: str) -> dict[str, Any]:
    form = forms.questionnaire(w.session, wave.form_key)
    return answers(rng, form, crowd_of(wave), good=True) | sure


# ---- by telephone ------------------------------------------------------------------------


def _by_telephone(w: Work, rng: Random) -> None:
    wave = _planned(
        w, "public", "telephone",
        mode=Mode.TELEPHONE, target=_DRAWN, margins=margin_rows(b"", "public"),
    )  # fmt: skip
    begun = _by_officer(w, wave.opens_on)
    sampling.draw(begun, code=wave.code, data=_frame(w, rng), size=_DRAWN)
    actions.begin(begun, code=wave.code)
    callers = sorted(one.id for one in holders(w.session, Role.TOWN_OFFICER))[:_CALLERS]
    for day, account in enumerate(callers, 1):
        moment = datetime.combine(wave.opens_on + timedelta(days=day), _AFTERNOON, DISTRICT_ZONE)
        _call(at(w, official(w.session, account), moment), rng, wave)


def _frame(w: Work, rng: Random) -> bytes:
    towns = [town.code for town in directory(w.session).towns]
    rows = [
        f"{number},{rng.choice(towns[:3])},{phone(_NOBODY + number)}" for number in range(_LISTED)
    ]
    return "\n".join(["id,stratum,phone", *rows]).encode()


def _call(w: Work, rng: Random, wave: Wave) -> None:
    """Take numbers, speak to some people, and try others in vain; the rest stays to be tried."""
    calling.take(w, code=wave.code)
    held = [row.number for row in calls.mine(w.session, wave.id, w.actor.id or 0)]
    for number in held[:_TOLD]:
        calling.reveal(w, code=wave.code, number=number)
        sent = _sent(rng, _said(w, rng, wave), device="", case=number)
        answering.submit(w, wave_code=wave.code, sent=sent)
    for number, outcome in zip(held[_TOLD:], _VAIN, strict=False):
        later = _plain(w.now + timedelta(days=7)) if outcome == "2.21" else None
        calling.note_attempt(w, code=wave.code, number=number, outcome=outcome, seen=0, at=later)


def _plain(moment: datetime) -> datetime:
    """Return a moment as an interviewer types it, in the district's time."""
    return moment.astimezone(DISTRICT_ZONE).replace(tzinfo=None)


# ---- up to quotas ------------------------------------------------------------------------


def _by_quotas(w: Work, rng: Random) -> None:
    """Fill one cell, and others about half."""
    wave = _planned(
        w, "public", "quotas",
        mode=Mode.LINK, target=_TARGET, margins=margin_rows(b"", "public"),
        quota_by=("age",), quota_stops=True,
    )  # fmt: skip
    actions.begin(_by_officer(w, wave.opens_on), code=wave.code)
    w.session.flush()
    for cell in quotas.cells(w.session, wave.id):
        for _ in range(cell.wanted if cell.key == _FULL else cell.wanted // 2):
            sent = _sent(rng, _said(w, rng, wave, age=cell.key))
            day = wave.opens_on + timedelta(days=rng.randrange(_BEGAN.days))
            answering.submit(on_morning(w, ANONYMOUS, day), wave_code=wave.code, sent=sent)


# ---- with photos and places ----------------------------------------------------------------


def _with_photos(w: Work, rng: Random) -> None:
    """Ask for a photo of the bin and its village; it is over, so that officials may look."""
    opens_on = district_day(w.now) - timedelta(days=40)
    book = files("wufei_public.demo").joinpath("data", "bins.xlsx").read_bytes()
    form_actions.load(_by_officer(w, opens_on), read_book(book))
    wave = _planned(
        w, "bins", "bins",
        mode=Mode.LINK, identifiable=True, opens_on=opens_on, closes_on=opens_on + _LASTS,
    )  # fmt: skip
    actions.begin(_by_officer(w, opens_on), code=wave.code)
    w.session.flush()
    places = directory(w.session)
    villages = [one.code for town in places.towns for one in places.children(town.code)]
    for _ in range(_GIVEN):
        day = on_morning(w, ANONYMOUS, opens_on + timedelta(days=rng.randrange(_LASTS.days)))
        said = {
            "consent": "yes",
            "bin": snap(day, rng, rng.randrange(1, 3)),
            "where": rng.choice(villages),
            "state": rng.choice(_STATES),
        }
        answering.submit(day, wave_code=wave.code, sent=_sent(rng, said))
    actions.close(_by_officer(w, opens_on + _LASTS + timedelta(days=1)), code=wave.code)


_ASKED: Sequence[Callable[[Work, Random], None]] = (_by_telephone, _by_quotas, _with_photos)
