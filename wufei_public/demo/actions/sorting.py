"""The register of places that sort, what village sorters weighed, where road chiefs walked."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from wufei_public.checkins.actions import coverage, roads, splits
from wufei_public.checkins.rules.coverage import Entry
from wufei_public.checkins.rules.roads import Trouble
from wufei_public.checkins.rules.splits import Way, Weights
from wufei_public.common.actor import Actor, ActorKind, Grant
from wufei_public.common.clock import district_day
from wufei_public.demo import queries
from wufei_public.demo.actions.parts import Maker
from wufei_public.demo.rules.plan import Plan, chance
from wufei_public.demo.rules.words import SENTENCES
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.levels import Level
from wufei_public.infra.work import Work
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role

_ESTATES = SENTENCES["estate", ""]
_STRETCHES = SENTENCES["stretch", ""]
_BEGUN, _CHECKED = 0.62, 0.85
_WEEKS = timedelta(weeks=3)


def staff_of(account: int, role: Role, division: str) -> Actor:
    """Return an official as an action sees them."""
    return Actor(ActorKind.STAFF, account, "", (Grant(role, division),))


def sorting(plan: Plan) -> Maker:
    """Return what fills the register, weighs in a village and walks the roads of each town."""

    def do(w: Work) -> None:
        rng, people = plan.rng("sorting"), queries.everybody(w.session)
        above = directory(w.session).towns[0].code[:6]
        checker = staff_of(people.district[0], Role.DISTRICT_OFFICER, above)
        for town, team in people.teams.items():
            officer = staff_of(team.officers[0], Role.TOWN_OFFICER, town)
            _register(w, plan, rng, town, (officer, checker))
            _weigh(w, plan, rng, queries.sorted_village(w.session, town))
            _walk(w, plan, rng, officer, town)

    return lambda _part: do


def _register(w: Work, plan: Plan, rng: Random, town: str, people: tuple[Actor, Actor]) -> None:
    officer, checker = people
    for unit in directory(w.session).children(town):
        village = unit.level is Level.VILLAGE
        names = ("",) if village else rng.sample(_ESTATES, rng.randint(1, 3))
        for name in names:
            begun = plan.until - timedelta(days=rng.randint(40, 700))
            started = district_day(begun) if chance(rng, _BEGUN) else None
            entry = Entry(unit.code, name, rng.randint(120, 900), started)
            at = replace(w, actor=officer, now=begun + timedelta(days=14))
            code = coverage.enter(at, entry)
            if started and chance(rng, _CHECKED):
                seen = replace(w, actor=checker, now=begun + timedelta(days=30))
                coverage.check(seen, code=code)


def _weigh(w: Work, plan: Plan, rng: Random, village: str) -> None:
    sorters = holders(w.session, Role.VILLAGE_SORTER, division=village)
    actor = staff_of(sorters[0].id, Role.VILLAGE_SORTER, village)
    at = plan.until - _WEEKS
    while at < plan.until - timedelta(hours=20):
        doors = rng.randint(40, 120)
        weights = Weights(doors * rng.randint(5, 9), doors * 2, doors * rng.randint(3, 6))
        draft = splits.Draft(f"demo-{village}-{at:%Y%m%d}", village, Way.ROUND, weights, doors)
        splits.record(replace(w, actor=actor, now=at), draft)
        at += timedelta(days=1)


def _walk(w: Work, plan: Plan, rng: Random, officer: Actor, town: str) -> None:
    """Assign a town's stretches to its chief, who has seen most of them this week."""
    chief = holders(w.session, Role.ROAD_CHIEF, division=town)[0]
    actor = staff_of(chief.id, Role.ROAD_CHIEF, town)
    for name in _STRETCHES:
        at = replace(w, actor=officer, now=plan.until - timedelta(days=60))
        code = roads.add_stretch(at, town=town, name=name, chief=chief.code)
        seen = plan.until - timedelta(days=rng.randint(1, 9))
        found = [one for one in Trouble if chance(rng, 0.15)]
        draft = roads.Draft(f"demo-{town}-{code}", code, found)
        roads.inspect(replace(w, actor=actor, now=seen), draft)
