"""Rounds, applications at every stage and named cells, by the actions of cells themselves."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from wufei_public.cells.actions import rounds, rubrics, spots
from wufei_public.cells.queries import rounds as queries
from wufei_public.cells.queries.spots import checks as spot_checks
from wufei_public.cells.rules import editing
from wufei_public.cells.rules.kinds import KINDS
from wufei_public.cells.rules.spots import Finding
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.demo.actions.parts import Maker, Writer
from wufei_public.demo.actions.people import at, offices
from wufei_public.demo.actions.units import owner_of, place_of
from wufei_public.demo.actions.walking import Parties, walk
from wufei_public.demo.rules.plan import Plan
from wufei_public.demo.rules.units import ROUNDS, UNITS, WORDS, uscc
from wufei_public.divisions.queries import directory
from wufei_public.infra.work import Work
from wufei_public.organisations.queries import cards

# The version that the package brings, and an item of it that is measured.
RUBRIC, STRICTER = "2026-1", "hotel-reduce-02"


def parts(_plan: Plan) -> int:
    """Return in how many parts the cells are written."""
    return len(UNITS) + 2


def cells(plan: Plan) -> Maker:
    """Return what opens the rounds, and then takes one unit after the other to its stage."""

    def make(part: int) -> Writer:
        if not part:
            return lambda w: _prepare(w, plan)
        if part > len(UNITS):
            return lambda w: _spot_check(w, plan)
        return lambda w: _walk(w, plan, part)

    return make


def _prepare(w: Work, plan: Plan) -> None:
    """Load the rubrics, register where the experts belong, open the rounds."""
    rubrics.seed(w)
    town, _village = place_of(w.session, 0)
    here = offices(w.session, town, "commerce")
    places = directory(w.session).towns
    for number, expert in enumerate(here.experts):
        rounds.register_expert(
            at(w, here.office, plan.until - timedelta(days=ROUNDS[0].opened)),
            account=expert.id or 0,
            division=places[-1 - number % len(places)].code,
            about=WORDS["field"][number % len(WORDS["field"])],
        )
    for one in ROUNDS:
        opens = plan.until - timedelta(days=one.opened)
        rounds.open_round(
            at(w, here.office, opens),
            title=one.title,
            notice=WORDS["notice"][0],
            opens_at=opens,
            closes_at=opens + timedelta(days=one.lasts),
            kinds=list(KINDS),
        )
    _draft(w, plan, here.office)


def _draft(w: Work, plan: Plan, office: Actor) -> None:
    """Leave a changed rubric for the office to look at: fewer points far down, a higher top."""
    then = at(w, office, plan.until - timedelta(days=1))
    rubrics.begin_draft(then, kind="hotel", version=RUBRIC)
    rubrics.change_draft(then, kind="hotel", revision=0, change=_stricter)


def _stricter(content: Mapping[str, Any]) -> dict[str, Any]:
    basics = editing.basics_fields(content) | {"version": f"{RUBRIC}-2", "level5": "96"}
    new = editing.with_basics(content, basics)
    item = editing.fields_of(editing.found_in(new, STRICTER)[1])
    new = editing.with_item(new, STRICTER, item | {"zero_at": "60"})
    return editing.moved(new, "hotel-bonus-04", -1)


def _walk(w: Work, plan: Plan, part: int) -> None:
    unit = UNITS[part - 1]
    opened = queries.rounds(w.session)[0][len(ROUNDS) - 1 - unit.round]
    town, _village = place_of(w.session, unit.number)
    card = cards.by_uscc(w.session, uscc(town[:6], unit.number))
    if card is not None:
        here = offices(w.session, town, KINDS[unit.kind].department)
        parties = Parties(card, owner_of(w.session, unit), here)
        walk(at(w, SYSTEM, plan.until), plan.rng("cell", part), unit, parties, opened.code)


def _spot_check(w: Work, plan: Plan) -> None:
    """Draw this year's spot check; somebody has been at the first unit."""
    town, _village = place_of(w.session, 0)
    w = at(w, offices(w.session, town, "commerce").office, plan.until - timedelta(days=20))
    draw = spots.draw(w)
    first = spot_checks(w.session, [draw.year])[0]
    found = {"finding": Finding.KEPT, "text": WORDS["kept"][0]}
    spots.find(at(w, w.actor, w.now + timedelta(days=9)), year=draw.year, code=first.code, **found)
