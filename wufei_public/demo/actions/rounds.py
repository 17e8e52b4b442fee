"""What officials, crews and shops do around check-ins: points, rewards, spot checks, counters."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from wufei_public.checkins.actions import figures, keeping, places, spots
from wufei_public.checkins.queries.places import waiting_spots
from wufei_public.checkins.rules.schemes import from_bits
from wufei_public.checkins.rules.spots import PER_MILLE, Finding
from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.clock import DISTRICT_ZONE, district_day
from wufei_public.demo import queries
from wufei_public.demo.actions.parts import Maker
from wufei_public.demo.actions.sorting import staff_of
from wufei_public.demo.rules.casting import Team
from wufei_public.demo.rules.plan import YEAR, Plan, chance
from wufei_public.demo.rules.words import SENTENCES, rows_of
from wufei_public.infra.work import Work
from wufei_public.learning.actions import training
from wufei_public.learning.rules.training import Audience
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role
from wufei_public.points.actions import rewards, shops
from wufei_public.points.rules.shops import Entry

_SPOTS = SENTENCES["bin spot", ""]
_POINTS = 2
_DAYS, _REDEEMED = 21, 60
_SHOPS = SENTENCES["shop", ""]
_TITLES, _ROOMS = SENTENCES["training", ""], SENTENCES["training room", ""]
_TRAINED, _BACK = 24, {0: 0, 1: -3}
_HOURS = "8:00–19:00"
_SEEN, _RIGHT = 0.8, 0.82


# ---- before the season: bins with codes, the catalogue -----------------------------


def bins(plan: Plan) -> Maker:
    """Return what sets up collection points in each town, and the rewards."""

    def do(w: Work) -> None:
        rng, people = plan.rng("points"), queries.everybody(w.session)
        begun = replace(w, now=plan.until - YEAR)
        for town, units in queries.busiest_towns(w.session).items():
            officer = people.teams[town].officers[0]
            at = replace(begun, actor=staff_of(officer, Role.TOWN_OFFICER, town))
            for village in units:
                for name in rng.sample(_SPOTS, _POINTS):
                    places.add_point(at, village=village, name=name)
        opened = _shops(begun, people.teams)
        for row in rows_of("rewards.csv"):
            offer = rewards.Offer(
                row["name"], int(row["cost"]), int(row["stock"]), row["name_en"], row["words"]
            )
            shop = opened[0] if row["shop"] else ""
            rewards.add_reward(begun, replace(offer, shop=shop))

    return lambda _part: do


def _shops(w: Work, teams: Mapping[str, Team]) -> list[str]:
    """Open a shop with its clerk in each busy town; return their codes."""
    opened = []
    for (town, units), name in zip(queries.busiest_towns(w.session).items(), _SHOPS, strict=False):
        officer = staff_of(teams[town].officers[0], Role.TOWN_OFFICER, town)
        clerk = holders(w.session, Role.SHOP_CLERK, division=town)[0]
        at = replace(w, actor=officer)
        opened.append(shops.enter(at, Entry(units[0], name, hours=_HOURS)))
        shops.add_clerk(at, code=opened[-1], clerk=clerk.code)
    return opened


# ---- after it: figures, spot checks, redemptions ------------------------------------


def looked_after(plan: Plan) -> Maker:
    """Return what counts the season, draws and records spot checks, and redeems."""

    def do(w: Work) -> None:
        figures.recount_all(w)
        keeping.keep(w)
        teams = {town: team.crew for town, team in queries.everybody(w.session).teams.items()}
        for back in range(_DAYS, 0, -1):
            _spot_checks(w, plan, district_day(plan.until) - timedelta(days=back), teams)
        _train(w, plan, queries.everybody(w.session).teams)
        town = next(iter(queries.busiest_towns(w.session)))
        _redeem(w, plan, staff_of(teams[town][0], Role.CREW_MEMBER, town))

    return lambda _part: do


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), DISTRICT_ZONE)


def _spot_checks(w: Work, plan: Plan, day: date, teams: Mapping[str, Sequence[int]]) -> None:
    """Draw those of `day` on the next morning, and let crews see most of them that day."""
    rng, drawn_at = plan.rng("spots", day), _at(day + timedelta(days=1), 5, 30)
    if drawn_at >= plan.until:
        return
    spots.draw(replace(w, now=drawn_at), per_mille=PER_MILLE, seed=f"{rng.getrandbits(128):032x}")
    seen_at = _at(day + timedelta(days=1), 9, rng.randrange(60))
    if seen_at >= plan.until:
        return
    for town, members in teams.items():
        crew = staff_of(rng.choice(members), Role.CREW_MEMBER, town)
        at = replace(w, actor=crew, now=seen_at)
        for row in waiting_spots(w.session, crew, day):
            if chance(rng, _SEEN):
                findings = {
                    one: Finding.RIGHT if chance(rng, _RIGHT) else Finding.WRONG
                    for one in from_bits(row.bins)
                }
                spots.record(at, code=row.code, findings=findings)


def _redeem(w: Work, plan: Plan, clerk: Actor) -> None:
    """Let the richest redeem something these days; all but the first few have it by now."""
    rng = plan.rng("redeemed")
    for number, account in enumerate(queries.rich(w.session, _REDEEMED)):
        made = replace(w, actor=Actor(ActorKind.RESIDENT, account), now=_made(plan, number))
        reward = rng.choice(queries.affordable(w.session, account))
        code = rewards.redeem(made, code=reward, client_key=f"demo-{account:012}")
        handed = replace(w, actor=clerk, now=made.now + timedelta(hours=20))
        if number and chance(rng, 0.75) and handed.now < plan.until:
            rewards.hand_over(handed, code=code)


def _train(w: Work, plan: Plan, teams: Mapping[str, Team]) -> None:
    """Hold a training in each town on one of the last days; one more is today, one to come."""
    rng, everybody = plan.rng("training"), queries.rich(w.session, _TRAINED)
    for number, (town, team) in enumerate(teams.items()):
        back = _BACK.get(number, rng.randint(2, _DAYS))
        day = district_day(plan.until) - timedelta(days=back)
        officer = staff_of(team.officers[0], Role.TOWN_OFFICER, town)
        begun = min(_at(day, 7), plan.until)
        made = replace(w, actor=officer, now=begun)
        audience = list(Audience)[number % len(Audience)]
        title, place = rng.choice(_TITLES), rng.choice(_ROOMS)
        code = training.make_event(made, training.Plan(title, day, town, place, audience))
        at = made.now + timedelta(hours=2, minutes=rng.randrange(30))
        if back < 0 or at >= plan.until:
            continue
        for account in rng.sample(everybody, rng.randint(len(everybody) // 2, len(everybody))):
            who = replace(w, actor=Actor(ActorKind.RESIDENT, account), now=at)
            training.sign_in(who, code=code)


def _made(plan: Plan, number: int) -> datetime:
    """Return when the `number`-th redemption was made, the first of them yesterday."""
    return plan.until - timedelta(hours=24 + 2 * number)
