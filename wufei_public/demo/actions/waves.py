"""Surveys: two of residents and one of each kind of unit are over, one is being answered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from wufei_public.common.actor import Actor
from wufei_public.common.clock import DISTRICT_ZONE, district_day
from wufei_public.demo import queries
from wufei_public.demo.actions.parts import Maker
from wufei_public.demo.rules.answers import Crowd, answers
from wufei_public.demo.rules.plan import Plan, chance
from wufei_public.demo.rules.words import rows_of
from wufei_public.infra.work import Work
from wufei_public.surveys.actions import forms as form_actions
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.documents.desk import margin_rows
from wufei_public.surveys.documents.results import assembled, figures_of
from wufei_public.surveys.documents.whole import whole_digest
from wufei_public.surveys.models import Response, Wave
from wufei_public.surveys.queries import forms
from wufei_public.surveys.rules import replies
from wufei_public.surveys.rules.questions import Questionnaire
from wufei_public.surveys.rules.waves import UNITS, Mode

_LEAST, _MOST, _SHARE, _OF_UNITS = 60, 520, 8, 40
_MORNING = time(9)


@dataclass(frozen=True, slots=True)
class Asked:
    """One wave to be: of which questionnaire, from when to when, what people think."""

    form: str
    title: str
    title_en: str
    opens: int  # days before the year's end
    closes: int
    good: bool


def _asked(row: Mapping[str, str]) -> Asked:
    opens, closes, good = int(row["opens"]), int(row["closes"]), row["mood"] == "good"
    return Asked(row["form"], row["title"], row["title_en"], opens, closes, good)


_WAVES = [_asked(row) for row in rows_of("waves.csv")]


def parts(_plan: Plan) -> int:
    """Return how many waves are written."""
    return len(_WAVES)


def waves(plan: Plan) -> Maker:
    """Return what plans, opens, fills and publishes a wave by the surveys' own actions."""
    return lambda part: lambda w: _write(w, plan, _WAVES[part], part)


def _write(w: Work, plan: Plan, asked: Asked, part: int) -> None:
    rng, today = plan.rng("waves", part), district_day(plan.until)
    opens_on, closes_on = (today - timedelta(days=days) for days in (asked.opens, asked.closes))
    who = queries.officers(w.session)[0]
    form_actions.seed(w)
    wave = _planned(on_morning(w, who, opens_on), asked, opens_on, closes_on)
    wave.seed = rng.getrandbits(31)
    begun = actions.begin(on_morning(w, who, opens_on), code=wave.code)
    _fill(w, plan, rng, asked, begun)
    if closes_on < today:
        actions.close(on_morning(w, who, closes_on + timedelta(days=1)), code=wave.code)
        later = on_morning(w, who, closes_on + timedelta(days=8))
        figures = figures_of(wave, assembled(w.session, wave, ()), ())
        form = forms.questionnaire(w.session, wave.form_key)
        figures["answers_digest"] = whole_digest(w.session, wave, form)
        actions.publish(later, code=wave.code, figures=figures)


def _planned(w: Work, asked: Asked, opens_on: date, closes_on: date) -> Wave:
    draft = actions.Draft(
        form=forms.newest(w.session, asked.form) or "",
        title=asked.title,
        title_en=asked.title_en,
        mode=Mode.LINK,
        signed_in=asked.form in UNITS,
        opens_on=opens_on,
        closes_on=closes_on,
        margins=margin_rows(b"", asked.form),
    )
    return actions.plan(w, draft)


def on_morning(w: Work, who: Actor, day: date) -> Work:
    """Return the work of an officer on the morning of `day`, no later than now."""
    morning = datetime.combine(day, _MORNING, DISTRICT_ZONE)
    return replace(w, actor=who, now=min(morning, w.now))


def _fill(w: Work, plan: Plan, rng: Random, asked: Asked, wave: Wave) -> None:
    form = forms.questionnaire(w.session, wave.form_key)
    crowd = crowd_of(wave)
    last = min(wave.closes_on, district_day(plan.until))
    days = (last - wave.opens_on).days + 1
    rows = [
        _row(rng, form, crowd, wave, good=asked.good) | {"day": wave.opens_on + timedelta(days=day)}
        for day in _days(rng, days, _size(plan, asked))
    ]
    w.session.flush()
    w.session.execute(insert(Response), rows)


def _size(plan: Plan, asked: Asked) -> int:
    if asked.form != "public":
        return _OF_UNITS
    size = min(_MOST, max(_LEAST, plan.residents // _SHARE))
    return size if asked.closes > 0 else size // 3


def _days(rng: Random, days: int, count: int) -> Iterator[int]:
    """Give the day of each answer: most in the first week."""
    return (int(days * rng.random() ** 1.7) for _ in range(count))


def crowd_of(wave: Wave) -> Crowd:
    """Return how many people of each kind the margins of a wave tell."""
    found: dict[str, dict[str, float]] = {}
    for variable, level, population, *_ in wave.margins:
        found.setdefault(variable, {})[level] = float(population)
    return found


def _row(
    rng: Random, form: Questionnaire, crowd: Crowd, wave: Wave, *, good: bool
) -> dict[str, Any]:
    said = answers(rng, form, crowd, good=good)
    flags = replies.flags(form, said, rng.uniform(25, 400))
    return {
        "id": rng.getrandbits(62),
        "wave_id": wave.id,
        "outcome": replies.outcome(form, said),
        "answers": said,
        "pace": flags.pace,
        "straight": flags.straight,
        "everything": flags.everything,
        "duplicate": chance(rng, 0.01),
        "stratum": "",
        "weight": None,
    }
