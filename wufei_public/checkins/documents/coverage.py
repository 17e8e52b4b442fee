"""The register of places that sort, as officials see it, and as a sheet."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.checkins.actions.importing import COLUMNS, DAYS, STATE
from wufei_public.checkins.policy import may_check_place
from wufei_public.checkins.queries import boards
from wufei_public.checkins.queries import coverage as queries
from wufei_public.checkins.rules.boards import Length, Span
from wufei_public.checkins.rules.coverage import (
    ALWAYS,
    CHIPS,
    LABELS,
    STATES,
    Kind,
    Place,
    State,
    counts,
    coverage_of,
)
from wufei_public.checkins.rules.schemes import LABELS as SCHEMES
from wufei_public.common.actor import Actor
from wufei_public.common.clock import district_day
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.levels import Level
from wufei_public.infra.i18n import is_english
from wufei_public.people.queries.accounts import names_of

LATELY = timedelta(days=30)


def figures(session: Session, on: date, division: str = "") -> list[dict[str, Any]]:
    """Return the coverage of each kind, with the indicator that it feeds."""
    return _figures(queries.places(session, division), queries.villages(session, division), on)


def _figures(held: Sequence[Place], villages: Collection[str], on: date) -> list[dict[str, Any]]:
    return [
        {
            "label": _(LABELS[kind]),
            "covered": one.covered,
            "whole": one.whole,
            "percent": f"{one.percent:.1f}",
        }
        for kind in Kind
        for one in [coverage_of(kind, held, villages, on)]
    ]


def by_town(session: Session, on: date) -> list[dict[str, Any]]:
    """Return the coverage of each town; the register is read once for all of them."""
    names = directory(session).called(english=is_english())
    held, villages = queries.places(session), queries.villages(session)
    found = []
    for town in directory(session).towns:
        here = [place for place in held if place.entry.division.startswith(town.code)]
        there = [code for code in villages if code.startswith(town.code)]
        shown = _figures(here, there, on)
        found.append({"code": town.code, "name": names[town.code], "figures": shown})
    return found


def units(session: Session, town: str, on: date) -> list[dict[str, Any]]:
    """Return each village and community of a town with what is registered there."""
    names, schemes = directory(session).called(english=is_english()), queries.schemes(session, town)
    lately = boards.by_village(session, Span(Length.MONTH, on - LATELY, on))
    held: dict[str, list[Place]] = {}
    for place in queries.places(session, town):
        held.setdefault(place.entry.division, []).append(place)
    return [
        {
            "code": one.code,
            "name": names[one.code],
            "scheme": _(SCHEMES[schemes[one.code]]),
            "checkins": lately[one.code].all if one.code in lately else 0,
            **_summed(held.get(one.code, []), one.level, on),
        }
        for one in directory(session).children(town)
    ]


def _summed(held: Sequence[Place], level: Level, on: date) -> dict[str, Any]:
    """Return one line for a unit: the village itself, and how many of its 小区."""
    village = next((one for one in held if one.kind is Kind.VILLAGE), None)
    estates = [one for one in held if one.kind is Kind.ESTATE]
    waiting = any(one.state is State.ENTERED for one in held)
    state = village.state if village else State.NONE
    covered = sum(counts(one, on) for one in estates)
    if level is not Level.VILLAGE:
        whole = bool(estates) and covered == len(estates)
        state = State.CHECKED if whole else State.NONE
    return {
        "tone": CHIPS[State.ENTERED if waiting else state],
        "state": _(STATES[State.ENTERED if waiting else state]),
        "since": village.entry.started_on if village else None,
        "estates": f"{covered} / {len(estates)}" if estates else "",
    }


def lines(session: Session, actor: Actor, division: str) -> list[dict[str, Any]]:
    """Return what is registered in a unit, with what the actor may do."""
    return [
        {
            "code": one.code,
            "name": one.entry.name,
            "households": one.entry.households,
            "started_on": one.entry.started_on,
            "since": dated(one.entry.since),
            "until": one.entry.until,
            "tone": CHIPS[one.state],
            "state": _(STATES[one.state]),
            "may_check": may_check_place(actor, one).allowed,
        }
        for one in queries.places(session, division)
    ]


def dated(since: date | None) -> date | None:
    """Return since when something holds, None where it was there all along."""
    return None if since == ALWAYS else since


def history(session: Session, division: str) -> list[dict[str, Any]]:
    """Return all that was checked in a unit: since when it held, who said and who checked it."""
    found = queries.history(session, division)
    people = {by for span, _name in found for by in (span.entered_by, span.checked_by)}
    names = names_of(session, people)
    return [
        {
            "name": name,
            "since": dated(span.since),
            "until": span.until,
            "started_on": span.started_on,
            "households": span.households,
            "by": _(
                "%(one)s 登记，%(other)s 核对",
                one=names.get(span.entered_by, ""),
                other=names.get(span.checked_by, ""),
            ),
            "checked_on": district_day(span.checked_at),
            "replaced": span.replaced_at is not None,
        }
        for span, name in found
    ]


def village_values(session: Session, division: str) -> Mapping[str, Any]:
    """Return what the form of a village shows at first."""
    for one in queries.places(session, division):
        if one.kind is Kind.VILLAGE:
            entry = one.entry
            return {
                "households": entry.households,
                "started_on": entry.started_on or "",
                "until": entry.until or "",
            }
    return {}


def sheet(session: Session, town: str) -> Iterator[Sequence[object]]:
    """Give the register as rows that can be read in again, with the state behind them."""
    yield (*COLUMNS, *DAYS, STATE)
    for one in queries.places(session, town):
        entry = one.entry
        days = (entry.started_on, dated(entry.since), entry.until)
        written = (day.isoformat() if day else "" for day in days)
        path = directory(session).path(entry.division)
        yield (path, entry.name, entry.households, *written, STATES[one.state])
