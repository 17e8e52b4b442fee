"""The register of places that sort, as officials see it, and as a sheet."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.checkins.actions.importing import COLUMNS, STATE
from wufei_public.checkins.policy import may_check_place
from wufei_public.checkins.queries import boards
from wufei_public.checkins.queries import coverage as queries
from wufei_public.checkins.rules.boards import Length, Span
from wufei_public.checkins.rules.coverage import CHIPS, LABELS, STATES, Kind, Place, State, counts
from wufei_public.checkins.rules.schemes import LABELS as SCHEMES
from wufei_public.common.actor import Actor
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.levels import Level
from wufei_public.infra.i18n import is_english

LATELY = timedelta(days=30)


def figures(session: Session, on: date, division: str = "") -> list[dict[str, Any]]:
    """Return the coverage of each kind, with the indicator that it feeds."""
    return [
        {
            "label": _(LABELS[kind]),
            "covered": one.covered,
            "whole": one.whole,
            "percent": f"{one.percent:.1f}",
        }
        for kind in Kind
        for one in [queries.coverage(session, kind, on, division)]
    ]


def by_town(session: Session, on: date) -> list[dict[str, Any]]:
    """Return the coverage of each town."""
    names = directory(session).called(english=is_english())
    return [
        {"code": town.code, "name": names[town.code], "figures": figures(session, on, town.code)}
        for town in directory(session).towns
    ]


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
            "tone": CHIPS[one.state],
            "state": _(STATES[one.state]),
            "may_check": may_check_place(actor, one).allowed,
        }
        for one in queries.places(session, division)
    ]


def village_values(session: Session, division: str) -> Mapping[str, Any]:
    """Return what the form of a village shows at first."""
    for one in queries.places(session, division):
        if one.kind is Kind.VILLAGE:
            return {"households": one.entry.households, "started_on": one.entry.started_on or ""}
    return {}


def sheet(session: Session, town: str) -> Iterator[Sequence[object]]:
    """Give the register as rows that can be read in again, with the state behind them."""
    yield (*COLUMNS, STATE)
    for one in queries.places(session, town):
        entry = one.entry
        started = entry.started_on.isoformat() if entry.started_on else ""
        path = directory(session).path(entry.division)
        yield (path, entry.name, entry.households, started, STATES[one.state])
