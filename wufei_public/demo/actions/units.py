"""Units of the district: schools, hotels, villages, and who speaks for each."""

from datetime import timedelta

from sqlalchemy.orm import Session

from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.demo.actions.parts import Maker
from wufei_public.demo.actions.people import at, first_of, resident
from wufei_public.demo.actions.snaps import snap
from wufei_public.demo.rules.plan import YEAR, Plan
from wufei_public.demo.rules.units import MARK, OTHERS, UNITS, WORDS, Unit, uscc
from wufei_public.divisions.queries import directory
from wufei_public.infra.work import Work
from wufei_public.organisations.actions import cards, memberships
from wufei_public.organisations.models import Membership, Organisation
from wufei_public.organisations.rules.cards import Card
from wufei_public.people.rules.roles import Role


def parts(_plan: Plan) -> int:
    """Return in how many parts the units are written."""
    return len(UNITS) + len(OTHERS)


def units(plan: Plan) -> Maker:
    """Return what enters the units and who represents them."""
    return lambda part: lambda w: _write(w, plan, part)


def place_of(session: Session, number: int) -> tuple[str, str]:
    """Return town and village of the `number`-th unit: they lie all over the district."""
    places = directory(session)
    town = places.towns[number % len(places.towns)].code
    below = places.children(town)
    return town, below[number % len(below)].code if below else town


def owner_of(session: Session, unit: Unit) -> Actor:
    """Return who speaks for the unit: the first resident for a few at every stage."""
    mine = unit.days == 0 or unit.number % 6 == 1
    return resident(session, 0 if mine else unit.number)


def _write(w: Work, plan: Plan, part: int) -> None:
    w = at(w, SYSTEM, plan.until - YEAR + timedelta(days=part // 4))
    if part >= len(UNITS):
        # Nobody has looked at the letter yet: work for the town.
        kind = OTHERS[part - len(UNITS)]
        late = at(w, SYSTEM, plan.until - timedelta(days=2))
        found = _enter(late, part + 1, WORDS[kind][0] + MARK, kind)
        _asked(late, plan, found, resident(w.session, part))
        return
    unit = UNITS[part]
    found = _enter(w, unit.number, unit.name, unit.kind)
    for name in unit.sites:
        cards.add_site(w, code=found.code, name=name, division=found.division)
    row = _asked(w, plan, found, owner_of(w.session, unit))
    officer = first_of(w.session, Role.TOWN_OFFICER, division=found.town)
    memberships.decide(at(w, officer, w.now + timedelta(days=1)), code=row.code, move="prove")


def _enter(w: Work, number: int, name: str, kind: str) -> Organisation:
    town, place = place_of(w.session, number)
    card = Card(uscc=uscc(town[:6], number), name=name, kind=kind, division=place)
    return cards.register(w, card)


def _asked(w: Work, plan: Plan, found: Organisation, owner: Actor) -> Membership:
    return memberships.apply(
        at(w, owner, w.now),
        organisation=found.code,
        name=WORDS["person"][0],
        duty=plan.rng("duty", found.uscc).choice(WORDS["duty"]),
        letter=snap(w, plan.rng("letter", found.uscc), 1),
    )
