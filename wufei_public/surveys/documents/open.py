"""A wave as everybody may see it."""

from datetime import date
from typing import Any

from wufei_public.common.clock import district_day
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.infra.i18n import is_english
from wufei_public.infra.work import house, reading
from wufei_public.surveys.models import Wave
from wufei_public.surveys.queries import waves
from wufei_public.surveys.rules.pointing import kept_until
from wufei_public.surveys.rules.waves import Mode, State


def title_of(wave: Any) -> str:
    """Return a wave's title in the reader's language."""
    return str((wave.title_en if is_english() else "") or wave.title)


def line(row: Any) -> dict[str, Any]:
    """Return a row of a list with its title in the reader's language."""
    return {**row._mapping, "title": title_of(row)}  # noqa: SLF001  a row's own columns


def shown(wave: Wave) -> dict[str, Any]:
    """Return what residents' pages say of a wave."""
    return {
        "code": wave.code,
        "title": title_of(wave),
        "mode": wave.mode,
        "signed_in": wave.signed_in,
        "by_unit": wave.signed_in and wave.facts.of_units and wave.mode == Mode.LINK,
        "rotates": wave.rotates,
        "identifiable": wave.identifiable,
        "opens_on": wave.opens_on,
        "closes_on": wave.closes_on,
        "photos_until": photos_until(wave),
    }


def photos_until(wave: Wave) -> date:
    """Return the last day on which photos and positions of a wave are there."""
    return kept_until(wave.closes_on, house().settings.survey_photo_days)


def state_of(wave: Wave) -> str:
    """Return the wave's state today: early before its first day, closed after its last."""
    today = district_day(house().clock())
    if wave.facts.takes_answers(today):
        return "open"
    if wave.state == State.OPEN and today < wave.opens_on:
        return "early"
    return "closed" if wave.state == State.OPEN else str(wave.state)


def public_wave(code: str) -> Wave:
    """Return a wave that the public may know of."""
    wave = waves.wave(reading(), code)
    hidden = wave.state in {State.DRAFT, State.DROPPED} or wave.mode in {
        Mode.INTERVIEWER,
        Mode.TELEPHONE,
        Mode.EXTERNAL,
    }
    if hidden and wave.state != State.PUBLISHED:
        raise waves.missing()
    return wave


def published_wave(code: str) -> Wave:
    """Return a wave with published figures; NotFound for any other."""
    wave = public_wave(code)
    if wave.figures is None:
        raise NotFound("no_results", N_("结果还没有公布。"))
    return wave
